/* SPDX-License-Identifier: GPL-2.0-only */
/* The look-up of a wire id, inlined for the packet path. */
#ifndef _NF_VPN_IDMAP_H
#define _NF_VPN_IDMAP_H

#include <linux/jhash.h>
#include "core.h"

static inline u32 nf_vpn_key_hash(const void *data, u32 len, u32 seed)
{
	const struct nf_vpn_key *k = data;

	if (k->l3num == NFPROTO_IPV4)
		return jhash_3words((__force u32)k->id, (__force u32)k->src.ip,
				    (__force u32)k->dst.ip, seed + k->zone +
				    (((__force u32)k->port << 16) ^
				     (__force u32)k->more));
	return jhash2(data, sizeof(*k) / sizeof(u32), seed);
}

static inline int nf_vpn_key_cmp(struct rhashtable_compare_arg *arg,
				 const void *obj)
{
	const u64 *a = arg->key;
	const u64 *b = (const void *)&((const struct nf_vpn_node *)obj)->key;

	BUILD_BUG_ON(sizeof(struct nf_vpn_key) != 6 * sizeof(u64));
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
		(a[3] ^ b[3]) | (a[4] ^ b[4]) | (a[5] ^ b[5])) != 0;
}

static const struct rhashtable_params nf_vpn_node_params = {
	.head_offset = offsetof(struct nf_vpn_node, head),
	.key_offset = offsetof(struct nf_vpn_node, key),
	.key_len = sizeof(struct nf_vpn_key),
	.hashfn = nf_vpn_key_hash,
	.obj_cmpfn = nf_vpn_key_cmp,
	.automatic_shrinking = true,
};

/**
 * nf_vpn_id_find - look a wire id up
 * @vn: the namespace
 * @key: what stands on the wire
 *
 * Context: RCU read side, or nf_vpn_net.lock.
 * Return: the id, valid while the context lasts, or NULL.
 */
static inline struct nf_vpn_id *
nf_vpn_id_find(struct nf_vpn_net *vn, const struct nf_vpn_key *key)
{
	struct nf_vpn_node *node;

	node = rhashtable_lookup(&vn->ids, key, nf_vpn_node_params);
	return node ? container_of(node, struct nf_vpn_id, node) : NULL;
}

/**
 * nf_vpn_entry_get - the conntrack entry that hangs on a flow
 * @flow: the flow
 *
 * The memory of an entry may become another entry's while readers look at it,
 * as with conntrack's own table.  What still hangs on the flow when the reference
 * is ours was never let go of.
 *
 * Context: RCU read side.
 * Return: the entry with a reference taken, or NULL.
 */
static inline struct nf_conn *nf_vpn_entry_get(const struct nf_vpn_flow *flow)
{
	struct nf_conn *ct = READ_ONCE(flow->ct);

	if (unlikely(!ct || !refcount_inc_not_zero(&ct->ct_general.use)))
		return NULL;
	/* What is read of it below was written before it was inserted. */
	smp_acquire__after_ctrl_dep();
	if (likely(READ_ONCE(flow->ct) == ct && !nf_ct_is_dying(ct)))
		return ct;
	nf_ct_put(ct);
	return NULL;
}

/**
 * nf_vpn_attach - tie a packet to a conntrack entry
 * @pkt: the packet
 * @ct: the entry; takes over the caller's reference
 * @ctinfo: what the packet is to the entry
 *
 * Context: before conntrack; RCU read side.
 */
static inline void nf_vpn_attach(struct nf_vpn_pkt *pkt, struct nf_conn *ct,
				 enum ip_conntrack_info ctinfo)
{
	nf_ct_set(pkt->skb, ct, ctinfo);
	if (pkt->tmpl)
		nf_ct_put(pkt->tmpl);
	pkt->tmpl = NULL;
}

static inline bool nf_vpn_entry_is_dead(const struct nf_conn *ct)
{
	return nf_ct_is_dying(ct) || nf_ct_is_expired(ct);
}

/**
 * enum nf_vpn_object - kinds of objects that have a slab cache
 * @NF_VPN_OBJECT_ID: &struct nf_vpn_id
 * @NF_VPN_OBJECT_FLOW: &struct nf_vpn_flow
 * @NF_VPN_OBJECT_SESSION: &struct nf_vpn_session
 * @NF_VPN_OBJECT_PAIR: &struct nf_vpn_pair
 * @NF_VPN_OBJECT_CLIENT: &struct nf_vpn_client
 * @NF_VPN_N_OBJECTS: how many there are
 */
enum nf_vpn_object {
	NF_VPN_OBJECT_ID,
	NF_VPN_OBJECT_FLOW,
	NF_VPN_OBJECT_SESSION,
	NF_VPN_OBJECT_PAIR,
	NF_VPN_OBJECT_CLIENT,
	NF_VPN_N_OBJECTS,
};

/* objects.c */
void *nf_vpn_object_new(enum nf_vpn_object kind);
void nf_vpn_object_free(enum nf_vpn_object kind, void *object);
void nf_vpn_object_drop(enum nf_vpn_object kind, struct rcu_head *rcu);

#endif /* _NF_VPN_IDMAP_H */
