// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bindings given by the administrator, for manually keyed tunnels.
 *
 * They are configuration: they stay when tunnels come and go, and take effect
 * whenever a flow between their addresses exists.
 */
#include <linux/netlink.h>
#include <linux/slab.h>
#include "idmap.h"

static bool same(const struct nf_vpn_static *a, const struct nf_vpn_static *b)
{
	return a->proto == b->proto && a->l3num == b->l3num &&
	       a->zone == b->zone && a->id_in == b->id_in &&
	       a->has_out == b->has_out && a->id_out == b->id_out &&
	       nf_inet_addr_cmp(&a->client, &b->client) &&
	       nf_inet_addr_cmp(&a->server, &b->server);
}

static bool same_inbound(const struct nf_vpn_static *a,
			 const struct nf_vpn_static *b)
{
	return a->proto == b->proto && a->l3num == b->l3num &&
	       a->zone == b->zone && a->id_in == b->id_in &&
	       nf_inet_addr_cmp(&a->server, &b->server);
}

static bool is_for(const struct nf_vpn_static *s,
		   const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_key *key = &flow->node.key;

	return s->proto == flow->proto && s->l3num == key->l3num &&
	       s->l4proto == key->l4proto && s->zone == key->zone &&
	       nf_inet_addr_cmp(&s->client, &key->src) &&
	       nf_inet_addr_cmp(&s->server, &key->dst);
}

static struct nf_vpn_flow *flow_of(struct nf_vpn_net *vn,
				   const struct nf_vpn_static *s)
{
	struct nf_vpn_key key = {
		.src = s->client, .dst = s->server, .zone = s->zone,
		.l3num = s->l3num, .l4proto = s->l4proto,
	};
	struct nf_vpn_flow *flow = nf_vpn_flow_find(vn, &key);

	return flow && flow->pair ? flow : NULL;
}

/* An id that was learnt gives way to one that was given. */
static void put_id(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		   const struct nf_vpn_key *key, enum nf_vpn_dir dir)
{
	struct nf_vpn_id *id = nf_vpn_id_find(vn, key);
	struct nf_vpn_flow *other;
	int err;

	if (id && id->state == NF_VPN_STATE_STATIC) {
		if (id->flow != flow)
			nf_vpn_refuse(vn, NF_VPN_CNT_CLASH, flow->proto,
				      &flow->node.key, key, dir,
				      &id->flow->node.key.src);
		return;
	}
	if (id) {
		other = id->flow;
		nf_vpn_id_del(vn, id);
		if (other != flow && !other->n[dir])
			nf_vpn_flow_del(vn, other);
	}
	err = nf_vpn_id_add(vn, flow, key, dir, NF_VPN_STATE_STATIC,
			    NF_VPN_ID_ASKED);
	if (err)
		nf_vpn_refuse(vn, err == -EDQUOT ? NF_VPN_CNT_TUNNEL_QUOTA :
			      NF_VPN_CNT_TABLE_FULL, flow->proto,
			      &flow->node.key, key, dir, NULL);
}

static void apply(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		  const struct nf_vpn_static *s)
{
	struct nf_vpn_key in = flow->pair->node.key, out = in;
	struct nf_vpn_id *id;

	in.id = s->id_in;
	put_id(vn, flow, &in, NF_VPN_DIR_IN);
	if (s->has_out) {
		out.src = in.dst;
		out.dst = in.src;
		out.id = s->id_out;
		put_id(vn, flow, &out, NF_VPN_DIR_OUT);
	}
	id = nf_vpn_id_find(vn, &in);
	if (!id || id->flow != flow)
		return;
	list_del_init(&flow->young);
	nf_vpn_token_settle(vn, flow);
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_BOUND, flow, id);
}

/**
 * nf_vpn_static_apply - give a new flow the bindings that were made for it
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_static_apply(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	const struct nf_vpn_static *s;

	list_for_each_entry(s, &vn->statics, list)
		if (is_for(s, flow))
			apply(vn, flow, s);
}

static int may_add(const struct nf_vpn_net *vn,
		   const struct nf_vpn_static *want,
		   struct netlink_ext_ack *extack)
{
	const struct nf_vpn_static *s;

	if (vn->nstatics >= NF_VPN_MAX_STATIC) {
		NL_SET_ERR_MSG(extack, "too many static bindings");
		return -ENOSPC;
	}
	list_for_each_entry(s, &vn->statics, list) {
		if (same(s, want)) {
			NL_SET_ERR_MSG(extack, "this binding exists already");
			return -EEXIST;
		}
		if (!same_inbound(s, want))
			continue;
		if (nf_inet_addr_cmp(&s->client, &want->client))
			NL_SET_ERR_MSG(extack, "this inbound id is bound already");
		else
			NL_SET_ERR_MSG(extack, "this inbound id is bound to another client");
		return -EEXIST;
	}
	return 0;
}

/**
 * nf_vpn_static_add - bind ids to a client
 * @vn: the namespace
 * @want: the binding; copied
 * @extack: says why not
 *
 * Context: process.
 * Return: 0; -EEXIST if it exists, or the inbound id is another client's;
 * -ENOSPC if there are too many; -ENOMEM.
 */
int nf_vpn_static_add(struct nf_vpn_net *vn, const struct nf_vpn_static *want,
		      struct netlink_ext_ack *extack)
{
	struct nf_vpn_static *s = kmemdup(want, sizeof(*s), GFP_KERNEL_ACCOUNT);
	struct nf_vpn_flow *flow;
	int err;

	if (!s)
		return -ENOMEM;
	rcu_read_lock();
	spin_lock_bh(&vn->lock);
	err = may_add(vn, want, extack);
	if (!err) {
		list_add_tail(&s->list, &vn->statics);
		vn->nstatics++;
		flow = flow_of(vn, s);
		if (flow)
			apply(vn, flow, s);
	}
	spin_unlock_bh(&vn->lock);
	rcu_read_unlock();
	if (err)
		kfree(s);
	return err;
}

static void unapply(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		    const struct nf_vpn_static *s)
{
	struct nf_vpn_id *id, *next;

	list_for_each_entry_safe(id, next, &flow->ids, list) {
		if (id->state != NF_VPN_STATE_STATIC)
			continue;
		if (id->node.key.id == s->id_in && id->dir == NF_VPN_DIR_IN)
			nf_vpn_id_del(vn, id);
		else if (id->node.key.id == s->id_out && s->has_out &&
			 id->dir == NF_VPN_DIR_OUT)
			nf_vpn_id_del(vn, id);
	}
	/* Without ids it starts anew with its next packet. */
	if (!flow->n[NF_VPN_DIR_IN])
		nf_vpn_flow_del(vn, flow);
}

/**
 * nf_vpn_static_del - remove a binding
 * @vn: the namespace
 * @want: the binding, exactly as it was given
 * @extack: says why not
 *
 * Context: process.
 * Return: 0, or -ENOENT.
 */
int nf_vpn_static_del(struct nf_vpn_net *vn, const struct nf_vpn_static *want,
		      struct netlink_ext_ack *extack)
{
	struct nf_vpn_static *s, *found = NULL;
	struct nf_vpn_flow *flow;

	rcu_read_lock();
	spin_lock_bh(&vn->lock);
	list_for_each_entry(s, &vn->statics, list)
		if (same(s, want)) {
			found = s;
			break;
		}
	if (found) {
		list_del(&found->list);
		vn->nstatics--;
		flow = flow_of(vn, found);
		if (flow)
			unapply(vn, flow, found);
	}
	spin_unlock_bh(&vn->lock);
	rcu_read_unlock();
	if (!found) {
		NL_SET_ERR_MSG(extack, "no such binding");
		return -ENOENT;
	}
	kfree(found);
	return 0;
}

/**
 * nf_vpn_static_exit - free all static bindings
 * @vn: the namespace, which nobody else uses any more
 */
void nf_vpn_static_exit(struct nf_vpn_net *vn)
{
	struct nf_vpn_static *s, *next;

	list_for_each_entry_safe(s, next, &vn->statics, list)
		kfree(s);
}
