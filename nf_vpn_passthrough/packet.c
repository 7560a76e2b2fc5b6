// SPDX-License-Identifier: GPL-2.0-only
/* Reading packets, for all protocols: headers, and what ICMP errors quote. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include "core.h"

/**
 * nf_vpn_header6 - find the transport header of an IPv6 packet with extensions
 * @skb: the packet
 * @l4proto: the IPv6 header's next header; set to the transport protocol
 * @fragment: set if the packet is a fragment that nobody reassembled
 *
 * Return: offset of the transport header in bytes, negative if there is none.
 */
int nf_vpn_header6(const struct sk_buff *skb, u8 *l4proto, bool *fragment)
{
	__be16 frag_off = 0;
	int off;

	off = ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), l4proto, &frag_off);
	*fragment = frag_off & htons(~0x7);
	return off;
}
EXPORT_SYMBOL_GPL(nf_vpn_header6);

/**
 * nf_vpn_template_zone - conntrack zone that a template leads a packet to
 * @pkt: the packet, with its template
 * @dir: direction
 *
 * Return: zone id.
 */
u16 nf_vpn_template_zone(const struct nf_vpn_pkt *pkt,
			 enum ip_conntrack_dir dir)
{
	struct nf_conntrack_zone tmp;

	return nf_ct_zone_id(nf_ct_zone_tmpl(pkt->tmpl, pkt->skb, &tmp), dir);
}
EXPORT_SYMBOL_GPL(nf_vpn_template_zone);

static bool is_icmp_error(u8 pf, u8 type)
{
	return pf == NFPROTO_IPV4 ? icmp_is_err(type) :
				    !(type & ICMPV6_INFOMSG_MASK);
}

/**
 * nf_vpn_icmp_read - read the packet that an ICMP error quotes
 * @pkt: the error; its key's addresses are set to those of the quoted packet
 * @off: offset of the ICMP header
 * @l4proto: IP protocol number of the packets that matter
 * @icmp: filled in
 *
 * RFC 792 and RFC 4443, 3.
 *
 * Return: 1 if it quotes a packet of that protocol; 0 if it is no error, or
 * quotes another one; -errno if it is malformed.
 */
int nf_vpn_icmp_read(struct nf_vpn_pkt *pkt, int off, u8 l4proto,
		     struct nf_vpn_icmp *icmp)
{
	struct nf_vpn_quote *quote = &icmp->quote;
	const u8 *data;
	int len, err;

	len = min_t(int, sizeof(icmp->buf), (int)pkt->skb->len - off);
	if (len < NF_VPN_ICMP_LEN)
		return -ENODATA;
	data = skb_header_pointer(pkt->skb, off, len, icmp->buf);
	if (!data || !is_icmp_error(pkt->key.l3num, data[0]))
		return 0;
	data += NF_VPN_ICMP_LEN;
	len -= NF_VPN_ICMP_LEN;
	err = pkt->key.l3num == NFPROTO_IPV4 ?
	      nf_vpn_quote4_parse(data, len, quote) :
	      nf_vpn_quote6_parse(data, len, quote);
	if (err || quote->l4proto != l4proto)
		return err;
	icmp->data = data + quote->payload;
	icmp->len = len - quote->payload;
	memcpy(&pkt->key.src, quote->src, sizeof(quote->src));
	memcpy(&pkt->key.dst, quote->dst, sizeof(quote->dst));
	return 1;
}
EXPORT_SYMBOL_GPL(nf_vpn_icmp_read);

/* An error about somebody's packet comes to the address that the packet was
 * sent from.
 */
static bool is_to_sender(const struct nf_vpn_pkt *pkt)
{
	const struct sk_buff *skb = pkt->skb;

	if (pkt->key.l3num == NFPROTO_IPV4)
		return ip_hdr(skb)->daddr == pkt->key.src.ip;
	return ipv6_addr_equal(&ipv6_hdr(skb)->daddr, &pkt->key.src.in6);
}

/**
 * nf_vpn_icmp_is_sound - is an ICMP error addressed and summed up rightly?
 * @pkt: the error, after nf_vpn_icmp_read()
 * @off: offset of the ICMP header
 * @l4proto: IPPROTO_ICMP or IPPROTO_ICMPV6
 * @state: the hook that it passes
 *
 * Return: true if so.
 */
bool nf_vpn_icmp_is_sound(const struct nf_vpn_pkt *pkt, int off, u8 l4proto,
			  const struct nf_hook_state *state)
{
	return is_to_sender(pkt) &&
	       !nf_checksum(pkt->skb, state->hook, off, l4proto, state->pf);
}
EXPORT_SYMBOL_GPL(nf_vpn_icmp_is_sound);
