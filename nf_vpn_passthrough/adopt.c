// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnels that worked before, and are told of anew: those of a module that was
 * unloaded, or of another router.
 *
 * Only tunnels whose ids are found out.  The owner is believed; what was
 * learnt since gives way unless traffic supports it.
 */
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netlink.h>
#include "idmap.h"

#define ENTRY_TIMEOUT	(600 * HZ)	/* as conntrack's own generic ones */

static struct nf_vpn_key id_key(const struct nf_vpn_adopt *want,
				const struct nf_vpn_adopt_id *id)
{
	struct nf_vpn_key key = want->pair;

	if (id->dir == NF_VPN_DIR_OUT)
		swap(key.src, key.dst);
	key.id = cpu_to_be32(id->id);
	return key;
}

static struct nf_vpn_flow *flow_get(struct nf_vpn_net *vn,
				    const struct nf_vpn_adopt *want,
				    struct netlink_ext_ack *extack)
{
	struct nf_vpn_flow *flow = nf_vpn_flow_find(vn, &want->like.node.key);

	if (flow && (flow->served || !flow->pair ||
		     memcmp(&flow->pair->node.key, &want->pair,
			    sizeof(want->pair)))) {
		NL_SET_ERR_MSG(extack, "the client has another public address now");
		return ERR_PTR(-EADDRNOTAVAIL);
	}
	if (flow)
		return flow;
	flow = nf_vpn_flow_add(vn, &want->like, &want->pair);
	if (IS_ERR(flow))
		NL_SET_ERR_MSG(extack, "the limit of tunnels of this client or server is reached");
	else
		nf_vpn_static_apply(vn, flow);
	return flow;
}

/* What was learnt and nothing supports yet gives way. */
static bool gives_way(const struct nf_vpn_id *id)
{
	return id->state <= NF_VPN_STATE_PROVISIONAL && !id->flow->session;
}

/* Sets a bit in @had for each id that the flow has already. */
static int may_have(struct nf_vpn_net *vn, const struct nf_vpn_flow *flow,
		    const struct nf_vpn_adopt *want, u64 *had,
		    struct netlink_ext_ack *extack)
{
	const struct nf_vpn_id *id;
	struct nf_vpn_key key;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(want->ids) > BITS_PER_BYTE * sizeof(*had));
	for (i = 0; i < want->n; i++) {
		key = id_key(want, &want->ids[i]);
		id = nf_vpn_id_find(vn, &key);
		if (id && id->flow == flow)
			*had |= BIT_ULL(i);
		else if (id && !gives_way(id))
			break;
	}
	if (i == want->n)
		return 0;
	NL_SET_ERR_MSG(extack, "an id of this tunnel is another client's by now");
	return -EEXIST;
}

static int add_id(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		  const struct nf_vpn_adopt *want,
		  const struct nf_vpn_adopt_id *wanted)
{
	struct nf_vpn_key key = id_key(want, wanted);
	struct nf_vpn_id *id = nf_vpn_id_find(vn, &key);
	struct nf_vpn_flow *other;
	int err;

	if (id && id->flow == flow)
		return 0;
	if (id) {
		other = id->flow;
		nf_vpn_id_del(vn, id);
		if (list_empty(&other->ids))
			nf_vpn_flow_del(vn, other);
	}
	err = nf_vpn_id_add(vn, flow, &key, wanted->dir, wanted->state,
			    NF_VPN_ID_ASKED);
	if (!err && wanted->dir == NF_VPN_DIR_IN)
		nf_vpn_event_tunnel(vn, NF_VPN_EVENT_BOUND, flow,
				    nf_vpn_id_find(vn, &key));
	return err;
}

static void drop_ids(struct nf_vpn_net *vn, const struct nf_vpn_flow *flow,
		     const struct nf_vpn_adopt *want, u64 had)
{
	struct nf_vpn_key key;
	struct nf_vpn_id *id;
	unsigned int i;

	for (i = 0; i < want->n; i++) {
		key = id_key(want, &want->ids[i]);
		id = nf_vpn_id_find(vn, &key);
		if (id && id->flow == flow && !(had & BIT_ULL(i)))
			nf_vpn_id_del(vn, id);
	}
}

/* All or none. */
static int add_ids(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		   const struct nf_vpn_adopt *want,
		   struct netlink_ext_ack *extack)
{
	unsigned int i;
	u64 had = 0;
	int err;

	err = may_have(vn, flow, want, &had, extack);
	if (err)
		return err;
	for (i = 0; i < want->n && !err; i++)
		err = add_id(vn, flow, want, &want->ids[i]);
	if (!err)
		return 0;
	NL_SET_ERR_MSG(extack, "there is no room for the ids of this tunnel");
	drop_ids(vn, flow, want, had);
	return err;
}

/* Its firewall has let it pass before: it is no new one. */
static struct nf_conn *make_entry(struct nf_vpn_net *vn,
				  const struct nf_vpn_flow *flow)
{
	struct nf_vpn_entry want = {
		.zone = flow->zone, .tuple = { flow->orig },
		.timeout = ENTRY_TIMEOUT, .status = IPS_SEEN_REPLY,
		.stamp = true,
	};
	struct nf_conntrack_tuple *reply = &want.tuple[IP_CT_DIR_REPLY];

	nf_ct_invert_tuple(reply, &flow->orig);
	reply->src.u3 = *nf_vpn_flow_peer(flow);
	reply->dst.u3 = *nf_vpn_flow_public(flow);
	return nf_vpn_entry_create(vn, &want);
}

/* Sets @made if there was none. */
static struct nf_conn *entry_get(struct nf_vpn_net *vn,
				 struct nf_vpn_flow *flow, bool *made,
				 struct netlink_ext_ack *extack)
{
	struct nf_conn *ct = nf_vpn_flow_ct(vn, flow);

	*made = !ct;
	if (!ct)
		ct = make_entry(vn, flow);
	if (IS_ERR(ct)) {
		NL_SET_ERR_MSG(extack, "conntrack has another entry for this client and server");
		return ct;
	}
	flow->flow_id = ntohs(nf_ct_tuple(ct, IP_CT_DIR_REPLY)->dst.u.all);
	return ct;
}

static void settle(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	const struct nf_vpn_id *id;
	bool supported = false;

	nf_vpn_token_settle(vn, flow);
	list_for_each_entry(id, &flow->ids, list)
		supported |= id->dir == NF_VPN_DIR_IN &&
			     id->state >= NF_VPN_STATE_BOUND;
	if (supported)
		list_del_init(&flow->young);
}

static int fill(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		const struct nf_vpn_adopt *want,
		struct netlink_ext_ack *extack)
{
	struct nf_conn *ct;
	bool made;
	int err;

	ct = entry_get(vn, flow, &made, extack);
	if (IS_ERR(ct))
		return PTR_ERR(ct);
	err = add_ids(vn, flow, want, extack);
	if (!err)
		settle(vn, flow);
	else if (made)
		nf_ct_delete(ct, 0, 0);
	nf_ct_put(ct);
	return err;
}

static int adopt(struct nf_vpn_net *vn, const struct nf_vpn_adopt *want,
		 struct netlink_ext_ack *extack)
{
	bool is_new = !nf_vpn_flow_find(vn, &want->like.node.key);
	struct nf_vpn_flow *flow;
	int err;

	if (!nf_vpn_mode_is_on(vn->net, want->like.proto)) {
		NL_SET_ERR_MSG(extack, "the mode of this protocol is not on");
		return -ENETDOWN;
	}
	flow = flow_get(vn, want, extack);
	if (IS_ERR(flow))
		return PTR_ERR(flow);
	err = fill(vn, flow, want, extack);
	if (err && is_new)
		nf_vpn_flow_del(vn, flow);
	return err;
}

/**
 * nf_vpn_adopt - take a tunnel that worked before
 * @vn: the namespace
 * @want: the tunnel
 * @extack: says why not
 *
 * Context: process.
 * Return: 0; -ENETDOWN if the protocol's mode is not on; -EADDRNOTAVAIL if the
 * client has another public address by now; -EEXIST if an id or an entry is
 * somebody else's; -EDQUOT, -EUSERS or -ENOSPC if a limit is reached; -ENOMEM.
 */
int nf_vpn_adopt(struct nf_vpn_net *vn, const struct nf_vpn_adopt *want,
		 struct netlink_ext_ack *extack)
{
	int err;

	rcu_read_lock();
	spin_lock_bh(&vn->lock);
	err = adopt(vn, want, extack);
	spin_unlock_bh(&vn->lock);
	rcu_read_unlock();
	return err;
}
