// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inbound ids that several clients may own.
 *
 * Where more than one client of a server may be meant, a copy of each packet
 * goes to every one of them, as a switch does with an address that it has not
 * learnt yet: the right client has its packets from the first one on, and the
 * others drop what they have no key for.  Meanwhile it shows whose the id is.
 *
 * Whoever owns it, its packets come when it has asked for something, or it
 * answers them at once.  For others that is so by chance: the more often they
 * send, the less it says.  So each packet adds to or takes from the score of
 * each claimant the logarithm of how much more likely it is if the id is its
 * own, and who leads by far has won: A. Wald's sequential probability ratio
 * test.
 *
 * Everything here runs under nf_vpn_net.lock, and in bounded time: a claimant
 * is one of a few, and copies are limited.
 */
#include "idmap.h"

#define BITS(n)		(4 * (n))	/* scores are in quarters of a bit */
#define FIRST_GUESS	BITS(1)		/* with what explains it: see score() */
#define WIN		BITS(6)		/* that makes a verdict */
#define LEAD		BITS(9)		/* before every other */
#define SCORE_MAX	BITS(64)
#define ROUND_TRIPS	3		/* that are enough if there is no rival */
#define ENOUGH		128		/* explained packets that do not tell */
#define FAST_ENOUGH	16	/* the same, of who leads, if it comes too fast */
#define PATIENCE	16		/* packets that are, if nobody asks */
#define LOST		(-BITS(5))	/* others may have the place */
#define QUEUE_TRIES	32
#define SLACK		(HZ / 4)	/* for packets that overtake each other */
#define COPIES_BURST	256
#define COPIES_PER_SEC	64

/* In quarters of a bit: what it says of a claimant that a packet is explained by
 * what it sends, or that it is not, by sixteenths of the time in which it would
 * be so by chance.
 */
static const s8 explained[16] = { 18, 12, 9, 7, 5, 4, 3, 2, 2, 1 };
static const s8 unexplained[16] = {
	-9, -9, -8, -8, -7, -7, -6, -6, -5, -4, -3, -2, -1,
};

static struct nf_vpn_flow *flow_of(struct nf_vpn_net *vn,
				   const struct nf_vpn_pair *pair, u32 nr)
{
	struct nf_vpn_flow *flow = xa_load(&vn->by_nr, nr);

	return flow && flow->pair == pair ? flow : NULL;
}

static struct nf_vpn_claim *claim_of(struct nf_vpn_contest *contest, u32 nr)
{
	unsigned int i;

	for (i = 0; i < contest->n; i++)
		if (contest->claims[i].nr == nr)
			return &contest->claims[i];
	return NULL;
}

static void claim(struct nf_vpn_contest *contest,
		  const struct nf_vpn_flow *flow, bool expects)
{
	if (contest->n < NF_VPN_CLAIMS && !claim_of(contest, flow->nr))
		contest->claims[contest->n++] = (struct nf_vpn_claim) {
			.nr = flow->nr, .expects = expects,
		};
}

static void claim_queue(struct nf_vpn_contest *contest,
			const struct list_head *queue)
{
	const struct nf_vpn_flow *flow;

	list_for_each_entry_reverse(flow, queue, queue) {
		if (contest->n == NF_VPN_CLAIMS)
			return;
		if (flow->expects)
			claim(contest, flow, true);
	}
}

/* Those that were let send without an expectation, and may be answered. */
static void claim_said(struct nf_vpn_net *vn, struct nf_vpn_contest *contest,
		       const struct nf_vpn_flow *binds)
{
	const struct nf_vpn_pair *pair = binds->pair;
	const struct nf_vpn_flow *flow;
	unsigned int i;

	if (pair->nwaiting <= binds->waiting)
		return;
	for (i = 0; i < NF_VPN_SAID; i++) {
		flow = flow_of(vn, pair, READ_ONCE(pair->said[i].nr));
		if (flow && flow->waiting && nf_vpn_said_fits(flow))
			claim(contest, flow, false);
	}
}

/* Its exchange may have been completed just now: packets overtake each other. */
static void claim_exchange(struct nf_vpn_net *vn,
			   struct nf_vpn_contest *contest,
			   struct nf_vpn_pair *pair)
{
	const struct nf_vpn_flow *flow = nf_vpn_exchange_holder(vn, pair);

	if (flow)
		claim(contest, flow, true);
}

/**
 * nf_vpn_contest_begin - look whose a new inbound id is
 * @vn: the namespace
 * @id: the id, bound to whom it most likely belongs
 * @fresh: it may be one that a key exchange has announced
 *
 * Sets id->contest, but if its flow has the server to itself, or for want of
 * memory.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_contest_begin(struct nf_vpn_net *vn, struct nf_vpn_id *id,
			  bool fresh)
{
	struct nf_vpn_contest all = { .copies = COPIES_BURST };
	struct nf_vpn_pair *pair = id->flow->pair;

	if (pair->nflows == 1)
		return;
	claim(&all, id->flow, id->flow->expects);
	all.claims[0].score = FIRST_GUESS;
	if (fresh) {
		claim_queue(&all, &pair->asked);
		claim_queue(&all, &pair->expecting);
	}
	claim_exchange(vn, &all, pair);
	claim_said(vn, &all, id->flow);
	all.full = all.n == NF_VPN_CLAIMS;
	all.copies_at = (u32)jiffies;
	id->contest = kmemdup(&all, sizeof(all), GFP_ATOMIC);
	if (id->contest && all.n > 1)
		nf_vpn_inc(vn, id->flow->proto, NF_VPN_CNT_CONTESTED);
}

static bool has_claim(const struct nf_vpn_id *id,
		      const struct nf_vpn_claim *claim,
		      const struct nf_vpn_flow *flow)
{
	if (claim->expects)
		return flow->expects || nf_vpn_idle(&id->bound_at) < SLACK;
	return flow == id->flow || flow->waiting;
}

/* Whose claim has gone is out; if nobody's is left, it stays where it is. */
static void review(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_contest *contest = id->contest;
	const struct nf_vpn_flow *flow;
	unsigned int i, n = 0;

	for (i = 0; i < contest->n; i++) {
		flow = flow_of(vn, id->flow->pair, contest->claims[i].nr);
		if (flow && has_claim(id, &contest->claims[i], flow))
			contest->claims[n++] = contest->claims[i];
	}
	contest->n = n;
	if (!n)
		claim(contest, id->flow, false);
}

/* What the packet that was looked at last says of a claimant. */
static int weight(const struct nf_vpn_id *id, const struct nf_vpn_claim *claim,
		  bool replied)
{
	unsigned int chance;

	chance = nf_vpn_said_by_chance(id->flow->pair, claim->nr,
				       id->node.key.id);
	if (replied)
		return explained[chance];
	if (claim->off == NF_VPN_UNEXPLAINED)
		return unexplained[chance];
	return max(explained[chance] - claim->off, (int)unexplained[chance]);
}

static void score(struct nf_vpn_net *vn, const struct nf_vpn_id *id,
		  struct nf_vpn_claim *claim)
{
	const struct nf_vpn_pair *pair = id->flow->pair;
	const struct nf_vpn_flow *flow = flow_of(vn, pair, claim->nr);
	bool replied;

	replied = flow->told_at == id->contest->told_at &&
		  READ_ONCE(flow->replied);
	if (claim->off != NF_VPN_UNEXPLAINED &&
	    nf_vpn_said_otherwise(pair, claim->said, claim->said_at))
		claim->off = NF_VPN_UNEXPLAINED;
	claim->score = clamp(claim->score + weight(id, claim, replied),
			     -SCORE_MAX, SCORE_MAX);
	if (replied || claim->off != NF_VPN_UNEXPLAINED)
		claim->hits = min(claim->hits + 1, U8_MAX);
}

/* Who expects an id, has no claim, and was told something longest ago? */
static const struct nf_vpn_flow *
next_in(struct nf_vpn_contest *contest, const struct list_head *queue,
	const struct nf_vpn_flow *best)
{
	const struct nf_vpn_flow *flow;
	unsigned int tries = 0;

	list_for_each_entry_reverse(flow, queue, queue) {
		if (++tries > QUEUE_TRIES)
			break;
		if (flow->expects && !claim_of(contest, flow->nr) &&
		    (!best || nf_vpn_idle(&flow->contested_at) >
			      nf_vpn_idle(&best->contested_at)))
			best = flow;
	}
	return best;
}

static const struct nf_vpn_flow *next_one(struct nf_vpn_contest *contest,
					  const struct nf_vpn_pair *pair)
{
	const struct nf_vpn_flow *next, *holder = nf_vpn_token_holder(pair);

	if (holder && !claim_of(contest, holder->nr))
		return holder;
	next = next_in(contest, &pair->asked, NULL);
	return next_in(contest, &pair->expecting, next);
}

/* If there are more than may claim, those that it hardly belongs to give way; if
 * there is but one, and it is hardly its own, others may claim it, too.
 */
static void rotate(struct nf_vpn_net *vn, const struct nf_vpn_id *id)
{
	struct nf_vpn_contest *contest = id->contest;
	bool alone = contest->n == 1;
	const struct nf_vpn_flow *next;
	struct nf_vpn_claim *old;
	unsigned int i;

	if (!alone && !contest->full)
		return;
	for (i = 0; i < contest->n; i++) {
		old = &contest->claims[i];
		if (old->score > LOST || (old->nr == id->flow->nr && !alone))
			continue;
		next = next_one(contest, id->flow->pair);
		if (!next)
			return;
		if (alone)
			old = &contest->claims[contest->n++];
		*old = (struct nf_vpn_claim) {
			.nr = next->nr, .expects = next->expects,
			.now = NF_VPN_UNEXPLAINED,
		};
	}
}

/* Nobody else may be meant, and it was asked for. */
static bool is_plain(const struct nf_vpn_contest *contest)
{
	return contest->n == 1 && contest->told_at != (u32)jiffies &&
	       contest->claims[0].off != NF_VPN_UNEXPLAINED;
}

static void take(struct nf_vpn_claim *claim, const struct nf_vpn_pair *pair)
{
	claim->off = claim->now;
	if (claim->off == NF_VPN_UNEXPLAINED)
		return;
	claim->said = claim->said_now;
	claim->said_at = READ_ONCE(pair->said[claim->said].at);
}

/* Look at what comes now; what answers it will show later. */
static void look(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_contest *contest = id->contest;
	u8 support = READ_ONCE(id->support);
	struct nf_vpn_flow *flow;
	unsigned int i;

	contest->pending = true;
	contest->told_at = (u32)jiffies;
	if (support < U8_MAX)
		WRITE_ONCE(id->support, support + 1);
	for (i = 0; i < contest->n; i++) {
		flow = flow_of(vn, id->flow->pair, contest->claims[i].nr);
		take(&contest->claims[i], flow->pair);
		flow->contested_at = (u32)jiffies;
		WRITE_ONCE(flow->told_at, (u32)jiffies);
		WRITE_ONCE(flow->replied, false);
	}
}

static void answer(struct nf_vpn_net *vn, const struct nf_vpn_id *id)
{
	struct nf_vpn_contest *contest = id->contest;
	const struct nf_vpn_flow *flow;
	unsigned int i;

	for (i = 0; i < contest->n; i++) {
		flow = flow_of(vn, id->flow->pair, contest->claims[i].nr);
		contest->claims[i].now =
			nf_vpn_said_answer(flow, id->node.key.id,
					   &contest->claims[i].said_now);
	}
}

/* Of packets that come fast one is looked at after the other was answered. */
static void weigh(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_contest *contest = id->contest;
	unsigned int i;

	answer(vn, id);
	if (contest->pending) {
		if (!is_plain(contest) &&
		    !nf_vpn_said_replied_by(contest->told_at))
			return;
		for (i = 0; i < contest->n; i++)
			score(vn, id, &contest->claims[i]);
		rotate(vn, id);
	}
	look(vn, id);
}

static const struct nf_vpn_claim *leader(const struct nf_vpn_contest *contest)
{
	const struct nf_vpn_claim *best = &contest->claims[0];
	unsigned int i;

	for (i = 1; i < contest->n; i++)
		if (contest->claims[i].score > best->score)
			best = &contest->claims[i];
	return best;
}

/* Who is alone has no rival that might be meant, unless somebody asks in vain. */
static bool wins_alone(const struct nf_vpn_id *id,
		       const struct nf_vpn_claim *only)
{
	const struct nf_vpn_pair *pair = id->flow->pair;
	u8 support = READ_ONCE(id->support);

	if ((only->hits >= ROUND_TRIPS && only->score > LOST) ||
	    support == U8_MAX)
		return true;
	return support >= PATIENCE && !READ_ONCE(pair->nwaiting) &&
	       pair->nqueued <= !list_empty(&id->flow->queue);
}

/* By far? */
static bool leads(const struct nf_vpn_contest *contest,
		  const struct nf_vpn_claim *best)
{
	const struct nf_vpn_claim *other;
	unsigned int i;

	for (i = 0; i < contest->n; i++) {
		other = &contest->claims[i];
		if (other != best && best->score - other->score < LEAD)
			return false;
	}
	return true;
}

static bool wins(const struct nf_vpn_id *id, const struct nf_vpn_claim *best)
{
	if (id->contest->n == 1)
		return wins_alone(id, best);
	return best->score > WIN && leads(id->contest, best);
}

/* It comes too fast to be copied for ever, and does not show whose it is: then
 * who leads by far must do, or the first guess. Who sends all the time explains
 * everything, which says nothing for it, but may say much against all others.
 * Return: whose it is from now on, or NULL if that can wait.
 */
static const struct nf_vpn_claim *
give_up(const struct nf_vpn_id *id, const struct nf_vpn_claim *best)
{
	struct nf_vpn_contest *contest = id->contest;

	if (contest->n == 1 || contest->copies)
		return NULL;
	if (best->hits >= FAST_ENOUGH && best->score > 0 &&
	    leads(contest, best))
		return best;
	if (best->hits < ENOUGH)
		return NULL;
	return claim_of(contest, id->flow->nr) ?: best;
}

/* Return: the id, or NULL if nobody has it now. */
static struct nf_vpn_id *hand_over(struct nf_vpn_net *vn, struct nf_vpn_id *id,
				   struct nf_vpn_flow *to)
{
	bool told = id->contest->told;
	u32 nr = id->flow->nr;
	struct nf_vpn_flow *from;

	id = nf_vpn_id_give(vn, id, to);
	/* It may have made room for that. */
	from = flow_of(vn, to->pair, nr);
	if (from && !from->n[NF_VPN_DIR_IN])
		nf_vpn_token_again(vn, from);
	if (!id)
		return NULL;
	WRITE_ONCE(to->spoke, false);
	nf_vpn_expect_met(to);
	nf_vpn_token_settle(vn, to);
	if (told)
		nf_vpn_inc(vn, to->proto, NF_VPN_CNT_MISBIND);
	return id;
}

/* Return: likewise. */
static struct nf_vpn_id *decide(struct nf_vpn_net *vn, struct nf_vpn_id *id,
				struct nf_vpn_flow *to)
{
	struct nf_vpn_contest *contest = id->contest;
	bool told = contest->told;

	if (id->flow != to) {
		id = hand_over(vn, id, to);
		if (!id)
			return NULL;
		told = false;
	} else {
		id->contest = NULL;
		kfree(contest);
	}
	if (!told)
		nf_vpn_support_bound(vn, id);
	nf_vpn_support_confirm(vn, id);
	return id;
}

static void earn_copies(struct nf_vpn_contest *contest)
{
	u32 now = (u32)jiffies;
	u32 earned = (now - contest->copies_at) * COPIES_PER_SEC / HZ;

	if (!earned)
		return;
	contest->copies_at = now;
	contest->copies = min_t(u32, contest->copies + earned, COPIES_BURST);
}

static unsigned int others(struct nf_vpn_net *vn, const struct nf_vpn_id *id,
			   struct nf_vpn_flow **to)
{
	struct nf_vpn_contest *contest = id->contest;
	unsigned int i, n = 0;

	for (i = 0; i < contest->n && contest->copies; i++) {
		to[n] = flow_of(vn, id->flow->pair, contest->claims[i].nr);
		if (to[n] == id->flow)
			continue;
		contest->copies--;
		n++;
	}
	return n;
}

/* The last one that is left, but for one whose it is hardly.
 * Return: the id, or NULL if nobody has it now.
 */
static struct nf_vpn_id *settle_on(struct nf_vpn_net *vn, struct nf_vpn_id *id,
				   struct nf_vpn_flow *flow, s16 score)
{
	if (score <= LOST)
		return id;
	if (flow != id->flow) {
		id = hand_over(vn, id, flow);
		if (!id)
			return NULL;
		nf_vpn_contest_begin(vn, id, false);
		if (!id->contest)
			nf_vpn_support_bound(vn, id);
	}
	if (id->contest && !id->contest->told) {
		id->contest->told = true;
		nf_vpn_support_bound(vn, id);
	}
	return id;
}

/* The packet is on its way to whom the id was given before.
 * Return: length of @to, whom else it goes to.
 */
static unsigned int heard(struct nf_vpn_net *vn, struct nf_vpn_id *id,
			  struct nf_vpn_flow **to)
{
	const struct nf_vpn_flow *before = id->flow;
	const struct nf_vpn_claim *best, *winner;
	struct nf_vpn_flow *flow;

	review(vn, id);
	weigh(vn, id);
	earn_copies(id->contest);
	best = leader(id->contest);
	winner = wins(id, best) ? best : give_up(id, best);
	flow = flow_of(vn, before->pair, (winner ?: best)->nr);
	if (winner)
		id = decide(vn, id, flow);
	else if (id->contest->n == 1)
		id = settle_on(vn, id, flow, best->score);
	else
		return others(vn, id, to);
	if (!id || id->flow == before)
		return 0;
	to[0] = id->flow;
	return 1;
}

/* Its flow had the server to itself when it was bound. */
static void open_again(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	nf_vpn_contest_begin(vn, id, false);
	if (id->contest)
		id->contest->told = true;
}

/**
 * nf_vpn_contest_heard - a packet came in with a provisional id
 * @vn: the namespace
 * @pkt: the packet
 * @id: the id, whose flow has not got the server to itself; may be gone
 *	afterwards
 *
 * Context: PRE_ROUTING; RCU read side.
 */
void nf_vpn_contest_heard(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  struct nf_vpn_id *id)
{
	struct nf_vpn_flow *to[NF_VPN_CLAIMS];
	unsigned int i, n = 0;

	spin_lock_bh(&vn->lock);
	if (nf_vpn_id_find(vn, &pkt->key) == id &&
	    id->state == NF_VPN_STATE_PROVISIONAL) {
		if (!id->contest)
			open_again(vn, id);
		if (id->contest)
			n = heard(vn, id, to);
	}
	spin_unlock_bh(&vn->lock);
	for (i = 0; i < n; i++)
		nf_vpn_in_copy(vn, pkt, to[i]);
}
