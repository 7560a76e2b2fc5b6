// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode on: GRE packets of calls, and ICMP errors about them.
 *
 * Only enhanced GRE, version 1, is looked at (RFC 2637, 4.1): its Call ID says
 * which call a packet belongs to.  Nothing is kept of its sequence numbers, and
 * nothing is held back or put in order.
 */
#include <linux/icmp.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/nf_conntrack_core.h>
#include "pptp.h"
#include "pptp_wire.h"

static int read_gre(const struct sk_buff *skb, int off, struct pptp_gre *gre)
{
	u8 buf[PPTP_GRE_LEN];
	const u8 *data;

	data = skb_header_pointer(skb, off, sizeof(buf), buf);
	return data ? pptp_gre_parse(data, sizeof(buf), gre) : -ENODATA;
}

static unsigned int gre_in(struct nf_vpn_pkt *pkt, int off)
{
	struct pptp_gre gre;
	u32 id;
	int err;

	err = read_gre(pkt->skb, off, &gre);
	if (unlikely(err == -ENODATA))
		nf_vpn_count(pkt->net, NF_VPN_PPTP, NF_VPN_CNT_TRUNCATED);
	if (unlikely(err) || !nf_vpn_to_track(pkt))
		return NF_ACCEPT;
	nf_vpn_pkt_addrs(pkt);
	pkt->key.id = cpu_to_be32(gre.call_id);
	err = nf_vpn_session_in(pkt, &id);
	if (unlikely(err))
		return err > 0 ? NF_STOLEN :
		       err == -ESTALE ? NF_DROP : NF_ACCEPT;
	if (likely(id == gre.call_id))
		return NF_ACCEPT;
	return pptp_nat_gre(pkt->skb, off, id) ? NF_ACCEPT : NF_DROP;
}

static unsigned int icmp_in(struct nf_vpn_pkt *pkt, int off, u8 l4proto,
			    const struct nf_hook_state *state)
{
	struct nf_vpn_icmp icmp;
	struct pptp_gre gre;
	int ret;
	u32 id;

	ret = nf_vpn_icmp_read(pkt, off, IPPROTO_GRE, &icmp);
	if (likely(ret <= 0) || pptp_gre_parse(icmp.data, icmp.len, &gre))
		return NF_ACCEPT;
	if (!nf_vpn_icmp_is_sound(pkt, off, l4proto, state)) {
		nf_vpn_count(pkt->net, NF_VPN_PPTP, NF_VPN_CNT_BAD_ICMP);
		return NF_ACCEPT;
	}
	pkt->key.id = cpu_to_be32(gre.call_id);
	if (!nf_vpn_to_track(pkt) || nf_vpn_session_icmp(pkt, &id) ||
	    id == gre.call_id)
		return NF_ACCEPT;
	off += NF_VPN_ICMP_LEN;
	return pptp_nat_quote(pkt->skb, off - NF_VPN_ICMP_LEN,
			      off + icmp.quote.payload, id) ?
	       NF_ACCEPT : NF_DROP;
}

static noinline unsigned int
pptp_packet(struct sk_buff *skb, const struct nf_hook_state *state, int off,
	    u8 l4proto, bool fragment)
{
	struct nf_vpn_pkt pkt;

	nf_vpn_pkt_init(&pkt, skb, state, NF_VPN_PPTP, IPPROTO_GRE);
	if (unlikely(l4proto != IPPROTO_GRE))
		return icmp_in(&pkt, off, l4proto, state);
	if (unlikely(fragment)) {
		nf_vpn_count(pkt.net, NF_VPN_PPTP, NF_VPN_CNT_FRAGMENT);
		return NF_ACCEPT;
	}
	pkt.may_leave = state->hook == NF_INET_PRE_ROUTING;
	return gre_in(&pkt, off);
}

/* In PRE_ROUTING for what others send, in LOCAL_OUT for what the router itself
 * does.
 */
static unsigned int pptp_begin(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	u8 l4proto, icmp;
	bool fragment;
	int off;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	icmp = state->pf == NFPROTO_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	if (likely(off < 0 || (l4proto != IPPROTO_GRE && l4proto != icmp)))
		return NF_ACCEPT;
	return pptp_packet(skb, state, off, l4proto, fragment);
}

static noinline void gre_end(struct sk_buff *skb, struct nf_conn *ct,
			     const struct nf_hook_state *state)
{
	struct pptp_gre gre;
	bool fragment;
	u8 l4proto;
	int off;

	/* An ICMP error about GRE has such an entry as well. */
	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off >= 0 && l4proto == IPPROTO_GRE && !fragment &&
	    !read_gre(skb, off, &gre))
		nf_vpn_session_passed(ct);
}

/* Behind NAT and the filter: a new control connection is about to be confirmed,
 * or a call's first packet has got through.
 */
static unsigned int pptp_end(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (likely(!ct || (ctinfo != IP_CT_NEW &&
			   ctinfo != IP_CT_RELATED_REPLY)))
		return NF_ACCEPT;
	if (ctinfo == IP_CT_RELATED_REPLY) {
		if (nf_ct_protonum(ct) == IPPROTO_GRE)
			gre_end(skb, ct, state);
	} else if (nf_ct_protonum(ct) == IPPROTO_TCP &&
		   !nf_ct_is_confirmed(ct) && pptp_is_control(ct)) {
		pptp_helper_attach(ct);
	}
	return NF_ACCEPT;
}

/* What ends at the router and belongs to no call. */
static unsigned int pptp_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct pptp_gre gre;
	bool fragment;
	u8 l4proto;
	int off;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off < 0 || l4proto != IPPROTO_GRE || fragment ||
	    (nf_ct_get(skb, &ctinfo) && ctinfo != IP_CT_NEW))
		return pptp_end(priv, skb, state);
	if (!read_gre(skb, off, &gre))
		nf_vpn_count(state->net, NF_VPN_PPTP, NF_VPN_CNT_UNKNOWN_ID);
	return NF_ACCEPT;
}

static const struct nf_hook_ops data_ops[] = {
	{
		.hook		= pptp_begin,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_CONNTRACK - 1,
	}, {
		.hook		= pptp_begin,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_CONNTRACK - 1,
	}, {
		.hook		= pptp_local_in,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_NAT_SRC + 1,
	}, {
		.hook		= pptp_end,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_NAT_SRC + 1,
	}, {
		.hook		= pptp_begin,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_CONNTRACK - 1,
	}, {
		.hook		= pptp_begin,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP6_PRI_CONNTRACK - 1,
	}, {
		.hook		= pptp_local_in,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP6_PRI_NAT_SRC + 1,
	}, {
		.hook		= pptp_end,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_NAT_SRC + 1,
	},
};

const struct nf_vpn_hooks pptp_data_hooks = {
	.ops = data_ops, .n = ARRAY_SIZE(data_ops),
};
