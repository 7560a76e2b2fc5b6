// SPDX-License-Identifier: GPL-2.0-only
/*
 * IKE, as far as it can be seen from outside: exchanges, which are repeated when
 * nothing comes back, and what follows from them.
 *
 * RFC 7296, RFC 2409.
 */
#include "ike.h"

#define TRIES		5
#define DPD_EVERY	(10 * SIM_SECOND)

static LIST_HEAD(exchanges);

static bool is_over(const struct exchange *x)
{
	return x->done || x->t->life[x->side] != x->life[x->side];
}

static void retry(void *arg, u32 life)
{
	struct tunnel *t = arg;

	if (t->life[CLIENT] == life && !t->busy[CLIENT])
		ike_begin(t);
}

static void give_up(struct exchange *x)
{
	x->done = true;
	x->t->busy[x->side] = false;
	if (x->kind == INIT || x->kind == AUTH)
		sim_after(sim_between(SIM_SECOND, 5 * SIM_SECOND), retry, x->t,
			  x->t->life[CLIENT]);
}

static void request(void *arg, u32 round)
{
	struct exchange *x = arg;

	if (is_over(x) || x->round != round)
		return;
	if (x->tries == TRIES) {
		give_up(x);
		return;
	}
	exchange_message(x, 0);
	sim_after(SIM_SECOND << x->tries++, request, x, round);
}

static void set_cookies(struct exchange *x)
{
	struct tunnel *t = x->t;

	/* Who re-keys by IKEv2 still talks by the old IKE SA. */
	if (x->kind == INIT || exchange_is_main_mode(x)) {
		x->cookie[0] = sim_random(~0ULL);
		x->cookie[1] = sim_random(~0ULL);
		x->by_gateway = x->side == GATEWAY;
	} else {
		memcpy(x->cookie, t->cookie, sizeof(x->cookie));
		x->by_gateway = t->by_gateway;
	}
}

static void begin(struct tunnel *t, enum purpose kind, enum end side,
		  struct sa *old)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		model_die("out of memory");
	x->t = t;
	x->kind = kind;
	x->side = side;
	x->old = old;
	x->nr = t->v1 ? (u32)sim_random(U32_MAX) : t->nr[side]++;
	memcpy(x->life, t->life, sizeof(x->life));
	x->refused = (kind == AUTH || kind == CHILD) &&
		     sim_chance(world.scenario->refused);
	if ((kind == AUTH || kind == CHILD) && !x->refused)
		x->sa = sa_new(t);
	if (kind == DELETE)
		x->sa = old;
	set_cookies(x);
	exchange_set_lengths(x);
	t->busy[side] = true;
	list_add_tail(&x->list, &exchanges);
	request(x, 0);
}

/**
 * ike_begin - a client sets up its tunnel
 * @t: the tunnel
 */
void ike_begin(struct tunnel *t)
{
	t->nr[CLIENT] = 0;
	begin(t, INIT, CLIENT, NULL);
}

/* The new SA of a re-key, after a while. */
static void use_at_client(void *arg, u32 n)
{
	sa_use(arg, CLIENT);
}

static void use_at_gateway(void *arg, u32 n)
{
	sa_use(arg, GATEWAY);
}

static void use_later(struct sa *sa, enum end side, u64 delay)
{
	sim_after(delay, side == CLIENT ? use_at_client : use_at_gateway, sa, 0);
}

/* INITIAL_CONTACT: the client has nothing else.  After Quick Mode the gateway
 * waits for the third message, which is repeated if need be.
 */
static void gateway_is_up(struct tunnel *t, struct sa *sa)
{
	struct sa *other;

	t->life[GATEWAY]++;
	t->busy[GATEWAY] = false;
	for (other = sa->older; other; other = other->older)
		sa_drop(other, GATEWAY);
	t->use[GATEWAY] = NULL;
	sa->known[GATEWAY] = true;
	use_later(sa, GATEWAY, t->v1 ? 3 * SIM_SECOND / 2 : 0);
	peers_start(t, GATEWAY);
}

static void responder_acts(struct exchange *x)
{
	enum end me = OTHER(x->side);

	switch (x->kind) {
	case INIT:
		x->t->nr[GATEWAY] = 0;
		break;
	case AUTH:
		if (!x->refused)
			gateway_is_up(x->t, x->sa);
		break;
	case CHILD:
		if (x->refused)
			break;
		x->sa->known[me] = true;
		use_later(x->sa, me, sim_random(3 * SIM_SECOND));
		break;
	case DELETE:
		sa_drop(x->sa, me);
		break;
	default:
		break;
	}
}

static bool may_begin(const struct tunnel *t, enum end side, u32 life)
{
	return t->life[CLIENT] == life && !t->busy[side] && t->use[side];
}

static void rekey_tick(void *arg, u32 life)
{
	u64 mean = world.scenario->rekey * SIM_SECOND;
	enum end side = sim_random(2) ? CLIENT : GATEWAY;
	struct tunnel *t = arg;

	if (t->life[CLIENT] != life || world.calm)
		return;
	if (!may_begin(t, side, life))
		;
	else if (sim_chance(world.scenario->ike_rekey))
		begin(t, IKE_SA, side, NULL);
	else
		begin(t, CHILD, side, t->use[side]);
	sim_after(sim_between(mean / 2, mean * 3 / 2), rekey_tick, t, life);
}

static void dpd_tick(void *arg, u32 life)
{
	struct tunnel *t = arg;

	if (t->life[CLIENT] != life)
		return;
	if (may_begin(t, CLIENT, life))
		begin(t, DPD, CLIENT, NULL);
	sim_after(DPD_EVERY, dpd_tick, t, life);
}

static void client_is_up(struct exchange *x)
{
	struct tunnel *t = x->t;
	u64 mean = world.scenario->rekey * SIM_SECOND;

	x->sa->known[CLIENT] = true;
	sa_use(x->sa, CLIENT);
	peers_start(t, CLIENT);
	sim_after(sim_random(DPD_EVERY), dpd_tick, t, t->life[CLIENT]);
	if (mean)
		sim_after(sim_between(mean / 4, mean * 3 / 2), rekey_tick, t,
			  t->life[CLIENT]);
}

static void delete_at_client(void *arg, u32 n)
{
	struct sa *sa = arg;

	if (sa->known[CLIENT])
		begin(sa->tunnel, DELETE, CLIENT, sa);
}

static void delete_at_gateway(void *arg, u32 n)
{
	struct sa *sa = arg;

	if (sa->known[GATEWAY])
		begin(sa->tunnel, DELETE, GATEWAY, sa);
}

static void rekeyed(struct exchange *x)
{
	x->sa->known[x->side] = true;
	use_later(x->sa, x->side, sim_chance(50) ? 0 : sim_random(SIM_SECOND));
	if (x->old)
		sim_after(sim_between(SIM_SECOND, 10 * SIM_SECOND),
			  x->side == CLIENT ? delete_at_client :
			  delete_at_gateway, x->old, 0);
}

static void take_cookies(struct exchange *x)
{
	struct tunnel *t = x->t;

	if (x->kind == IKE_SA && !t->v1) {
		t->cookie[0] = sim_random(~0ULL);
		t->cookie[1] = sim_random(~0ULL);
		t->nr[CLIENT] = 0;
		t->nr[GATEWAY] = 0;
	} else {
		memcpy(t->cookie, x->cookie, sizeof(t->cookie));
	}
	t->by_gateway = x->side == GATEWAY;
}

/* Main Mode takes three round trips. */
static bool next_round(struct exchange *x)
{
	if (!exchange_is_main_mode(x) || x->round == 2)
		return false;
	x->round++;
	x->seen = false;
	x->done = false;
	x->tries = 0;
	request(x, x->round);
	return true;
}

static void initiator_acts(struct exchange *x)
{
	if (next_round(x))
		return;
	x->t->busy[x->side] = false;
	switch (x->kind) {
	case INIT:
		take_cookies(x);
		begin(x->t, AUTH, CLIENT, NULL);
		break;
	case AUTH:
		if (x->refused)
			give_up(x);
		else
			client_is_up(x);
		break;
	case CHILD:
		if (!x->refused)
			rekeyed(x);
		break;
	case IKE_SA:
		take_cookies(x);
		break;
	case DELETE:
		sa_drop(x->sa, x->side);
		break;
	case DPD:
		break;
	}
}

static bool is_quick_mode(const struct exchange *x)
{
	return x->t->v1 && (x->kind == AUTH || x->kind == CHILD);
}

static void at_responder(struct exchange *x, unsigned int step)
{
	enum end me = OTHER(x->side);

	if (step == 2) {
		if (!x->third && x->sa)
			sa_use(x->sa, me);
		x->third = true;
		return;
	}
	/* A client that crashed does not know the IKE SA any more. */
	if (me == CLIENT && x->t->life[CLIENT] != x->life[CLIENT])
		return;
	if (!x->seen)
		responder_acts(x);
	x->seen = true;
	exchange_message(x, 1);
}

/**
 * ike_receive - an IKE message arrives
 * @p: the message
 * @at: where
 */
void ike_receive(struct packet *p, enum end at)
{
	struct exchange *x = p->x;
	u16 sport, dport;

	if (at == CLIENT && ntohl(((struct iphdr *)p->data)->daddr) !=
			    x->t->addr) {
		sim_say("IKE strays from client %u", client_nr(x->t));
		return;
	}
	if (at == GATEWAY) {
		packet_read_udp(p, &sport, &dport);
		x->t->peer_port = sport;
	}
	if (p->round != x->round)
		return;
	if (at != x->side) {
		at_responder(x, p->step);
		return;
	}
	if (is_over(x)) {
		/* Quick Mode's last message may have been lost. */
		if (is_quick_mode(x) && x->done && !x->refused)
			exchange_message(x, 2);
		return;
	}
	x->done = true;
	if (is_quick_mode(x) && !x->refused)
		exchange_message(x, 2);
	initiator_acts(x);
}

/**
 * ike_exit - free all exchanges
 */
void ike_exit(void)
{
	struct exchange *x, *next;

	list_for_each_entry_safe(x, next, &exchanges, list) {
		list_del(&x->list);
		free(x);
	}
}
