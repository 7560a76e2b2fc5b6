// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode on: ESP packets, and ICMP errors about them.
 *
 * An SPI is never rewritten, for the integrity check covers it (RFC 4303, 2);
 * all there is to do is to find out whose it is.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/xfrm.h>
#include "esp.h"
#include "esp_wire.h"

static int parse(const struct sk_buff *skb, int off, struct esp_wire *esp)
{
	u8 buf[ESP_WIRE_LEN];
	const u8 *data;

	data = skb_header_pointer(skb, off, sizeof(buf), buf);
	return data ? esp_wire_parse(data, sizeof(buf), esp) : -ENODATA;
}

static int read_esp(struct nf_vpn_pkt *pkt, int off)
{
	struct esp_wire esp;
	int err = parse(pkt->skb, off, &esp);

	if (err)
		return err;
	pkt->key.id = cpu_to_be32(esp.spi);
	pkt->seq = esp.seq;
	return 0;
}

/* Where a packet ends its way through the router, what is wrong with it is
 * counted, once.
 */
static bool read_or_count(struct nf_vpn_pkt *pkt, int off)
{
	int err = read_esp(pkt, off);

	if (likely(!err))
		return true;
	nf_vpn_count(pkt->net, NF_VPN_IPSEC, err == -ERANGE ?
		     NF_VPN_CNT_RESERVED_ID : NF_VPN_CNT_TRUNCATED);
	return false;
}

/* A tunnel of the router's own to the same gateway.  Not for every packet: it
 * may walk all SAs.
 */
static bool is_local(const struct nf_vpn_pkt *pkt)
{
#if IS_ENABLED(CONFIG_XFRM)
	const struct nf_vpn_key *key = &pkt->key;
	xfrm_address_t daddr = {};
	struct xfrm_state *x;
	u16 family = AF_INET;
	bool local;

	if (key->l3num == NFPROTO_IPV6) {
		family = AF_INET6;
		daddr.in6 = key->dst.in6;
	} else {
		daddr.a4 = key->dst.ip;
	}
	x = xfrm_state_lookup(pkt->net, pkt->skb->mark, &daddr, key->id,
			      IPPROTO_ESP, family);
	/* The mark that an SA asks for may be set later on the way. */
	if (!x)
		x = xfrm_state_lookup_byspi(pkt->net, key->id, family);
	if (!x)
		return false;
	/* Or the SA of the other direction has the same SPI, and is found. */
	local = x->id.proto == IPPROTO_ESP &&
		(xfrm_addr_equal(&x->id.daddr, &daddr, family) ||
		 xfrm_addr_equal(&x->props.saddr, &daddr, family));
	xfrm_state_put(x);
	return local;
#else
	return false;
#endif
}

/* A server's packet to the public address of a pair, or one from the inside. */
static unsigned int unknown_in(struct nf_vpn_pkt *pkt, bool public)
{
	int err;

	if (public && nf_vpn_wanted(pkt, false)) {
		if (is_local(pkt))
			return NF_ACCEPT;
		return nf_vpn_learn(pkt) == -EAGAIN ? NF_DROP : NF_ACCEPT;
	}
	err = nf_vpn_out_first(pkt);
	return err && err != -ENOENT ? NF_DROP : NF_ACCEPT;
}

/* Either side's packets are tied to their flow's entry here. */
static unsigned int esp_in(struct nf_vpn_pkt *pkt, int off, bool public)
{
	int err;

	if (!nf_vpn_to_track(pkt) || read_esp(pkt, off))
		return NF_ACCEPT;
	nf_vpn_pkt_addrs(pkt);
	pkt->key.zone = nf_vpn_zone(pkt, public ? IP_CT_DIR_REPLY :
						  IP_CT_DIR_ORIGINAL);
	pkt->may_leave = true;
	err = nf_vpn_in(pkt);
	pkt->may_leave = false;
	if (likely(!err))
		return NF_ACCEPT;
	if (err > 0)
		return NF_STOLEN;
	if (err == -ENOENT)
		return unknown_in(pkt, public);
	return err == -EAGAIN ? NF_DROP : NF_ACCEPT;
}

/* Return: 1 if an ICMP error quotes an ESP packet, 0 if something else, -errno
 * if it is malformed.
 */
static int read_quote(struct nf_vpn_pkt *pkt, int off)
{
	struct nf_vpn_icmp icmp;
	struct esp_wire esp;
	int ret;

	ret = nf_vpn_icmp_read(pkt, off, IPPROTO_ESP, &icmp);
	if (ret <= 0)
		return ret;
	ret = esp_wire_parse(icmp.data, icmp.len, &esp);
	if (ret)
		return ret;
	pkt->key.id = cpu_to_be32(esp.spi);
	return 1;
}

static unsigned int esp_icmp_in(struct nf_vpn_pkt *pkt, int off, u8 l4proto,
				const struct nf_hook_state *state)
{
	int ret = read_quote(pkt, off);

	if (likely(!ret))
		return NF_ACCEPT;
	if (ret < 0 || !nf_vpn_icmp_is_sound(pkt, off, l4proto, state)) {
		nf_vpn_count(pkt->net, NF_VPN_IPSEC, NF_VPN_CNT_BAD_ICMP);
		return NF_ACCEPT;
	}
	if (!nf_vpn_to_track(pkt))
		return NF_ACCEPT;
	pkt->key.zone = nf_vpn_zone(pkt, IP_CT_DIR_REPLY);
	/* If no flow is found, conntrack may still know what it is about. */
	nf_vpn_icmp(pkt);
	return NF_ACCEPT;
}

static bool is_to_public(const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	const void *daddr = state->pf == NFPROTO_IPV4 ?
			    (const void *)&ip_hdr(skb)->daddr :
			    (const void *)&ipv6_hdr(skb)->daddr;

	return nf_vpn_is_public(state->net, state->pf, daddr);
}

static noinline unsigned int
esp_packet(struct sk_buff *skb, const struct nf_hook_state *state, int off,
	   u8 l4proto, bool fragment)
{
	bool public = is_to_public(skb, state);
	struct nf_vpn_pkt pkt;

	nf_vpn_pkt_init(&pkt, skb, state, NF_VPN_IPSEC, IPPROTO_ESP);
	if (unlikely(l4proto != IPPROTO_ESP))
		return public ? esp_icmp_in(&pkt, off, l4proto, state) :
				NF_ACCEPT;
	if (unlikely(fragment)) {
		if (public)
			nf_vpn_count(pkt.net, NF_VPN_IPSEC,
				     NF_VPN_CNT_FRAGMENT);
		return NF_ACCEPT;
	}
	return esp_in(&pkt, off, public);
}

static unsigned int esp_pre_routing(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	u8 l4proto, icmp;
	bool fragment;
	int off;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	/* The other family's ICMP means nothing here, and NAT would take it
	 * for data.
	 */
	icmp = state->pf == NFPROTO_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	if (l4proto == IPPROTO_UDP && off >= 0 && !fragment)
		return ike_in(skb, state, off);
	if (likely(off < 0 || (l4proto != IPPROTO_ESP && l4proto != icmp)))
		return NF_ACCEPT;
	return esp_packet(skb, state, off, l4proto, fragment);
}

/* May a packet in LOCAL_IN be meant for a client after all?  Not if conntrack
 * was told to leave it alone, or knows that it answers the router.
 */
static bool may_be_forwarded(struct nf_vpn_pkt *pkt)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(pkt->skb, &ctinfo);

	if (!ct || CTINFO2DIR(ctinfo) != IP_CT_DIR_ORIGINAL)
		return false;
	pkt->key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	return nf_vpn_wanted(pkt, true) && !is_local(pkt);
}

/* Does a state of the router's own want it?  As cheap as xfrm's own look-up. */
static bool has_state(const struct nf_vpn_pkt *pkt)
{
#if IS_ENABLED(CONFIG_XFRM)
	const struct nf_vpn_key *key = &pkt->key;
	struct xfrm_state *x;

	x = xfrm_state_lookup(pkt->net, pkt->skb->mark,
			      (const xfrm_address_t *)&key->dst, key->id,
			      IPPROTO_ESP, key->l3num);
	if (x)
		xfrm_state_put(x);
	return x;
#else
	return false;
#endif
}

/* What nobody claimed and no rule translated is for the router itself, unless
 * the only client of that gateway is meant.
 */
static unsigned int esp_local_in(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt;
	bool fragment;
	u8 l4proto;
	int off;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off < 0 || l4proto != IPPROTO_ESP || fragment)
		return NF_ACCEPT;
	nf_vpn_pkt_init(&pkt, skb, state, NF_VPN_IPSEC, IPPROTO_ESP);
	if (!read_or_count(&pkt, off))
		return NF_ACCEPT;
	nf_vpn_pkt_addrs(&pkt);
	if (has_state(&pkt)) {
		nf_vpn_count(pkt.net, NF_VPN_IPSEC, NF_VPN_CNT_LOCAL);
		return NF_ACCEPT;
	}
	if (may_be_forwarded(&pkt) && !nf_vpn_learn_unasked(&pkt)) {
		nf_vpn_receive_again(skb);
		return NF_STOLEN;
	}
	nf_vpn_count(pkt.net, NF_VPN_IPSEC, NF_VPN_CNT_UNKNOWN_ID);
	return NF_ACCEPT;
}

static noinline void esp_served(struct nf_vpn_pkt *pkt, struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	pkt->key.src = orig->src.u3;
	pkt->key.dst = orig->dst.u3;
	pkt->key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	nf_vpn_served(pkt, ct);
}

static noinline unsigned int esp_out(struct sk_buff *skb, struct nf_conn *ct,
				     const struct nf_hook_state *state, int off)
{
	unsigned long status = READ_ONCE(ct->status);
	const struct nf_conntrack_tuple *reply;
	struct nf_vpn_pkt pkt;

	nf_vpn_pkt_init(&pkt, skb, state, NF_VPN_IPSEC, IPPROTO_ESP);
	if ((status & IPS_SRC_NAT) && nf_vpn_stamp(&pkt, ct))
		return NF_DROP;
	if (unlikely(!read_or_count(&pkt, off)))
		return NF_ACCEPT;
	if (unlikely(!(status & IPS_SRC_NAT))) {
		if (status & IPS_DST_NAT && status & IPS_SEEN_REPLY)
			esp_served(&pkt, ct);
		return NF_ACCEPT;
	}
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	pkt.key.src = reply->dst.u3;
	pkt.key.dst = reply->src.u3;
	pkt.key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	return nf_vpn_out(&pkt, ct) ? NF_DROP : NF_ACCEPT;
}

/* Is there nothing more to do?  What a known entry's client sends has been looked
 * at where it came in.
 */
static bool is_done(const struct sk_buff *skb, const struct nf_conn *ct,
		    const struct nf_hook_state *state, int off)
{
	struct esp_wire esp;

	if (!state->in || !nf_ct_is_confirmed(ct) ||
	    READ_ONCE(ct->status) & IPS_DST_NAT)
		return false;
	/* What is wrong with it is counted where it leaves. */
	return !parse(skb, off, &esp);
}

/* Most packets are none of ours: what they pass must stay small, so what is
 * called for the others is kept out of line.
 *
 * Only packets from the inside create state: those in the direction that the
 * entry began with, whose source was translated.  And those for a server
 * inside that has answered already.
 */
static unsigned int esp_post_routing(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	bool fragment;
	u8 l4proto;
	int off;

	if (!ct || nf_ct_is_template(ct))
		return NF_ACCEPT;
	if (nf_ct_protonum(ct) == IPPROTO_UDP)
		return ike_out(skb, ct, ctinfo, state);
	if (likely(nf_ct_protonum(ct) != IPPROTO_ESP))
		return NF_ACCEPT;
	if (CTINFO2DIR(ctinfo) != IP_CT_DIR_ORIGINAL) {
		if (unlikely(!test_bit(IPS_SEEN_REPLY_BIT, &ct->status)))
			nf_vpn_session_passed(ct);
		return NF_ACCEPT;
	}
	/* An ICMP error about ESP has such an entry as well. */
	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off < 0 || l4proto != IPPROTO_ESP || fragment ||
	    likely(is_done(skb, ct, state, off)))
		return NF_ACCEPT;
	return esp_out(skb, ct, state, off);
}

/**
 * esp_data_owns - is an entry one that this module may stamp?
 * @ct: the entry
 *
 * Return: true if so.
 */
bool esp_data_owns(const struct nf_conn *ct)
{
	return nf_ct_protonum(ct) == IPPROTO_ESP;
}

/**
 * esp_data_stamped - did this module make an entry's reply tuple unique?
 * @ct: the entry
 *
 * Nobody else gives an ESP tuple a port.
 *
 * Return: true if so.
 */
bool esp_data_stamped(const struct nf_conn *ct)
{
	return nf_ct_protonum(ct) == IPPROTO_ESP &&
	       nf_ct_tuple(ct, IP_CT_DIR_REPLY)->dst.u.all;
}

static const struct nf_hook_ops data_ops[] = {
	{
		.hook		= esp_pre_routing,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_CONNTRACK - 1,
	}, {
		.hook		= esp_local_in,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_FIRST,
	}, {
		.hook		= ike_same_address,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_NAT_SRC - 1,
	}, {
		.hook		= esp_post_routing,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_NAT_SRC + 1,
	}, {
		.hook		= esp_pre_routing,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_CONNTRACK - 1,
	}, {
		.hook		= esp_local_in,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP6_PRI_FIRST,
	}, {
		.hook		= ike_same_address,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_NAT_SRC - 1,
	}, {
		.hook		= esp_post_routing,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_NAT_SRC + 1,
	},
};

const struct nf_vpn_hooks esp_data_hooks = {
	.ops = data_ops, .n = ARRAY_SIZE(data_ops),
};
