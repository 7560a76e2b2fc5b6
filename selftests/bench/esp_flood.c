// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the ESP packets of many tunnels through the router, from both sides,
 * and tells what one packet cost.
 *
 *   namespace "inside"                       namespace "outside"
 *   if0 02:00:00:00:00:11 --- router --- if0 02:00:00:00:00:12
 *
 * First every tunnel's packets go to and fro until it is bound, and each one
 * is looked at on the other side: right client, right SPI.  Only then are
 * packets sent for the clock, which counts instructions in the VM.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SERVER		0xc0000202	/* 192.0.2.2 */
#define PUBLIC		0xc0000201	/* 192.0.2.1 */
#define CLIENTS		0x0a000000	/* 10.0.0.0/16, the first is 10.0.0.1 */
#define MAX_TUNNELS	65000
#define SPI_OUT		0x10000000
#define SPI_IN		0x20000000
#define GENERATION	0x10000		/* from old SPIs to new ones */
#define BATCH		64		/* packets in one sendmmsg() */
#define TO_AND_FRO	4		/* one binds, three support it */

enum side { INSIDE, OUTSIDE };

static const char * const side_names[] = { "inside", "outside" };
static const char * const direction_names[] = { "out", "in" };

/* SPI and sequence number, IV, 64 bytes of payload, integrity check value. */
#pragma pack(push, 1)
struct frame {
	struct ethhdr	eth;
	struct iphdr	ip;
	uint32_t	spi;
	uint32_t	seq;
	uint8_t		rest[8 + 64 + 12];
};

#pragma pack(pop)

struct sender {
	int		tx;
	int		tap;
	unsigned int	count;	/* of frames: whole batches */
	struct frame	*frames;
	struct mmsghdr	*messages;
	struct iovec	*iov;
};

static struct sender senders[2];
static uint32_t generation;
static uint32_t seq;

static int open_socket(int protocol)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = if_nametoindex("if0"),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	int one = 1;

	if (fd < 0 || !addr.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one,
		       sizeof(one)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
		       sizeof(one)))
		err(1, "packet socket");
	return fd;
}

static void enter(enum side side)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", side_names[side]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
}

static uint16_t checksum(const struct iphdr *ip)
{
	const uint16_t *word = (const void *)ip;
	uint32_t sum = 0;
	unsigned int i;

	for (i = 0; i < sizeof(*ip) / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static uint32_t client(unsigned int tunnel)
{
	return CLIENTS + 1 + tunnel;
}

static void fill(struct frame *frame, enum side side, unsigned int tunnel,
		 bool nat)
{
	uint32_t back = nat ? PUBLIC : client(tunnel);
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.ttl = 64,
		.protocol = IPPROTO_ESP,
		.tot_len = htons(sizeof(*frame) - sizeof(frame->eth)),
		.saddr = htonl(side == INSIDE ? client(tunnel) : SERVER),
		.daddr = htonl(side == INSIDE ? SERVER : back),
	};

	memset(frame, 0, sizeof(*frame));
	/* Of the router and of this side; their last bytes differ. */
	memcpy(frame->eth.h_dest, "\2\0\0\0\0\1", ETH_ALEN);
	memcpy(frame->eth.h_source, "\2\0\0\0\0\21", ETH_ALEN);
	frame->eth.h_dest[5] += side;
	frame->eth.h_source[5] += side;
	frame->eth.h_proto = htons(ETH_P_IP);
	ip.check = checksum(&ip);
	frame->ip = ip;
	frame->spi = htonl((side == INSIDE ? SPI_OUT : SPI_IN) +
			   generation * GENERATION + tunnel);
}

static void *allocate(size_t number, size_t size)
{
	void *memory = calloc(number, size);

	if (!memory)
		err(1, "calloc");
	return memory;
}

/* One frame for each tunnel, and at least a batch of them, so that the loop
 * that is measured does the same for one tunnel and for many.
 */
static void prepare(enum side side, unsigned int tunnels, bool nat)
{
	struct sender *s = &senders[side];
	unsigned int i;

	enter(side);
	s->tx = open_socket(0);
	/* What takes all protocols sees frames before the ingress hook. */
	s->tap = open_socket(ETH_P_ALL);
	s->count = (tunnels + BATCH - 1) / BATCH * BATCH;
	s->frames = allocate(s->count, sizeof(*s->frames));
	s->messages = allocate(s->count, sizeof(*s->messages));
	s->iov = allocate(s->count, sizeof(*s->iov));
	for (i = 0; i < s->count; i++) {
		fill(&s->frames[i], side, i % tunnels, nat);
		s->iov[i].iov_base = &s->frames[i];
		s->iov[i].iov_len = sizeof(s->frames[i]);
		s->messages[i].msg_hdr.msg_iov = &s->iov[i];
		s->messages[i].msg_hdr.msg_iovlen = 1;
	}
}

static void receive(enum side side, struct frame *frame)
{
	struct pollfd pfd = { .fd = senders[side].tap, .events = POLLIN };

	do {
		if (poll(&pfd, 1, 1000) != 1)
			errx(1, "nothing arrived %s", side_names[side]);
		if (recv(pfd.fd, frame, sizeof(*frame), 0) < 0)
			err(1, "recv");
	} while (frame->eth.h_proto != htons(ETH_P_IP) ||
		 frame->ip.protocol != IPPROTO_ESP);
}

/* One packet, which must come out as it should. */
static void pass(enum side from, unsigned int tunnel, bool nat)
{
	uint32_t source = from == OUTSIDE ? SERVER : client(tunnel);
	struct frame *sent = &senders[from].frames[tunnel], got;
	uint32_t dest = from == OUTSIDE ? client(tunnel) : SERVER;

	if (from == INSIDE && nat)
		source = PUBLIC;
	sent->seq = htonl(++seq);
	if (send(senders[from].tx, sent, sizeof(*sent), 0) < 0)
		err(1, "send");
	receive(!from, &got);
	if (got.ip.saddr != htonl(source) || got.ip.daddr != htonl(dest) ||
	    got.spi != sent->spi || got.seq != sent->seq)
		errx(1, "tunnel %u: a wrong packet came out %s", tunnel,
		     side_names[!from]);
}

static void bind_tunnels(unsigned int tunnels, bool nat)
{
	unsigned int i, round;

	for (round = 0; round < TO_AND_FRO; round++) {
		for (i = 0; i < tunnels; i++) {
			pass(INSIDE, i, nat);
			pass(OUTSIDE, i, nat);
		}
	}
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static double flood(struct sender *s, unsigned int packets)
{
	unsigned int sent, at = 0, i;
	double start = now();

	for (sent = 0; sent < packets; sent += BATCH) {
		for (i = 0; i < BATCH; i++)
			s->frames[at + i].seq = htonl(++seq);
		if (sendmmsg(s->tx, &s->messages[at], BATCH, 0) != BATCH)
			err(1, "sendmmsg");
		at = at + BATCH < s->count ? at + BATCH : 0;
	}
	return (now() - start) / packets;
}

static unsigned int number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || !value || value > 100000000)
		errx(2, "positive numbers only, not %s", text);
	return value;
}

int main(int argc, char **argv)
{
	unsigned int tunnels, packets, repeats, i;
	enum side side;
	bool nat;

	if (argc < 5 || argc > 6)
		errx(2, "usage: esp_flood nat|plain TUNNELS PACKETS REPEATS [GENERATION]");
	nat = !strcmp(argv[1], "nat");
	tunnels = number(argv[2]);
	packets = number(argv[3]);
	repeats = number(argv[4]);
	generation = argc > 5 ? number(argv[5]) : 0;
	if (tunnels > MAX_TUNNELS || packets % BATCH)
		errx(2, "at most %u tunnels; packets in batches of %u",
		     MAX_TUNNELS, BATCH);
	for (side = INSIDE; side <= OUTSIDE; side++)
		prepare(side, tunnels, nat);
	bind_tunnels(tunnels, nat);
	for (side = INSIDE; side <= OUTSIDE; side++)
		close(senders[side].tap);
	for (i = 0; i < repeats; i++)
		for (side = INSIDE; side <= OUTSIDE; side++)
			printf("%s\t%.1f\n", direction_names[side],
			       flood(&senders[side], packets));
	return 0;
}
