// SPDX-License-Identifier: GPL-2.0-only
/* The sender that the protocols share; see flood.h. */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "flood.h"
#include "mark.h"

#define BATCH		64		/* packets in one sendmmsg() */
#define TO_AND_FRO	5		/* one binds, the others support it */

static const char * const side_names[] = { "inside", "outside" };
static const char * const direction_names[] = { "out", "in" };

#pragma pack(push, 1)
struct frame {
	struct ethhdr	eth;
	struct iphdr	ip;
	uint8_t		payload[MAX_PAYLOAD];
};

#pragma pack(pop)

struct sender {
	int		tx;
	int		tap;
	unsigned int	count;	/* of frames: whole batches */
	uint8_t		*frames;
	struct mmsghdr	*messages;
	struct iovec	*iov;
};

static struct sender senders[2];
static const struct protocol *proto;
static const struct flow *flows;
static unsigned int flow_count;
static bool nat;
static uint32_t seq;

/**
 * allocate - zeroed memory
 * @number: of elements
 * @size: of each
 *
 * Return: the memory; without any, the program ends.
 */
void *allocate(size_t number, size_t size)
{
	void *memory = calloc(number, size);

	if (!memory)
		err(1, "calloc");
	return memory;
}

/**
 * number - read a positive number
 * @text: the number
 *
 * Return: its value; if it has none, the program ends.
 */
unsigned int number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || !value || value > 100000000)
		errx(2, "positive numbers only, not %s", text);
	return value;
}

/**
 * client_address - where a client is
 * @index: which client, from 0 on
 *
 * Return: its address, in host order.
 */
uint32_t client_address(unsigned int index)
{
	if (index >= MAX_CLIENTS)
		errx(2, "at most %u clients", MAX_CLIENTS);
	return CLIENTS + 1 + index;
}

/**
 * enter - go to the network namespace of a side
 * @side: the side
 */
void enter(enum side side)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", side_names[side]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
}

/**
 * now - read the clock
 *
 * Return: nanoseconds, which are instructions where QEMU counts them.
 */
double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

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

static size_t frame_size(void)
{
	return offsetof(struct frame, payload) + proto->length;
}

/* None takes more memory than it needs. */
static struct frame *frame_of(const struct sender *s, unsigned int i)
{
	return (struct frame *)&s->frames[i * frame_size()];
}

static void set_seq(struct frame *frame)
{
	uint32_t next = htonl(++seq);

	memcpy(&frame->payload[proto->seq], &next, sizeof(next));
}

static void fill(struct frame *frame, enum side side, const struct flow *flow)
{
	uint32_t back = nat ? PUBLIC : flow->client;
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.ttl = 64,
		.protocol = proto->number,
		.tot_len = htons(sizeof(ip) + proto->length),
		.saddr = htonl(side == INSIDE ? flow->client : flow->server),
		.daddr = htonl(side == INSIDE ? flow->server : back),
	};

	/* Of the router and of this side; their last bytes differ. */
	memcpy(frame->eth.h_dest, "\2\0\0\0\0\1", ETH_ALEN);
	memcpy(frame->eth.h_source, "\2\0\0\0\0\21", ETH_ALEN);
	frame->eth.h_dest[5] += side;
	frame->eth.h_source[5] += side;
	frame->eth.h_proto = htons(ETH_P_IP);
	ip.check = checksum(&ip);
	frame->ip = ip;
	proto->fill(frame->payload, flow->sent[side]);
}

/* One frame for each flow, and at least a batch of them, so that the loop
 * that is measured does the same for one flow and for many.
 */
static void prepare(struct sender *s, enum side side)
{
	unsigned int i;

	enter(side);
	s->tx = open_socket(0);
	s->count = (flow_count + BATCH - 1) / BATCH * BATCH;
	s->frames = allocate(s->count, frame_size());
	s->messages = allocate(s->count, sizeof(*s->messages));
	s->iov = allocate(s->count, sizeof(*s->iov));
	for (i = 0; i < s->count; i++) {
		fill(frame_of(s, i), side, &flows[i % flow_count]);
		s->iov[i].iov_base = frame_of(s, i);
		s->iov[i].iov_len = frame_size();
		s->messages[i].msg_hdr.msg_iov = &s->iov[i];
		s->messages[i].msg_hdr.msg_iovlen = 1;
	}
}

/**
 * flood_prepare - make the frames and open the sockets
 * @protocol: what the packets are like
 * @all: the flows
 * @count: how many
 * @behind_nat: the router translates the clients to PUBLIC
 *
 * Both the protocol and the flows must stay.
 */
void flood_prepare(const struct protocol *protocol, const struct flow *all,
		   unsigned int count, bool behind_nat)
{
	proto = protocol;
	flows = all;
	flow_count = count;
	nat = behind_nat;
	prepare(&senders[INSIDE], INSIDE);
	prepare(&senders[OUTSIDE], OUTSIDE);
}

static void send_one(enum side side, unsigned int flow)
{
	struct frame *frame = frame_of(&senders[side], flow);

	set_seq(frame);
	if (send(senders[side].tx, frame, frame_size(), 0) < 0)
		err(1, "send");
}

static void receive(enum side side, unsigned int flow, struct frame *frame)
{
	struct pollfd pfd = { .fd = senders[side].tap, .events = POLLIN };

	do {
		if (poll(&pfd, 1, 1000) != 1)
			errx(1, "flow %u: nothing arrived %s", flow,
			     side_names[side]);
		if (recv(pfd.fd, frame, sizeof(*frame), 0) < 0)
			err(1, "recv");
	} while (frame->eth.h_proto != htons(ETH_P_IP) ||
		 frame->ip.protocol != proto->number);
}

/* Nothing in it has changed, but what should. */
static bool is_right(const struct frame *got, const struct frame *sent,
		     enum side from, const struct flow *flow)
{
	uint32_t dest = from == OUTSIDE ? flow->client : flow->server;
	uint32_t source = from == OUTSIDE ? flow->server : flow->client;
	uint8_t payload[MAX_PAYLOAD] = { 0 };

	if (from == INSIDE && nat)
		source = PUBLIC;
	proto->fill(payload, flow->seen[from]);
	memcpy(&payload[proto->seq], &sent->payload[proto->seq], sizeof(seq));
	return got->ip.saddr == htonl(source) && got->ip.daddr == htonl(dest) &&
	       got->ip.tot_len == sent->ip.tot_len &&
	       !memcmp(got->payload, payload, proto->length);
}

/* One packet, which must come out as it should. */
static void pass(enum side from, unsigned int flow)
{
	struct frame *sent = frame_of(&senders[from], flow), got;

	send_one(from, flow);
	receive(!from, flow, &got);
	if (!is_right(&got, sent, from, &flows[flow]))
		errx(1, "flow %u: a wrong packet came out %s", flow,
		     side_names[!from]);
}

/**
 * flood_look - five packets to and fro for each flow, which are looked at
 */
void flood_look(void)
{
	unsigned int i, round;
	enum side side;

	/* What takes all protocols sees frames before the ingress hook. */
	for (side = INSIDE; side <= OUTSIDE; side++) {
		enter(side);
		senders[side].tap = open_socket(ETH_P_ALL);
	}
	for (round = 0; round < TO_AND_FRO; round++) {
		for (i = 0; i < flow_count; i++) {
			pass(INSIDE, i);
			pass(OUTSIDE, i);
		}
	}
	close(senders[INSIDE].tap);
	close(senders[OUTSIDE].tap);
}

/**
 * flood_first - a first packet of each flow, to and fro
 *
 * Nobody looks at them: flood_look() shows whether they did what they should.
 *
 * Return: what the two packets of a flow cost.
 */
double flood_first(void)
{
	double start = now();
	unsigned int i;

	for (i = 0; i < flow_count; i++) {
		send_one(INSIDE, i);
		send_one(OUTSIDE, i);
	}
	return (now() - start) / flow_count;
}

static void send_batch(struct sender *s, unsigned int at)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		set_seq(frame_of(s, at + i));
	if (sendmmsg(s->tx, &s->messages[at], BATCH, 0) != BATCH)
		err(1, "sendmmsg");
}

static double flood(struct sender *s, unsigned int packets)
{
	unsigned int sent, at = 0;
	double start, end;

	mark_begin();
	start = now();
	for (sent = 0; sent < packets; sent += BATCH) {
		send_batch(s, at);
		at = at + BATCH < s->count ? at + BATCH : 0;
	}
	end = now();
	mark_end();
	return (end - start) / packets;
}

/**
 * flood_run - send for the clock, and print what a packet cost
 * @packets: how many in a row, whole batches
 * @repeats: how often in each direction
 *
 * Prints a line for each direction and repeat: direction, tab, instructions.
 */
void flood_run(unsigned int packets, unsigned int repeats)
{
	unsigned int i;
	enum side side;

	if (packets % BATCH)
		errx(2, "packets in batches of %u", BATCH);
	for (i = 0; i < repeats; i++)
		for (side = INSIDE; side <= OUTSIDE; side++)
			printf("%s\t%.1f\n", direction_names[side],
			       flood(&senders[side], packets));
}

/**
 * flood_for - send the first flows' packets, as many as can be in some time
 * @side: from where
 * @seconds: how long
 *
 * Return: packets in a second.
 */
double flood_for(enum side side, double seconds)
{
	double start, end, packets = 0;

	start = now();
	do {
		send_batch(&senders[side], 0);
		packets += BATCH;
		end = now();
	} while (end - start < seconds * 1e9);
	return packets / (end - start) * 1e9;
}
