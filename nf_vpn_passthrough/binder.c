// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which client does an unknown inbound id belong to?
 *
 * ESP negotiates its SPIs under encryption, so nobody on the way can read the
 * answer.  It is found by asking one at a time: of all flows between one
 * public address and one server, only the holder of the pair's token may send
 * with an id that nobody has answered yet, and an unknown inbound id that
 * arrives meanwhile is its own.  The token is free again at the first answer,
 * or when the probe's time is over; who was not answered waits twice as long
 * each time, so that a dead tunnel does not hold up the living.  A flow that
 * waits alone is never held up.
 *
 * Everything here runs for flows that are not settled yet, under
 * nf_vpn_net.lock, and in constant time: the pair knows its token holder, and
 * nobody searches the ones that wait.
 */
#include "core.h"

#define BACKOFF_SHIFT_MAX	4	/* 1, 2, 4, 8, 16 probe times */
#define BIND_INTERVAL		(HZ / 4)
#define TAKE_OVER_IDLE		(5 * HZ)
#define TAKE_OVER_IDLE_BOUND	(60 * HZ)

static struct nf_vpn_flow *token_holder(const struct nf_vpn_pair *pair)
{
	return pair->token && time_before(jiffies, pair->token_end) ?
	       pair->token : NULL;
}

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
	    READ_ONCE(flow->pair->token) == flow)
		return NF_VPN_STATE_PROBING;
	return state;
}

/**
 * nf_vpn_binder_wait - a flow sends with an id that nobody answered yet
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_binder_wait(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (flow->waiting)
		return;
	flow->waiting = true;
	flow->pair->nwaiting++;
	WRITE_ONCE(vn->nwaiting, vn->nwaiting + 1);
}

/* The flow needs the token no longer. */
static void stop_waiting(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (flow->waiting) {
		flow->waiting = false;
		flow->pair->nwaiting--;
		WRITE_ONCE(vn->nwaiting, vn->nwaiting - 1);
	}
	if (flow->pair->token == flow)
		WRITE_ONCE(flow->pair->token, NULL);
}

/**
 * nf_vpn_binder_forget - a flow goes
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_binder_forget(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (flow->pair)
		stop_waiting(vn, flow);
}

/**
 * nf_vpn_binder_settle - a flow was answered
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_binder_settle(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;

	stop_waiting(vn, flow);
	flow->tries = 0;
	flow->lenient = false;
	flow->probe_next = jiffies;
	list_for_each_entry(id, &flow->ids, list)
		if (id->state == NF_VPN_STATE_WAITING)
			WRITE_ONCE(id->state, NF_VPN_STATE_BOUND);
}

/* Did a known id bring something since the flow's probe began?  Then the
 * server answers the new outbound id with an inbound one that is in use.
 */
static bool heard_since_probe(const struct nf_vpn_flow *flow)
{
	u32 since = (u32)(jiffies - flow->probe_start);
	const struct nf_vpn_id *id;

	/* The time stamps are exact to a second only. */
	if (since <= HZ || flow->tries < 2)
		return false;
	list_for_each_entry(id, &flow->ids, list)
		if (id->dir == NF_VPN_DIR_IN &&
		    nf_vpn_idle(&id->last) < since - HZ)
			return true;
	return false;
}

static void probe_end(struct nf_vpn_net *vn, struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *flow = pair->token;

	if (!flow)
		return;
	WRITE_ONCE(pair->token, NULL);
	nf_vpn_inc(vn, flow->proto, NF_VPN_CNT_PROBE_UNANSWERED);
	if (heard_since_probe(flow))
		nf_vpn_binder_settle(vn, flow);
}

static void probe_start(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	unsigned long turn = msecs_to_jiffies(READ_ONCE(vn->limits.probe_ms));
	struct nf_vpn_pair *pair = flow->pair;
	unsigned int shift;

	shift = min_t(unsigned int, flow->tries, BACKOFF_SHIFT_MAX);
	flow->probe_start = jiffies;
	pair->token_end = jiffies + turn;
	flow->probe_next = pair->token_end + (turn << shift);
	if (flow->tries < U8_MAX)
		flow->tries++;
	WRITE_ONCE(pair->token, flow);
	nf_vpn_inc(vn, flow->proto, NF_VPN_CNT_PROBE);
}

/* A flow that works and re-keys goes before one that nobody has answered in a
 * full turn: the server is known to answer the former.
 */
static bool may_preempt(const struct nf_vpn_flow *flow,
			const struct nf_vpn_flow *holder)
{
	return flow->n[NF_VPN_DIR_IN] && !flow->lenient && !flow->tries &&
	       !holder->n[NF_VPN_DIR_IN] && holder->tries > 1;
}

static int hold_up(struct nf_vpn_net *vn, const struct nf_vpn_flow *flow,
		   enum nf_vpn_counter why)
{
	if (flow->lenient)
		return 0;
	nf_vpn_inc(vn, flow->proto, why);
	return -EAGAIN;
}

/* May a flow that waits send now? */
static int send(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_pair *pair = flow->pair;
	struct nf_vpn_flow *holder;

	holder = token_holder(pair);
	if (holder == flow)
		return 0;
	if (holder && !may_preempt(flow, holder))
		return hold_up(vn, flow, NF_VPN_CNT_PROBE_WAIT);
	probe_end(vn, pair);
	if (!flow->waiting)
		return 0;
	/* With other flows about, a turn is taken no more often even if none
	 * of them waits: an id that they are sent first is not this flow's.
	 */
	if (pair->nflows > 1 && time_before(jiffies, flow->probe_next))
		return pair->nwaiting == 1 ? 0 :
		       hold_up(vn, flow, NF_VPN_CNT_PROBE_BACKOFF);
	probe_start(vn, flow);
	return 0;
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
		err = send(vn, id->flow);
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

/* May somebody else have an id of this flow's?  If nobody answers the flow; or
 * if it has fallen silent, for longer if it was known to work.
 */
static bool may_be_taken(const struct nf_vpn_flow *flow)
{
	u32 idle = TAKE_OVER_IDLE_BOUND;
	const struct nf_vpn_id *id;

	if (nf_vpn_flow_state(flow) <= NF_VPN_STATE_PROVISIONAL) {
		if (!flow->n[NF_VPN_DIR_IN] && flow->tries > 1)
			return true;
		idle = TAKE_OVER_IDLE;
	}
	list_for_each_entry(id, &flow->ids, list)
		if (nf_vpn_idle(&id->last) < idle)
			return false;
	return true;
}

/* The id is another client's.  Servers give each tunnel an id of its own, so
 * this is the same tunnel from a new inside address, or a lie.
 */
static int take_over(struct nf_vpn_net *vn, const struct nf_vpn_key *key)
{
	struct nf_vpn_id *id = nf_vpn_id_find(vn, key);

	if (!id)
		return 0;
	if (!may_be_taken(id->flow))
		return -EEXIST;
	if (id->flow->n[NF_VPN_DIR_OUT] == 1)
		nf_vpn_flow_del(vn, id->flow);
	else
		nf_vpn_id_del(vn, id);
	return 0;
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
	}
	if (id->state != NF_VPN_STATE_WAITING)
		return 0;
	nf_vpn_binder_wait(vn, flow);
	return send(vn, flow);

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
 * nf_vpn_wanted - could an unknown inbound id belong to one of our flows?
 * @pkt: the packet; key.src is the server, key.dst the public address
 *
 * Cheap, and without a lock: this is all that a flood of made-up ids costs.
 *
 * Context: RCU read side.
 * Return: false if nf_vpn_learn() need not be asked.
 */
bool nf_vpn_wanted(const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_pair *pair;

	key.id = 0;
	pair = nf_vpn_pair_find(vn, &key);
	return pair && (READ_ONCE(pair->nwaiting) ||
			READ_ONCE(pair->nflows) == 1);
}
EXPORT_SYMBOL_GPL(nf_vpn_wanted);

/* Whose is it?  The token holder's; the only flow's; else nobody can say. */
static struct nf_vpn_flow *pick(const struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *flow = token_holder(pair);

	if (flow)
		return flow;
	if (pair->nflows == 1)
		return list_first_entry(&pair->flows, struct nf_vpn_flow,
					pair_list);
	return ERR_PTR(pair->nwaiting > 1 ? -EAGAIN : -ENOENT);
}

static bool spend_credit(struct nf_vpn_pair *pair)
{
	unsigned long earned = (jiffies - pair->credit_at) / BIND_INTERVAL;

	if (earned) {
		pair->credit_at += earned * BIND_INTERVAL;
		pair->credit = min_t(unsigned long, NF_VPN_BIND_BURST,
				     pair->credit + earned);
	}
	if (!pair->credit)
		return false;
	pair->credit--;
	return true;
}

static int bind(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		const struct nf_vpn_key *key)
{
	bool first = !flow->n[NF_VPN_DIR_IN];
	const struct nf_vpn_id *id;
	int err;

	/* Answers pay nothing: there is one to a probe. */
	if (flow->pair->token != flow && !spend_credit(flow->pair))
		return -EBUSY;
	err = nf_vpn_id_add(vn, flow, key, NF_VPN_DIR_IN,
			    NF_VPN_STATE_PROVISIONAL);
	if (err)
		return err;
	flow->spoke = false;
	nf_vpn_binder_settle(vn, flow);
	id = nf_vpn_id_find(vn, key);
	nf_vpn_event_tunnel(vn, first ? NF_VPN_EVENT_BOUND :
					NF_VPN_EVENT_REBOUND, flow, id);
	return 0;
}

static int learn(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		 struct nf_vpn_key *client)
{
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_pair *pair;
	struct nf_vpn_flow *flow;

	key.id = 0;
	pair = nf_vpn_pair_find(vn, &key);
	if (!pair)
		return -ENOENT;
	flow = pick(pair);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	*client = flow->node.key;
	return bind(vn, flow, &pkt->key);
}

/**
 * nf_vpn_learn - find the owner of an unknown inbound id, and bind it
 * @pkt: the packet; key.src is the server, key.dst the public address
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: 0 if it was bound and the packet is attached now; -EAGAIN if several
 * clients may own it, and the packet should be dropped; -ENOENT if it is not
 * for one of our flows; -EBUSY, -EDQUOT, -ENOSPC or -ENOMEM if it was refused,
 * which is counted; -ESTALE if the owner's conntrack entry is gone.
 */
int nf_vpn_learn(struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	enum nf_vpn_counter why = NF_VPN_CNT_TABLE_FULL;
	struct nf_vpn_key client;
	int err;

	spin_lock_bh(&vn->lock);
	err = learn(vn, pkt, &client);
	spin_unlock_bh(&vn->lock);
	switch (err) {
	case 0:
	case -EEXIST:	/* another CPU was faster */
		return nf_vpn_in(pkt);
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
EXPORT_SYMBOL_GPL(nf_vpn_learn);
