// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was refused last, for whoever asks afterwards.
 *
 * Each pair of client and server has a slot for each reason; others may have
 * the same, and the last one stays.  So who is refused again and again takes
 * no room from others.
 */
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <net/netlink.h>
#include "core.h"

/**
 * nf_vpn_refusal_init - prepare a namespace
 * @vn: the namespace
 */
void nf_vpn_refusal_init(struct nf_vpn_net *vn)
{
	spin_lock_init(&vn->refusal_lock);
}

static unsigned int slot_of(const struct nf_vpn_refusal *refusal)
{
	u32 hash = jhash2(refusal->client.all, 4, refusal->why);

	hash = jhash2(refusal->server.all, 4, hash);
	return hash >> (32 - NF_VPN_REFUSAL_BITS);
}

static bool same(const struct nf_vpn_refusal *a, const struct nf_vpn_refusal *b)
{
	return a->why == b->why && a->proto == b->proto &&
	       nf_inet_addr_cmp(&a->client, &b->client) &&
	       nf_inet_addr_cmp(&a->server, &b->server);
}

/**
 * nf_vpn_refusal_note - remember a refusal
 * @vn: the namespace
 * @refusal: what was refused
 *
 * Where somebody else is at it, it is not remembered: no packet waits for that.
 *
 * Context: any but hard interrupts.
 */
void nf_vpn_refusal_note(struct nf_vpn_net *vn,
			 const struct nf_vpn_refusal *refusal)
{
	struct nf_vpn_refusal *slot = &vn->refusals[slot_of(refusal)];
	u32 n;

	if (!spin_trylock_bh(&vn->refusal_lock))
		return;
	n = same(slot, refusal) ? slot->n : 0;
	*slot = *refusal;
	slot->n = n == U32_MAX ? n : n + 1;
	slot->at = ktime_to_ms(ktime_get_boottime());
	spin_unlock_bh(&vn->refusal_lock);
}

/**
 * nf_vpn_refusal_get - what is remembered
 * @vn: the namespace
 * @slot: index in nf_vpn_net.refusals
 * @refusal: set to it
 *
 * Return: false if there is nothing.
 */
bool nf_vpn_refusal_get(struct nf_vpn_net *vn, unsigned int slot,
			struct nf_vpn_refusal *refusal)
{
	spin_lock_bh(&vn->refusal_lock);
	*refusal = vn->refusals[slot];
	spin_unlock_bh(&vn->refusal_lock);
	return refusal->n;
}

static int put_wire(struct sk_buff *skb, const struct nf_vpn_refusal *r)
{
	if (!r->has_wire)
		return 0;
	if (nf_vpn_put_addr(skb, NF_VPN_A_PUBLIC, r->l3num, &r->public) ||
	    nla_put_u32(skb, r->dir == NF_VPN_DIR_IN ? NF_VPN_A_ID_IN :
			NF_VPN_A_ID_OUT, r->id))
		return -EMSGSIZE;
	return 0;
}

/**
 * nf_vpn_put_refusal - add a refusal to a message
 * @skb: the message
 * @refusal: the refusal
 *
 * Return: 0, or -EMSGSIZE.
 */
int nf_vpn_put_refusal(struct sk_buff *skb,
		       const struct nf_vpn_refusal *refusal)
{
	const struct nf_vpn_refusal *r = refusal;

	if (nla_put_u32(skb, NF_VPN_A_COUNTER, r->why) ||
	    nla_put_u32(skb, NF_VPN_A_PROTO, r->proto) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_CLIENT, r->l3num, &r->client) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_SERVER, r->l3num, &r->server) ||
	    nla_put_u16(skb, NF_VPN_A_ZONE, r->zone) ||
	    nla_put_u8(skb, NF_VPN_A_L4PROTO, r->l4proto) ||
	    put_wire(skb, r) ||
	    (r->has_owner && nf_vpn_put_addr(skb, NF_VPN_A_CLASHES_WITH,
					     r->l3num, &r->owner)))
		return -EMSGSIZE;
	return 0;
}
