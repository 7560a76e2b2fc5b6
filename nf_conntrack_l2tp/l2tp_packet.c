// SPDX-License-Identifier: GPL-2.0-only
/* From a packet to what its header says. */
#include "l2tp.h"

/* What UDP says that it carries, of @len bytes that there are.
 *
 * Return: that many bytes; -ENODATA if there are not so many.
 */
static int udp_payload(const u8 *data, unsigned int len)
{
	unsigned int n = ntohs(((const struct udphdr *)data)->len);

	if (n < sizeof(struct udphdr) || n > sizeof(struct udphdr) + len)
		return -ENODATA;
	return n - sizeof(struct udphdr);
}

/**
 * l2tp_read - read what an L2TP packet begins with
 * @p: the packet; its pkt is set up, but for id and ports; sets the rest
 * @off: where the UDP header is, or L2TP itself
 *
 * RFC 2661, 3.1; RFC 3931, 3.2 and 4.1.
 *
 * Return: 0; -ENODATA if it is cut short; -EBADMSG if its lengths or flags are
 * wrong; -EPROTONOSUPPORT if it is another version.
 */
int l2tp_read(struct l2tp_pkt *p, int off)
{
	struct nf_vpn_pkt *pkt = &p->pkt;
	bool udp = pkt->key.l4proto == IPPROTO_UDP;
	int err, have, len, skip = udp ? sizeof(struct udphdr) : 0;
	const u8 *data;

	p->udp = udp ? off : 0;
	p->off = off + skip;
	len = pkt->skb->len - p->off;
	if (len < 0)
		return -ENODATA;
	have = min_t(int, len, L2TP_HEAD_MAX);
	data = skb_header_pointer(pkt->skb, off, skip + have, p->buf);
	if (data && udp)
		len = udp_payload(data, len);
	if (!data || len < 0)
		return -ENODATA;
	have = min(have, len);
	data += skip;
	err = udp ? l2tp_udp_parse(data, have, len, &p->head) :
		    l2tp_ip_parse(data, have, len, &p->head);
	if (err)
		return err;
	if (p->head.version == 3 && !p->head.control) {
		pkt->cookie = data + p->head.payload;
		pkt->n_cookie = have - p->head.payload;
	}
	return 0;
}

/**
 * l2tp_set_id - take the id that a packet is led by
 * @p: the packet, after l2tp_read()
 */
void l2tp_set_id(struct l2tp_pkt *p)
{
	const struct l2tp_head *head = &p->head;
	struct nf_vpn_key *key = &p->pkt.key;
	u32 id = head->tunnel;

	if (head->control) {
		key->space = head->version == 2 ? L2TP_SPACE_TUNNEL :
						  L2TP_SPACE_CCID;
	} else if (head->version == 2) {
		key->space = L2TP_SPACE_CALL;
		id = head->tunnel << 16 | head->session;
	} else {
		key->space = L2TP_SPACE_SESSION;
		id = head->session;
	}
	key->id = cpu_to_be32(id);
}

/**
 * l2tp_message_type - read the type of a control message alone
 * @p: the packet, after l2tp_read()
 *
 * Return: an enum l2tp_type or another number; -EBADMSG if it has none.
 */
int l2tp_message_type(const struct l2tp_pkt *p)
{
	struct l2tp_avp avp;
	const u8 *data;
	size_t pos = 0;
	u8 buf[8];

	if (p->head.avps + sizeof(buf) > p->head.end)
		return -EBADMSG;
	data = skb_header_pointer(p->pkt.skb, p->off + p->head.avps,
				  sizeof(buf), buf);
	if (!data || l2tp_avp_next(data, sizeof(buf), &pos, &avp) != 1 ||
	    avp.vendor || avp.type || avp.len != 2)
		return -EBADMSG;
	return data[avp.off] << 8 | data[avp.off + 1];
}
