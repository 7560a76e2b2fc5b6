// SPDX-License-Identifier: GPL-2.0-only
/*
 * Expectations: what a key exchange tells of an inbound id before it comes.
 *
 * Which SPI a client will be sent is negotiated under encryption, but that it
 * was negotiated just now shows in clear.  A flow whose exchange was completed
 * expects an inbound id.  It is not held up, and the first packets of a fresh id
 * are its own.
 *
 * Several may expect one at the same time.  They queue in their pair: those that
 * have sent something and were not answered yet, in the order in which they
 * sent, for that is the order of the answers; before them nobody is asked who
 * only may be spoken to first, in the order of the exchanges.
 *
 * Everything here runs under nf_vpn_net.lock, and in constant time.
 */
#include "idmap.h"

#define EXPECTS_MAX	8		/* of one flow */
#define LIFE_FIRST	(600 * HZ)	/* nothing has been said yet */
#define LIFE_REKEY	(30 * HZ)	/* was no exchange about an id */
#define PICK_TRIES	8
#define SILENT_TRIES	32
#define CONTESTED	(10 * HZ)	/* it may have come, and been another's */
#define OVER		2		/* ids given to who lacks none */
#define OLD_IDS		(3 * HZ / 2)	/* are used after an exchange */

static void set_asker(struct nf_vpn_pair *pair)
{
	WRITE_ONCE(pair->asker, list_empty(&pair->asked) ? 0 :
		   list_first_entry(&pair->asked, struct nf_vpn_flow,
				    queue)->nr);
}

static void leave(struct nf_vpn_flow *flow)
{
	if (list_empty(&flow->queue))
		return;
	list_del_init(&flow->queue);
	WRITE_ONCE(flow->asked, false);
	set_asker(flow->pair);
	WRITE_ONCE(flow->pair->nqueued, flow->pair->nqueued - 1);
}

static void join(struct nf_vpn_flow *flow, struct list_head *queue, bool asked)
{
	leave(flow);
	list_add_tail(&flow->queue, queue);
	WRITE_ONCE(flow->asked, asked);
	WRITE_ONCE(flow->pair->nqueued, flow->pair->nqueued + 1);
}

/**
 * nf_vpn_expect_ask - a flow sends something, and may be answered with a new id
 * @flow: a flow that expects an id, or, with policy fifo, that waits
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_ask(struct nf_vpn_flow *flow)
{
	if (flow->asked)
		return;
	join(flow, &flow->pair->asked, true);
	flow->asked_at = (u32)jiffies;
	set_asker(flow->pair);
}

/* What it has sent was answered otherwise, or is not answered. */
static void unask(struct nf_vpn_flow *flow)
{
	if (flow->expects)
		join(flow, &flow->pair->expecting, false);
	else
		leave(flow);
}

/**
 * nf_vpn_expect_heard - a flow that has asked was answered with an id it had
 * @vn: the namespace
 * @id: the id; may be gone
 *
 * Both sides use the old ids for a while after an exchange.
 *
 * Context: RCU read side.
 */
void nf_vpn_expect_heard(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;

	spin_lock_bh(&vn->lock);
	if (nf_vpn_id_find(vn, &id->node.key) == id && flow->asked) {
		unask(flow);
		if (nf_vpn_idle(&flow->expected_at) > OLD_IDS)
			flow->doubted = true;
	}
	spin_unlock_bh(&vn->lock);
}

/**
 * nf_vpn_expect_met - a flow was given an inbound id
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_met(struct nf_vpn_flow *flow)
{
	/* The server was the first to use what was agreed on. */
	if (flow->expects && !flow->waiting && !flow->asked && !flow->owed)
		flow->owed++;
	nf_vpn_exchange_met(flow);
	unask(flow);
}

/**
 * nf_vpn_expect_own - what a flow was given has turned out to be its own
 * @flow: the flow
 *
 * Until then it goes on expecting: what it was given may be made up.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_own(struct nf_vpn_flow *flow)
{
	nf_vpn_expect_less(flow);
}

/**
 * nf_vpn_expect_drop - a flow expects nothing more
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_drop(struct nf_vpn_flow *flow)
{
	WRITE_ONCE(flow->expects, 0);
	leave(flow);
}

/**
 * nf_vpn_expect_review - has a flow expected something for too long?
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_review(struct nf_vpn_flow *flow)
{
	u32 life = flow->n[NF_VPN_DIR_IN] ? LIFE_REKEY : LIFE_FIRST;

	if (flow->expects && nf_vpn_idle(&flow->expected_at) > life &&
	    nf_vpn_idle(&flow->contested_at) > CONTESTED)
		nf_vpn_expect_drop(flow);
}

/**
 * nf_vpn_expect_asked - who has been waiting for an answer for longest?
 * @vn: the namespace
 * @pair: the pair
 *
 * Who was not answered in the time of a probe comes last again.
 *
 * Context: nf_vpn_net.lock held.
 * Return: a flow, or NULL.
 */
struct nf_vpn_flow *nf_vpn_expect_asked(struct nf_vpn_net *vn,
					struct nf_vpn_pair *pair)
{
	u32 limit = msecs_to_jiffies(READ_ONCE(vn->limits.probe_ms));
	struct nf_vpn_flow *flow;
	unsigned int i;

	for (i = 0; i < PICK_TRIES && !list_empty(&pair->asked); i++) {
		flow = list_first_entry(&pair->asked, struct nf_vpn_flow,
					queue);
		/* Too early for an answer, and for those behind it. */
		if (nf_vpn_said_too_early(pair, nf_vpn_idle(&flow->asked_at)))
			return NULL;
		if (nf_vpn_idle(&flow->asked_at) <= limit)
			return flow;
		if (list_is_singular(&pair->asked) &&
		    !nf_vpn_token_holder(pair))
			return flow;
		flow->doubted = true;
		unask(flow);
	}
	return NULL;
}

static bool comes_before(const struct nf_vpn_flow *flow,
			 const struct nf_vpn_flow *best)
{
	if (!best || flow->doubted != best->doubted)
		return !best || best->doubted;
	return nf_vpn_idle(&flow->expected_at) <
	       nf_vpn_idle(&best->expected_at);
}

/**
 * nf_vpn_expect_silent - whom does the server speak to first?
 * @pair: the pair
 *
 * Most likely to whose exchange was completed last.
 *
 * Context: nf_vpn_net.lock held.
 * Return: a flow, or NULL if nobody expects anything.
 */
struct nf_vpn_flow *nf_vpn_expect_silent(struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *flow, *best = NULL;
	unsigned int tries = 0;

	list_for_each_entry_reverse(flow, &pair->expecting, queue) {
		if (nf_vpn_expect_lacks(flow) && comes_before(flow, best))
			best = flow;
		if (++tries == SILENT_TRIES)
			break;
	}
	return best;
}

/* What brings nothing any more makes room. */
static bool makes_room(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id;

	if (flow->n_unsupported < flow->expects + OVER)
		return true;
	list_for_each_entry(id, &flow->ids, list)
		if (id->dir == NF_VPN_DIR_IN && READ_ONCE(id->support) <= 1 &&
		    id->state == NF_VPN_STATE_PROVISIONAL &&
		    nf_vpn_idle(&id->last) > HZ) {
			nf_vpn_id_del(vn, id);
			return true;
		}
	return false;
}

/**
 * nf_vpn_expect_over - who may have been given another's, or what was made up?
 * @vn: the namespace
 * @pair: the pair
 *
 * Context: nf_vpn_net.lock held.
 * Return: a flow that expects an id, though it was given one, or NULL.
 */
struct nf_vpn_flow *nf_vpn_expect_over(struct nf_vpn_net *vn,
				       struct nf_vpn_pair *pair)
{
	struct list_head *queues[] = { &pair->asked, &pair->expecting };
	unsigned int i, tries = 0;
	struct nf_vpn_flow *flow;

	for (i = 0; i < ARRAY_SIZE(queues); i++)
		list_for_each_entry_reverse(flow, queues[i], queue) {
			if (flow->expects && makes_room(vn, flow))
				return flow;
			if (++tries == PICK_TRIES)
				return NULL;
		}
	return NULL;
}

/**
 * nf_vpn_expect_more - a flow's key exchange was completed
 * @vn: the namespace
 * @flow: the flow
 * @further: the id is another one than was announced before
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_more(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
			bool further)
{
	if (!nf_vpn_expect_lacks(flow) ||
	    (further && flow->expects < EXPECTS_MAX)) {
		WRITE_ONCE(flow->expects,
			   min(flow->expects + 1, EXPECTS_MAX));
		nf_vpn_inc(vn, flow->proto, NF_VPN_CNT_EXPECTED);
	}
	flow->expected_at = (u32)jiffies;
	flow->guesses = 0;
	flow->doubted = false;
	join(flow, &flow->pair->expecting, false);
}

/**
 * nf_vpn_expect_less - a flow's last key exchange was not about a tunnel
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_expect_less(struct nf_vpn_flow *flow)
{
	if (!flow->expects)
		return;
	WRITE_ONCE(flow->expects, flow->expects - 1);
	if (!flow->expects)
		leave(flow);
}
