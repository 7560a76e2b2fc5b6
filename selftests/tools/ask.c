// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many clients that ask at once, each in its own network namespace, and who of
 * them is answered:
 *
 *   ask [OPTION...] NETNS,SRC,DST[,SPI-OUT,SPI-IN]...
 *
 *   -i MS     between two packets of a client (100)
 *   -t MS     give up after so long (5000)
 *   -c N      send so many packets each (no limit)
 *   -w N      end as soon as all have N answers
 *   -s BYTES  payload (56), 4 at least, which say which packet it is
 *   -q N      first sequence number of ESP (1)
 *   -m        set "don't fragment", and report the path MTU
 *
 * With three fields a client sends ICMP echo requests, through whatever tunnel
 * its namespace has.  With five it sends raw ESP with SPI-OUT, and SPI-IN is an
 * answer.  A NETNS with a ! before it is not expected to be answered.  In each
 * round they send in the order given.
 *
 * Prints a line for each: NETNS SRC sent N got N lost N first MS gap MS err N
 * (mtu N), where gap is the longest time in which nothing was sent that was
 * answered, since the first answer, -1 where there is none: of intervals, as a
 * machine that stands still loses nothing.  On SIGINT and SIGTERM, and when time is
 * up, it sends no more, waits for late answers and prints; with -w it has waited.
 *
 * Exit: 0 if all that should be answered were (-w times; else at least once),
 * 1 if not, 2 for wrong usage.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net.h"

#define CLIENTS_MAX	1024
#define LINGER_US	700000
#define ECHO4_REQUEST	8
#define ECHO4_REPLY	0
#define ECHO6_REQUEST	128
#define ECHO6_REPLY	129

/**
 * struct client - one that asks
 * @netns: its namespace
 * @src: its address
 * @dst: whom it asks
 * @esp: sends ESP, not ICMP
 * @hopeless: nobody will answer
 * @out: SPI, if @esp
 * @in: SPI of answers
 * @fd: raw socket
 * @sent: packets
 * @got: answers
 * @errors: packets that could not be sent
 * @first: when the first answer came, since the start; microseconds, or -1
 * @last: number of the packet that was answered last
 * @gap: most packets from one that was answered to the next one that was
 */
struct client {
	const char	*netns;
	struct addr	src;
	struct addr	dst;
	bool		esp;
	bool		hopeless;
	uint32_t	out;
	uint32_t	in;
	int		fd;
	unsigned int	sent;
	unsigned int	got;
	unsigned int	errors;
	int64_t		first;
	uint32_t	last;
	uint32_t	gap;
};

static struct client clients[CLIENTS_MAX];
static unsigned int n_clients;
static struct pollfd polls[CLIENTS_MAX];
static int64_t interval = 100000, timeout = 5000000, start;
static unsigned int count, want, size = 56, seq = 1;
static bool dont_fragment;

static void parse_client(char *text)
{
	struct client *c = &clients[n_clients++];
	char *field[5] = { NULL };
	unsigned int n;

	if (n_clients == CLIENTS_MAX)
		die("too many clients");
	for (n = 0; n < 5 && text; n++)
		field[n] = strsep(&text, ",");
	if (text || (n != 3 && n != 5))
		die("a client has 3 or 5 fields");
	c->hopeless = *field[0] == '!';
	c->netns = field[0] + c->hopeless;
	addr_parse(field[1], &c->src);
	addr_parse(field[2], &c->dst);
	c->esp = n == 5;
	if (c->esp) {
		c->out = number(field[3]);
		c->in = number(field[4]);
	}
	c->first = -1;
}

static void client_open(struct client *c)
{
	int proto = c->esp ? IPPROTO_ESP : addr_is6(&c->src) ?
		    IPPROTO_ICMPV6 : IPPROTO_ICMP;
	int do_pmtu = IP_PMTUDISC_DO;

	enter_netns(c->netns);
	c->fd = raw_socket(&c->src, proto);
	if (connect(c->fd, &c->dst.u.sa, c->dst.len))
		die("connect in %s", c->netns);
	if (!dont_fragment)
		return;
	if (addr_is6(&c->src))
		setsockopt(c->fd, SOL_IPV6, IPV6_MTU_DISCOVER, &do_pmtu,
			   sizeof(do_pmtu));
	else
		setsockopt(c->fd, SOL_IP, IP_MTU_DISCOVER, &do_pmtu,
			   sizeof(do_pmtu));
}

static uint16_t echo_id(const struct client *c)
{
	return getpid() ^ (c - clients) << 6;
}

static void client_send(struct client *c)
{
	static uint8_t buf[65536];
	uint32_t head[2];

	memset(buf, 0, size + 8);
	if (c->esp) {
		head[0] = htonl(c->out);
		head[1] = htonl(seq + c->sent);
	} else {
		head[0] = htonl((addr_is6(&c->src) ? ECHO6_REQUEST :
				 ECHO4_REQUEST) << 24);
		head[1] = htonl((uint32_t)echo_id(c) << 16 |
				(uint16_t)c->sent);
	}
	memcpy(buf, head, 8);
	head[0] = htonl(c->sent);
	memcpy(buf + 8, head, 4);
	if (!c->esp && !addr_is6(&c->src)) {
		uint16_t sum = checksum(buf, size + 8);

		memcpy(buf + 2, &sum, 2);
	}
	c->sent++;
	if (send(c->fd, buf, size + 8, 0) < 0)
		c->errors++;
}

/* Sets which packet it answers. */
static bool is_answer(const struct client *c, const uint8_t *data, size_t len,
		      uint32_t *which)
{
	uint32_t head[3];

	if (!addr_is6(&c->src)) {
		size_t hlen = (data[0] & 0xf) * 4;

		if (len < hlen)
			return false;
		data += hlen;
		len -= hlen;
	}
	if (len < sizeof(head))
		return false;
	memcpy(head, data, sizeof(head));
	*which = ntohl(head[2]);
	if (c->esp)
		return ntohl(head[0]) == c->in;
	return data[0] == (addr_is6(&c->src) ? ECHO6_REPLY : ECHO4_REPLY) &&
	       ntohl(head[1]) >> 16 == echo_id(c);
}

static void client_receive(struct client *c)
{
	static uint8_t buf[65536];
	uint32_t which;
	ssize_t len;

	for (;;) {
		len = recv(c->fd, buf, sizeof(buf), 0);
		if (len < 0 && errno != EAGAIN)
			continue;	/* an ICMP error, reported once */
		if (len <= 0)
			return;
		if (!is_answer(c, buf, len, &which))
			continue;
		if (!c->got++) {
			c->first = now_us() - start;
			c->last = which;
		}
		if (which <= c->last)
			continue;	/* overtaken */
		if (which - c->last > c->gap)
			c->gap = which - c->last;
		c->last = which;
	}
}

static bool all_have(unsigned int answers)
{
	unsigned int i;

	for (i = 0; i < n_clients; i++)
		if (!clients[i].hopeless && clients[i].got < answers)
			return false;
	return true;
}

static bool all_answered(void)
{
	unsigned int i;

	for (i = 0; i < n_clients; i++)
		if (clients[i].got < clients[i].sent)
			return false;
	return true;
}

/* Waits for answers until a point in time. */
static void listen_until(int64_t end)
{
	int64_t left;
	unsigned int i;

	while ((left = end - now_us()) > 0) {
		if (poll(polls, n_clients, (left + 999) / 1000) < 0)
			return;
		for (i = 0; i < n_clients; i++)
			if (polls[i].revents)
				client_receive(&clients[i]);
		if (want && all_have(want))
			return;
	}
}

static void run(void)
{
	unsigned int i, round;
	int64_t next;

	start = now_us();
	next = start;
	for (round = 0; !stopped && (!count || round < count); round++) {
		for (i = 0; i < n_clients; i++)
			client_send(&clients[i]);
		next += interval;
		if (next > start + timeout)
			next = start + timeout;
		listen_until(next);
		if (want && all_have(want))
			return;
		if (next >= start + timeout && want)
			return;
		if (next >= start + timeout)
			break;
		/* Do not send in a burst what an idle processor missed. */
		if (next < now_us() - interval)
			next = now_us();
	}
	next = now_us() + LINGER_US;
	stopped = 0;
	while (!all_answered() && now_us() < next && !stopped)
		listen_until(now_us() + 20000 < next ? now_us() + 20000 : next);
}

static int path_mtu(const struct client *c)
{
	socklen_t len = sizeof(int);
	int mtu = -1;

	getsockopt(c->fd, addr_is6(&c->src) ? SOL_IPV6 : SOL_IP,
		   addr_is6(&c->src) ? IPV6_MTU : IP_MTU, &mtu, &len);
	return mtu;
}

static void report(void)
{
	char src[INET6_ADDRSTRLEN];
	unsigned int i;

	for (i = 0; i < n_clients; i++) {
		const struct client *c = &clients[i];

		addr_text(&c->src, src, sizeof(src));
		printf("%s %s sent %u got %u lost %d first %lld gap %lld err %u",
		       c->netns, src, c->sent, c->got,
		       (int)(c->sent - c->got),
		       c->first < 0 ? -1LL : (long long)c->first / 1000,
		       c->first < 0 ? -1LL : c->gap * interval / 1000LL,
		       c->errors);
		if (dont_fragment)
			printf(" mtu %d", path_mtu(c));
		putchar('\n');
	}
}

static void parse_options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "i:t:c:w:s:q:m")) != -1) {
		switch (opt) {
		case 'i':
			interval = number(optarg) * 1000LL;
			break;
		case 't':
			timeout = number(optarg) * 1000LL;
			break;
		case 'c':
			count = number(optarg);
			break;
		case 'w':
			want = number(optarg);
			break;
		case 's':
			size = number(optarg);
			if (size < 4)
				die("a packet has 4 bytes of payload");
			break;
		case 'q':
			seq = number(optarg);
			break;
		case 'm':
			dont_fragment = true;
			break;
		default:
			exit(2);
		}
	}
	if (size > 65000 || optind == argc)
		exit(2);
}

int main(int argc, char **argv)
{
	unsigned int i;

	parse_options(argc, argv);
	while (optind < argc)
		parse_client(argv[optind++]);
	for (i = 0; i < n_clients; i++) {
		client_open(&clients[i]);
		polls[i].fd = clients[i].fd;
		polls[i].events = POLLIN;
	}
	stop_on_signal();
	run();
	report();
	return !all_have(want ? want : 1);
}
