// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has said what and when, and how long a server takes to answer.
 *
 * A pair remembers what those of its flows have sent last that are not settled,
 * to tell whom it answers what comes in.  Two clients may ask within a few
 * milliseconds, so time is taken finer than jiffies: in ticks of 1024 ns.
 *
 * Most is written without a lock, for what a race spoils is a hint.
 */
#include <linux/ktime.h>
#include "idmap.h"

#define TICKS(ms)	((ms) * 977U)
#define LONGEST		TICKS(1000)	/* nothing older is answered */
#define LATE		TICKS(60)	/* more than usual */
#define EARLY		TICKS(2)	/* less than usual */
#define STEADY		TICKS(8)	/* nobody is more regular than that */
#define REPLY		(HZ / 20)	/* a client answers what it was told */
#define REPLY_TICKS	TICKS(50)
#define YOUNG		TICKS(2000)	/* nothing is known of the time before */
#define OLD		TICKS(60000)
#define BADLY		12		/* quarter bits: it hardly explains it */

static u32 ticks(void)
{
	return (u32)(ktime_get_ns() >> 10);
}

static u32 earliest(const struct nf_vpn_pair *pair)
{
	u32 rtt = READ_ONCE(pair->rtt);

	return rtt - min(rtt, 2 * READ_ONCE(pair->dev) + EARLY);
}

static u32 latest(const struct nf_vpn_pair *pair)
{
	u32 rtt = READ_ONCE(pair->rtt);

	if (!rtt)
		return LONGEST;
	return min(rtt + LATE, LONGEST);
}

/* Can what comes now answer what was sent then? */
static bool fits(const struct nf_vpn_pair *pair, u32 took)
{
	return took >= earliest(pair) && took <= latest(pair);
}

static u32 distance(u32 a, u32 b)
{
	return a > b ? a - b : b - a;
}

static u32 towards(u32 from, u32 to, u32 parts)
{
	return to > from ? from + (to - from) / parts :
			   from - (from - to) / parts;
}

/* As TCP does it (RFC 6298). */
static void learn(struct nf_vpn_pair *pair, u32 took)
{
	u32 rtt = READ_ONCE(pair->rtt), dev = READ_ONCE(pair->dev);

	if (took > LONGEST)
		return;
	took = max(took, 1U);
	if (!READ_ONCE(pair->timed)) {
		rtt = took;
		dev = took / 2;
	}
	WRITE_ONCE(pair->dev, towards(dev, distance(took, rtt), 4));
	WRITE_ONCE(pair->rtt, towards(rtt, took, 8));
	WRITE_ONCE(pair->timed, true);
}

/**
 * nf_vpn_said_exchange - a server has answered a key exchange
 * @pair: the pair
 * @took: how long it took (jiffies)
 *
 * It has to calculate for that, so it counts only until a tunnel was answered.
 *
 * Context: RCU read side.
 */
void nf_vpn_said_exchange(struct nf_vpn_pair *pair, u32 took)
{
	if (READ_ONCE(pair->timed) || took > HZ)
		return;
	took = max(TICKS(jiffies_to_msecs(took)), TICKS(1));
	WRITE_ONCE(pair->rtt, took);
	WRITE_ONCE(pair->dev, took);
}

/**
 * nf_vpn_said_rtt - how long does a server take to answer?
 * @pair: the pair
 *
 * Context: RCU read side.
 * Return: the usual time (jiffies), 0 if not known.
 */
u32 nf_vpn_said_rtt(const struct nf_vpn_pair *pair)
{
	u32 rtt = READ_ONCE(pair->rtt);

	return rtt ? msecs_to_jiffies(rtt / TICKS(1) + 1) : 0;
}

/**
 * nf_vpn_said_too_early - is it too early for an answer?
 * @pair: the pair
 * @since: time since it was asked (jiffies)
 *
 * Context: RCU read side.
 * Return: true if so.
 */
bool nf_vpn_said_too_early(const struct nf_vpn_pair *pair, u32 since)
{
	return TICKS(jiffies_to_msecs(since + 1)) < earliest(pair);
}

/**
 * nf_vpn_said_now - a flow that is not settled sends something
 * @flow: the flow
 *
 * Context: RCU read side.
 */
void nf_vpn_said_now(struct nf_vpn_flow *flow)
{
	struct nf_vpn_pair *pair = flow->pair;
	u32 next = READ_ONCE(pair->said_next), now = ticks();
	struct nf_vpn_said *said = &pair->said[next % NF_VPN_SAID];

	if (!READ_ONCE(flow->spoke))
		WRITE_ONCE(flow->spoke, true);
	if (!READ_ONCE(flow->replied) &&
	    (u32)jiffies - READ_ONCE(flow->told_at) <= REPLY)
		WRITE_ONCE(flow->replied, true);
	WRITE_ONCE(said->nr, flow->nr);
	WRITE_ONCE(said->at, now);
	WRITE_ONCE(said->done, false);
	WRITE_ONCE(said->answer[0], 0);
	WRITE_ONCE(said->answer[1], 0);
	WRITE_ONCE(pair->said_next, next + 1);
}

/**
 * nf_vpn_said_replied_by - was there time for a client to answer?
 * @told_at: when it was told something (jiffies, 32 bits)
 *
 * Return: true if so.
 */
bool nf_vpn_said_replied_by(u32 told_at)
{
	return (u32)jiffies - told_at > REPLY;
}

/**
 * nf_vpn_said_first - the first packet of an inbound id answers a flow
 * @flow: the flow, which alone was let ask
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_said_first(const struct nf_vpn_flow *flow)
{
	struct nf_vpn_pair *pair = flow->pair;
	u32 next = READ_ONCE(pair->said_next);
	const struct nf_vpn_said *said;
	unsigned int i;

	for (i = 1; i <= NF_VPN_SAID; i++) {
		said = &pair->said[(next - i) % NF_VPN_SAID];
		if (READ_ONCE(said->nr) != flow->nr)
			continue;
		learn(pair, ticks() - READ_ONCE(said->at));
		return;
	}
}

/**
 * nf_vpn_said_answered - a packet comes for a flow, with an id that is its own
 * @flow: the flow
 *
 * What it answers is answered only once.
 *
 * Context: RCU read side.
 */
void nf_vpn_said_answered(struct nf_vpn_flow *flow)
{
	struct nf_vpn_pair *pair = flow->pair;
	u32 next = READ_ONCE(pair->said_next), took;
	struct nf_vpn_said *said;
	unsigned int i;

	for (i = 0; i < NF_VPN_SAID; i++) {
		said = &pair->said[(next + i) % NF_VPN_SAID];
		took = ticks() - READ_ONCE(said->at);
		if (READ_ONCE(said->nr) != flow->nr || READ_ONCE(said->done) ||
		    took > latest(pair))
			continue;
		WRITE_ONCE(said->done, true);
		learn(pair, took);
		return;
	}
}

static bool is_answered(const struct nf_vpn_said *said, __be32 id)
{
	return id && (READ_ONCE(said->answer[0]) == id ||
		      READ_ONCE(said->answer[1]) == id);
}

/* What a flow has sent that is most likely answered now; not what an inbound id
 * has answered already.
 */
static struct nf_vpn_said *best_of(const struct nf_vpn_flow *flow, __be32 id,
				   u32 *off)
{
	struct nf_vpn_pair *pair = flow->pair;
	struct nf_vpn_said *said, *best = NULL;
	u32 now = ticks(), took, by;
	unsigned int i;

	for (i = 0; i < NF_VPN_SAID; i++) {
		said = &pair->said[i];
		took = now - READ_ONCE(said->at);
		if (READ_ONCE(said->nr) != flow->nr || READ_ONCE(said->done) ||
		    !fits(pair, took) || is_answered(said, id))
			continue;
		by = distance(took, READ_ONCE(pair->rtt));
		if (best && by >= *off)
			continue;
		*off = by;
		best = said;
	}
	return best;
}

/**
 * nf_vpn_said_fits - can what comes now answer a flow?
 * @flow: the flow
 *
 * Given how long the server takes, and what flows that are not settled have sent
 * lately.
 *
 * Context: RCU read side.
 * Return: true if so.
 */
bool nf_vpn_said_fits(const struct nf_vpn_flow *flow)
{
	u32 off;

	return best_of(flow, 0, &off);
}

/* What is known of the time may be wrong, and always by the same: who is off by
 * no more than that is no better or worse than another one.
 */
static u32 usual_error(const struct nf_vpn_pair *pair)
{
	return max3(STEADY, 2 * READ_ONCE(pair->dev),
		    READ_ONCE(pair->rtt) / 4);
}

/**
 * nf_vpn_said_answer - an inbound id brings a packet that may answer a flow
 * @flow: the flow
 * @id: the id
 * @which: set to which of nf_vpn_pair.said it answers
 *
 * An id answers only once what the flow has sent.
 *
 * Context: nf_vpn_net.lock held.
 * Return: how much less likely it is than if the packet came when answers usually
 * do, in quarters of a bit, up to some limit; %NF_VPN_UNEXPLAINED if it answers
 * nothing.
 */
u8 nf_vpn_said_answer(const struct nf_vpn_flow *flow, __be32 id, u8 *which)
{
	u32 usual = usual_error(flow->pair), off;
	struct nf_vpn_said *said = best_of(flow, id, &off);

	if (!said)
		return NF_VPN_UNEXPLAINED;
	WRITE_ONCE(said->answer[1], READ_ONCE(said->answer[0]));
	WRITE_ONCE(said->answer[0], id);
	*which = said - flow->pair->said;
	if (off <= usual)
		return 0;
	off = min(8 * (off - usual) / usual, 64U);
	return min(3 * off * off / 16, (u32)BADLY);
}

/**
 * nf_vpn_said_otherwise - was it answered with another id after all?
 * @pair: the pair
 * @which: which of nf_vpn_pair.said
 * @at: when that was sent (ticks)
 *
 * Context: nf_vpn_net.lock held.
 * Return: true if so.
 */
bool nf_vpn_said_otherwise(const struct nf_vpn_pair *pair, u8 which, u32 at)
{
	const struct nf_vpn_said *said = &pair->said[which];

	return READ_ONCE(said->at) == at && READ_ONCE(said->done);
}

/**
 * nf_vpn_said_by_chance - how often would a flow explain what comes by chance?
 * @pair: its pair
 * @nr: its number
 * @id: an inbound id: what that has answered is none of chance
 *
 * Context: nf_vpn_net.lock held.
 * Return: how much of the time, in sixteenths, is one in which something that the
 * flow has sent may be answered, or it answers, 15 at most.
 */
unsigned int nf_vpn_said_by_chance(const struct nf_vpn_pair *pair, u32 nr,
				   __be32 id)
{
	u32 from = earliest(pair), to = latest(pair), window;
	u32 now = ticks(), span = 0, n = 1, at;
	const struct nf_vpn_said *said;
	bool young = false;
	unsigned int i;

	/* What is known of the time may have changed in between. */
	window = max(from, to) - from + REPLY_TICKS;
	for (i = 0; i < NF_VPN_SAID; i++) {
		said = &pair->said[i];
		at = READ_ONCE(said->at);
		young |= !at;
		if (at)
			span = max(span, now - at);
		n += READ_ONCE(said->nr) == nr &&
		     (READ_ONCE(said->done) || !is_answered(said, id));
	}
	if (young)
		span = max(span, YOUNG);
	span = min(span, OLD) / 16 + window / 16;
	return min(n * window / span, 15U);
}

/* A flow that lacks something that it expects. */
static struct nf_vpn_flow *expecting(struct nf_vpn_net *vn,
				     const struct nf_vpn_pair *pair, u32 nr)
{
	struct nf_vpn_flow *flow = nr ? xa_load(&vn->by_nr, nr) : NULL;

	return flow && flow->pair == pair && nf_vpn_expect_lacks(flow) &&
	       !flow->doubted ? flow : NULL;
}

/* Just as long ago as the server takes? */
static bool fits_well(const struct nf_vpn_pair *pair, u32 took)
{
	return fits(pair, took) &&
	       took <= READ_ONCE(pair->rtt) + 2 * READ_ONCE(pair->dev) + EARLY;
}

/**
 * nf_vpn_said_explain - whom does a new inbound id answer that comes now?
 * @vn: the namespace
 * @pair: the pair
 * @soon: who has sent something just as long ago as the server takes; else, not
 *	much longer ago
 *
 * Of the flows that expect one: of those @soon the first to have sent something,
 * else the last.
 *
 * Context: nf_vpn_net.lock held.
 * Return: a flow, or NULL.
 */
struct nf_vpn_flow *nf_vpn_said_explain(struct nf_vpn_net *vn,
					const struct nf_vpn_pair *pair,
					bool soon)
{
	u32 next = READ_ONCE(pair->said_next), now = ticks(), took;
	struct nf_vpn_flow *flow, *best = NULL;
	const struct nf_vpn_said *said;
	unsigned int i;

	for (i = 1; i <= NF_VPN_SAID; i++) {
		said = &pair->said[(next - i) % NF_VPN_SAID];
		took = now - READ_ONCE(said->at);
		if (soon ? !fits_well(pair, took) : !fits(pair, took))
			continue;
		flow = expecting(vn, pair, READ_ONCE(said->nr));
		if (!flow)
			continue;
		best = flow;
		if (!soon)
			break;
	}
	return best;
}
