// SPDX-License-Identifier: GPL-2.0-only
/* Every write into a packet: Call IDs, and the end of a split message. */
#include <linux/icmp.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/netfilter/nf_nat_helper.h>
#include "pptp.h"
#include "pptp_stream_wire.h"

#define CALL_ID_OFF	6	/* in the enhanced GRE header, RFC 2637, 4.1 */
#define ICMP_CHECK_OFF	2

/**
 * pptp_nat_gre - set the Call ID of a GRE packet
 * @skb: the packet
 * @off: where the GRE header is
 * @call_id: the Call ID, host byte order
 *
 * Enhanced GRE has no checksum (RFC 2637, 4.1).
 *
 * Return: false if there was no memory.
 */
bool pptp_nat_gre(struct sk_buff *skb, unsigned int off, u16 call_id)
{
	__be16 *field;

	if (skb_ensure_writable(skb, off + CALL_ID_OFF + sizeof(*field)))
		return false;
	field = (void *)(skb->data + off + CALL_ID_OFF);
	skb_postpull_rcsum(skb, field, sizeof(*field));
	*field = htons(call_id);
	skb_postpush_rcsum(skb, field, sizeof(*field));
	return true;
}

/**
 * pptp_nat_quote - set the Call ID of a GRE packet that an ICMP error quotes
 * @skb: the error
 * @icmp: where the ICMP header is
 * @gre: where the quoted GRE header is
 * @call_id: the Call ID, host byte order
 *
 * Return: false if there was no memory.
 */
bool pptp_nat_quote(struct sk_buff *skb, unsigned int icmp, unsigned int gre,
		    u16 call_id)
{
	__be16 *field, new = htons(call_id);
	__sum16 *check;

	if (skb_ensure_writable(skb, gre + CALL_ID_OFF + sizeof(*field)))
		return false;
	field = (void *)(skb->data + gre + CALL_ID_OFF);
	check = (void *)(skb->data + icmp + ICMP_CHECK_OFF);
	inet_proto_csum_replace2(check, skb, *field, new, false);
	*field = new;
	return true;
}

static bool mangle(struct sk_buff *skb, struct nf_conn *ct,
		   enum ip_conntrack_info ctinfo, unsigned int protoff,
		   unsigned int off, unsigned int from, const u8 *bytes,
		   unsigned int to)
{
	return __nf_nat_mangle_tcp_packet(skb, ct, ctinfo, protoff, off, from,
					  (const char *)bytes, to, false);
}

/**
 * pptp_nat_edit - make the changes that fall into a control segment
 * @skb: the segment
 * @ct: its conntrack entry
 * @ctinfo: what it is to the entry
 * @protoff: where the TCP header is
 * @edits: all changes of its direction
 *
 * Return: false if there was no memory.
 */
bool pptp_nat_edit(struct sk_buff *skb, struct nf_conn *ct,
		   enum ip_conntrack_info ctinfo, unsigned int protoff,
		   const struct pptp_edits *edits)
{
	const struct tcphdr *th = (void *)(skb->data + protoff);
	size_t len = skb->len - protoff - th->doff * 4;
	u32 seq = ntohl(th->seq);
	const u8 *bytes;
	size_t off, n;
	unsigned int i;

	for (i = 0; i < edits->n; i++)
		if (pptp_edit_part(&edits->edit[i], seq, len, &off, &bytes,
				   &n) &&
		    !mangle(skb, ct, ctinfo, protoff, off, n, bytes, n))
			return false;
	return true;
}

/**
 * pptp_nat_cut - shorten a control segment
 * @skb: the segment
 * @ct: its conntrack entry
 * @ctinfo: what it is to the entry
 * @protoff: where the TCP header is
 * @n: how many bytes to take from its end; some are left
 *
 * To TCP, the end was lost, and it sends it again along with what follows.
 *
 * Return: false if there was no memory.
 */
bool pptp_nat_cut(struct sk_buff *skb, struct nf_conn *ct,
		  enum ip_conntrack_info ctinfo, unsigned int protoff,
		  unsigned int n)
{
	const struct tcphdr *th = (void *)(skb->data + protoff);
	unsigned int len = skb->len - protoff - th->doff * 4;

	return mangle(skb, ct, ctinfo, protoff, len - n, n, (const u8 *)"", 0);
}
