/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes to values: what several protocols need.  Pure functions. */
#ifndef _NET_NF_VPN_WIRE_H
#define _NET_NF_VPN_WIRE_H

#include <linux/types.h>

/**
 * struct nf_vpn_quote - start of a packet that an ICMP error quotes
 * @src: source address, network byte order; unused bytes are zero
 * @dst: destination address, likewise
 * @l4proto: IP protocol number of what follows the IP header
 * @payload: where that begins, in bytes from the start of the quote
 */
struct nf_vpn_quote {
	u8	src[16];
	u8	dst[16];
	u8	l4proto;
	size_t	payload;
};

/* Longest part of a quote that is looked at: an IPv6 header with some
 * extensions, or an IPv4 header with all its options, and eight bytes more.
 */
#define NF_VPN_QUOTE_MAX	(40 + 64 + 8)

int nf_vpn_quote4_parse(const u8 *data, size_t len, struct nf_vpn_quote *quote);
int nf_vpn_quote6_parse(const u8 *data, size_t len, struct nf_vpn_quote *quote);

#endif /* _NET_NF_VPN_WIRE_H */
