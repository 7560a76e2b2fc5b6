// SPDX-License-Identifier: GPL-2.0-only
/*
 * IKE messages: the right headers, likely lengths, and nothing in them.
 *
 * RFC 7296, 3.1 and RFC 2408, 3.1.
 */
#include "ike.h"

#define IKE_PORT	500

static const struct {
	u16 request[2];
	u16 response[2];
	u8 type;
	u8 type_v1;
} wire[] = {
	[INIT]		= { { 240, 460 }, { 240, 460 }, 34, 2 },
	[AUTH]		= { { 240, 400 }, { 196, 320 }, 35, 32 },
	[CHILD]		= { { 164, 320 }, { 164, 320 }, 36, 32 },
	[IKE_SA]	= { { 184, 440 }, { 184, 440 }, 36, 2 },
	[DELETE]	= { { 72, 80 }, { 60, 80 }, 37, 5 },
	[DPD]		= { { 60, 76 }, { 60, 76 }, 37, 5 },
};

/**
 * exchange_is_main_mode - is an exchange one of IKEv1 that makes an IKE SA?
 * @x: the exchange
 *
 * Return: true if so.
 */
bool exchange_is_main_mode(const struct exchange *x)
{
	return x->t->v1 && (x->kind == INIT || x->kind == IKE_SA);
}

static u8 flags_of(const struct exchange *x, unsigned int step)
{
	enum end sender = step == 1 ? OTHER(x->side) : x->side;

	if (x->t->v1)
		return !exchange_is_main_mode(x) || x->round == 2 ? 0x01 : 0;
	return ((sender == GATEWAY) == x->by_gateway ? 0x08 : 0) |
	       (step == 1 ? 0x20 : 0);
}

static void put(u8 *at, u64 value, unsigned int n)
{
	while (n--) {
		at[n] = value;
		value >>= 8;
	}
}

static void write_header(const struct exchange *x, unsigned int step, u8 *at)
{
	bool v1 = x->t->v1;
	bool first = (x->kind == INIT || exchange_is_main_mode(x)) && !x->round &&
		     step == 0;

	put(at, x->cookie[0], 8);
	put(at + 8, first ? 0 : x->cookie[1], 8);
	at[16] = v1 ? 1 : 46;
	at[17] = v1 ? 0x10 : 0x20;
	at[18] = v1 ? wire[x->kind].type_v1 : wire[x->kind].type;
	at[19] = flags_of(x, step);
	put(at + 20, exchange_is_main_mode(x) ? 0 : x->nr, 4);
	put(at + 24, x->len[step], 4);
}

static void say(const struct exchange *x, unsigned int step)
{
	static const char *const names[] = {
		"INIT", "AUTH", "CHILD", "IKE_SA", "DELETE", "DPD",
	};
	enum end sender = step == 1 ? OTHER(x->side) : x->side;

	sim_say("%s %u: IKE %s, message %u, %u bytes%s, in %08x",
		sender == CLIENT ? "client" : "gateway to", client_nr(x->t),
		names[x->kind], step + 1, x->len[step],
		x->refused ? ", no SA" : "", x->sa ? x->sa->in : 0);
}

/**
 * exchange_message - send a message
 * @x: its exchange
 * @step: 0 for the request, 1 for the response, 2 for what ends a Quick Mode
 */
void exchange_message(struct exchange *x, unsigned int step)
{
	enum end sender = step == 1 ? OTHER(x->side) : x->side;
	bool client = sender == CLIENT;
	struct tunnel *t = x->t;
	struct packet *p;

	say(x, step);
	p = packet_udp(client ? t->addr : t->to,
		       client ? t->to : ROUTER_PUBLIC, IKE_PORT,
		       client ? IKE_PORT : t->peer_port, x->len[step]);
	write_header(x, step, p->data + sizeof(struct iphdr) +
		     sizeof(struct udphdr));
	p->x = x;
	p->step = step;
	p->round = x->round;
	peers_send(t, sender, p);
}

static u16 random_length(const u16 *range)
{
	return sim_between(range[0], range[1]);
}

/* A refused IKE_AUTH may still tell who the gateway is. */
static u16 refused_length(enum purpose kind)
{
	if (kind == AUTH && sim_chance(50))
		return sim_between(124, 140);
	return sim_between(60, 80);
}

/**
 * exchange_set_lengths - choose the lengths of an exchange's messages
 * @x: the exchange
 */
void exchange_set_lengths(struct exchange *x)
{
	x->len[0] = random_length(wire[x->kind].request);
	x->len[1] = x->refused ? refused_length(x->kind) :
				 random_length(wire[x->kind].response);
	x->len[2] = sim_between(52, 76);
}
