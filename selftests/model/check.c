// SPDX-License-Identifier: GPL-2.0-only
/* Do the core's objects fit together? */
#include "model.h"

static void check_flow(const struct nf_vpn_flow *flow)
{
	unsigned int n[NF_VPN_DIR_MAX + 1] = {}, unsupported = 0;
	const struct nf_vpn_id *id;

	list_for_each_entry(id, &flow->ids, list) {
		n[id->dir]++;
		unsupported += id->dir == NF_VPN_DIR_IN &&
			       id->state == NF_VPN_STATE_PROVISIONAL;
	}
	if (n[NF_VPN_DIR_IN] != flow->n[NF_VPN_DIR_IN] ||
	    n[NF_VPN_DIR_OUT] != flow->n[NF_VPN_DIR_OUT])
		model_die("nf_vpn_flow.n is wrong");
	if (unsupported != flow->n_unsupported)
		model_die("nf_vpn_flow.n_unsupported is wrong");
}

static void check_pair(const struct nf_vpn_pair *pair)
{
	const struct nf_vpn_flow *flow;
	unsigned int n = 0, waiting = 0;
	bool token = !pair->token, next = !pair->next;

	list_for_each_entry(flow, &pair->flows, pair_list) {
		n++;
		waiting += flow->waiting;
		token |= pair->token == flow;
		next |= pair->next == flow;
	}
	if (n != pair->nflows || waiting != pair->nwaiting)
		model_die("a count of a pair's flows is wrong");
	if (!token || !next)
		model_die("a pair's token or next is not one of its flows");
}

/* Outbound ids are known as they are inside, too. */
static u32 count_inside(const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_id *id;
	u32 n = 0;

	list_for_each_entry(id, &flow->ids, list)
		n += id->dir == NF_VPN_DIR_OUT && id->other;
	return n;
}

/**
 * router_check - do the core's objects fit together?
 */
void router_check(void)
{
	const struct nf_vpn_net *vn = router_net.vn;
	struct nf_vpn_flow *flow;
	u32 n = 0, waiting = 0, ids = 0, inside = 0;
	unsigned long nr;

	xa_for_each((struct xarray *)&vn->by_nr, nr, flow) {
		n++;
		waiting += flow->waiting;
		ids += flow->n[NF_VPN_DIR_IN] + flow->n[NF_VPN_DIR_OUT];
		inside += count_inside(flow);
		check_flow(flow);
		check_pair(flow->pair);
	}
	if (n != vn->nflows || n != vn->flows.n)
		model_die("nf_vpn_net.nflows is wrong");
	if (waiting != vn->nwaiting)
		model_die("nf_vpn_net.nwaiting is wrong");
	if (ids + inside != vn->ids.n || ids + vn->ncontrols != vn->nids)
		model_die("nf_vpn_net.nids is wrong");
}
