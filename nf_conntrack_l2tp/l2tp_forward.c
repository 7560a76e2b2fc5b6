// SPDX-License-Identifier: GPL-2.0-only
/* Modes off and observe: L2TP packets that the router forwards. */
#include <linux/ip.h>
#include "l2tp.h"

/* Who began is not known without a conntrack entry: either port may tell. */
static bool is_udp(const struct nf_vpn_pkt *pkt, int off)
{
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(pkt->skb);
	const __be16 port = htons(L2TP_PORT);
	const struct udphdr *udp;
	struct udphdr buf;

	if (ct && !nf_ct_is_template(ct))
		return l2tp_is_udp(ct);
	udp = skb_header_pointer(pkt->skb, off, sizeof(buf), &buf);
	return udp && (udp->dest == port || udp->source == port);
}

/* Ports of a later fragment cannot be read; conntrack has put together what it
 * is to look at.
 */
static bool has_ports(const struct nf_vpn_pkt *pkt, bool fragment)
{
	return !fragment || (pkt->key.l3num == NFPROTO_IPV4 &&
			     !(ip_hdr(pkt->skb)->frag_off & htons(IP_OFFSET)));
}

/**
 * l2tp_claims - is a packet in FORWARD this protocol's?
 * @pkt: the packet; sets its key's l4proto
 *
 * Return: true if so.
 */
bool l2tp_claims(struct nf_vpn_pkt *pkt)
{
	bool fragment;
	int off;

	off = nf_vpn_header(pkt->skb, pkt->key.l3num, &pkt->key.l4proto,
			    &fragment);
	if (off < 0)
		return false;
	if (pkt->key.l4proto == IPPROTO_UDP)
		return has_ports(pkt, fragment) && is_udp(pkt, off);
	return pkt->key.l4proto == IPPROTO_L2TP;
}
