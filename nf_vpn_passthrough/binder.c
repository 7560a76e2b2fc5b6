// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which client does an unknown inbound id belong to?
 *
 * ESP negotiates its SPIs under encryption, so nobody on the way can read the
 * answer.  It is found by asking one at a time: of all flows between one
 * public address and one server, only the holder of the pair's token may send
 * with an id that nobody has answered yet (token.c), and an unknown inbound id
 * that arrives meanwhile is its own.
 *
 * Everything here runs for flows that are not settled yet, under
 * nf_vpn_net.lock and in bounded time.
 */
#include <net/netfilter/nf_conntrack_core.h>
#include "idmap.h"

#define BIND_INTERVAL		(HZ / 4)
#define FRESH			64	/* sequence number of a new tunnel */
#define NOT_FRESH		1024	/* and of one that is none */
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

/**
 * nf_vpn_binder_send - a packet with an outbound id that nobody answered yet
 * @vn: the namespace
 * @key: the outbound id
 *
 * Context: RCU read side.
 * Return: 0 if it may go, -EAGAIN if it must be dropped for now; counted.
 */
int nf_vpn_binder_send(struct nf_vpn_net *vn, const struct nf_vpn_key *key)
{
	struct nf_vpn_id *id;
	int err = 0;

	spin_lock_bh(&vn->lock);
	id = nf_vpn_id_find(vn, key);
	if (id && id->state == NF_VPN_STATE_WAITING)
		err = nf_vpn_token_send(vn, id);
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
	flow->reply_src = reply->src.u3;
	flow->reply_dst = reply->dst.u3;
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
}

static bool same_pair(const struct nf_vpn_flow *flow,
		      const struct nf_vpn_key *pair)
{
	return flow->pair && !memcmp(&flow->pair->node.key, pair,
				     sizeof(*pair));
}

/* The flow of a conntrack entry, created if need be.  One that was made when
 * the client had another public address, or in mode observe, is of no use.
 */
static struct nf_vpn_flow *flow_get(struct nf_vpn_net *vn,
				    const struct nf_vpn_pkt *pkt,
				    const struct nf_conn *ct)
{
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;

	flow_keys(pkt, ct, &like, &pair);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	if (flow && same_pair(flow, &pair))
		return flow;
	if (flow)
		nf_vpn_flow_del(vn, flow);
	flow = nf_vpn_flow_add(vn, &like, &pair);
	if (!IS_ERR(flow))
		nf_vpn_static_apply(vn, flow);
	return flow;
}

static enum nf_vpn_counter why_not_recorded(int err)
{
	switch (err) {
	case -EDQUOT:
		return NF_VPN_CNT_CLIENT_QUOTA;
	case -EUSERS:
		return NF_VPN_CNT_SERVER_QUOTA;
	case -EEXIST:
		return NF_VPN_CNT_CLASH;
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
	if (id->flow->n[NF_VPN_DIR_OUT] == 1 &&
	    nf_vpn_flow_state(id->flow) != NF_VPN_STATE_STATIC)
		nf_vpn_flow_del(vn, id->flow);
	else
		nf_vpn_id_del(vn, id);
	return 0;
}

/* Before the mode was switched on, one client had the server to itself: its
 * entry owns the reply tuple without a stamp, and what the server sends now is
 * for it.  It has the first turn.
 */
static void seat_incumbent(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			   const struct nf_vpn_flow *newcomer)
{
	struct nf_conntrack_tuple tuple = {
		.src.u3 = newcomer->reply_src,
		.src.l3num = pkt->key.l3num,
		.dst.u3 = newcomer->reply_dst,
		.dst.protonum = pkt->key.l4proto,
	};
	struct nf_conntrack_tuple_hash *h;
	struct nf_vpn_flow *flow;
	struct nf_conn *ct;

	h = nf_conntrack_find_get(vn->net, &newcomer->zone, &tuple);
	if (!h)
		return;
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (NF_CT_DIRECTION(h) == IP_CT_DIR_REPLY &&
	    test_bit(IPS_SRC_NAT_BIT, &ct->status) &&
	    test_bit(IPS_SEEN_REPLY_BIT, &ct->status)) {
		flow = flow_get(vn, pkt, ct);
		if (!IS_ERR(flow) && flow != newcomer)
			nf_vpn_token_give(vn, flow);
	}
	nf_ct_put(ct);
}

/* A new outbound id asks for an inbound one, unless that was given. */
static enum nf_vpn_state out_state(const struct nf_vpn_flow *flow)
{
	return nf_vpn_flow_state(flow) == NF_VPN_STATE_STATIC ?
	       NF_VPN_STATE_BOUND : NF_VPN_STATE_WAITING;
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
		err = take_over(vn, &pkt->key);
		if (!err)
			err = nf_vpn_id_add(vn, flow, &pkt->key,
					    NF_VPN_DIR_OUT, out_state(flow));
		if (err)
			goto err_flow;
		id = nf_vpn_id_find(vn, &pkt->key);
		flow->fresh = pkt->seq && pkt->seq <= FRESH;
		if (flow->pair->nflows == 1)
			seat_incumbent(vn, pkt, flow);
	}
	return id->state == NF_VPN_STATE_WAITING ? nf_vpn_token_send(vn, id) :
						   0;

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
		nf_vpn_refuse(vn, why_not_recorded(err), pkt->proto, &client,
			      &pkt->key, NF_VPN_DIR_OUT, NULL);
	}
	return err;
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
	struct nf_vpn_flow like = { .served = true }, *flow;
	struct nf_vpn_key pair;

	flow_keys(pkt, ct, &like, &pair);
	/* From the router's side: the server is the client, and the peer what
	 * the client talks to.
	 */
	pair = pkt->key;
	pair.id = 0;
	like.node.key.src = like.reply_src;
	like.node.key.dst = like.reply_dst;
	spin_lock_bh(&vn->lock);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	if (!flow)
		flow = nf_vpn_flow_add(vn, &like, &pair);
	if (!IS_ERR(flow) && flow->served)
		nf_vpn_id_add(vn, flow, &pkt->key, NF_VPN_DIR_IN,
			      NF_VPN_STATE_PROVISIONAL);
	spin_unlock_bh(&vn->lock);
}

static bool has_credit(const struct nf_vpn_pair *pair)
{
	return READ_ONCE(pair->credit) ||
	       time_after_eq(jiffies,
			     READ_ONCE(pair->credit_at) + BIND_INTERVAL);
}

/**
 * nf_vpn_wanted - could an unknown inbound id belong to one of our flows?
 * @pkt: the packet; key.src is the server, key.dst the public address
 * @unasked: even though none of them asks
 *
 * Cheap, and without a lock: this is all that a flood of made-up ids costs.
 *
 * Context: RCU read side.
 * Return: false if nf_vpn_learn() or nf_vpn_learn_unasked() need not be asked.
 */
bool nf_vpn_wanted(const struct nf_vpn_pkt *pkt, bool unasked)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_pair *pair;

	key.id = 0;
	pair = nf_vpn_pair_find(vn, &key);
	if (!pair)
		return false;
	if (!unasked)
		return nf_vpn_token_holder(pair) ||
		       READ_ONCE(pair->nwaiting) > 1;
	if (READ_ONCE(pair->nflows) != 1)
		return false;
	if (has_credit(pair))
		return true;
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_BIND_RATE);
	return false;
}
EXPORT_SYMBOL_GPL(nf_vpn_wanted);

static bool spend_credit(struct nf_vpn_pair *pair)
{
	unsigned long earned = (jiffies - pair->credit_at) / BIND_INTERVAL;

	if (earned) {
		WRITE_ONCE(pair->credit_at,
			   pair->credit_at + earned * BIND_INTERVAL);
		WRITE_ONCE(pair->credit,
			   min_t(unsigned long, NF_VPN_BIND_BURST,
				 pair->credit + earned));
	}
	if (!pair->credit)
		return false;
	WRITE_ONCE(pair->credit, pair->credit - 1);
	return true;
}

/* Whose is it?  The token holder's; without one, the only flow's. */
static struct nf_vpn_flow *pick(struct nf_vpn_pair *pair, bool unasked)
{
	struct nf_vpn_flow *flow = nf_vpn_token_holder(pair);

	if (flow)
		return flow;
	if (!unasked)
		return ERR_PTR(pair->nwaiting > 1 ? -EAGAIN : -ENOENT);
	if (pair->nflows != 1)
		return ERR_PTR(-ENOENT);
	flow = list_first_entry(&pair->flows, struct nf_vpn_flow, pair_list);
	if (flow->served)
		return ERR_PTR(-ENOENT);
	return spend_credit(pair) ? flow : ERR_PTR(-EBUSY);
}

static int bind(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		const struct nf_vpn_key *key)
{
	bool asked = nf_vpn_token_holder(flow->pair) == flow;
	bool first = !flow->n[NF_VPN_DIR_IN];
	struct nf_vpn_id *id;
	int err;

	err = nf_vpn_id_add(vn, flow, key, NF_VPN_DIR_IN,
			    NF_VPN_STATE_PROVISIONAL);
	if (err)
		return err;
	id = nf_vpn_id_find(vn, key);
	id->asked = asked;
	flow->spoke = false;
	nf_vpn_token_settle(vn, flow);
	nf_vpn_event_tunnel(vn, first ? NF_VPN_EVENT_BOUND :
					NF_VPN_EVENT_REBOUND, flow, id);
	return 0;
}

/* A tunnel that has just begun is not answered with one that has been going on
 * for long: that is another client's, still unknown.
 */
static int find_and_bind(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			 bool unasked, struct nf_vpn_key *client)
{
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_pair *pair;
	struct nf_vpn_flow *flow;

	key.id = 0;
	pair = nf_vpn_pair_find(vn, &key);
	if (!pair)
		return -ENOENT;
	flow = pick(pair, unasked);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	if (flow->fresh && pkt->seq > NOT_FRESH)
		return -EAGAIN;
	*client = flow->node.key;
	return bind(vn, flow, &pkt->key);
}

static int learn(struct nf_vpn_pkt *pkt, bool unasked)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	enum nf_vpn_counter why = NF_VPN_CNT_TABLE_FULL;
	struct nf_vpn_key client = pkt->key;
	int err;

	spin_lock_bh(&vn->lock);
	err = find_and_bind(vn, pkt, unasked, &client);
	spin_unlock_bh(&vn->lock);
	switch (err) {
	case 0:
		return 0;
	case -EEXIST:	/* another CPU was faster */
		return unasked ? err : 0;
	case -EAGAIN:
		nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_AMBIGUOUS);
		return err;
	case -ENOENT:
		return err;
	case -EBUSY:
		why = NF_VPN_CNT_BIND_RATE;
		break;
	case -EDQUOT:
		why = NF_VPN_CNT_TUNNEL_QUOTA;
		break;
	case -ENOMEM:
		why = NF_VPN_CNT_NO_MEMORY;
		break;
	}
	nf_vpn_refuse(vn, why, pkt->proto, &client, &pkt->key, NF_VPN_DIR_IN,
		      NULL);
	return err;
}

/**
 * nf_vpn_learn - find the owner of an unknown inbound id, and bind it
 * @pkt: the packet; key.src is the server, key.dst the public address
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: 0 if it was bound and the packet is attached now; -EAGAIN if several
 * clients may own it, and the packet should be dropped; -ENOENT if it is not
 * for one of our flows; -EDQUOT, -ENOSPC or -ENOMEM if it was refused, which is
 * counted; -ESTALE if the owner's conntrack entry is gone.
 */
int nf_vpn_learn(struct nf_vpn_pkt *pkt)
{
	int err = learn(pkt, false);

	return err ?: nf_vpn_in(pkt);
}
EXPORT_SYMBOL_GPL(nf_vpn_learn);

/**
 * nf_vpn_learn_unasked - bind an inbound id that no flow has asked for
 * @pkt: the packet; key.src is the server, key.dst the public address
 *
 * A server that re-keys may speak first.  If the pair has one flow only, it
 * can be for nobody else; but that is known only after the owner's rules had
 * their say: the packet has to be received again.
 *
 * Context: LOCAL_IN; RCU read side.
 * Return: 0 if it was bound; -EEXIST if it is bound already; -ENOENT if it is
 * not for one of our flows; -EBUSY, -EDQUOT, -ENOSPC or -ENOMEM if it was
 * refused, which is counted.
 */
int nf_vpn_learn_unasked(struct nf_vpn_pkt *pkt)
{
	return learn(pkt, true);
}
EXPORT_SYMBOL_GPL(nf_vpn_learn_unasked);
