// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends spoilt traffic of all protocols through a router, from both sides:
 *
 *   fuzz_packets [-s SEED] [-t SECONDS] CLIENTS-NETNS SERVERS-NETNS
 *
 * Clients are 10.0.0.12 and 10.0.0.20 to .22 behind 192.0.2.1, servers 192.0.2.2,
 * .20 and .21; over IPv6 fd00::12 and so on behind 2001:db8::1, and 2001:db8::2
 * and so on. Where nobody has an address, the router must have a neighbour's entry
 * that leads to one of the namespaces, so that nobody answers.
 *
 * What arrives at a side is sent back, spoilt, or quoted in ICMP errors. For all
 * that does not depend on what arrives, the same seed does the same. Prints the
 * seed, and what was sent and seen.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "fuzz_payload.h"
#include "net.h"

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL	36
#endif

#define N_CONNS		16
#define N_SEEN		64
#define PROTO_L2TP	115

enum side { CLIENTS, SERVERS };
enum kind { PPTP, GRE, ESP, L2TP_UDP, L2TP_IP, IKE, BOUNCE, ICMP, N_KINDS };

static const char *const names[N_KINDS] = {
	"pptp", "gre", "esp", "l2tp-udp", "l2tp-ip", "ike", "bounced", "icmp",
};

uint64_t chance_state;

/**
 * struct conn - a TCP connection that exists only in what is sent
 * @open: it was opened
 * @port: the client's port
 * @seq: what each side sends next
 */
static struct conn {
	bool		open;
	uint16_t	port;
	uint32_t	seq[2];
} conns[2][N_CONNS];

/* What has arrived, from the IP header on. */
static struct seen {
	size_t	len;
	uint8_t	data[PAYLOAD_MAX];
} seen[2][N_SEEN];

static uint32_t n_seen[2], sent[N_KINDS], failed;
static int out_fd[2][2], in_fd[2];

static void addr_make(uint8_t *addr, bool is6, const char *prefix, uint8_t last)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%x", prefix, last);
	if (!is6)
		snprintf(text, sizeof(text), "%s%u", prefix, last);
	if (inet_pton(is6 ? AF_INET6 : AF_INET, text, addr) != 1)
		die("address %s", text);
}

static void client_addr(uint8_t *addr, bool is6, unsigned int nr)
{
	static const uint8_t last4[] = { 12, 20, 21, 22 };
	static const uint8_t last6[] = { 0x12, 0x20, 0x21, 0x22 };

	addr_make(addr, is6, is6 ? "fd00::" : "10.0.0.",
		  (is6 ? last6 : last4)[nr % 4]);
}

static void server_addr(uint8_t *addr, bool is6, unsigned int nr)
{
	static const uint8_t last4[] = { 2, 20, 21 };
	static const uint8_t last6[] = { 0x2, 0x20, 0x21 };

	addr_make(addr, is6, is6 ? "2001:db8::" : "192.0.2.",
		  (is6 ? last6 : last4)[nr % 3]);
}

/* Addresses as they are on the wire of the side that sends. */
static void addrs(enum side from, bool is6, unsigned int client,
		  unsigned int server, uint8_t *src, uint8_t *dst)
{
	if (from == CLIENTS) {
		client_addr(src, is6, client);
		server_addr(dst, is6, server);
	} else {
		server_addr(src, is6, server);
		addr_make(dst, is6, is6 ? "2001:db8::" : "192.0.2.", 1);
	}
}

/* The checksum at @at of what has a pseudo-header, seldom a wrong one. */
static void fill_checksum(struct payload *p, size_t at, bool is6,
			  const uint8_t *src, const uint8_t *dst, uint8_t proto)
{
	static uint8_t buf[40 + PAYLOAD_MAX];
	size_t n = is6 ? 16 : 4, len = 0;
	uint16_t sum, plen = htons(p->len);

	if (chance_of(3) || at + 2 > p->len)
		return;
	p->data[at] = 0;
	p->data[at + 1] = 0;
	if (is6 || proto != IPPROTO_ICMP) {
		memcpy(buf, src, n);
		memcpy(buf + n, dst, n);
		memset(buf + 2 * n, 0, 8);
		memcpy(buf + 2 * n + 2, &plen, 2);
		buf[2 * n + (is6 ? 7 : 1)] = proto;
		len = 2 * n + (is6 ? 8 : 4);
	}
	memcpy(buf + len, p->data, p->len);
	sum = checksum(buf, len + p->len);
	memcpy(p->data + at, &sum, 2);
}

static size_t header4(uint8_t *buf, const uint8_t *src, const uint8_t *dst,
		      uint8_t proto, uint16_t frag, size_t len)
{
	static uint16_t id;
	size_t hlen = chance_of(3) ? 24 : 20;
	struct iphdr ip = {
		.version = 4, .ihl = hlen / 4, .ttl = 64, .protocol = proto,
		.tot_len = htons(hlen + len), .frag_off = htons(frag),
	};

	/* Both fragments have one, as the second comes with another offset. */
	if (!(frag & 0x1fff))
		id++;
	ip.id = htons(id);
	memcpy(&ip.saddr, src, 4);
	memcpy(&ip.daddr, dst, 4);
	memcpy(buf, &ip, sizeof(ip));
	memset(buf + 20, 1, hlen - 20);
	return hlen;
}

static size_t header6(uint8_t *buf, const uint8_t *src, const uint8_t *dst,
		      uint8_t proto, int frag, size_t len)
{
	static uint32_t id;
	bool options = chance_of(3);
	size_t hlen = 40 + (options ? 8 : 0) + (frag >= 0 ? 8 : 0);
	uint8_t *at = buf + 40;

	memset(buf, 0, hlen);
	buf[0] = 0x60;
	buf[4] = (hlen - 40 + len) >> 8;
	buf[5] = hlen - 40 + len;
	buf[6] = options ? IPPROTO_DSTOPTS : frag >= 0 ? IPPROTO_FRAGMENT :
							 proto;
	buf[7] = 64;
	memcpy(buf + 8, src, 16);
	memcpy(buf + 24, dst, 16);
	if (options) {
		at[0] = frag >= 0 ? IPPROTO_FRAGMENT : proto;
		at[2] = 1;
		at[3] = 4;
		at += 8;
	}
	if (frag < 0)
		return hlen;
	if (!(frag & 0xfff8))
		id++;
	at[0] = proto;
	at[2] = frag >> 8;
	at[3] = frag;
	memcpy(at + 4, &id, 4);
	return hlen;
}

/* A part of a packet: from @off on, and whether there is more. */
static void send_part(enum side from, bool is6, const uint8_t *src,
		      const uint8_t *dst, uint8_t proto,
		      const struct payload *p, size_t off, size_t len, int frag)
{
	static uint8_t buf[PAYLOAD_MAX + 128];
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	size_t hlen;

	if (is6)
		hlen = header6(buf, src, dst, proto, frag < 0 ? -1 :
			       (int)off | frag, len);
	else
		hlen = header4(buf, src, dst, proto,
			       off / 8 | (frag > 0 ? 0x2000 : 0), len);
	memcpy(buf + hlen, p->data + off, len);
	memcpy(&to6.sin6_addr, dst, is6 ? 16 : 0);
	memcpy(&to4.sin_addr, dst, is6 ? 0 : 4);
	if (sendto(out_fd[from][is6], buf, hlen + len, MSG_DONTWAIT,
		   is6 ? (void *)&to6 : (void *)&to4,
		   is6 ? sizeof(to6) : sizeof(to4)) < 0)
		failed++;
}

static void send_packet(enum side from, bool is6, const uint8_t *src,
			const uint8_t *dst, uint8_t proto,
			const struct payload *p)
{
	size_t cut;

	if (chance_of(95) || p->len < 16) {
		send_part(from, is6, src, dst, proto, p, 0, p->len, -1);
		return;
	}
	cut = 8 * (1 + chance_below(p->len / 8 - 1));
	send_part(from, is6, src, dst, proto, p, 0, cut, 1);
	if (chance_of(90))
		send_part(from, is6, src, dst, proto, p, cut, p->len - cut, 0);
}

/* Half of what is sent stays right, or nothing would ever come of it. */
static void spoil(struct payload *p)
{
	if (chance_of(50))
		return;
	if (chance_of(60))
		chance_spoil(p->data, p->len);
	if (chance_of(20))
		chance_spoil(p->data, p->len < 16 ? p->len : 16);
	if (chance_of(15) && p->len)
		p->len = chance_below(p->len);
	if (chance_of(10))
		put_zero(p, chance_below(64));
}

static void send_plain(enum side from, bool is6, uint8_t proto,
		       struct payload *p)
{
	uint8_t src[16], dst[16];

	addrs(from, is6, chance_below(4), chance_below(3), src, dst);
	spoil(p);
	send_packet(from, is6, src, dst, proto, p);
}

static void send_udp(enum side from, bool is6, uint16_t port,
		     const struct payload *data)
{
	bool other = chance_of(10);
	struct payload p = {};
	uint8_t src[16], dst[16];

	addrs(from, is6, chance_below(4), chance_below(3), src, dst);
	put16(&p, other && from == CLIENTS ? 30000 + chance_below(4) : port);
	put16(&p, other && from == SERVERS ? 30000 + chance_below(4) : port);
	put16(&p, 8 + data->len);
	put16(&p, 0);
	put_bytes(&p, data->data, data->len);
	if (is6 || chance_of(80))
		fill_checksum(&p, 6, is6, src, dst, IPPROTO_UDP);
	send_packet(from, is6, src, dst, IPPROTO_UDP, &p);
}

#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define ACK	0x10

static void send_tcp(enum side from, bool is6, unsigned int nr, uint8_t flags,
		     uint32_t seq, const struct payload *data)
{
	struct conn *conn = &conns[is6][nr];
	struct payload p = {};
	uint8_t src[16], dst[16];

	addrs(from, is6, nr, nr / 4, src, dst);
	put16(&p, from == CLIENTS ? conn->port : 1723);
	put16(&p, from == CLIENTS ? 1723 : conn->port);
	put32(&p, seq);
	put32(&p, flags & ACK ? conn->seq[!from] : 0);
	put8(&p, 0x50);
	put8(&p, flags);
	put16(&p, 0xffff);
	put32(&p, 0);
	if (data)
		put_bytes(&p, data->data, data->len);
	fill_checksum(&p, 16, is6, src, dst, IPPROTO_TCP);
	send_packet(from, is6, src, dst, IPPROTO_TCP, &p);
}

static void open_conn(bool is6, unsigned int nr)
{
	static uint16_t port = 20000;
	struct conn *conn = &conns[is6][nr];

	port = port < 40000 ? port + 1 : 20000;
	*conn = (struct conn) {
		.open = true, .port = port,
		.seq = { chance_u32(), chance_u32() },
	};
	send_tcp(CLIENTS, is6, nr, SYN, conn->seq[CLIENTS]++, NULL);
	send_tcp(SERVERS, is6, nr, SYN | ACK, conn->seq[SERVERS]++, NULL);
	send_tcp(CLIENTS, is6, nr, ACK, conn->seq[CLIENTS], NULL);
}

/* Messages, of which segments may hold parts, and be lost, repeated or early. */
static void pptp(enum side from, bool is6)
{
	unsigned int nr = chance_below(N_CONNS), n = 1 + chance_below(3);
	struct conn *conn = &conns[is6][nr];
	struct payload p = {};
	uint32_t seq;

	if (!conn->open) {
		open_conn(is6, nr);
		return;
	}
	while (n--)
		make_pptp(&p);
	if (chance_of(30))
		spoil(&p);
	seq = conn->seq[from];
	if (chance_of(15))
		seq += (int32_t)chance_below(401) - 200;
	send_tcp(from, is6, nr, ACK, seq, &p);
	if (chance_of(90))
		conn->seq[from] = seq + p.len;
	if (chance_of(2)) {
		send_tcp(from, is6, nr, chance_of(50) ? RST : FIN | ACK,
			 conn->seq[from], NULL);
		conn->open = false;
	}
}

/* A packet that has arrived here: its header's length, 0 if there is none. */
static size_t pick(enum side side, const struct seen **one)
{
	uint32_t n = n_seen[side] < N_SEEN ? n_seen[side] : N_SEEN;

	if (!n)
		return 0;
	*one = &seen[side][chance_below(n)];
	return (*one)->data[0] >> 4 == 6 ? 40 : ((*one)->data[0] & 15) * 4u;
}

static uint8_t proto_of(const struct seen *one)
{
	return one->data[one->data[0] >> 4 == 6 ? 6 : 9];
}

static const uint8_t *src_of(const struct seen *one)
{
	return one->data + (one->data[0] >> 4 == 6 ? 8 : 12);
}

static const uint8_t *dst_of(const struct seen *one)
{
	return one->data + (one->data[0] >> 4 == 6 ? 24 : 16);
}

/* The same packet to where it came from. */
static void bounce(enum side from)
{
	const struct seen *one;
	size_t hlen = pick(from, &one);
	struct payload p = {};
	bool is6, ports;
	uint8_t proto;

	if (!hlen || one->len < hlen + 8)
		return;
	is6 = one->data[0] >> 4 == 6;
	proto = proto_of(one);
	ports = proto == IPPROTO_UDP || proto == IPPROTO_TCP;
	put_bytes(&p, one->data + hlen, one->len - hlen);
	if (ports) {
		memcpy(p.data, one->data + hlen + 2, 2);
		memcpy(p.data + 2, one->data + hlen, 2);
	}
	if (chance_of(60))
		chance_spoil(p.data + 4, p.len - 4);
	if (ports)
		fill_checksum(&p, proto == IPPROTO_UDP ? 6 : 16, is6,
			      dst_of(one), src_of(one), proto);
	send_packet(from, is6, dst_of(one), src_of(one), proto, &p);
}

/* An error about a packet that has arrived, which quotes some of it. */
static void icmp(enum side from)
{
	const struct seen *one;
	size_t hlen = pick(from, &one), len;
	struct payload p = {};
	uint8_t src[16], dst[16];
	bool is6;

	if (!hlen || proto_of(one) == IPPROTO_ICMP)
		return;
	is6 = one->data[0] >> 4 == 6;
	put8(&p, is6 ? 1 + chance_below(4) : chance_of(80) ? 3 : 11);
	put8(&p, chance_below(5));
	put16(&p, 0);
	put32(&p, chance_of(50) ? 1280 : chance_u32());
	len = chance_of(60) ? one->len : chance_below(one->len + 1);
	put_bytes(&p, one->data, len);
	if (chance_of(40))
		chance_spoil(p.data + 8, p.len - 8);
	memcpy(dst, src_of(one), is6 ? 16 : 4);
	memcpy(src, dst_of(one), is6 ? 16 : 4);
	fill_checksum(&p, 2, is6, src, dst, is6 ? IPPROTO_ICMPV6 :
						  IPPROTO_ICMP);
	send_packet(from, is6, src, dst, is6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP,
		    &p);
}

static void fuzz_one(void)
{
	enum kind kind = chance_below(N_KINDS);
	enum side from = chance_below(2);
	struct payload p = {};
	bool is6 = chance_of(40);

	sent[kind]++;
	switch (kind) {
	case PPTP:
		pptp(from, is6);
		break;
	case GRE:
		make_gre(&p);
		send_plain(from, is6, IPPROTO_GRE, &p);
		break;
	case ESP:
		make_esp(&p);
		send_plain(from, is6, IPPROTO_ESP, &p);
		break;
	case L2TP_UDP:
		make_l2tp_udp(&p);
		spoil(&p);
		send_udp(from, is6, 1701, &p);
		break;
	case L2TP_IP:
		make_l2tp_ip(&p);
		send_plain(from, is6, PROTO_L2TP, &p);
		break;
	case IKE:
		make_ike(&p, from == CLIENTS);
		spoil(&p);
		send_udp(from, is6, chance_of(95) ? 500 : 4500, &p);
		break;
	case BOUNCE:
		bounce(from);
		break;
	default:
		icmp(from);
	}
}

/* Keeps what comes, but not what goes. */
static void receive(enum side side)
{
	struct sockaddr_ll from;
	socklen_t len;
	struct seen *one;
	ssize_t n;

	for (;;) {
		one = &seen[side][n_seen[side] % N_SEEN];
		len = sizeof(from);
		n = recvfrom(in_fd[side], one->data, sizeof(one->data),
			     MSG_DONTWAIT, (void *)&from, &len);
		if (n < 0)
			return;
		one->len = n;
		if (from.sll_pkttype != PACKET_OUTGOING && n >= 40 &&
		    (from.sll_protocol == htons(ETH_P_IP) ||
		     from.sll_protocol == htons(ETH_P_IPV6)))
			n_seen[side]++;
		else
			one->len = 0;
	}
}

static int raw(int family)
{
	int fd = socket(family, SOCK_RAW, IPPROTO_RAW), on = 1;

	if (fd < 0)
		die("raw socket");
	if (family == AF_INET6 &&
	    setsockopt(fd, SOL_IPV6, IPV6_HDRINCL, &on, sizeof(on)))
		die("IPV6_HDRINCL");
	return fd;
}

static void open_side(enum side side, const char *netns)
{
	enter_netns(netns);
	out_fd[side][0] = raw(AF_INET);
	out_fd[side][1] = raw(AF_INET6);
	in_fd[side] = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
	if (in_fd[side] < 0)
		die("packet socket");
}

int main(int argc, char **argv)
{
	uint32_t seconds = 10, seed = time(NULL) ^ getpid();
	uint64_t i, until;
	int opt, kind;

	while ((opt = getopt(argc, argv, "s:t:")) != -1) {
		if (opt == 's')
			seed = number(optarg);
		else if (opt == 't')
			seconds = number(optarg);
		else
			exit(2);
	}
	if (argc - optind != 2)
		exit(2);
	printf("seed %u\n", seed);
	fflush(stdout);
	chance_state = seed;
	open_side(CLIENTS, argv[optind]);
	open_side(SERVERS, argv[optind + 1]);
	stop_on_signal();
	until = now_us() + seconds * 1000000LL;
	for (i = 0; !stopped && (uint64_t)now_us() < until; i++) {
		fuzz_one();
		receive(CLIENTS);
		receive(SERVERS);
	}
	for (kind = 0; kind < N_KINDS; kind++)
		printf("%s %u\n", names[kind], sent[kind]);
	printf("failed %u\nclients-got %u\nservers-got %u\n", failed,
	       n_seen[CLIENTS], n_seen[SERVERS]);
	return 0;
}
