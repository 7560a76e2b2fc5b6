// SPDX-License-Identifier: GPL-2.0-only
/*
 * What speaks for a binding, and what against it.
 *
 * A binding is provisional until packets have gone to and fro with it.  One
 * whose client stays silent is given to a client that asks in vain; one that
 * brings nothing any more makes its client ask again.
 */
#include "idmap.h"

#define ROUND_TRIPS	3		/* that make a binding supported */
#define BACK_STEPS	3		/* of the sequence number: a clash */
#define SILENT_AFTER	(30 * HZ)
#define TALKS_WITHIN	(5 * HZ)
#define WORKS_WITHIN	(3 * HZ)
#define MUTE_FOR	(30 * HZ)	/* time to speak after being bound */
#define REORDER		8		/* packets that overtake each other */

/* The client whose turn it is beside this flow, or NULL. */
static struct nf_vpn_flow *rival(const struct nf_vpn_flow *flow)
{
	struct nf_vpn_flow *holder = nf_vpn_token_holder(flow->pair);

	return holder == flow ? NULL : holder;
}

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

static void confirm(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;

	id->asked = true;
	WRITE_ONCE(id->state, NF_VPN_STATE_BOUND);
	WRITE_ONCE(flow->n_unsupported, flow->n_unsupported - 1);
	list_del_init(&flow->young);
}

/* Its outbound ids worked once, so they are not held up. */
static void wait_again(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
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

/* Another client asks in vain, and this one never spoke since the id was
 * bound to it: the id was the other's.
 */
static void give_to_rival(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow, *holder = rival(flow);
	struct nf_vpn_key key = id->node.key;

	if (!holder || holder->tries < 2 ||
	    (u32)jiffies - id->bound_at < MUTE_FOR)
		return;
	nf_vpn_id_del(vn, id);
	if (!flow->n[NF_VPN_DIR_IN])
		wait_again(vn, flow);
	if (nf_vpn_id_add(vn, holder, &key, NF_VPN_DIR_IN,
			  NF_VPN_STATE_PROVISIONAL, NF_VPN_ID_ASKED))
		return;
	holder->spoke = false;
	nf_vpn_token_settle(vn, holder);
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_REBOUND, holder,
			    nf_vpn_id_find(vn, &key));
}

/**
 * nf_vpn_support_heard - a packet came in with a provisional id
 * @vn: the namespace
 * @id: the id; may be gone afterwards
 *
 * Context: RCU read side.
 */
void nf_vpn_support_heard(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;
	bool spoke = READ_ONCE(flow->spoke);

	if (spoke) {
		WRITE_ONCE(flow->spoke, false);
		if (id->support < ROUND_TRIPS)
			WRITE_ONCE(id->support, id->support + 1);
		if (id->support < ROUND_TRIPS || !may_be_confirmed(id))
			return;
	} else if (id->support || !rival(flow)) {
		return;
	}
	spin_lock_bh(&vn->lock);
	if (nf_vpn_id_find(vn, &id->node.key) == id &&
	    id->state == NF_VPN_STATE_PROVISIONAL) {
		if (spoke)
			confirm(vn, id);
		else
			give_to_rival(vn, id);
	}
	spin_unlock_bh(&vn->lock);
}

/**
 * nf_vpn_support_watch - a known id brings a packet while somebody probes
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
	struct nf_vpn_flow *flow = id->flow, *holder = rival(flow);
	u32 last = READ_ONCE(id->seq);

	if (READ_ONCE(flow->waiting) && !READ_ONCE(flow->heard))
		WRITE_ONCE(flow->heard, true);
	if (!holder || !pkt->seq)
		return;
	WRITE_ONCE(id->seq, pkt->seq);
	if (READ_ONCE(id->back_try) != READ_ONCE(holder->tries)) {
		WRITE_ONCE(id->back_try, holder->tries);
		WRITE_ONCE(id->back, 0);
		return;
	}
	if (pkt->seq > last || (pkt->seq < last && last - pkt->seq < REORDER))
		return;
	WRITE_ONCE(id->back, id->back + 1);
	if (id->back != BACK_STEPS)
		return;
	nf_vpn_refuse(vn, NF_VPN_CNT_CLASH, pkt->proto, &holder->node.key,
		      &pkt->key, NF_VPN_DIR_IN, &flow->node.key.src);
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
	wait_again(vn, flow);
}
