// SPDX-License-Identifier: GPL-2.0-only
/*
 * Outbound: which flow does a packet belong to, and may it go?
 *
 * A client's first packet makes its flow; a new outbound id makes the flow ask
 * for an inbound one, for which it may have to wait for its turn (token.c).
 *
 * Everything here runs for ids that are not settled yet, under nf_vpn_net.lock
 * and in bounded time.
 */
#include <net/netfilter/nf_conntrack_core.h>
#include "idmap.h"

#define TAKE_OVER_IDLE		(5 * HZ)
#define TAKE_OVER_IDLE_BOUND	(60 * HZ)

/**
 * nf_vpn_flow_state - what to say of a flow as a whole
 * @flow: the flow
 *
 * Context: RCU read side or nf_vpn_net.lock.  Without the lock the answer may
 * be a moment old.
 * Return: an enum nf_vpn_state.
 */
enum nf_vpn_state nf_vpn_flow_state(const struct nf_vpn_flow *flow)
{
	enum nf_vpn_state state = NF_VPN_STATE_WAITING;
	const struct nf_vpn_id *id;

	if (flow->session)
		return nf_vpn_session_state(nf_vpn_session_of(flow));
	if (!flow->pair)
		return NF_VPN_STATE_OBSERVED;
	list_for_each_entry_rcu(id, &flow->ids, list, true)
		if (id->dir == NF_VPN_DIR_IN && READ_ONCE(id->state) > state)
			state = READ_ONCE(id->state);
	if (state == NF_VPN_STATE_WAITING &&
	    nf_vpn_token_holder(flow->pair) == flow)
		return NF_VPN_STATE_PROBING;
	return state;
}

static int send(struct nf_vpn_net *vn, const struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;
	int err = 0;

	if (nf_vpn_expect_lacks(flow))
		nf_vpn_expect_ask(flow);
	if (id->state == NF_VPN_STATE_WAITING)
		err = nf_vpn_token_send(vn, id);
	if (err)
		return err;
	WRITE_ONCE(flow->spoken_to, false);
	nf_vpn_said_now(flow);
	return 0;
}

/**
 * nf_vpn_binder_send - a packet that a new inbound id may answer
 * @vn: the namespace
 * @key: its outbound id, which nobody answered yet, or whose flow expects
 *	something
 * @flow: whose that was when it was looked up
 *
 * Context: RCU read side.
 * Return: 0 if it may go, -EAGAIN if it must be dropped for now; counted, unless
 * the id has changed hands meanwhile.
 */
int nf_vpn_binder_send(struct nf_vpn_net *vn, const struct nf_vpn_key *key,
		       const struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;
	int err = -EAGAIN;

	spin_lock_bh(&vn->lock);
	id = nf_vpn_id_find(vn, key);
	if (id && id->flow == flow)
		err = send(vn, id);
	spin_unlock_bh(&vn->lock);
	return err;
}

static void flow_keys(const struct nf_vpn_pkt *pkt, const struct nf_conn *ct,
		      struct nf_vpn_flow *flow, struct nf_vpn_key *pair)
{
	const struct nf_conntrack_tuple *orig, *reply;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	flow->orig = *orig;
	flow->zone = *nf_ct_zone(ct);
	flow->flow_id = ntohs(reply->dst.u.all);
	flow->proto = pkt->proto;
	flow->node.key = pkt->key;
	flow->node.key.src = orig->src.u3;
	flow->node.key.dst = orig->dst.u3;
	flow->node.key.zone = flow->zone.id;
	flow->node.key.id = 0;
	*pair = pkt->key;
	pair->src = reply->src.u3;
	pair->dst = reply->dst.u3;
	pair->id = 0;
	flow->node.key.port = 0;
	flow->node.key.space = 0;
	pair->port = 0;
	pair->space = 0;
}

static bool same_pair(const struct nf_vpn_flow *flow,
		      const struct nf_vpn_key *pair)
{
	return flow->pair && !memcmp(&flow->pair->node.key, pair,
				     sizeof(*pair));
}

/* The flow of a conntrack entry, created if need be.  One that was made when
 * the client had another public address, in mode observe, or as that of a server,
 * is of no use.
 */
static struct nf_vpn_flow *flow_get(struct nf_vpn_net *vn,
				    const struct nf_vpn_pkt *pkt,
				    const struct nf_conn *ct)
{
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;

	flow_keys(pkt, ct, &like, &pair);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	if (flow && !flow->served && same_pair(flow, &pair)) {
		/* A key exchange may have made it before there was an entry. */
		flow->flow_id = like.flow_id;
		return flow;
	}
	if (flow)
		nf_vpn_flow_del(vn, flow);
	flow = nf_vpn_flow_add(vn, &like, &pair);
	if (!IS_ERR(flow))
		nf_vpn_static_apply(vn, flow);
	return flow;
}

/**
 * nf_vpn_why - the counter of a refusal
 * @err: what nf_vpn_flow_add() or nf_vpn_id_add() returned
 *
 * Return: an enum nf_vpn_counter.
 */
enum nf_vpn_counter nf_vpn_why(int err)
{
	switch (err) {
	case -EDQUOT:
		return NF_VPN_CNT_CLIENT_QUOTA;
	case -EUSERS:
		return NF_VPN_CNT_SERVER_QUOTA;
	case -EEXIST:
		return NF_VPN_CNT_CLASH;
	case -EKEYREJECTED:
		return NF_VPN_CNT_KEYED_DIGEST;
	case -ENOMEM:
		return NF_VPN_CNT_NO_MEMORY;
	default:
		return NF_VPN_CNT_TABLE_FULL;
	}
}

/* May somebody else have this id?  If nobody answers its flow; or if it has
 * not been used for a while, for longer if it was known to work.
 */
static bool may_be_taken(const struct nf_vpn_id *id)
{
	const struct nf_vpn_flow *flow = id->flow;
	u32 idle = TAKE_OVER_IDLE_BOUND;

	if (nf_vpn_flow_state(flow) <= NF_VPN_STATE_PROVISIONAL) {
		if (!flow->n[NF_VPN_DIR_IN] && flow->tries > 1)
			return true;
		idle = TAKE_OVER_IDLE;
	}
	return nf_vpn_idle(&id->last) >= idle;
}

static bool sends_otherwise(const struct nf_vpn_id *id)
{
	const struct nf_vpn_id *other;

	list_for_each_entry(other, &id->flow->ids, list)
		if (other != id && other->dir == NF_VPN_DIR_OUT &&
		    nf_vpn_idle(&other->last) < TAKE_OVER_IDLE_BOUND)
			return true;
	return false;
}

/* The id is another client's.  Servers give each tunnel an id of its own, so
 * this is the same tunnel from a new inside address, or a lie.
 */
static int take_over(struct nf_vpn_net *vn, const struct nf_vpn_key *key)
{
	struct nf_vpn_id *id = nf_vpn_id_find(vn, key);

	if (!id)
		return 0;
	if (id->state == NF_VPN_STATE_STATIC || !may_be_taken(id))
		return -EEXIST;
	/* The inbound ids go along, to be bound anew. */
	if (nf_vpn_flow_state(id->flow) != NF_VPN_STATE_STATIC &&
	    !sends_otherwise(id))
		nf_vpn_flow_del(vn, id->flow);
	else
		nf_vpn_id_del(vn, id);
	return 0;
}

/* The flow of an entry that leads to a server inside.  From the router's side
 * the server is the client, and the peer what the client talks to.
 */
static struct nf_vpn_flow *served_get(struct nf_vpn_net *vn,
				      const struct nf_vpn_pkt *pkt,
				      const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;

	flow_keys(pkt, ct, &like, &pair);
	pair.src = like.orig.src.u3;
	pair.dst = like.orig.dst.u3;
	like.served = true;
	like.node.key.src = reply->src.u3;
	like.node.key.dst = reply->dst.u3;
	flow = nf_vpn_flow_find(vn, &like.node.key);
	return flow ?: nf_vpn_flow_add(vn, &like, &pair);
}

/**
 * nf_vpn_binder_served - an id that conntrack itself leads to a server inside
 * @vn: the namespace
 * @pkt: the packet; key.src is the peer, key.dst the public address
 * @ct: its conntrack entry
 *
 * Nothing is refused: the record is a precaution only.
 *
 * Context: RCU read side.
 */
void nf_vpn_binder_served(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  const struct nf_conn *ct)
{
	struct nf_vpn_flow *flow;

	spin_lock_bh(&vn->lock);
	flow = served_get(vn, pkt, ct);
	if (!IS_ERR(flow) && flow->served) {
		nf_vpn_id_add(vn, flow, &pkt->key, NF_VPN_DIR_IN,
			      NF_VPN_STATE_PROVISIONAL, NF_VPN_ID_ASKED);
		if (list_empty(&flow->ids))
			nf_vpn_flow_del(vn, flow);
	}
	spin_unlock_bh(&vn->lock);
}

/* The flow of an entry that knows a server's packets without our help. */
static struct nf_vpn_flow *incumbent(struct nf_vpn_net *vn,
				     const struct nf_vpn_pkt *pkt,
				     const struct nf_conntrack_tuple_hash *h)
{
	const struct nf_conn *ct = nf_ct_tuplehash_to_ctrack(h);
	unsigned long status = READ_ONCE(ct->status);

	if (!(status & IPS_SEEN_REPLY))
		return NULL;
	if (NF_CT_DIRECTION(h) == IP_CT_DIR_REPLY)
		return status & IPS_SRC_NAT ? flow_get(vn, pkt, ct) : NULL;
	return status & IPS_DST_NAT ? served_get(vn, pkt, ct) : NULL;
}

/* Before the mode was switched on, one client had the server to itself: its
 * entry owns the reply tuple without a stamp, and what the server sends now is
 * for it.  Or for a server inside.  It has the first turn.
 */
static void seat_incumbent(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			   const struct nf_vpn_flow *newcomer)
{
	struct nf_conntrack_tuple tuple = {
		.src.u3 = *nf_vpn_flow_peer(newcomer),
		.src.l3num = pkt->key.l3num,
		.dst.u3 = *nf_vpn_flow_public(newcomer),
		.dst.protonum = pkt->key.l4proto,
	};
	struct nf_conntrack_tuple_hash *h;
	struct nf_vpn_flow *flow;

	h = nf_conntrack_find_get(vn->net, &newcomer->zone, &tuple);
	if (!h)
		return;
	flow = incumbent(vn, pkt, h);
	if (!IS_ERR_OR_NULL(flow) && flow != newcomer)
		nf_vpn_token_give(vn, flow);
	nf_ct_put(nf_ct_tuplehash_to_ctrack(h));
}

/* A new outbound id asks for an inbound one, unless that was given. */
static enum nf_vpn_state out_state(struct nf_vpn_flow *flow)
{
	if (flow->owed) {
		flow->owed--;
		return NF_VPN_STATE_BOUND;
	}
	return nf_vpn_flow_state(flow) == NF_VPN_STATE_STATIC ?
	       NF_VPN_STATE_BOUND : NF_VPN_STATE_WAITING;
}

/* All that a flow asks with worked before and fell silent; now it comes with a
 * new id.  Its server is back, so the waiting of the past does not count.
 */
static void ask_afresh(struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;

	if (!flow->waiting || !flow->n[NF_VPN_DIR_IN])
		return;
	list_for_each_entry(id, &flow->ids, list)
		if (id->state == NF_VPN_STATE_WAITING && !id->lenient)
			return;
	list_for_each_entry(id, &flow->ids, list)
		id->lenient = false;
	WRITE_ONCE(flow->tries, 0);
	flow->probe_next = (u32)jiffies;
}

static int record_id(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		     struct nf_vpn_flow *flow)
{
	bool newcomer = list_empty(&flow->ids) && flow->pair->nflows == 1;
	int err;

	err = take_over(vn, &pkt->key);
	if (err)
		return err;
	ask_afresh(flow);
	err = nf_vpn_id_add(vn, flow, &pkt->key, NF_VPN_DIR_OUT,
			    out_state(flow), NF_VPN_ID_ASKED);
	if (err)
		return err;
	flow->fresh = pkt->seq && pkt->seq <= NF_VPN_FRESH;
	if (newcomer)
		seat_incumbent(vn, pkt, flow);
	return 0;
}

static int record(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		  const struct nf_conn *ct)
{
	struct nf_vpn_flow *flow = flow_get(vn, pkt, ct);
	struct nf_vpn_id *id;
	int err;

	if (IS_ERR(flow))
		return PTR_ERR(flow);
	id = nf_vpn_id_find(vn, &pkt->key);
	if (!id || id->flow != flow) {
		err = record_id(vn, pkt, flow);
		if (err)
			goto err_flow;
		/* A static binding of the incumbent's may have taken the id,
		 * and the flow with it.
		 */
		id = nf_vpn_id_find(vn, &pkt->key);
		if (!id || id->flow != flow)
			return -EEXIST;
	}
	return send(vn, id);

err_flow:
	if (list_empty(&flow->ids))
		nf_vpn_flow_del(vn, flow);
	return err;
}

/**
 * nf_vpn_binder_new - a packet with an outbound id that is not known
 * @vn: the namespace
 * @pkt: the packet; key.src is the public address, key.dst the server
 * @ct: its conntrack entry
 *
 * Context: RCU read side.
 * Return: as nf_vpn_out().
 */
int nf_vpn_binder_new(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		      const struct nf_conn *ct)
{
	struct nf_vpn_key client = pkt->key;
	int err;

	spin_lock_bh(&vn->lock);
	err = record(vn, pkt, ct);
	spin_unlock_bh(&vn->lock);
	if (err && err != -EAGAIN) {
		client.src = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->src.u3;
		nf_vpn_refuse(vn, nf_vpn_why(err), pkt->proto, &client,
			      &pkt->key, NF_VPN_DIR_OUT, NULL);
	}
	return err;
}
