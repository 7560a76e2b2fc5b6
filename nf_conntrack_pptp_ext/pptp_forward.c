// SPDX-License-Identifier: GPL-2.0-only
/* Modes off and observe: PPTP packets that the router forwards. */
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/tcp.h>
#include "pptp.h"
#include "pptp_wire.h"

static bool is_gre(const struct sk_buff *skb, int off)
{
	u8 buf[PPTP_GRE_LEN];
	struct pptp_gre gre;
	const u8 *data;

	data = skb_header_pointer(skb, off, sizeof(buf), buf);
	return data && !pptp_gre_parse(data, sizeof(buf), &gre);
}

/* Who began is not known without a conntrack entry: either port may tell. */
static bool is_control(struct nf_vpn_pkt *pkt, int off)
{
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(pkt->skb);
	const __be16 port = htons(PPTP_CONTROL_PORT);
	const struct tcphdr *th;
	struct tcphdr buf;

	if (ct && !nf_ct_is_template(ct))
		return pptp_is_control(ct);
	th = skb_header_pointer(pkt->skb, off, sizeof(buf), &buf);
	return th && (th->dest == port || th->source == port);
}

static bool classify(struct nf_vpn_pkt *pkt)
{
	bool fragment;
	int off;

	if (nf_vpn_is_bridged(pkt->skb))
		return false;
	off = nf_vpn_header(pkt->skb, pkt->key.l3num, &pkt->key.l4proto,
			    &fragment);
	if (off < 0 || fragment)
		return false;
	if (pkt->key.l4proto == IPPROTO_TCP ? !is_control(pkt, off) :
	    pkt->key.l4proto != IPPROTO_GRE || !is_gre(pkt->skb, off))
		return false;
	nf_vpn_forward_key(pkt);
	return true;
}

static unsigned int pptp_off(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt = {
		.net = state->net, .skb = skb, .proto = NF_VPN_PPTP,
		.key = { .l3num = state->pf },
	};

	if (!classify(&pkt))
		return NF_ACCEPT;
	if (pkt.key.l4proto == IPPROTO_TCP)
		nf_vpn_reset(&pkt, state->hook);
	else
		nf_vpn_reject(&pkt);
	return NF_DROP;
}

static unsigned int pptp_observe(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt = {
		.net = state->net, .skb = skb, .proto = NF_VPN_PPTP,
		.key = { .l3num = state->pf },
	};

	if (classify(&pkt))
		nf_vpn_observe(&pkt);
	return NF_ACCEPT;
}

static const struct nf_hook_ops off_ops[] = {
	{
		.hook		= pptp_off,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FILTER - 1,
	}, {
		.hook		= pptp_off,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP6_PRI_FILTER - 1,
	},
};

static const struct nf_hook_ops observe_ops[] = {
	{
		.hook		= pptp_observe,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FILTER + 1,
	}, {
		.hook		= pptp_observe,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP6_PRI_FILTER + 1,
	},
};

const struct nf_vpn_hooks pptp_off_hooks = {
	.ops = off_ops, .n = ARRAY_SIZE(off_ops),
};

const struct nf_vpn_hooks pptp_observe_hooks = {
	.ops = observe_ops, .n = ARRAY_SIZE(observe_ops),
};
