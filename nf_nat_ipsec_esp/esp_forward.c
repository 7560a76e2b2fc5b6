// SPDX-License-Identifier: GPL-2.0-only
/* Modes off and observe: IPsec packets that the router forwards. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include "esp.h"

static bool is_ike_port(__be16 port)
{
	return port == htons(IKE_PORT) || port == htons(NAT_T_PORT);
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

/**
 * esp_claims - is a packet in FORWARD this protocol's?
 * @pkt: the packet; sets its key's l4proto
 *
 * Return: true if so.
 */
bool esp_claims(struct nf_vpn_pkt *pkt)
{
	bool fragment;
	int off;

	off = header(pkt->skb, pkt->key.l3num, &pkt->key.l4proto, &fragment);
	if (off < 0)
		return false;
	/* Ports of a later fragment cannot be read; ESP can be told. */
	if (fragment && pkt->key.l4proto == IPPROTO_UDP &&
	    pkt->key.l3num == NFPROTO_IPV4 &&
	    ip_hdr(pkt->skb)->frag_off & htons(IP_OFFSET))
		return false;
	return is_ipsec(pkt->skb, pkt->key.l4proto, off);
}
