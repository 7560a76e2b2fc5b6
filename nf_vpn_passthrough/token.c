// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking turns: who may send with an id that nobody has answered yet.
 *
 * A pair has one token.  Its holder has a turn of limited time; it ends early
 * with the first answer.  Who was not answered waits twice as long each time
 * before it asks again, so that a dead tunnel does not hold up the living.  A
 * flow that waits alone is never held up.
 *
 * Everything here runs under nf_vpn_net.lock and in constant time: the pair
 * knows its holder and who comes next, and nobody searches those that wait.
 */
#include "core.h"

#define BACKOFF_SHIFT_MAX	4	/* 1, 2, 4, 8, 16 turns */
#define NEXT_HEAD_START		(HZ / 4)

/**
 * nf_vpn_token_holder - whose turn is it?
 * @pair: the pair
 *
 * Context: nf_vpn_net.lock held; or RCU read side, for a hint.
 * Return: a flow, or NULL.
 */
struct nf_vpn_flow *nf_vpn_token_holder(const struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *holder = READ_ONCE(pair->token);

	return holder && time_before(jiffies, READ_ONCE(pair->token_end)) ?
	       holder : NULL;
}

/**
 * nf_vpn_token_wait - a flow sends with an id that nobody answered yet
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_token_wait(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (flow->waiting)
		return;
	WRITE_ONCE(flow->waiting, true);
	WRITE_ONCE(flow->pair->nwaiting, flow->pair->nwaiting + 1);
	WRITE_ONCE(vn->nwaiting, vn->nwaiting + 1);
}

/**
 * nf_vpn_token_again - a flow was answered, but no more
 * @vn: the namespace
 * @flow: the flow
 *
 * Its outbound ids worked once, so they are not held up.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_token_again(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;

	list_for_each_entry(id, &flow->ids, list)
		if (id->dir == NF_VPN_DIR_OUT &&
		    id->state != NF_VPN_STATE_STATIC) {
			id->lenient = true;
			WRITE_ONCE(id->state, NF_VPN_STATE_WAITING);
		}
	nf_vpn_token_wait(vn, flow);
}

/**
 * nf_vpn_token_leave - a flow waits no longer
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_token_leave(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_pair *pair = flow->pair;

	if (!pair)
		return;
	if (flow->waiting) {
		WRITE_ONCE(flow->waiting, false);
		WRITE_ONCE(pair->nwaiting, pair->nwaiting - 1);
		WRITE_ONCE(vn->nwaiting, vn->nwaiting - 1);
	}
	if (pair->token == flow)
		WRITE_ONCE(pair->token, NULL);
	if (pair->next == flow)
		WRITE_ONCE(pair->next, NULL);
	if (!flow->expects)
		nf_vpn_expect_drop(flow);
}

/**
 * nf_vpn_token_settle - a flow was answered
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_token_settle(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;

	nf_vpn_token_leave(vn, flow);
	WRITE_ONCE(flow->tries, 0);
	flow->fresh = false;
	flow->probe_next = (u32)jiffies;
	list_for_each_entry(id, &flow->ids, list) {
		if (id->state == NF_VPN_STATE_WAITING)
			WRITE_ONCE(id->state, NF_VPN_STATE_BOUND);
		id->lenient = false;
	}
}

/**
 * nf_vpn_token_review - does a flow still have something to ask for?
 * @vn: the namespace
 * @flow: the flow
 * @within: ids that were not used for so long do not count (jiffies)
 *
 * An id that is used again afterwards makes its flow wait again.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_token_review(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
			 u32 within)
{
	const struct nf_vpn_id *id;

	if (!flow->waiting)
		return;
	list_for_each_entry(id, &flow->ids, list)
		if (id->state == NF_VPN_STATE_WAITING &&
		    nf_vpn_idle(&id->last) <= within)
			return;
	nf_vpn_token_leave(vn, flow);
}

/* A known id brought something during the turn.  The server may answer the new
 * outbound id with an inbound one that is in use, as well as be late: the flow
 * goes on asking for some turns, but is not held up.
 */
static void be_lenient(struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;

	list_for_each_entry(id, &flow->ids, list)
		if (id->state == NF_VPN_STATE_WAITING)
			id->lenient = true;
}

static void turn_over(struct nf_vpn_net *vn, struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *flow = pair->token;

	if (!flow)
		return;
	WRITE_ONCE(pair->token, NULL);
	pair->next_until = jiffies + NEXT_HEAD_START;
	nf_vpn_inc(vn, flow->proto, NF_VPN_CNT_PROBE_UNANSWERED);
	if (!READ_ONCE(flow->heard))
		return;
	if (flow->tries > BACKOFF_SHIFT_MAX)
		nf_vpn_token_settle(vn, flow);
	else
		be_lenient(flow);
}

/**
 * nf_vpn_token_give - it is a flow's turn now
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_token_give(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	unsigned long turn = msecs_to_jiffies(READ_ONCE(vn->limits.probe_ms));
	struct nf_vpn_pair *pair = flow->pair;
	unsigned int shift;

	shift = min_t(unsigned int, flow->tries, BACKOFF_SHIFT_MAX);
	WRITE_ONCE(flow->heard, false);
	WRITE_ONCE(pair->token_end, jiffies + turn);
	flow->probe_next = pair->token_end + (turn << shift);
	if (flow->tries < U8_MAX)
		WRITE_ONCE(flow->tries, flow->tries + 1);
	if (pair->next == flow)
		WRITE_ONCE(pair->next, NULL);
	WRITE_ONCE(pair->token, flow);
	nf_vpn_inc(vn, flow->proto, NF_VPN_CNT_PROBE);
}

/* A flow that works and re-keys goes before one that nobody has answered in a
 * full turn: the server is known to answer the former.
 */
static bool may_preempt(const struct nf_vpn_flow *flow,
			const struct nf_vpn_flow *holder)
{
	return flow->n[NF_VPN_DIR_IN] && !flow->tries &&
	       !holder->n[NF_VPN_DIR_IN] && holder->tries > 1;
}

/* Who works goes first, then who has asked less often, then who came first:
 * many addresses with dead tunnels do not keep out one that is new.
 */
static bool goes_before(const struct nf_vpn_flow *a,
			const struct nf_vpn_flow *b)
{
	if (!a->n[NF_VPN_DIR_IN] != !b->n[NF_VPN_DIR_IN])
		return a->n[NF_VPN_DIR_IN];
	if (a->tries != b->tries)
		return a->tries < b->tries;
	return time_before(a->created, b->created);
}

static bool must_pause(const struct nf_vpn_flow *flow)
{
	return (s32)((u32)jiffies - flow->probe_next) < 0;
}

static int hold_up(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		   const struct nf_vpn_id *id, enum nf_vpn_counter why)
{
	struct nf_vpn_pair *pair = flow->pair;

	if (id->lenient)
		return 0;
	if (!must_pause(flow) && pair->next != flow &&
	    (!pair->next || goes_before(flow, pair->next)))
		WRITE_ONCE(pair->next, flow);
	nf_vpn_inc(vn, flow->proto, why);
	return -EAGAIN;
}

static bool needs_no_turn(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	switch (READ_ONCE(vn->policy[flow->proto])) {
	case NF_VPN_POLICY_FIFO:
		nf_vpn_expect_ask(flow);
		return true;
	case NF_VPN_POLICY_STRICT:
		return true;
	case NF_VPN_POLICY_IKE:
		return flow->expects && nf_vpn_exchange_ask(vn, flow);
	default:
		return false;
	}
}

/**
 * nf_vpn_token_send - may a flow send with an id that nobody answered yet?
 * @vn: the namespace
 * @id: the outbound id
 *
 * Takes the token if that is how it may.  Who expects an answer needs none.
 *
 * Context: nf_vpn_net.lock held.
 * Return: 0 if so, -EAGAIN if not; counted.
 */
int nf_vpn_token_send(struct nf_vpn_net *vn, const struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow, *holder;
	struct nf_vpn_pair *pair = flow->pair;

	nf_vpn_token_wait(vn, flow);
	if (needs_no_turn(vn, flow))
		return 0;
	if (nf_vpn_expect_lacks(flow))
		return hold_up(vn, flow, id, NF_VPN_CNT_PROBE_WAIT);
	holder = nf_vpn_token_holder(pair);
	if (holder == flow)
		return 0;
	if (holder && !may_preempt(flow, holder))
		return hold_up(vn, flow, id, NF_VPN_CNT_PROBE_WAIT);
	turn_over(vn, pair);
	if (!flow->waiting)
		return 0;
	/* With other flows about, a turn is taken no more often even if none
	 * of them waits: an id that they are sent first is not this flow's.
	 */
	if (pair->nflows > 1 && must_pause(flow))
		return pair->nwaiting == 1 ? 0 :
		       hold_up(vn, flow, id, NF_VPN_CNT_PROBE_BACKOFF);
	if (pair->next && pair->next != flow &&
	    time_before(jiffies, pair->next_until))
		return hold_up(vn, flow, id, NF_VPN_CNT_PROBE_WAIT);
	nf_vpn_token_give(vn, flow);
	return 0;
}
