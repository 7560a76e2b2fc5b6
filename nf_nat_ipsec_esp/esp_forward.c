// SPDX-License-Identifier: GPL-2.0-only
/* Modes off and observe: IPsec packets that the router forwards. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/udp.h>
#include "esp.h"

#define PORT_IKE	500	/* RFC 7296 */
#define PORT_NAT_T	4500	/* RFC 3947, RFC 3948 */

static bool is_ike_port(__be16 port)
{
	return port == htons(PORT_IKE) || port == htons(PORT_NAT_T);
}

/* Without a conntrack entry every packet counts as one that begins something:
 * an ephemeral source port may be 4500 by chance.
 */
static bool is_reply(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;

	return nf_ct_get(skb, &ctinfo) &&
	       CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY;
}

static bool is_ipsec(const struct sk_buff *skb, u8 l4proto, int off)
{
	const struct udphdr *udp;
	struct udphdr buf;

	switch (l4proto) {
	case IPPROTO_ESP:
	case IPPROTO_AH:
		return true;
	case IPPROTO_UDP:
		udp = skb_header_pointer(skb, off, sizeof(buf), &buf);
		return udp && is_ike_port(is_reply(skb) ? udp->source :
							  udp->dest);
	default:
		return false;
	}
}

/* AH is an extension header in IPv6, and would be skipped. */
static bool has_ah(const struct sk_buff *skb)
{
	unsigned int off = 0;

	return ipv6_ext_hdr(ipv6_hdr(skb)->nexthdr) &&
	       ipv6_find_hdr(skb, &off, NEXTHDR_AUTH, NULL, NULL) >= 0;
}

static int header(const struct sk_buff *skb, u8 pf, u8 *l4proto,
		  bool *fragment)
{
	if (pf == NFPROTO_IPV6 && has_ah(skb)) {
		*l4proto = IPPROTO_AH;
		*fragment = false;
		return sizeof(struct ipv6hdr);
	}
	return nf_vpn_header(skb, pf, l4proto, fragment);
}

static bool classify(struct nf_vpn_pkt *pkt)
{
	bool fragment;
	int off;

	if (nf_vpn_is_bridged(pkt->skb))
		return false;
	off = header(pkt->skb, pkt->key.l3num, &pkt->key.l4proto, &fragment);
	if (off < 0)
		return false;
	/* Ports of a later fragment cannot be read; ESP can be told. */
	if (fragment && pkt->key.l4proto == IPPROTO_UDP &&
	    pkt->key.l3num == NFPROTO_IPV4 &&
	    ip_hdr(pkt->skb)->frag_off & htons(IP_OFFSET))
		return false;
	if (!is_ipsec(pkt->skb, pkt->key.l4proto, off))
		return false;
	nf_vpn_forward_key(pkt);
	return true;
}

static unsigned int esp_off(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt = {
		.net = state->net, .skb = skb, .proto = NF_VPN_IPSEC,
		.key = { .l3num = state->pf },
	};

	if (!classify(&pkt))
		return NF_ACCEPT;
	nf_vpn_reject(&pkt);
	return NF_DROP;
}

static unsigned int esp_observe(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt = {
		.net = state->net, .skb = skb, .proto = NF_VPN_IPSEC,
		.key = { .l3num = state->pf },
	};

	if (classify(&pkt))
		nf_vpn_observe(&pkt);
	return NF_ACCEPT;
}

static const struct nf_hook_ops off_ops[] = {
	{
		.hook		= esp_off,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FILTER - 1,
	}, {
		.hook		= esp_off,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP6_PRI_FILTER - 1,
	},
};

static const struct nf_hook_ops observe_ops[] = {
	{
		.hook		= esp_observe,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FILTER + 1,
	}, {
		.hook		= esp_observe,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP6_PRI_FILTER + 1,
	},
};

const struct nf_vpn_hooks esp_off_hooks = {
	.ops = off_ops, .n = ARRAY_SIZE(off_ops),
};

const struct nf_vpn_hooks esp_observe_hooks = {
	.ops = observe_ops, .n = ARRAY_SIZE(observe_ops),
};
