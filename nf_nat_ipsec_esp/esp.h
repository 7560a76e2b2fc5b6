/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of nf_nat_ipsec_esp offer one another. */
#ifndef _NF_NAT_IPSEC_ESP_H
#define _NF_NAT_IPSEC_ESP_H

#include <net/ip.h>
#include <net/ipv6.h>
#include <net/nf_vpn_passthrough.h>

/* esp_data.c */
extern const struct nf_vpn_hooks esp_data_hooks;
bool esp_data_owns(const struct nf_conn *ct);
bool esp_data_stamped(const struct nf_conn *ct);
int esp_header6(const struct sk_buff *skb, u8 *l4proto, bool *fragment);

/* esp_forward.c */
extern const struct nf_vpn_hooks esp_off_hooks;
extern const struct nf_vpn_hooks esp_observe_hooks;

/**
 * esp_header - find the transport header of a packet
 * @skb: the packet
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: set to its IP protocol number
 * @fragment: set if the packet is a fragment that nobody reassembled
 *
 * Return: offset of the transport header in bytes, negative if there is none.
 */
static inline int esp_header(const struct sk_buff *skb, u8 pf, u8 *l4proto,
			     bool *fragment)
{
	if (likely(pf == NFPROTO_IPV4)) {
		*l4proto = ip_hdr(skb)->protocol;
		*fragment = ip_is_fragment(ip_hdr(skb));
		return ip_hdrlen(skb);
	}
	*l4proto = ipv6_hdr(skb)->nexthdr;
	*fragment = false;
	if (likely(!ipv6_ext_hdr(*l4proto)))
		return sizeof(struct ipv6hdr);
	return esp_header6(skb, l4proto, fragment);
}

#endif /* _NF_NAT_IPSEC_ESP_H */
