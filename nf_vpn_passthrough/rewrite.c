// SPDX-License-Identifier: GPL-2.0-only
/* The one write into packets that several protocols need: a UDP source port. */
#include <linux/udp.h>
#include <net/checksum.h>
#include "core.h"

/**
 * nf_vpn_udp_source - set the UDP source port of a packet
 * @skb: the packet
 * @off: offset of its UDP header in bytes
 * @port: the port
 *
 * A checksum of zero says that there is none (RFC 768), and stays.  Pointers
 * into the packet must be read again.
 *
 * Return: false if there was no memory.
 */
bool nf_vpn_udp_source(struct sk_buff *skb, unsigned int off, __be16 port)
{
	struct udphdr *udp;

	if (skb_ensure_writable(skb, off + sizeof(*udp)))
		return false;
	udp = (void *)(skb->data + off);
	if (!udp->check && skb->ip_summed != CHECKSUM_PARTIAL) {
		udp->source = port;
		/* Nothing in the packet makes up for the change. */
		if (skb->ip_summed == CHECKSUM_COMPLETE)
			skb->ip_summed = CHECKSUM_NONE;
		return true;
	}
	inet_proto_csum_replace2(&udp->check, skb, udp->source, port, false);
	if (!udp->check)
		udp->check = CSUM_MANGLED_0;
	udp->source = port;
	return true;
}
EXPORT_SYMBOL_GPL(nf_vpn_udp_source);
