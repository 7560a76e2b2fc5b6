// SPDX-License-Identifier: GPL-2.0-only
/* Clients and gateways, and what they send each other by ESP. */
#include "model.h"

struct world world;

/**
 * client_nr - the number by which messages name a client
 * @t: its tunnel
 *
 * Return: the last byte of its address.
 */
unsigned int client_nr(const struct tunnel *t)
{
	return t->addr & 0xff;
}

/**
 * both_speak - do both sides of a tunnel send?
 * @t: the tunnel
 *
 * Return: true if packets go to and fro, so that it can be known to work.
 */
bool both_speak(const struct tunnel *t)
{
	return !t->dead && ((t->ask[CLIENT] && t->answers[GATEWAY]) ||
			    (t->ask[GATEWAY] && t->answers[CLIENT]));
}

static struct sa **chain(u32 spi)
{
	return &world.sas[spi % ARRAY_SIZE(world.sas)];
}

/**
 * sa_find - the SA of an inbound SPI
 * @gateway: address of its gateway
 * @spi: the SPI
 *
 * Return: the SA, or NULL if nobody has chosen that.
 */
struct sa *sa_find(u32 gateway, u32 spi)
{
	struct sa *sa;

	for (sa = *chain(spi); sa; sa = sa->next)
		if (sa->in == spi && sa->tunnel->to == gateway)
			return sa;
	return NULL;
}

/* The newest SPI of another client of the same gateway. */
static u32 others_spi(const struct tunnel *t)
{
	unsigned int i, at = sim_random(world.n_tunnels);
	struct tunnel *other;
	struct sa *sa;

	for (i = 0; i < world.n_tunnels; i++) {
		other = &world.tunnels[(at + i) % world.n_tunnels];
		sa = other->newest;
		if (!sa || other->to != t->to || other->addr == t->addr ||
		    sa->doomed || !both_speak(other))
			continue;
		sa->doomed = true;
		return sa->in;
	}
	return 0;
}

/**
 * sa_new - negotiate a CHILD SA, which nobody knows yet
 * @t: its tunnel
 *
 * Return: the SA.
 */
struct sa *sa_new(struct tunnel *t)
{
	struct sa *sa = calloc(1, sizeof(*sa));

	if (!sa)
		model_die("out of memory");
	if (both_speak(t) && sim_chance(world.scenario->equal))
		sa->in = others_spi(t);
	sa->doomed = sa->in;
	world.equal |= sa->doomed;
	while (!sa->in || (!sa->doomed && sa_find(t->to, sa->in)))
		sa->in = sim_between(256, U32_MAX);
	sa->out = sim_between(256, U32_MAX);
	sa->tunnel = t;
	sa->next = *chain(sa->in);
	*chain(sa->in) = sa;
	sa->older = t->newest;
	t->newest = sa;
	return sa;
}

static void esp_send(struct tunnel *t, enum end side, bool request)
{
	bool client = side == CLIENT;
	struct sa *sa = t->use[side];
	struct packet *p;

	if (!sa)
		return;
	if (!sa->begun)
		sa->begun = sim_now();
	p = packet_esp(client ? t->addr : t->to,
		       client ? t->to : ROUTER_PUBLIC,
		       client ? sa->out : sa->in, ++sa->seq[side]);
	p->sa = sa;
	p->request = request;
	sim_say("%s %u sends %08x seq %u%s", client ? "client" : "gateway to",
		client_nr(t), client ? sa->out : sa->in, sa->seq[side],
		request ? "" : ", an answer");
	result->sent += client;
	peers_send(t, side, p);
}

/* Timers carry the life that they belong to. */
static void tick(struct tunnel *t, enum end side, u32 life, sim_fn fn)
{
	if (t->life[side] != life)
		return;
	esp_send(t, side, true);
	sim_after(sim_between(t->ask[side] / 2, t->ask[side] * 3 / 2), fn, t,
		  life);
}

static void client_tick(void *arg, u32 life)
{
	tick(arg, CLIENT, life, client_tick);
}

static void gateway_tick(void *arg, u32 life)
{
	tick(arg, GATEWAY, life, gateway_tick);
}

/**
 * peers_start - a side begins to ask
 * @t: the tunnel
 * @side: the side
 */
void peers_start(struct tunnel *t, enum end side)
{
	if (t->ask[side])
		sim_after(t->wait[side], side == CLIENT ? client_tick :
			  gateway_tick, t, t->life[side]);
}

/**
 * sa_use - a side begins to send with an SA, if it knows it
 * @sa: the SA
 * @side: the side
 */
void sa_use(struct sa *sa, enum end side)
{
	if (sa->known[side])
		sa->tunnel->use[side] = sa;
}

/**
 * sa_drop - a side forgets an SA, and sends with the newest one that it knows
 * @sa: the SA
 * @side: the side
 */
void sa_drop(struct sa *sa, enum end side)
{
	struct tunnel *t = sa->tunnel;
	struct sa *other;

	if (!sa->known[side])
		return;
	sa->known[side] = false;
	if (!sa->known[OTHER(side)])
		result_sa_end(sa);
	if (t->use[side] != sa)
		return;
	for (other = t->newest; other; other = other->older)
		if (other->known[side])
			break;
	t->use[side] = other;
}

/**
 * peers_crash - a client loses all that it knows
 * @t: its tunnel
 */
void peers_crash(struct tunnel *t)
{
	struct sa *sa;

	sim_say("client %u crashes", client_nr(t));
	t->life[CLIENT]++;
	t->busy[CLIENT] = false;
	t->use[CLIENT] = NULL;
	for (sa = t->newest; sa; sa = sa->older)
		sa_drop(sa, CLIENT);
}

static void answer_of_client(void *arg, u32 n)
{
	esp_send(arg, CLIENT, false);
}

static void answer_of_gateway(void *arg, u32 n)
{
	esp_send(arg, GATEWAY, false);
}

static void esp_at_gateway(const struct packet *p)
{
	struct sa *sa = p->sa;
	struct tunnel *t = sa->tunnel;

	if (!sa->known[GATEWAY] || t->dead)
		return;
	if (p->request && t->answers[GATEWAY])
		sim_after(t->behind + sim_random(SIM_MS), answer_of_gateway,
			  t, 0);
}

static void esp_at_client(const struct packet *p)
{
	struct sa *sa = p->sa;
	struct tunnel *t = sa ? sa->tunnel : NULL;
	u32 addr = ntohl(((const struct iphdr *)p->data)->daddr);

	if (!t || t->addr != addr) {
		if (p->copy)
			return;
		result->strayed += t && !sa->doomed;
		sim_say("%08x strays to client %u", sa ? sa->in : 0,
			addr & 0xff);
		return;
	}
	if (!sa->known[CLIENT])
		return;
	if (!sa->works) {
		sa->works = sim_now();
		if (both_speak(t) && !sa->doomed && sa->begun)
			times_add(&result->starts, sa->works - sa->begun);
		sim_say("client %u: %08x works", client_nr(t), sa->in);
	}
	t->last_got = sim_now();
	if (p->request && t->answers[CLIENT])
		sim_after(sim_between(50, SIM_MS), answer_of_client, t, 0);
}

static void at_gateway(void *arg, u32 n)
{
	struct packet *p = arg;

	if (p->x)
		ike_receive(p, GATEWAY);
	else
		esp_at_gateway(p);
	packet_free(p);
}

/**
 * peers_arrive - a packet from outside reaches the router
 * @arg: the packet
 * @n: not used
 */
void peers_arrive(void *arg, u32 n)
{
	struct packet *p = arg;
	enum verdict verdict = router_in(p);

	if (verdict != PASSED)
		sim_say("router: %s in %08x", verdict == KEPT ? "keeps" :
			verdict == REFUSED ? "drops" : "cannot confirm",
			p->sa ? p->sa->in : 0);
	else if (p->x)
		ike_receive(p, CLIENT);
	else
		esp_at_client(p);
	packet_free(p);
	while ((p = router_copied())) {
		esp_at_client(p);
		packet_free(p);
	}
}

/**
 * peers_send - let a packet go
 * @t: the tunnel it belongs to
 * @from: its sender
 * @p: the packet
 */
void peers_send(struct tunnel *t, enum end from, struct packet *p)
{
	u64 trip = t->trip + sim_random(world.jitter + 1);
	enum verdict verdict;

	if (from == CLIENT) {
		verdict = router_out(p);
		if (verdict != PASSED) {
			sim_say("router: %s out %08x", verdict == REFUSED ?
				"drops" : "cannot confirm",
				p->sa ? p->sa->out : 0);
			packet_free(p);
			return;
		}
	}
	if (sim_random(1000) < world.loss) {
		packet_free(p);
		return;
	}
	sim_after(trip, from == CLIENT ? at_gateway : peers_arrive, p, 0);
}

/**
 * peers_exit - free all SAs
 */
void peers_exit(void)
{
	struct sa *sa;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(world.sas); i++) {
		while (world.sas[i]) {
			sa = world.sas[i];
			world.sas[i] = sa->next;
			result_sa_end(sa);
			free(sa);
		}
	}
}
