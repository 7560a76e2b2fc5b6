// SPDX-License-Identifier: GPL-2.0-only
/* What may happen, and the chance by which it does. */
#include "model.h"

#define CLIENTS_AT	0x0a000000	/* 10.0.0.0 */
#define GATEWAYS_AT	0xc6336400	/* 198.51.100.0 */
#define CHECK_EVERY	SIM_SECOND

const struct scenario scenarios[] = {
	{
		.name = "few",
		.what = "up to eight clients, as they usually behave",
		.clients = 8, .gateways = 1, .span = 5000, .trip = 150,
		.loss = 1, .jitter = 2, .gateway_first = 5, .both_ask = 10,
		.rekey = 60, .ike_rekey = 10, .active = 120,
		.right = { [IKE] = 99, [SERIALIZE] = 80 },
		.wrong = { [SERIALIZE] = 100 },
	}, {
		.name = "start",
		.what = "clients begin together and speak first",
		.clients = 64, .gateways = 1, .span = 3000, .trip = 150,
		.jitter = 5, .active = 20,
		.right = { [IKE] = 99, [SERIALIZE] = 100 },
	}, {
		.name = "speak",
		.what = "either side speaks first",
		.clients = 64, .gateways = 1, .span = 5000, .trip = 150,
		.jitter = 5, .gateway_first = 50, .both_ask = 30, .v1 = 30, .active = 30,
		.right = { [IKE] = 97, [SERIALIZE] = 25 },
		.wrong = { [IKE] = 100, [SERIALIZE] = 100 },
	}, {
		.name = "lossy",
		.what = "loss, reordering, answers later than a probe",
		.clients = 32, .gateways = 1, .span = 5000, .trip = 150,
		.loss = 10, .jitter = 40, .late = 20, .gateway_first = 5, .both_ask = 10,
		.v1 = 20, .active = 30,
		.right = { [IKE] = 95, [SERIALIZE] = 50 },
		.wrong = { [IKE] = 70, [SERIALIZE] = 100 },
	}, {
		.name = "dead",
		.what = "dead tunnels, one-way traffic, refused exchanges",
		.clients = 32, .gateways = 1, .span = 10000, .trip = 150,
		.jitter = 5, .one_way = 20, .dead = 20, .refused = 15,
		.v1 = 20, .by_hand = 10, .active = 40,
		.right = { [IKE] = 96, [SERIALIZE] = 80 },
		.wrong = { [IKE] = 35, [SERIALIZE] = 100 },
	}, {
		.name = "rekey",
		.what = "both sides re-key CHILD and IKE SAs",
		.clients = 32, .gateways = 1, .span = 3000, .trip = 150,
		.loss = 2, .jitter = 5, .gateway_first = 5, .both_ask = 10, .v1 = 20,
		.rekey = 20, .ike_rekey = 20, .active = 90,
		.right = { [IKE] = 98, [SERIALIZE] = 60 },
		.wrong = { [IKE] = 50, [SERIALIZE] = 100 },
	}, {
		.name = "restart",
		.what = "clients crash and come back, conntrack -F",
		.clients = 32, .gateways = 1, .span = 3000, .trip = 150,
		.loss = 1, .jitter = 5, .gateway_first = 5, .both_ask = 10, .v1 = 20,
		.crashes = 10, .flush = 3, .active = 60,
		.right = { [IKE] = 98, [SERIALIZE] = 80 },
		.wrong = { [IKE] = 40, [SERIALIZE] = 100 },
	}, {
		.name = "spoof",
		.what = "SPIs made up in the gateway's name",
		.clients = 16, .gateways = 1, .span = 10000, .trip = 150,
		.jitter = 5, .gateway_first = 5, .rekey = 20, .spoof = 20,
		.active = 40,
		.right = { [IKE] = 98, [SERIALIZE] = 40 },
		.wrong = { [IKE] = 30, [SERIALIZE] = 100 },
	}, {
		.name = "equal",
		.what = "clients that chose the same SPI",
		.clients = 16, .gateways = 1, .span = 5000, .trip = 150,
		.jitter = 5, .equal = 15, .active = 30,
		.right = { [IKE] = 98, [SERIALIZE] = 100 },
		.wrong = { [IKE] = 10 },
	}, {
		.name = "gateways",
		.what = "several gateways, clients with two of them",
		.clients = 32, .gateways = 4, .both = 50, .span = 3000,
		.trip = 150, .loss = 2, .jitter = 5, .gateway_first = 5, .both_ask = 10,
		.v1 = 20, .rekey = 30, .ike_rekey = 20, .active = 60,
		.right = { [IKE] = 99, [SERIALIZE] = 80 },
		.wrong = { [IKE] = 50, [SERIALIZE] = 100 },
	}, {
		.name = "mixed",
		.what = "all of it at once, except equal SPIs",
		.clients = 32, .gateways = 2, .both = 20, .span = 10000,
		.trip = 150, .loss = 5, .jitter = 20, .late = 5,
		.gateway_first = 5, .both_ask = 10, .one_way = 5, .dead = 10, .v1 = 20,
		.by_hand = 5, .refused = 5, .rekey = 30, .ike_rekey = 20,
		.crashes = 20, .flush = 1, .spoof = 5, .active = 90,
		.right = { [IKE] = 96, [SERIALIZE] = 50 },
		.wrong = { [IKE] = 80, [SERIALIZE] = 100 },
	},
};

const unsigned int n_scenarios = ARRAY_SIZE(scenarios);

/**
 * scenario_find - find a scenario
 * @name: its name
 *
 * Return: the scenario, or NULL.
 */
const struct scenario *scenario_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < n_scenarios; i++)
		if (!strcmp(scenarios[i].name, name))
			return &scenarios[i];
	return NULL;
}

/* How long a packet travels from the router to a gateway. */
static u64 trips[MAX_GATEWAYS];

/* Who asks, how often, and who speaks first. */
static void set_traffic(struct tunnel *t, const struct scenario *s)
{
	u64 every = sim_between(100 * SIM_MS, 3 * SIM_SECOND);
	u64 soon = sim_chance(50) ? 0 : sim_random(2 * SIM_SECOND);
	enum end first = sim_chance(s->gateway_first) ? GATEWAY : CLIENT;
	enum end other = OTHER(first);

	if (sim_chance(s->one_way)) {
		t->ask[sim_random(2)] = every;
		return;
	}
	t->answers[other] = true;
	t->ask[first] = every;
	t->wait[first] = soon;
	if (!sim_chance(s->both_ask))
		return;
	t->answers[first] = true;
	t->ask[other] = sim_between(100 * SIM_MS, 3 * SIM_SECOND);
	t->wait[other] = sim_random(5 * SIM_SECOND);
}

static void set_tunnel(struct tunnel *t, const struct scenario *s,
		       unsigned int client, unsigned int gateway)
{
	*t = (struct tunnel) {
		.addr = CLIENTS_AT + client + 1,
		.to = GATEWAYS_AT + gateway + 1,
		.peer_port = 500,
		.by_hand = sim_chance(s->by_hand),
		.v1 = sim_chance(s->v1),
		.dead = sim_chance(s->dead),
		.trip = trips[gateway],
		.behind = sim_chance(70) ? sim_between(50, 3 * SIM_MS) :
					   sim_between(3 * SIM_MS, 50 * SIM_MS),
	};
	if (sim_chance(s->late))
		t->behind = sim_between(1100 * SIM_MS, 3 * SIM_SECOND);
	set_traffic(t, s);
}

static void start(void *arg, u32 n)
{
	struct tunnel *t = arg;
	struct sa *sa;

	if (!t->by_hand) {
		ike_begin(t);
		return;
	}
	sa = sa_new(t);
	sa->known[CLIENT] = true;
	sa->known[GATEWAY] = true;
	sa_use(sa, CLIENT);
	sa_use(sa, GATEWAY);
	peers_start(t, CLIENT);
	peers_start(t, GATEWAY);
}

static void come_back(void *arg, u32 life)
{
	struct tunnel *t = arg;

	if (t->life[CLIENT] == life)
		ike_begin(t);
}

static void crash(void *arg, u32 n)
{
	struct tunnel *t;
	u64 mean = world.scenario->crashes * SIM_SECOND;

	if (world.calm)
		return;
	t = &world.tunnels[sim_random(world.n_tunnels)];
	if (!t->by_hand && t->use[CLIENT]) {
		peers_crash(t);
		sim_after(sim_between(100 * SIM_MS, 15 * SIM_SECOND),
			  come_back, t, t->life[CLIENT]);
	}
	sim_after(sim_between(mean / 2, mean * 3 / 2), crash, NULL, 0);
}

static void flush(void *arg, u32 n)
{
	sim_say("conntrack -F");
	router_flush_conntrack();
}

static void spoof(void *arg, u32 rate)
{
	u32 gateway = GATEWAYS_AT + 1 + sim_random(world.n_gateways);
	u32 spi = sim_between(256, U32_MAX);
	u32 seq = sim_chance(50) ? sim_between(1, 64) :
				   sim_between(1, U32_MAX);

	if (world.calm)
		return;
	sim_say("made up %08x seq %u", spi, seq);
	peers_arrive(packet_esp(gateway, ROUTER_PUBLIC, spi, seq), 0);
	sim_after(sim_between(0, 2 * SIM_SECOND / rate), spoof, NULL, rate);
}

static void calm_down(void *arg, u32 n)
{
	sim_say("all is calm");
	world.calm = true;
}

static void check(void *arg, u32 n)
{
	router_check();
	sim_after(CHECK_EVERY, check, NULL, 0);
}

static void add_tunnels(const struct scenario *s, unsigned int clients)
{
	unsigned int i, gateway, second;

	for (i = 0; i < clients; i++) {
		gateway = sim_random(s->gateways);
		set_tunnel(&world.tunnels[world.n_tunnels++], s, i, gateway);
		if (!sim_chance(s->both))
			continue;
		second = (gateway + 1 + sim_random(s->gateways - 1)) %
			 s->gateways;
		set_tunnel(&world.tunnels[world.n_tunnels++], s, i, second);
	}
}

static void add_trouble(const struct scenario *s)
{
	unsigned int i;

	if (s->crashes)
		sim_after(sim_random(s->crashes * SIM_SECOND), crash, NULL, 0);
	for (i = 0; i < s->flush; i++)
		sim_after(sim_random(s->active * SIM_SECOND), flush, NULL, 0);
	if (s->spoof)
		sim_after(sim_random(SIM_SECOND), spoof, NULL,
			  sim_between(1, s->spoof));
	sim_after(s->active * SIM_SECOND, calm_down, NULL, 0);
	sim_after(CHECK_EVERY, check, NULL, 0);
}

/**
 * scenario_begin - set up a schedule
 * @s: its scenario
 * @clients: at most so many clients, or 0 for as many as the scenario has
 */
void scenario_begin(const struct scenario *s, unsigned int clients)
{
	unsigned int i, most = clients ?: s->clients;

	memset(&world, 0, sizeof(world));
	world.scenario = s;
	world.n_gateways = s->gateways;
	world.loss = sim_random(10 * s->loss + 1);
	world.jitter = sim_random(s->jitter * SIM_MS + 1);
	for (i = 0; i < s->gateways; i++)
		trips[i] = sim_between(500, s->trip * SIM_MS / 2);
	add_tunnels(s, sim_between(2, max(most, 2U)));
	for (i = 0; i < world.n_tunnels; i++)
		sim_after(sim_random(s->span * SIM_MS), start,
			  &world.tunnels[i], 0);
	add_trouble(s);
}
