// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removing what is dead: on a timer, and on demand.
 *
 * A flow lives as long as its conntrack entry, and a while longer: whoever
 * runs "conntrack -F" finds tunnels bound when their clients speak again.
 */
#include <net/netfilter/nf_conntrack.h>
#include "idmap.h"

#define SWEEP_INTERVAL		(2 * HZ)
#define GONE_GRACE		(30 * HZ)	/* bound, conntrack entry gone */
#define GONE_GRACE_YOUNG	(5 * HZ)	/* the same, never answered */
#define WAITING_IDLE		(10 * HZ)	/* asks no longer */
#define OBSERVED_IDLE		(600 * HZ)
#define ID_IDLE			(600 * HZ)	/* replaced by a newer id */
#define UNASKED_IDLE		(60 * HZ)	/* and never supported */

/* The entry of a client that is held up is never confirmed. */
static bool speaks(const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_id *id;

	list_for_each_entry(id, &flow->ids, list)
		if (id->state == NF_VPN_STATE_WAITING &&
		    nf_vpn_idle(&id->last) < WAITING_IDLE)
			return true;
	return false;
}

static bool ct_is_gone(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_conn *ct = nf_vpn_flow_ct(vn, flow);
	u32 grace;

	if (ct || speaks(flow) || flow->expects) {
		flow->gone = 0;
		if (ct)
			nf_ct_put(ct);
		return false;
	}
	/* Not zero: that stands for "not gone". */
	if (!flow->gone)
		flow->gone = (u32)jiffies | 1;
	grace = flow->n[NF_VPN_DIR_IN] ? GONE_GRACE : GONE_GRACE_YOUNG;
	return (s32)((u32)jiffies - flow->gone - grace) > 0;
}

static bool is_dead(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (flow->session)
		return nf_vpn_session_is_dead(vn, nf_vpn_session_of(flow));
	if (!flow->pair)
		return nf_vpn_idle(&flow->last) > OBSERVED_IDLE;
	return ct_is_gone(vn, flow);
}

static bool id_is_stale(const struct nf_vpn_id *id)
{
	if (id->state == NF_VPN_STATE_STATIC)
		return false;
	return nf_vpn_idle(&id->last) >
	       (id->state == NF_VPN_STATE_PROVISIONAL && !id->asked ?
		UNASKED_IDLE : ID_IDLE);
}

/* Old ids of a re-keyed tunnel; the last one of a direction stays. */
static void drop_stale_ids(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id, *next;

	list_for_each_entry_safe(id, next, &flow->ids, list)
		if (flow->n[id->dir] > 1 && id_is_stale(id))
			nf_vpn_id_del(vn, id);
}

static void review_entry(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (!flow->ct || !nf_vpn_entry_is_dead(flow->ct))
		return;
	nf_vpn_lease_drop(vn, flow);
	nf_vpn_entry_drop(flow);
}

static void review_one(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (flow->session)
		nf_vpn_session_ct_review(nf_vpn_session_of(flow));
	else
		review_entry(vn, flow);
}

static void sweep_one(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	if (is_dead(vn, flow)) {
		nf_vpn_flow_del(vn, flow);
		return;
	}
	nf_vpn_lease_review(vn, flow);
	review_one(vn, flow);
	if (flow->session || !flow->pair)
		return;
	drop_stale_ids(vn, flow);
	nf_vpn_expect_review(flow);
	nf_vpn_token_review(vn, flow, WAITING_IDLE);
	if (!flow->waiting)
		nf_vpn_support_silent(vn, flow);
}

static void walk_flows(struct nf_vpn_net *vn,
		       void (*do_one)(struct nf_vpn_net *vn,
				      struct nf_vpn_flow *flow))
{
	struct nf_vpn_flow *flow;
	unsigned long nr;

	xa_for_each(&vn->by_nr, nr, flow) {
		spin_lock_bh(&vn->lock);
		/* It may have gone between the look-up and the lock. */
		if (xa_load(&vn->by_nr, nr) == flow)
			do_one(vn, flow);
		spin_unlock_bh(&vn->lock);
		cond_resched();
	}
}

/**
 * nf_vpn_entries_review - let go of all conntrack entries that are dead
 * @vn: the namespace
 *
 * Context: process.
 */
void nf_vpn_entries_review(struct nf_vpn_net *vn)
{
	walk_flows(vn, review_one);
}

static void sweep(struct work_struct *work)
{
	struct nf_vpn_net *vn = container_of(to_delayed_work(work),
					     struct nf_vpn_net, sweep);

	walk_flows(vn, sweep_one);
	nf_vpn_control_sweep(vn);
	spin_lock_bh(&vn->lock);
	if (vn->nflows || vn->ncontrols)
		nf_vpn_sweep_arm(vn);
	spin_unlock_bh(&vn->lock);
}

/**
 * nf_vpn_sweep_init - prepare the sweep
 * @vn: the namespace
 */
void nf_vpn_sweep_init(struct nf_vpn_net *vn)
{
	INIT_DELAYED_WORK(&vn->sweep, sweep);
}

/**
 * nf_vpn_sweep_arm - there is something to sweep
 * @vn: the namespace
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_sweep_arm(struct nf_vpn_net *vn)
{
	if (!vn->dead)
		queue_delayed_work(system_power_efficient_wq, &vn->sweep,
				   SWEEP_INTERVAL);
}

/**
 * nf_vpn_sweep_stop - end the sweep for good
 * @vn: the namespace
 *
 * Context: process.
 */
void nf_vpn_sweep_stop(struct nf_vpn_net *vn)
{
	spin_lock_bh(&vn->lock);
	vn->dead = true;
	spin_unlock_bh(&vn->lock);
	cancel_delayed_work_sync(&vn->sweep);
}

static struct nf_conn *flow_entry(struct nf_vpn_net *vn,
				  const struct nf_vpn_flow *flow)
{
	if (!flow->session)
		return nf_vpn_flow_ct(vn, flow);
	return nf_vpn_session_shared_ct(nf_vpn_session_of(flow));
}

/**
 * nf_vpn_flush - remove flows
 * @vn: the namespace
 * @match: which; NULL for all
 * @arg: handed to @match
 * @kill: remove their conntrack entries as well; those of sessions go anyway
 *
 * Context: process.
 * Return: how many went.
 */
u32 nf_vpn_flush(struct nf_vpn_net *vn,
		 bool (*match)(const struct nf_vpn_flow *flow, const void *arg),
		 const void *arg, bool kill)
{
	struct nf_vpn_flow *flow;
	unsigned long nr;
	u32 n = 0;

	xa_for_each(&vn->by_nr, nr, flow) {
		struct nf_conn *ct = NULL;

		spin_lock_bh(&vn->lock);
		if (xa_load(&vn->by_nr, nr) == flow &&
		    (!match || match(flow, arg))) {
			if (kill && flow->pair)
				ct = flow_entry(vn, flow);
			nf_vpn_flow_del(vn, flow);
			n++;
		}
		spin_unlock_bh(&vn->lock);
		if (ct) {
			nf_ct_delete(ct, 0, 0);
			nf_ct_put(ct);
		}
		cond_resched();
	}
	return n;
}
