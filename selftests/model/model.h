/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world around the binder: clients behind one public address, gateways, an
 * attacker, and the router between them.
 *
 *   clients --- router (the core and the ESP module) --- gateways
 *
 * Clients and gateways know what belongs to whom; the router is told nothing
 * but packets.
 */
#ifndef _MODEL_H
#define _MODEL_H

#include "core.h"

#define SIM_SECOND	1000000ULL	/* simulated time is in microseconds */
#define SIM_MS		1000ULL

#define MAX_CLIENTS	64
#define MAX_GATEWAYS	4
#define MAX_TUNNELS	(MAX_CLIENTS * 2)
#define PACKET_MAX	640

/* sim.c: events and chance */

/**
 * struct sim_where - which schedule runs, for messages
 * @scenario: name of its scenario
 * @policy: name of the binder's policy
 * @seed: its seed
 * @verbose: print what happens
 */
struct sim_where {
	const char	*scenario;
	const char	*policy;
	unsigned long	seed;
	bool		verbose;
};

extern struct sim_where sim_where;

typedef void (*sim_fn)(void *arg, u32 n);

void sim_begin(u64 seed);
void sim_end(void);
void sim_after(u64 delay, sim_fn fn, void *arg, u32 n);
void sim_run(u64 until);
u64 sim_now(void);
double sim_seconds(void);
u64 sim_random(u64 below);
u64 sim_between(u64 low, u64 high);
bool sim_chance(unsigned int percent);
void sim_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* kernel.c */
unsigned long model_forget(void);
void model_refuse(unsigned int n);
void model_kernel_exit(void);
void model_check_idle(void);

/* conntrack.c */
void conntrack_init(void);
void conntrack_in(struct net *net, struct sk_buff *skb,
		  const struct nf_conntrack_tuple *tuple);
bool conntrack_confirm(struct nf_conn *ct);
void conntrack_flush(void);
unsigned int conntrack_count(void);

/* packet.c */
struct tunnel;
struct exchange;

/**
 * struct sa - a CHILD SA: one SPI in each direction
 * @tunnel: the tunnel it belongs to
 * @next: link in a list of all with a similar SPI
 * @older: the tunnel's SA before this one
 * @in: SPI that the client chose, of packets to it
 * @out: SPI that the gateway chose
 * @seq: last sequence number of each side's packets
 * @known: which side knows it
 * @doomed: another client of the gateway chose the same @in
 * @begun: when the first packet was sent, or 0
 * @works: when the client got the first packet, or 0
 * @ended: it is not in use any more
 * @bound: it was bound, rightly or not
 * @wrong: since when it is bound to another client, or 0
 */
struct sa {
	struct tunnel	*tunnel;
	struct sa	*next;
	struct sa	*older;
	u32		in;
	u32		out;
	u32		seq[2];
	bool		known[2];
	bool		doomed;
	u64		begun;
	u64		works;
	bool		ended;
	bool		bound;
	u64		wrong;
};

/**
 * struct packet - a packet on its way, and what its sender meant
 * @list: link in the list of all packets
 * @data: IP header and what follows
 * @len: length of @data in bytes
 * @sa: what it is encrypted with, or NULL
 * @request: it wants an answer
 * @x: the exchange it belongs to, or NULL
 * @step: number of the message within that exchange
 * @round: the exchange's round trip
 * @copy: the router has made it, for it does not know whose it is
 */
struct packet {
	struct list_head list;
	u8		data[PACKET_MAX];
	u16		len;
	struct sa	*sa;
	bool		request;
	struct exchange	*x;
	u8		step;
	u8		round;
	bool		copy;
};

struct packet *packet_esp(u32 src, u32 dst, u32 spi, u32 seq);
struct packet *packet_udp(u32 src, u32 dst, u16 sport, u16 dport, u16 len);
void packet_free(struct packet *p);
struct packet *packet_copy(const struct packet *p);
void packets_exit(void);
void packet_read_udp(const struct packet *p, u16 *sport, u16 *dport);

/* router.c */

/**
 * enum verdict - what became of a packet at the router
 * @PASSED: it goes on
 * @REFUSED: a hook dropped it
 * @FAILED: conntrack dropped it
 * @KEPT: it was for the router itself
 */
enum verdict { PASSED, REFUSED, FAILED, KEPT };

#define ROUTER_PUBLIC	0xc0000201	/* 192.0.2.1 */

extern struct net router_net;

void router_init(const char *policy);
unsigned long router_exit(void);
enum verdict router_out(struct packet *p);
enum verdict router_in(struct packet *p);
void router_flush_conntrack(void);
u64 router_count(enum nf_vpn_counter counter);
struct packet *router_copied(void);
u32 router_leads(u32 gateway, u32 spi, u32 client);

/* check.c */
void router_check(void);

/* peers.c: clients and gateways */

enum end { CLIENT, GATEWAY };

#define OTHER(side)	((side) == CLIENT ? GATEWAY : CLIENT)

/**
 * struct tunnel - what a client and a gateway have set up
 * @addr: address of the client
 * @to: address of the gateway
 * @by_hand: there is no IKE
 * @v1: IKE version 1
 * @dead: the gateway ignores what comes by it
 * @ask: how often each side asks, 0 for never
 * @answers: whether each side answers
 * @wait: how much later than its SA each side begins to ask
 * @trip: how long a packet travels one way
 * @behind: how long answers of what is behind the gateway take
 * @use: SA that each side sends with, or NULL
 * @newest: its newest SA, or NULL
 * @cookie: IKE cookies, of the IKE SA's initiator and its responder
 * @by_gateway: the gateway has initiated the IKE SA
 * @nr: message number that each side uses next
 * @busy: whether each side has an exchange under way
 * @life: which life of each side's this is
 * @peer_port: UDP port that the gateway sends to
 * @last_got: when the last packet reached the client
 */
struct tunnel {
	u32		addr;
	u32		to;
	bool		by_hand;
	bool		v1;
	bool		dead;
	u64		ask[2];
	bool		answers[2];
	u64		wait[2];
	u64		trip;
	u64		behind;
	struct sa	*use[2];
	struct sa	*newest;
	u64		cookie[2];
	bool		by_gateway;
	u32		nr[2];
	bool		busy[2];
	u32		life[2];
	u16		peer_port;
	u64		last_got;
};

struct scenario;

/**
 * struct world - one schedule
 * @scenario: what may happen
 * @tunnels: all tunnels
 * @n_tunnels: how many there are
 * @n_gateways: how many gateways there are
 * @loss: how many packets get lost, in 1/1000
 * @jitter: how much longer than others a packet may travel
 * @calm: nobody re-keys, restarts or attacks any more
 * @equal: there are equal SPIs
 * @sas: SAs by SPI
 */
struct world {
	const struct scenario	*scenario;
	struct tunnel		tunnels[MAX_TUNNELS];
	unsigned int		n_tunnels;
	unsigned int		n_gateways;
	unsigned int		loss;
	u64			jitter;
	bool			calm;
	bool			equal;
	struct sa		*sas[256];
};

extern struct world world;

unsigned int client_nr(const struct tunnel *t);
bool both_speak(const struct tunnel *t);
struct sa *sa_new(struct tunnel *t);
struct sa *sa_find(u32 gateway, u32 spi);
void sa_use(struct sa *sa, enum end side);
void sa_drop(struct sa *sa, enum end side);
void peers_send(struct tunnel *t, enum end from, struct packet *p);
void peers_arrive(void *arg, u32 n);
void peers_start(struct tunnel *t, enum end side);
void peers_crash(struct tunnel *t);
void peers_exit(void);

/* ike.c */
void ike_begin(struct tunnel *t);
void ike_receive(struct packet *p, enum end at);
void ike_exit(void);

/* scenario.c */

/* Policies of the binder, as the table names them. */
enum policy { IKE, SERIALIZE, FIFO, STRICT, N_POLICIES };

/**
 * struct scenario - what may happen in a schedule
 * @name: its name
 * @what: what it is about
 * @clients: at most so many clients, at least 2
 * @gateways: number of gateways
 * @both: percentage of clients that have a tunnel to two gateways
 * @span: clients start within so much time (milliseconds)
 * @trip: longest way from the router to a gateway and back (milliseconds)
 * @loss: at most so many packets get lost, in percent
 * @jitter: packets may travel so much longer (milliseconds)
 * @late: percentage of tunnels whose answers are later than a probe
 * @gateway_first: percentage where the gateway speaks first
 * @both_ask: percentage where both sides speak of their own accord
 * @one_way: percentage where only one side speaks
 * @dead: percentage of dead tunnels
 * @v1: percentage that use IKE version 1
 * @by_hand: percentage without IKE
 * @refused: percentage of exchanges that bring no SA
 * @rekey: mean time between re-keys of a tunnel (seconds), 0 for none
 * @ike_rekey: percentage of these that re-key the IKE SA
 * @crashes: mean time between crashes of a client (seconds), 0 for none
 * @flush: how often conntrack is flushed
 * @spoof: made-up packets per second
 * @equal: percentage of SPIs that another client has chosen already
 * @active: how long all this goes on (seconds)
 * @right: at least so many first bindings must be right, in percent, by policy
 * @wrong: at most so many schedules may end wrong, in percent, by policy
 */
struct scenario {
	const char	*name;
	const char	*what;
	unsigned int	clients;
	unsigned int	gateways;
	unsigned int	both;
	unsigned int	span;
	unsigned int	trip;
	unsigned int	loss;
	unsigned int	jitter;
	unsigned int	late;
	unsigned int	gateway_first;
	unsigned int	both_ask;
	unsigned int	one_way;
	unsigned int	dead;
	unsigned int	v1;
	unsigned int	by_hand;
	unsigned int	refused;
	unsigned int	rekey;
	unsigned int	ike_rekey;
	unsigned int	crashes;
	unsigned int	flush;
	unsigned int	spoof;
	unsigned int	equal;
	unsigned int	active;
	unsigned int	right[N_POLICIES];
	unsigned int	wrong[N_POLICIES];
};

extern const struct scenario scenarios[];
extern const unsigned int n_scenarios;

const struct scenario *scenario_find(const char *name);
void scenario_begin(const struct scenario *s, unsigned int clients);

/* result.c */

/**
 * struct times - durations, to tell the median of
 * @at: durations in seconds
 * @n: how many
 * @max: room for so many
 */
struct times {
	double	*at;
	size_t	n;
	size_t	max;
};

/**
 * struct result - what came out of some schedules
 * @schedules: how many there were
 * @binds: SPIs that were bound for the first time
 * @right: of these, to the right client
 * @sent: packets that clients wanted to send
 * @held: of these, the ones that were held up
 * @ambiguous: inbound packets dropped because several could be meant
 * @strayed: inbound packets that reached the wrong client
 * @contested: SPIs that several clients might own when they came
 * @copied: packets that were copied to further clients
 * @starts: from an SA's first packet to the first one that the client got
 * @never: SAs that were in use for 5 seconds and brought nothing
 * @recover: from a wrong binding to the right one
 * @unrecovered: wrong bindings that stayed until the SA ended
 * @wrong: schedules that ended wrong
 * @amiss: tunnels that ended wrong
 * @clashes: schedules with equal SPIs
 * @told: of these, where a clash was reported
 * @first_wrong: seed of the first schedule that ended wrong
 * @leaks: schedules that left objects behind
 * @first_leak: seed of the first one of these
 */
struct result {
	unsigned long	schedules;
	unsigned long	binds;
	unsigned long	right;
	unsigned long	sent;
	unsigned long	held;
	unsigned long	ambiguous;
	unsigned long	strayed;
	unsigned long	contested;
	unsigned long	copied;
	struct times	starts;
	unsigned long	never;
	struct times	recover;
	unsigned long	unrecovered;
	unsigned long	wrong;
	unsigned long	amiss;
	unsigned long	clashes;
	unsigned long	told;
	unsigned long	first_wrong;
	unsigned long	leaks;
	unsigned long	first_leak;
};

extern struct result *result;

void times_add(struct times *times, u64 duration);
double times_at(struct times *times, unsigned int permille);
double times_mean(const struct times *times);
void result_bind(struct sa *sa, bool right);
void result_sa_end(struct sa *sa);
void result_judge(void);
void result_free(struct result *r);

#endif /* _MODEL_H */
