// SPDX-License-Identifier: GPL-2.0-only
/*
 * What speaks for a binding, and what against it.
 *
 * A binding is provisional until packets have gone to and fro with it.  One that
 * brings nothing any more makes its client ask again.  Where several may own an
 * id, see contest.c.
 */
#include "idmap.h"

#define ROUND_TRIPS	3		/* that make a binding supported */
#define BACK_STEPS	3		/* of 255, of the sequence number: a clash */
#define SILENT_AFTER	(30 * HZ)
#define TALKS_WITHIN	(5 * HZ)
#define WORKS_WITHIN	(3 * HZ)
#define REORDER		8		/* packets that overtake each other */

/* Ids that nobody asked for do not count as long as one works that was: who
 * makes up ids in a server's name gets no further.
 */
static bool may_be_confirmed(const struct nf_vpn_id *id)
{
	const struct nf_vpn_id *other;

	if (id->asked)
		return true;
	list_for_each_entry_rcu(other, &id->flow->ids, list)
		if (other->dir == NF_VPN_DIR_IN && other->asked &&
		    nf_vpn_idle(&other->last) < WORKS_WITHIN)
			return false;
	return true;
}

/**
 * nf_vpn_support_bound - tell that an inbound id goes to one flow and no other
 * @vn: the namespace
 * @id: the id
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_support_bound(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;
	const struct nf_vpn_id *other;
	bool first = true;

	list_for_each_entry(other, &flow->ids, list)
		if (other != id && other->dir == NF_VPN_DIR_IN &&
		    !other->contest)
			first = false;
	if (flow->expects)
		nf_vpn_inc(vn, flow->proto, NF_VPN_CNT_BOUND_EXPECTED);
	nf_vpn_event_tunnel(vn, first ? NF_VPN_EVENT_BOUND :
					NF_VPN_EVENT_REBOUND, flow, id);
}

/**
 * nf_vpn_support_confirm - traffic has shown whose an inbound id is
 * @vn: the namespace
 * @id: the id, provisional
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_support_confirm(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;

	if (!may_be_confirmed(id))
		return;
	id->asked = true;
	WRITE_ONCE(id->state, NF_VPN_STATE_BOUND);
	WRITE_ONCE(flow->n_unsupported, flow->n_unsupported - 1);
	list_del_init(&flow->young);
	nf_vpn_expect_own(flow);
}

/* Whoever is alone has no rival that might be meant. */
static bool weigh_alone(struct nf_vpn_id *id)
{
	u8 support = READ_ONCE(id->support);

	if (READ_ONCE(id->flow->spoke)) {
		WRITE_ONCE(id->flow->spoke, false);
		if (support < U8_MAX)
			WRITE_ONCE(id->support, ++support);
	}
	return support >= ROUND_TRIPS;
}

/**
 * nf_vpn_support_heard - a packet came in with a provisional id
 * @vn: the namespace
 * @pkt: the packet
 * @id: the id; may be gone afterwards
 *
 * Context: RCU read side.  What is counted is counted without a lock; what a race
 * spoils is a hint.
 */
void nf_vpn_support_heard(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  struct nf_vpn_id *id)
{
	if (READ_ONCE(id->flow->pair->nflows) > 1) {
		nf_vpn_contest_heard(vn, pkt, id);
		return;
	}
	if (!weigh_alone(id))
		return;
	spin_lock_bh(&vn->lock);
	if (nf_vpn_id_find(vn, &pkt->key) == id &&
	    id->state == NF_VPN_STATE_PROVISIONAL && !id->contest)
		nf_vpn_support_confirm(vn, id);
	spin_unlock_bh(&vn->lock);
}

/* Who asks in vain beside a flow, or NULL. */
static struct nf_vpn_flow *rival(struct nf_vpn_net *vn,
				 const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_pair *pair = flow->pair;
	struct nf_vpn_flow *other;
	u32 nr;

	other = nf_vpn_token_holder(pair) ?: READ_ONCE(pair->next);
	if (!other) {
		nr = READ_ONCE(pair->asker);
		other = nr ? xa_load(&vn->by_nr, nr) : NULL;
	}
	return other && other != flow && other->pair == pair ? other : NULL;
}

/* How often does the sequence number step back, while the same client asks? */
static bool steps_back(struct nf_vpn_id *id, u32 seq,
		       const struct nf_vpn_flow *asker)
{
	u8 ahead = READ_ONCE(id->ahead), back = READ_ONCE(id->back);
	u32 last = READ_ONCE(id->seq);

	WRITE_ONCE(id->seq, seq);
	if (READ_ONCE(id->back_for) != (u8)asker->nr || ahead == U8_MAX) {
		WRITE_ONCE(id->back_for, (u8)asker->nr);
		WRITE_ONCE(id->back, 0);
		WRITE_ONCE(id->ahead, 0);
		return false;
	}
	if (seq > last || (seq < last && last - seq < REORDER)) {
		WRITE_ONCE(id->ahead, ahead + 1);
		return false;
	}
	WRITE_ONCE(id->back, ++back);
	return back == BACK_STEPS;
}

/**
 * nf_vpn_support_watch - a known id brings a packet while somebody asks
 * @vn: the namespace
 * @pkt: the packet
 * @id: the id
 *
 * If a server gave two clients the same id, the second one's answers go to the
 * first.  The sequence numbers of the two then get mixed, and keep stepping
 * back.  Nothing can be done but to say so.
 *
 * Context: RCU read side.  The fields it keeps are written without a lock;
 * what a race spoils is a hint that is given late.
 */
void nf_vpn_support_watch(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow, *asker;

	if (READ_ONCE(flow->waiting) && !READ_ONCE(flow->heard))
		WRITE_ONCE(flow->heard, true);
	if (!pkt->seq || !READ_ONCE(flow->pair->nwaiting))
		return;
	asker = rival(vn, flow);
	if (!asker)
		WRITE_ONCE(id->seq, pkt->seq);
	else if (steps_back(id, pkt->seq, asker))
		nf_vpn_refuse(vn, NF_VPN_CNT_CLASH, pkt->proto,
			      &asker->node.key, &pkt->key, NF_VPN_DIR_IN,
			      &flow->node.key.src);
}

/**
 * nf_vpn_support_silent - let a flow ask again whose ids bring nothing more
 * @vn: the namespace
 * @flow: a flow that does not wait
 *
 * Its server may have started over with new ids.  It may as well be traffic
 * that goes one way by nature, so the flow is not held up while it asks.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_support_silent(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	const struct nf_vpn_id *id;
	bool talks = false;

	if (!flow->n[NF_VPN_DIR_IN] || flow->served)
		return;
	list_for_each_entry(id, &flow->ids, list) {
		if (id->state == NF_VPN_STATE_STATIC)
			return;
		if (id->dir == NF_VPN_DIR_OUT)
			talks |= nf_vpn_idle(&id->last) < TALKS_WITHIN;
		else if ((id->asked || id->state == NF_VPN_STATE_BOUND) &&
			 nf_vpn_idle(&id->last) < SILENT_AFTER)
			return;
	}
	if (!talks)
		return;
	nf_vpn_token_again(vn, flow);
}
