// SPDX-License-Identifier: GPL-2.0-only
/* Packets, byte by byte. */
#include "model.h"

#define ESP_LEN		40	/* header, and some of what is encrypted */

static LIST_HEAD(packets);

static struct packet *packet_new(u32 src, u32 dst, u8 l4proto, u16 len)
{
	struct packet *p = calloc(1, sizeof(*p));
	struct iphdr *ip;

	if (!p || sizeof(*ip) + len > PACKET_MAX)
		model_die("a packet of %u bytes cannot be made", len);
	ip = (struct iphdr *)p->data;
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->ttl = 64;
	ip->protocol = l4proto;
	ip->saddr = htonl(src);
	ip->daddr = htonl(dst);
	p->len = sizeof(*ip) + len;
	ip->tot_len = htons(p->len);
	list_add_tail(&p->list, &packets);
	return p;
}

/**
 * packet_free - a packet has arrived, or is lost
 * @p: the packet
 */
void packet_free(struct packet *p)
{
	list_del(&p->list);
	free(p);
}

/**
 * packet_copy - copy a packet
 * @p: the packet
 *
 * Return: the copy.
 */
struct packet *packet_copy(const struct packet *p)
{
	struct packet *copy = malloc(sizeof(*copy));

	if (!copy)
		model_die("out of memory");
	*copy = *p;
	copy->copy = true;
	list_add_tail(&copy->list, &packets);
	return copy;
}

/**
 * packets_exit - free all packets that are still on their way
 */
void packets_exit(void)
{
	while (!list_empty(&packets))
		packet_free(list_first_entry(&packets, struct packet, list));
}

/**
 * packet_esp - make an ESP packet
 * @src: source address
 * @dst: destination address
 * @spi: SPI
 * @seq: sequence number
 *
 * Return: the packet.
 */
struct packet *packet_esp(u32 src, u32 dst, u32 spi, u32 seq)
{
	struct packet *p = packet_new(src, dst, IPPROTO_ESP, ESP_LEN);
	__be32 esp[] = { htonl(spi), htonl(seq) };

	memcpy(p->data + sizeof(struct iphdr), esp, sizeof(esp));
	return p;
}

/**
 * packet_udp - make a UDP packet
 * @src: source address
 * @dst: destination address
 * @sport: source port
 * @dport: destination port
 * @len: bytes behind the UDP header
 *
 * Return: the packet.
 */
struct packet *packet_udp(u32 src, u32 dst, u16 sport, u16 dport, u16 len)
{
	struct udphdr udp = {
		.source = htons(sport),
		.dest = htons(dport),
		.len = htons(sizeof(udp) + len),
	};
	struct packet *p;

	p = packet_new(src, dst, IPPROTO_UDP, sizeof(udp) + len);
	memcpy(p->data + sizeof(struct iphdr), &udp, sizeof(udp));
	return p;
}

/**
 * packet_read_udp - the ports of a UDP packet
 * @p: the packet
 * @sport: set to its source port
 * @dport: set to its destination port
 */
void packet_read_udp(const struct packet *p, u16 *sport, u16 *dport)
{
	struct udphdr udp;

	memcpy(&udp, p->data + sizeof(struct iphdr), sizeof(udp));
	*sport = ntohs(udp.source);
	*dport = ntohs(udp.dest);
}
