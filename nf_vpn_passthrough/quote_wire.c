// SPDX-License-Identifier: GPL-2.0-only
/* The packet that an ICMP error quotes (RFC 792, RFC 4443). */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>
#include <net/nf_vpn_wire.h>

#define EXT_HOP		0
#define EXT_ROUTING	43
#define EXT_FRAGMENT	44
#define EXT_AH		51
#define EXT_DSTOPTS	60
#define EXT_MAX		6	/* extension headers looked through */

/**
 * nf_vpn_quote4_parse - read a quoted IPv4 packet
 * @data: the quote, from its IP header on
 * @len: bytes at @data, which may be less than were quoted
 * @quote: filled in on success
 *
 * RFC 791, 3.1.
 *
 * Return: 0; -ENODATA if it is cut short; -EINVAL if it is no IPv4 header, or
 * a later fragment, which has no header of the next protocol.
 */
int nf_vpn_quote4_parse(const u8 *data, size_t len, struct nf_vpn_quote *quote)
{
	size_t hlen;

	if (len < 20)
		return -ENODATA;
	hlen = (data[0] & 0xf) * 4;
	if (data[0] >> 4 != 4 || hlen < 20)
		return -EINVAL;
	if (((data[6] & 0x1f) << 8 | data[7]) != 0)
		return -EINVAL;
	if (len < hlen)
		return -ENODATA;
	memset(quote, 0, sizeof(*quote));
	memcpy(quote->src, data + 12, 4);
	memcpy(quote->dst, data + 16, 4);
	quote->l4proto = data[9];
	quote->payload = hlen;
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_quote4_parse);

/* Length of an extension header, or 0 for what is none, or not the start of
 * the packet.
 */
static size_t ext_len(u8 type, const u8 *data)
{
	switch (type) {
	case EXT_HOP:
	case EXT_ROUTING:
	case EXT_DSTOPTS:
		return (data[1] + 1) * 8;
	case EXT_AH:
		return (data[1] + 2) * 4;
	case EXT_FRAGMENT:
		return data[2] || data[3] & 0xf8 ? 0 : 8;
	default:
		return 0;
	}
}

static bool is_ext(u8 type)
{
	return type == EXT_HOP || type == EXT_ROUTING || type == EXT_DSTOPTS ||
	       type == EXT_AH || type == EXT_FRAGMENT;
}

/**
 * nf_vpn_quote6_parse - read a quoted IPv6 packet
 * @data: the quote, from its IPv6 header on
 * @len: bytes at @data, which may be less than were quoted
 * @quote: filled in on success
 *
 * RFC 8200, 3 and 4.
 *
 * Return: 0; -ENODATA if it is cut short; -EINVAL if it is no IPv6 header, a
 * later fragment, or has more extension headers than anybody needs.
 */
int nf_vpn_quote6_parse(const u8 *data, size_t len, struct nf_vpn_quote *quote)
{
	unsigned int i;
	size_t off = 40, step;
	u8 type;

	if (len < 40)
		return -ENODATA;
	if (data[0] >> 4 != 6)
		return -EINVAL;
	type = data[6];
	for (i = 0; is_ext(type); i++) {
		if (i == EXT_MAX)
			return -EINVAL;
		if (len - off < 8)
			return -ENODATA;
		step = ext_len(type, data + off);
		if (!step)
			return -EINVAL;
		type = data[off];
		if (len - off < step)
			return -ENODATA;
		off += step;
	}
	memset(quote, 0, sizeof(*quote));
	memcpy(quote->src, data + 8, 16);
	memcpy(quote->dst, data + 24, 16);
	quote->l4proto = type;
	quote->payload = off;
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_quote6_parse);
