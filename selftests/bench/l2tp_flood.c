// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets L2TP sessions up through the router, and sends their packets, from both
 * sides, with the ids that each side was told.  Tells what one packet cost.
 *
 * The sessions are of version 2 over UDP ("udp"), or of version 3 as protocol
 * 115: by control connections ("ip"), or by nothing but their packets ("static").
 * Clients choose the same ids in control messages.  The server gives each session
 * another, in version 2 as far as 16 bits reach, which is for all of a tunnel's.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flood.h"
#include "l2tp_control.h"

#define TUNNEL_ID	0x0101		/* of each client */
#define CLIENT_IDS	0x0201		/* each client counts from here */
#define SERVER_IDS	0x8000
#define STATIC_IDS	0x20000		/* each client has one of its own */
#define SERVER_SPAN	0x7000		/* of its ids in version 2 */
#define PER_SERVER	50000		/* see esp_flood.c; whole clients */
#define PPP		64

struct run {
	unsigned int	version;
	bool		managed;
	unsigned int	count;
	unsigned int	per_client;
	struct flow	*flows;
};

static void put32(uint8_t *payload, uint32_t value)
{
	value = htonl(value);
	memcpy(payload, &value, sizeof(value));
}

/* Session ID, default sublayer with a sequence number, 64 bytes of PPP. */
static void fill_ip(uint8_t *payload, uint64_t id)
{
	put32(payload, id);
}

static const struct protocol ip = {
	.number	= L2TP_IP,
	.length	= 4 + 4 + PPP,
	.seq	= 4,
	.fill	= fill_ip,
};

/* Ports, length, no checksum; version, Tunnel and Session ID; 64 bytes of PPP,
 * where the sequence number is.
 */
static void fill_udp(uint8_t *payload, uint64_t id)
{
	put32(payload, id >> 32);
	put32(payload + 4, (8 + 6 + PPP) << 16);
	payload[9] = 2;
	put32(payload + 10, id);
}

static const struct protocol udp = {
	.number	= IPPROTO_UDP,
	.length	= 8 + 6 + PPP,
	.seq	= 8 + 6 + 4,
	.fill	= fill_udp,
};

/* As fill_udp() takes it apart. */
static uint64_t udp_id(uint16_t source, uint16_t destination, uint32_t tunnel,
		       uint32_t session)
{
	return (uint64_t)source << 48 | (uint64_t)destination << 32 |
	       tunnel << 16 | session;
}

static void set_udp_flow(struct flow *flow, const struct tunnel *t,
			 const struct ids *session)
{
	flow->sent[INSIDE] = udp_id(L2TP_PORT, L2TP_PORT, t->ids.peer[INSIDE],
				    session->peer[INSIDE]);
	flow->seen[INSIDE] = udp_id(t->port, L2TP_PORT, t->ids.own[OUTSIDE],
				    session->own[OUTSIDE]);
	flow->sent[OUTSIDE] = udp_id(L2TP_PORT, t->port, t->ids.peer[OUTSIDE],
				     session->peer[OUTSIDE]);
	flow->seen[OUTSIDE] = udp_id(L2TP_PORT, L2TP_PORT, t->ids.own[INSIDE],
				     session->own[INSIDE]);
}

static void set_ip_flow(struct flow *flow, const struct ids *session)
{
	enum side from;

	for (from = INSIDE; from <= OUTSIDE; from++) {
		flow->sent[from] = session->peer[from];
		flow->seen[from] = session->own[!from];
	}
}

static uint32_t server_address(unsigned int session)
{
	return SERVER + session / PER_SERVER;
}

static void make_sessions(const struct run *r)
{
	unsigned int i, nth, client, id;
	struct tunnel t = { 0 };
	struct ids session;

	for (i = 0; i < r->count; i++) {
		nth = i % r->per_client;
		client = i / r->per_client;
		if (!nth && client)
			close(t.fd[INSIDE]);
		if (!nth)
			tunnel_open(&t, r->version, client_address(client),
				    server_address(i), TUNNEL_ID,
				    SERVER_IDS + client);
		id = SERVER_IDS + (r->version == 2 ? i % SERVER_SPAN : i);
		tunnel_session(&t, &session, CLIENT_IDS + nth, id);
		r->flows[i].client = t.client;
		r->flows[i].server = server_address(i - nth);
		if (r->version == 2)
			set_udp_flow(&r->flows[i], &t, &session);
		else
			set_ip_flow(&r->flows[i], &session);
	}
}

/* By hand at both ends: nothing tells the router. */
static void make_static(const struct run *r)
{
	struct ids session;
	unsigned int i;

	for (i = 0; i < r->count; i++) {
		session.own[INSIDE] = STATIC_IDS + i;
		session.own[OUTSIDE] = SERVER_IDS + i;
		session.peer[OUTSIDE] = session.own[INSIDE];
		session.peer[INSIDE] = session.own[OUTSIDE];
		r->flows[i].client = client_address(i % PER_SERVER);
		r->flows[i].server = server_address(i);
		set_ip_flow(&r->flows[i], &session);
	}
}

static void set_kind(struct run *r, const char *kind)
{
	r->version = strcmp(kind, "udp") ? 3 : 2;
	r->managed = strcmp(kind, "static");
	if (r->managed && r->version == 3 && strcmp(kind, "ip"))
		errx(2, "not a kind of session: %s", kind);
}

int main(int argc, char **argv)
{
	struct run r = { 0 };

	if (argc != 7)
		errx(2, "usage: l2tp_flood nat|plain KIND SESSIONS PER-CLIENT PACKETS REPEATS");
	set_kind(&r, argv[2]);
	r.count = number(argv[3]);
	r.per_client = number(argv[4]);
	r.flows = allocate(r.count, sizeof(*r.flows));
	if (r.managed)
		make_sessions(&r);
	else
		make_static(&r);
	flood_prepare(r.version == 2 ? &udp : &ip, r.flows, r.count,
		      !strcmp(argv[1], "nat"));
	flood_look();
	flood_run(number(argv[5]), number(argv[6]));
	return 0;
}
