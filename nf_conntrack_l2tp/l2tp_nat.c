// SPDX-License-Identifier: GPL-2.0-only
/* Every write into a packet but that of its port: ids and digests. */
#include <linux/bitops.h>
#include <net/checksum.h>
#include "l2tp.h"

#define ICMP_CHECK_OFF	2

/* A checksum of zero says that there is none (RFC 768); only IPv4 has that. */
static struct udphdr *summed(const struct l2tp_pkt *p)
{
	struct sk_buff *skb = p->pkt.skb;
	struct udphdr *udp = (void *)(skb->data + p->udp);

	if (!p->udp)
		return NULL;
	return udp->check || skb->ip_summed == CHECKSUM_PARTIAL ? udp : NULL;
}

/* Nothing makes up for what changes in a packet without a checksum of its own. */
static void forget_sum(struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
}

/* Values of AVPs may be at odd offsets, so it goes byte by byte. */
static void put_byte(__sum16 *check, struct sk_buff *skb, u8 *at, u8 byte,
		     bool odd)
{
	__be16 old = htons(odd ? *at : *at << 8);
	__be16 new = htons(odd ? byte : byte << 8);

	inet_proto_csum_replace2(check, skb, old, new, false);
	*at = byte;
}

/**
 * l2tp_nat_bytes - change bytes of a packet
 * @p: the packet
 * @off: where, in bytes from the start of L2TP
 * @bytes: what
 * @n: how many
 *
 * The UDP checksum follows, and one of zero stays zero.  Pointers into the
 * packet must be read again.
 *
 * Return: false if there was no memory.
 */
bool l2tp_nat_bytes(struct l2tp_pkt *p, unsigned int off, const u8 *bytes,
		    unsigned int n)
{
	struct sk_buff *skb = p->pkt.skb;
	struct udphdr *udp;
	unsigned int i;
	u8 *data;

	if (skb_ensure_writable(skb, p->off + off + n))
		return false;
	data = skb->data + p->off + off;
	udp = summed(p);
	if (!udp) {
		memcpy(data, bytes, n);
		forget_sum(skb);
		return true;
	}
	for (i = 0; i < n; i++)
		put_byte(&udp->check, skb, data + i, bytes[i], (off + i) & 1);
	if (!udp->check)
		udp->check = CSUM_MANGLED_0;
	return true;
}

/**
 * l2tp_nat_edit - make a change
 * @p: the packet
 * @edit: the change
 *
 * Return: false if there was no memory.
 */
bool l2tp_nat_edit(struct l2tp_pkt *p, const struct l2tp_edit *edit)
{
	__be32 value = cpu_to_be32(edit->value);

	return l2tp_nat_bytes(p, edit->off,
			      (u8 *)&value + sizeof(value) - edit->n, edit->n);
}

/* Data of protocol 115, which nothing sums up. */
static bool set_session(const struct l2tp_pkt *p, u32 id)
{
	unsigned int at = p->off + p->head.id_off;
	struct sk_buff *skb = p->pkt.skb;
	__be32 value = cpu_to_be32(id);

	if (unlikely(skb_ensure_writable(skb, at + sizeof(value))))
		return false;
	memcpy(skb->data + at, &value, sizeof(value));
	forget_sum(skb);
	return true;
}

/**
 * l2tp_nat_id - set the id that a packet is led by
 * @p: the packet; its key has the id that it came with
 * @id: the id, as l2tp_set_id() would take it
 *
 * Return: false if there was no memory.
 */
bool l2tp_nat_id(struct l2tp_pkt *p, u32 id)
{
	struct l2tp_edit edit = { p->head.id_off, 4, id };

	if (likely(!p->udp))
		return set_session(p, id);
	/* A Session ID of version 2 means the same on either side. */
	if (p->head.version == 2) {
		edit.n = 2;
		if (!p->head.control)
			edit.value = id >> 16;
	}
	return l2tp_nat_edit(p, &edit);
}

/**
 * l2tp_nat_quote - set an id of a packet that an ICMP error quotes
 * @skb: the error
 * @icmp: where the ICMP header is
 * @at: where the quoted id is
 * @id: the id, host byte order
 * @n: its length in bytes, at most 4
 *
 * Return: false if there was no memory.
 */
bool l2tp_nat_quote(struct sk_buff *skb, unsigned int icmp, unsigned int at,
		    u32 id, unsigned int n)
{
	__be32 value = cpu_to_be32(id);
	const u8 *bytes = (u8 *)&value + sizeof(value) - n;
	__sum16 *check;
	unsigned int i;

	if (skb_ensure_writable(skb, at + n))
		return false;
	check = (void *)(skb->data + icmp + ICMP_CHECK_OFF);
	for (i = 0; i < n; i++)
		put_byte(check, skb, skb->data + at + i, bytes[i],
			 (at - icmp + i) & 1);
	return true;
}
