// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends packets that no honest program would:
 *
 *   inject [OPTION...] NETNS SRC DST
 *
 *   -s SPI[-LAST]  SPI, or one after the other (0x1000)
 *   -q SEQ         first sequence number (1)
 *   -n N           packets (1)
 *   -l BYTES       length after the IP header (64)
 *   -p PROTO       IP protocol (50)
 *   -u SPORT:DPORT UDP between these ports
 *   -f BYTES       in fragments of this many bytes, a multiple of 8
 *   -F             only the fragments after the first
 *   -x HEX         payload in hexadecimal; sets its length
 *   -g US          between two packets (0)
 *
 * SRC need not be an address of this host.  Prints the number of packets sent.
 * Exit: 0 if all were, 1 if not.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net.h"

#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL	36
#endif

static struct addr src, dst;
static uint32_t spi = 0x1000, spi_last, seq = 1, n_packets = 1, length = 64;
static uint32_t proto = IPPROTO_ESP, frag, gap, sport, dport;
static bool later_only, verbatim;
static uint8_t payload[65536];

/* The header, for a part of the payload; returns its length. */
static size_t header4(uint8_t *buf, uint16_t id, size_t off, size_t len,
		      bool more)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = proto,
		.id = htons(id), .tot_len = htons(sizeof(ip) + len),
		.frag_off = htons(off / 8 | (more ? 0x2000 : 0)),
		.saddr = src.u.in.sin_addr.s_addr,
		.daddr = dst.u.in.sin_addr.s_addr,
	};

	ip.check = checksum(&ip, sizeof(ip));
	memcpy(buf, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t header6(uint8_t *buf, uint16_t id, size_t off, size_t len,
		      bool more)
{
	struct ip6_frag fh = {
		.ip6f_nxt = proto, .ip6f_ident = htonl(id),
		.ip6f_offlg = htons(off | more),
	};
	struct ip6_hdr ip = {
		.ip6_src = src.u.in6.sin6_addr,
		.ip6_dst = dst.u.in6.sin6_addr,
	};

	ip.ip6_flow = htonl(6u << 28);
	ip.ip6_hlim = 64;
	ip.ip6_nxt = frag ? IPPROTO_FRAGMENT : proto;
	ip.ip6_plen = htons(len + (frag ? sizeof(fh) : 0));
	memcpy(buf, &ip, sizeof(ip));
	if (!frag)
		return sizeof(ip);
	memcpy(buf + sizeof(ip), &fh, sizeof(fh));
	return sizeof(ip) + sizeof(fh);
}

static bool send_part(int fd, uint16_t id, size_t off, size_t len, bool more)
{
	static uint8_t buf[66000];
	size_t hlen;

	hlen = addr_is6(&src) ? header6(buf, id, off, len, more) :
				header4(buf, id, off, len, more);
	memcpy(buf + hlen, payload + off, len);
	return sendto(fd, buf, hlen + len, 0, &dst.u.sa, dst.len) >= 0;
}

static bool send_packet(int fd, uint32_t i)
{
	uint32_t range = spi_last > spi ? spi_last - spi + 1 : 1;
	uint32_t esp[2] = { htonl(spi + i % range), htonl(seq + i) };
	uint16_t udp[4] = { htons(sport), htons(dport), htons(length), 0 };
	size_t off, step = frag ? frag : length;
	uint16_t id = (getpid() << 4) + i;
	bool sent = true;

	if (!verbatim)
		memcpy(payload, sport ? (void *)udp : (void *)esp, 8);
	if (!length)
		return send_part(fd, id, 0, 0, false);
	for (off = later_only ? step : 0; off < length; off += step) {
		size_t len = length - off < step ? length - off : step;

		sent &= send_part(fd, id, off, len, off + len < length);
	}
	return sent;
}

static int inject_socket(void)
{
	int fd, on = 1, size = 4 << 20;

	fd = socket(src.u.sa.sa_family, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0)
		die("raw socket");
	if (addr_is6(&src) &&
	    setsockopt(fd, SOL_IPV6, IPV6_HDRINCL, &on, sizeof(on)))
		die("IPV6_HDRINCL");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return fd;
}

static void parse_hex(const char *hex)
{
	unsigned int byte;

	verbatim = true;
	for (length = 0; length < sizeof(payload) && *hex; length++) {
		if (sscanf(hex, "%2x", &byte) != 1)
			exit(2);
		payload[length] = byte;
		hex += hex[1] ? 2 : 1;
	}
}

static void parse_options(int argc, char **argv)
{
	char *colon;
	int opt;

	while ((opt = getopt(argc, argv, "s:q:n:l:p:u:f:Fx:g:")) != -1) {
		switch (opt) {
		case 's':
			spi = number(optarg);
			spi_last = strchr(optarg, '-') ?
				   number(strchr(optarg, '-') + 1) : spi;
			break;
		case 'q':
			seq = number(optarg);
			break;
		case 'n':
			n_packets = number(optarg);
			break;
		case 'l':
			length = number(optarg);
			break;
		case 'p':
			proto = number(optarg);
			break;
		case 'u':
			colon = strchr(optarg, ':');
			if (!colon)
				exit(2);
			proto = IPPROTO_UDP;
			sport = number(optarg);
			dport = number(colon + 1);
			break;
		case 'f':
			frag = number(optarg);
			break;
		case 'F':
			later_only = true;
			break;
		case 'x':
			parse_hex(optarg);
			break;
		case 'g':
			gap = number(optarg);
			break;
		default:
			exit(2);
		}
	}
	if (argc - optind != 3 || length > 65000 || frag % 8)
		exit(2);
}

int main(int argc, char **argv)
{
	uint32_t i, sent = 0;
	int fd;

	parse_options(argc, argv);
	enter_netns(argv[optind]);
	addr_parse(argv[optind + 1], &src);
	addr_parse(argv[optind + 2], &dst);
	if (addr_is6(&src) != addr_is6(&dst))
		die("addresses of two families");
	fd = inject_socket();
	stop_on_signal();
	for (i = 0; i < n_packets && !stopped; i++) {
		sent += send_packet(fd, i);
		if (gap)
			usleep(gap);
	}
	printf("%u\n", sent);
	return sent != n_packets;
}
