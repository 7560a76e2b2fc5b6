// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets PPTP calls up through the router by real control connections, and
 * sends the calls' GRE packets, from both sides, with the Call IDs that each
 * side was told.  Tells what one control message and one packet cost.
 *
 * Clients choose the same Call IDs, as they do in real life.  The server gives
 * each call another.
 *
 * It is driven by words on its standard input, a line each, so that the router
 * can be looked at in between: "connect", "call", "look" (each call's first
 * packets), "flood" (packets for the clock).  Each is answered with figures, if
 * there are any, and "done".  The calls end when the input does.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "flood.h"
#include "pptp_control.h"

#define CLIENT_IDS	0x0101		/* each client counts from here */
#define SERVER_IDS	0x2000
#define SERVER_SPAN	0xd000		/* of the ids of a server */
#define PER_SERVER	50000		/* calls, and what completes a client's */
#define ECHOES		8

/* Enhanced GRE, RFC 2637, section 4.1: key, sequence and acknowledgment number
 * are there; a packet of 64 bytes of PPP.
 */
static void fill_gre(uint8_t *payload, uint64_t call_id)
{
	static const uint8_t header[] = { 0x30, 0x81, 0x88, 0x0b, 0, 64 };

	memcpy(payload, header, sizeof(header));
	payload[6] = call_id >> 8;
	payload[7] = call_id;
}

static const struct protocol gre = {
	.number	= IPPROTO_GRE,
	.length	= 16 + 64,
	.seq	= 8,
	.fill	= fill_gre,
};

struct run {
	unsigned int	count;
	unsigned int	per_client;
	unsigned int	packets;
	unsigned int	repeats;
	bool		nat;
	struct control	*clients;
	struct flow	*calls;
};

/* Both ends of all connections, and some beside. */
static void allow_files(unsigned int n)
{
	struct rlimit limit = { n, n };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		err(1, "setrlimit");
}

static void connect_clients(struct run *r)
{
	unsigned int count = (r->count + r->per_client - 1) / r->per_client;
	unsigned int i;

	allow_files(2 * count + 64);
	r->clients = allocate(count, sizeof(*r->clients));
	for (i = 0; i < count; i++)
		control_open(&r->clients[i], client_address(i),
			     SERVER + i * r->per_client / PER_SERVER);
}

/* TCP acknowledges at once until it has seen some answers go with the
 * acknowledgments, and again after a pause.
 */
static void settle(const struct control *c)
{
	unsigned int i;

	for (i = 0; i < ECHOES; i++)
		control_echo(c);
}

static void make_calls(struct run *r)
{
	const struct control *c = r->clients;
	unsigned int i, nth;

	r->calls = allocate(r->count, sizeof(*r->calls));
	for (i = 0; i < r->count; i++) {
		nth = i % r->per_client;
		if (!nth)
			settle(&c[i / r->per_client]);
		control_call(&c[i / r->per_client], &r->calls[i],
			     CLIENT_IDS + nth, SERVER_IDS + i % SERVER_SPAN);
	}
	control_print_costs();
}

static void look(struct run *r)
{
	flood_prepare(&gre, r->calls, r->count, r->nat);
	flood_look();
}

static void flood(struct run *r)
{
	flood_run(r->packets, r->repeats);
}

/* In this order. */
static const struct {
	const char	*word;
	void		(*run)(struct run *r);
} stages[] = {
	{ "connect\n", connect_clients },
	{ "call\n", make_calls },
	{ "look\n", look },
	{ "flood\n", flood },
};

static void obey(struct run *r)
{
	char line[16];
	size_t i;

	for (i = 0; fgets(line, sizeof(line), stdin); i++) {
		if (i == sizeof(stages) / sizeof(*stages) ||
		    strcmp(line, stages[i].word))
			errx(2, "not now: %s", line);
		stages[i].run(r);
		puts("done");
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	struct run r = { 0 };

	if (argc != 6)
		errx(2, "usage: pptp_flood nat|plain CALLS CALLS-PER-CLIENT PACKETS REPEATS");
	r.nat = !strcmp(argv[1], "nat");
	r.count = number(argv[2]);
	r.per_client = number(argv[3]);
	r.packets = number(argv[4]);
	r.repeats = number(argv[5]);
	obey(&r);
	return 0;
}
