/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of the core, and what its files offer one another.
 *
 *   client (inside) --< flow >-- pair (public address, server)
 *                        |
 *                        +--< id (one SPI, Call ID ... in one direction)
 *
 *   control connection --< session (a flow whose ids it told)
 *
 * A flow stands for one conntrack entry, which it names by value, so nothing of
 * it can dangle over conntrack -F, namespace exit or module unload.  A session
 * makes its entry itself and holds a reference on it, which is let go when the
 * entry is found dead, and with the session.
 */
#ifndef _NF_VPN_CORE_H
#define _NF_VPN_CORE_H

#include <linux/mutex.h>
#include <linux/ratelimit.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/nf_vpn_passthrough.h>
#include <net/nf_vpn_session.h>

#define NF_VPN_MAX_IDS_PER_FLOW	32	/* in each direction */
#define NF_VPN_MAX_STATIC	1024
#define NF_VPN_PUBLIC_BITS	8	/* log2 of nf_vpn_net.publics */
#define NF_VPN_PORT_BITS	12	/* log2 of nf_vpn_net.ports */
#define NF_VPN_BIND_BURST	16	/* unasked ids bound at once per pair */
#define NF_VPN_FRESH		64	/* sequence number of a new tunnel */
#define NF_VPN_SAID		32	/* packets remembered per pair */
#define NF_VPN_REFUSAL_BITS	6	/* log2 of nf_vpn_net.refusals */
#define NF_VPN_CLAIMS		8	/* flows that may own an id */
#define NF_VPN_UNEXPLAINED	U8_MAX	/* a packet answers nothing */

/* Flags of nf_vpn_id_add() */
#define NF_VPN_ID_ASKED		1	/* nf_vpn_id.asked */
#define NF_VPN_ID_QUOTED	2	/* nf_vpn_id.quoted */
#define NF_VPN_ID_WEAK		4	/* nf_vpn_id.weak */

/**
 * struct nf_vpn_client - an inside address, for its quota
 * @node: key.src is the address
 * @nflows: its flows, nf_vpn_net.lock
 * @nserved: of these, the ones that do not count for its quota: it serves them,
 *	or they have ended; nf_vpn_net.lock
 * @ncontrols: its control connections, nf_vpn_net.lock
 * @rcu: frees it after readers have left
 */
struct nf_vpn_client {
	struct nf_vpn_node	node;
	u32			nflows;
	u32			nserved;
	u32			ncontrols;
	struct rcu_head		rcu;
};

/**
 * struct nf_vpn_said - a packet that a flow has sent while it was not settled
 * @nr: number of the flow
 * @at: when (ticks, see said.c)
 * @answer: inbound ids that may have answered it, or 0
 * @done: it was answered with an id that is known to be its flow's own
 */
struct nf_vpn_said {
	u32	nr;
	u32	at;
	__be32	answer[2];
	bool	done;
};

/**
 * struct nf_vpn_pair - a server and a public address of ours: where inbound
 *	ids cannot be told apart but by asking who is waiting
 * @node: key.src is the server, key.dst the public address
 * @flows: flows of the pair, nf_vpn_net.lock
 * @token: the flow that may probe, or NULL; nf_vpn_net.lock
 * @token_end: when its turn is over (jiffies)
 * @next: of the flows held up, the one that has the next turn first
 * @next_until: how long the others leave it to @next (jiffies)
 * @asked: flows that have sent something and may be answered with a new id, in
 *	the order in which they sent (expect.c)
 * @asker: number of the first flow in @asked, or 0; read without a lock, for a
 *	hint
 * @expecting: flows that expect an id and have not sent anything since, or were
 *	not answered, in the order of their key exchanges
 * @nqueued: length of @asked and @expecting
 * @said: what flows that are not settled have sent last, as a ring; written
 *	without a lock, for what a race spoils is a hint
 * @said_next: where the next one goes in @said, modulo its length
 * @exchange: number of the flow whose key exchange has its turn, or 0
 * @exchange_end: when that is over (jiffies, 32 bits)
 * @rtt: how long the server usually takes to answer (ticks, see said.c), 0 if not
 *	known; written without a lock, too
 * @dev: by how much that varies (ticks)
 * @timed: @rtt is of tunnels, not only of key exchanges
 * @nflows: length of @flows
 * @nresting: of these, sessions that have ended
 * @nwaiting: flows of the pair that wait for an inbound id
 * @credit: inbound ids that may be bound before @credit_at moves on
 * @credit_at: when @credit was last topped up (jiffies)
 * @rcu: frees it after readers have left
 */
struct nf_vpn_pair {
	struct nf_vpn_node	node;
	struct list_head	flows;
	struct nf_vpn_flow	*token;
	unsigned long		token_end;
	struct nf_vpn_flow	*next;
	unsigned long		next_until;
	struct list_head	asked;
	struct list_head	expecting;
	u32			nqueued;
	u32			asker;
	struct nf_vpn_said	said[NF_VPN_SAID];
	u32			said_next;
	u32			exchange;
	u32			exchange_end;
	u32			rtt;
	u32			dev;
	bool			timed;
	u32			nflows;
	u32			nresting;
	u32			nwaiting;
	u32			credit;
	unsigned long		credit_at;
	struct rcu_head		rcu;
};

/**
 * struct nf_vpn_flow - one client's tunnels to one server
 * @node: key.src is the client, key.dst the server, key.id is 0
 * @orig: original tuple of the conntrack entry
 * @zone: its zone
 * @ct: its conntrack entry, with a reference, or NULL; written under
 *	nf_vpn_net.lock, read by nf_vpn_entry_get()
 * @pair: the pair it belongs to; NULL if only observed
 * @client: the client it belongs to
 * @pair_list: link in @pair->flows
 * @rcu: frees it after readers have left
 * @young: link in nf_vpn_net.young while nothing supports the flow
 * @ids: its ids; changed under nf_vpn_net.lock, read under RCU
 * @lease: per direction, how its packets leave, or NULL; changed under
 *	nf_vpn_net.lock, read under RCU
 * @queue: link in @pair->asked or @pair->expecting
 * @created: when it was first seen (jiffies)
 * @probe_next: when it may take the token again while others wait (jiffies, 32
 *	bits)
 * @gone: when the sweep first missed its conntrack entry (jiffies, 32 bits), or 0
 * @last: last packet of an observed flow (jiffies, 32 bits)
 * @expected_at: when its last key exchange was completed (jiffies, 32 bits)
 * @asked_at: when it joined @pair->asked (jiffies, 32 bits)
 * @held_since: when its key exchange was first held up (jiffies, 32 bits), or 0
 * @told_at: when a packet came that it may answer (jiffies, 32 bits)
 * @contested_at: when it was last told something that may be another's
 *	(jiffies, 32 bits)
 * @nr: index in nf_vpn_net.by_nr
 * @flow_id: what was stamped on the reply tuple, for display
 * @n: number of @ids in each direction
 * @n_unsupported: inbound ids that are provisional
 * @proto: protocol that it belongs to
 * @tries: probes in a row that nobody answered
 * @waiting: sends with an id that nobody answered yet
 * @served: the other way round: an inside server that the world reaches by
 *	destination NAT; its inbound ids are known so that nobody else gets
 *	them.  Also set of a session that has ended
 * @fresh: its newest outbound id began with a low sequence number
 * @heard: a known id brought something since it last took the token
 * @spoke: sent something since a provisional id was last heard
 * @asked: it is in @pair->asked
 * @replied: sent something just after @told_at
 * @doubted: what it expects should have come: the exchange was about something
 *	else, or the tunnel is dead
 * @vain: nothing came of its last key exchange
 * @expects: inbound ids that a key exchange has announced and that are not
 *	known to be its own yet
 * @guesses: messages of unknown exchanges that it was given since @expected_at
 * @owed: of those that came, the ones whose outbound counterpart has not been
 *	used yet: that asks for nothing
 * @spoken_to: its entry was made for its server's first packet, and it has sent
 *	nothing since
 * @session: it is the beginning of a &struct nf_vpn_session
 */
struct nf_vpn_flow {
	struct nf_vpn_node		node;
	struct nf_conntrack_tuple	orig;
	struct nf_conntrack_zone	zone;
	struct nf_conn			*ct;
	struct nf_vpn_pair		*pair;
	struct nf_vpn_client		*client;
	union {
		struct list_head	pair_list;
		struct rcu_head		rcu;
	};
	struct list_head		young;
	struct list_head		ids;
	struct nf_vpn_lease __rcu	*lease[NF_VPN_DIR_MAX + 1];
	struct list_head		queue;
	unsigned long			created;
	u32				probe_next;
	u32				gone;
	union {
		u32			last;
		u32			expected_at;
	};
	u32				asked_at;
	u32				told_at;
	u32				contested_at;
	u32				held_since;
	u32				nr;
	u16				flow_id;
	u8				n[NF_VPN_DIR_MAX + 1];
	u8				n_unsupported;
	u8				proto;
	u8				tries;
	bool				waiting;
	bool				served;
	bool				fresh;
	bool				heard;
	bool				spoke;
	bool				asked;
	bool				replied;
	bool				doubted;
	bool				vain;
	u8				expects;
	u8				guesses;
	u8				owed;
	bool				spoken_to;
	bool				session;
};

/**
 * enum nf_vpn_phase - how far a session has come
 * @NF_VPN_PHASE_ASKED: one side has told its id
 * @NF_VPN_PHASE_OPEN: both have, and agreed
 * @NF_VPN_PHASE_CLEARING: one side wants to end it
 * @NF_VPN_PHASE_CLOSING: it has ended; its ids rest
 */
enum nf_vpn_phase {
	NF_VPN_PHASE_ASKED,
	NF_VPN_PHASE_OPEN,
	NF_VPN_PHASE_CLEARING,
	NF_VPN_PHASE_CLOSING,
};

/**
 * struct nf_vpn_session - a flow whose ids a control connection tells
 * @flow: key.src is who opened the control connection, key.id a number of its
 *	own; has @id nodes for what comes in and for what ICMP errors quote
 * @control: its control connection, NULL if that has gone; nf_vpn_net.lock
 * @sibling: link in nf_vpn_control.sessions
 * @src: per direction, source address of packets that come in
 * @dst: per direction, their destination address
 * @id: per direction, the id that its sender chose for itself
 * @alias: per direction, what the other side sees of it
 * @known: per direction, whether @id and @alias are known; RCU readers see
 *	both set
 * @cookie: per direction, the cookie that its sender chose for what it gets
 * @n_cookie: length of @cookie in bytes
 * @phase: an enum nf_vpn_phase
 * @space: key space of its ids
 * @version: version of the protocol, or 0
 * @is_control: it is the control connection itself
 * @shared: @flow.ct is the control connection's
 * @preserved: it had nf_vpn_control.wire_port
 * @again: it was asked for once more after it had been answered
 * @bound: it is open, and that was told; that it has ended was not
 * @until: when the session is removed unless it gets further (jiffies)
 */
struct nf_vpn_session {
	struct nf_vpn_flow	flow;
	struct nf_vpn_control	*control;
	struct list_head	sibling;
	union nf_inet_addr	src[IP_CT_DIR_MAX];
	union nf_inet_addr	dst[IP_CT_DIR_MAX];
	u32			id[IP_CT_DIR_MAX];
	u32			alias[IP_CT_DIR_MAX];
	bool			known[IP_CT_DIR_MAX];
	u8			cookie[IP_CT_DIR_MAX][NF_VPN_COOKIE_MAX];
	u8			n_cookie[IP_CT_DIR_MAX];
	u8			phase;
	u8			space;
	u8			version;
	bool			is_control;
	bool			shared;
	bool			preserved;
	bool			again;
	bool			bound;
	unsigned long		until;
};

/**
 * struct nf_vpn_id - one wire id in one direction
 * @node: addresses and id as they are outside of the router
 * @flow: the flow it belongs to; immutable, outlives the id
 * @list: link in @flow->ids
 * @last: last packet with it (jiffies, 32 bits)
 * @seq: last sequence number, only while somebody probes
 * @dir: an enum nf_vpn_dir; immutable
 * @state: an enum nf_vpn_state; written under nf_vpn_net.lock
 * @bound_at: when it was bound (jiffies, 32 bits)
 * @asked: inbound: bound in answer to a probe of its flow
 * @lenient: outbound: worked before, so its packets are not held up
 * @quoted: of a session: as its packets leave; for ICMP errors, and to find it
 *	again behind NAT
 * @weak: of a session: a guess, which gives way to one that is none
 * @inside: it only leads to @other, from what the packet has inside
 * @other: of an outbound id that is known inside as well: the other one; it
 *	shares its place with @contest
 * @contest: of an inbound id that others may own, too: their claims, else NULL;
 *	nf_vpn_net.lock
 * @support: round trips seen since it was bound
 * @back: backward steps of @seq seen while somebody asked in vain
 * @ahead: forward ones
 * @back_for: lowest bits of the number of who asked
 * @rcu: frees it after readers have left
 */
struct nf_vpn_id {
	struct nf_vpn_node	node;
	struct nf_vpn_flow	*flow;
	struct list_head	list;
	u32			last;
	u32			seq;
	u32			bound_at;
	u8			dir;
	u8			state;
	bool			asked;
	bool			lenient;
	u8			quoted:1;
	u8			weak:1;
	u8			inside:1;
	u8			support;
	u8			back;
	u8			ahead;
	u8			back_for;
	union {
		struct nf_vpn_id	*other;
		struct nf_vpn_contest	*contest;
	};
	struct rcu_head		rcu;
};

/**
 * struct nf_vpn_claim - that an inbound id may be a flow's
 * @nr: number of the flow
 * @score: what speaks for it, in quarters of a bit
 * @hits: packets that what it sends explains
 * @expects: it has expected the id; else it has asked
 * @now: how badly the last packet fits what it has sent, as
 *	nf_vpn_said_answer() tells
 * @said_now: which of nf_vpn_pair.said that answers
 * @off: as @now, of the packet that is looked at
 * @said: as @said_now
 * @said_at: when that was sent
 */
struct nf_vpn_claim {
	u32	nr;
	s16	score;
	u8	now;
	u8	off;
	u8	said_now;
	u8	said;
	u32	said_at;
	u8	hits;
	bool	expects;
};

/**
 * struct nf_vpn_contest - whose is an inbound id that several flows may own?
 * @told_at: when the packet came that is looked at (jiffies, 32 bits)
 * @copies_at: when @copies was last topped up (jiffies, 32 bits)
 * @copies: packets that may be copied
 * @n: length of @claims
 * @full: there may be more claims than have room
 * @told: that it is bound was told
 * @pending: the packet has not been weighed
 * @claims: of whom
 */
struct nf_vpn_contest {
	u32			told_at;
	u32			copies_at;
	u16			copies;
	u8			n;
	bool			full;
	bool			told;
	bool			pending;
	struct nf_vpn_claim	claims[NF_VPN_CLAIMS];
};

/**
 * struct nf_vpn_static - a binding given by the administrator
 * @list: link in nf_vpn_net.statics
 * @client: inside address
 * @server: server's address
 * @id_in: inbound id
 * @id_out: outbound id, if @has_out
 * @zone: conntrack zone
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: IP protocol number
 * @proto: an enum nf_vpn_proto
 * @has_out: @id_out was given
 */
struct nf_vpn_static {
	struct list_head	list;
	union nf_inet_addr	client;
	union nf_inet_addr	server;
	__be32			id_in;
	__be32			id_out;
	u16			zone;
	u8			l3num;
	u8			l4proto;
	u8			proto;
	bool			has_out;
};

/**
 * struct nf_vpn_adopt_id - an id of a tunnel that worked before
 * @id: the id, in host byte order
 * @dir: an enum nf_vpn_dir
 * @state: an enum nf_vpn_state
 */
struct nf_vpn_adopt_id {
	u32	id;
	u8	dir;
	u8	state;
};

/**
 * struct nf_vpn_adopt - a tunnel that worked before
 * @like: as for nf_vpn_flow_add()
 * @pair: likewise
 * @n: length of @ids
 * @has: of these, per direction
 * @ids: its ids
 */
struct nf_vpn_adopt {
	struct nf_vpn_flow	like;
	struct nf_vpn_key	pair;
	u8			n;
	u8			has[NF_VPN_DIR_MAX + 1];
	struct nf_vpn_adopt_id	ids[2 * NF_VPN_MAX_IDS_PER_FLOW];
};

/**
 * struct nf_vpn_limits - what the owner may set; read without a lock
 * @ids: most wire ids in the namespace
 * @per_client: most flows of one client
 * @per_server: most flows of one pair
 * @probe_ms: how long a probe waits for its answer
 */
struct nf_vpn_limits {
	unsigned int	ids;
	unsigned int	per_client;
	unsigned int	per_server;
	unsigned int	probe_ms;
};

/**
 * struct nf_vpn_timer - a mode that does not last
 * @work: looks whether the time is over
 * @vn: the namespace
 * @end: when it is (milliseconds of the boot time clock)
 * @proto: the protocol
 * @running: the mode does not last
 * @next: the mode that returns
 *
 * Written under mode_mutex; what is shown is read without.
 */
struct nf_vpn_timer {
	struct delayed_work	work;
	struct nf_vpn_net	*vn;
	u64			end;
	u8			proto;
	bool			running;
	u8			next;
};

/**
 * struct nf_vpn_refusal - something that was refused
 * @client: inside address
 * @server: server's address
 * @public: address on the server's side, if @has_wire
 * @owner: inside address of the flow that the id clashes with, if @has_owner
 * @at: when it was refused last (milliseconds of the boot time clock)
 * @id: wire id, if @has_wire; host byte order
 * @n: how often, 0 if the slot is free
 * @zone: conntrack zone
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: IP protocol number
 * @why: an enum nf_vpn_counter
 * @proto: an enum nf_vpn_proto
 * @dir: an enum nf_vpn_dir, the direction of @id
 * @has_wire: it is about an id
 * @has_owner: somebody owns that
 */
struct nf_vpn_refusal {
	union nf_inet_addr	client;
	union nf_inet_addr	server;
	union nf_inet_addr	public;
	union nf_inet_addr	owner;
	u64			at;
	u32			id;
	u32			n;
	u16			zone;
	u8			l3num;
	u8			l4proto;
	u8			why;
	u8			proto;
	u8			dir;
	u8			has_wire:1;
	u8			has_owner:1;
};

/**
 * struct nf_vpn_mode_want - a mode that somebody sets
 * @mode: the mode
 * @secs: for how long, in seconds; 0 if it is to last
 * @origin: by which way they came
 */
struct nf_vpn_mode_want {
	enum nf_vpn_mode	mode;
	u32			secs;
	enum nf_vpn_origin	origin;
};

/**
 * struct nf_vpn_options - options of a protocol that somebody sets
 * @has_preserve: @preserve was given
 * @has_policy: @policy was given
 * @has_fast_path: @fast_path was given
 * @preserve: new clients keep the well-known source port
 * @policy: how inbound ids find their tunnels
 * @fast_path: packets may take leases
 * @origin: by which way they came
 */
struct nf_vpn_options {
	bool			has_preserve;
	bool			has_policy;
	bool			has_fast_path;
	bool			preserve;
	bool			fast_path;
	enum nf_vpn_policy	policy;
	enum nf_vpn_origin	origin;
};

/**
 * struct nf_vpn_stats - counters of one CPU
 * @n: by protocol and by &enum nf_vpn_counter
 */
struct nf_vpn_stats {
	u64	n[NF_VPN_N_PROTOS][NF_VPN_N_COUNTERS];
};

/**
 * struct nf_vpn_net - the core's part of a network namespace
 * @net: the namespace
 * @ids: wire-id table, struct nf_vpn_id
 * @flows: struct nf_vpn_flow by client and server
 * @pairs: struct nf_vpn_pair
 * @clients: struct nf_vpn_client
 * @controls: struct nf_vpn_control by addresses and ports
 * @publics: a bit for each hash of a public address of a pair; bits stay set
 *	until the last flow has gone
 * @ports: likewise of UDP ports that control connections have
 * @n_cookie_ids: entries in @ids that have %NF_VPN_SPACE_COOKIE
 * @nwaiting: flows that wait, in the whole namespace
 * @draining: per protocol, mode on is being left: nothing new is made
 * @preserve_port: per protocol, new clients keep the well-known port
 * @policy: per protocol, an enum nf_vpn_policy
 * @fast_path: per protocol, packets may take leases
 * @limits: limits in force
 * @stats: counters
 * @lock: the one writer lock of everything above and below, taken with
 *	bottom halves off
 * @young: flows that nothing supports yet, oldest first
 * @statics: static bindings
 * @nstatics: length of @statics
 * @nids: entries in @ids, plus observed flows and control connections
 * @nflows: entries in @flows
 * @control_list: all of @controls, for the sweep
 * @ncontrols: length of @control_list
 * @n_wire_ports: those with nf_vpn_control.wire_port
 * @by_nr: flows by number, for dumps and the sweep
 * @next_nr: where to look for a free number
 * @genid: changes whenever @by_nr does, for dump consistency
 * @sweep: the sweep; armed while there are flows
 * @dead: the namespace is going: @sweep is not armed, and nothing is drained
 * @mode_mutex: serialises changes of @mode
 * @mode: an enum nf_vpn_mode per protocol
 * @timers: per protocol, how long @mode lasts
 * @leasing: a bit for each protocol whose packets leave leases behind; @mode_mutex
 * @refused_limit: limits refusal events
 * @tunnel_limit: limits tunnel events
 * @refusal_lock: guards @refusals; taken last, never waited for by a packet
 * @refusals: what was refused last, by a hash of whom and why
 * @sysctl: registered sysctl table
 * @list: link in the list of all namespaces
 */
struct nf_vpn_net {
	struct net		*net;
	struct rhashtable	ids;
	struct rhashtable	flows;
	struct rhashtable	pairs;
	struct rhashtable	clients;
	struct rhashtable	controls;
	DECLARE_BITMAP(publics, 1 << NF_VPN_PUBLIC_BITS);
	DECLARE_BITMAP(ports, 1 << NF_VPN_PORT_BITS);
	u32			n_cookie_ids;
	u32			nwaiting;
	bool			draining[NF_VPN_N_PROTOS];
	u8			preserve_port[NF_VPN_N_PROTOS];
	u8			policy[NF_VPN_N_PROTOS];
	u8			fast_path[NF_VPN_N_PROTOS];
	struct nf_vpn_limits	limits;
	struct nf_vpn_stats __percpu *stats;

	spinlock_t		lock ____cacheline_aligned_in_smp;
	struct list_head	young;
	struct list_head	statics;
	u32			nstatics;
	u32			nids;
	u32			nflows;
	struct list_head	control_list;
	u32			ncontrols;
	u32			n_wire_ports;
	struct xarray		by_nr;
	u32			next_nr;
	u32			genid;
	struct delayed_work	sweep;
	bool			dead;
	struct mutex		mode_mutex;	/* serialises @mode */
	u8			mode[NF_VPN_N_PROTOS];
	struct nf_vpn_timer	timers[NF_VPN_N_PROTOS];
	unsigned int		leasing;
	struct ratelimit_state	refused_limit;
	struct ratelimit_state	tunnel_limit;
	spinlock_t		refusal_lock;	/* guards @refusals */
	struct nf_vpn_refusal	refusals[1 << NF_VPN_REFUSAL_BITS];
	struct ctl_table_header	*sysctl;
	struct list_head	list;
};

struct nlattr;

/* main.c */
extern unsigned int nf_vpn_pernet_id;

/**
 * nf_vpn_pernet - the core's part of a network namespace
 * @net: the namespace
 *
 * Return: never NULL.
 */
static inline struct nf_vpn_net *nf_vpn_pernet(const struct net *net)
{
	return net_generic(net, nf_vpn_pernet_id);
}

/**
 * nf_vpn_pernet_rcu - the core's part of a network namespace, for packets
 * @net: the namespace
 *
 * net_generic() enters and leaves the RCU read side, which preemptible kernels do
 * in functions.
 *
 * Context: RCU read side.
 * Return: never NULL.
 */
static inline struct nf_vpn_net *nf_vpn_pernet_rcu(const struct net *net)
{
	return rcu_dereference(net->gen)->ptr[nf_vpn_pernet_id];
}

/* idmap.c */
int nf_vpn_idmap_init(struct nf_vpn_net *vn);
void nf_vpn_idmap_exit(struct nf_vpn_net *vn);
void nf_vpn_tuple_key(const struct nf_conn *ct, enum ip_conntrack_dir dir,
		      u16 zone, struct nf_vpn_key *key);
u32 nf_vpn_flow_idle(const struct nf_vpn_flow *flow);
struct nf_vpn_flow *nf_vpn_flow_find(struct nf_vpn_net *vn,
				     const struct nf_vpn_key *key);
struct nf_vpn_pair *nf_vpn_pair_find(struct nf_vpn_net *vn,
				     const struct nf_vpn_key *key);
int nf_vpn_id_add(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		  const struct nf_vpn_key *key, enum nf_vpn_dir dir,
		  enum nf_vpn_state state, unsigned int flags);
void nf_vpn_id_del(struct nf_vpn_net *vn, struct nf_vpn_id *id);
struct nf_vpn_id *nf_vpn_id_give(struct nf_vpn_net *vn, struct nf_vpn_id *id,
				 struct nf_vpn_flow *to);
struct nf_vpn_flow *nf_vpn_flow_add(struct nf_vpn_net *vn,
				    const struct nf_vpn_flow *like,
				    const struct nf_vpn_key *pair);
void nf_vpn_flow_del(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
struct nf_vpn_client *nf_vpn_client_get(struct nf_vpn_net *vn,
					const struct nf_vpn_key *like);
void nf_vpn_client_put(struct nf_vpn_net *vn, struct nf_vpn_client *client);
bool nf_vpn_make_room(struct nf_vpn_net *vn, const struct nf_vpn_flow *keep);

/**
 * struct nf_vpn_entry - a conntrack entry that the core makes itself
 * @zone: its zone
 * @tuple: its tuples
 * @master: what conntrack shows as its master, with a reference that is handed
 *	over, or NULL
 * @timeout: how long it lives on at first (jiffies)
 * @status: bits of enum ip_conntrack_status that it begins with
 * @masq_index: the device that it leaves by, if its source is that one's address
 *	of the moment, and it is to go when that changes; else 0
 * @mark: its connection mark
 * @secmark: its security mark
 * @stamp: its reply tuple is to be made unique
 * @no_flowtable: no flow table may take its packets past our hooks
 */
struct nf_vpn_entry {
	struct nf_conntrack_zone	zone;
	struct nf_conntrack_tuple	tuple[IP_CT_DIR_MAX];
	struct nf_conn			*master;
	unsigned int			timeout;
	unsigned long			status;
	int				masq_index;
	u32				mark;
	u32				secmark;
	bool				stamp;
	bool				no_flowtable;
};

/* entry.c */
struct nf_conn *nf_vpn_flow_ct(const struct nf_vpn_net *vn,
			       const struct nf_vpn_flow *flow);
void nf_vpn_entry_keep(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		       struct nf_conn *ct);
void nf_vpn_entry_drop(struct nf_vpn_flow *flow);
void nf_vpn_entry_marks(struct nf_vpn_entry *want, const struct nf_conn *ct);
struct nf_conn *nf_vpn_entry_create(struct nf_vpn_net *vn,
				    const struct nf_vpn_entry *want);

/* path.c */
void nf_vpn_public_add(struct nf_vpn_net *vn, const struct nf_vpn_key *pair);
void nf_vpn_port_add(struct nf_vpn_net *vn, __be16 port);
int nf_vpn_found(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		 struct nf_vpn_id *id);
void nf_vpn_in_copy(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		    struct nf_vpn_flow *flow);
void nf_vpn_account_reply(const struct nf_vpn_pkt *pkt, struct nf_conn *ct,
			  unsigned int timeout, bool supported);

/* lease.c */
bool nf_vpn_lease_use(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		      struct nf_vpn_flow *flow, u8 dir);
void nf_vpn_lease_drop(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_lease_review(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
int nf_vpn_lease_start(struct nf_vpn_net *vn, enum nf_vpn_proto proto);
void nf_vpn_lease_stop(struct nf_vpn_net *vn, enum nf_vpn_proto proto);

/* objects.c */
int nf_vpn_objects_init(void);
void nf_vpn_objects_exit(void);

/* address.c */
int nf_vpn_address_init(void);
void nf_vpn_address_exit(void);

/* control.c */
void nf_vpn_control_lose(struct nf_vpn_net *vn, u8 l3num,
			 const union nf_inet_addr *addr);
bool nf_vpn_control_evict(struct nf_vpn_net *vn);
void nf_vpn_control_abandon(struct nf_vpn_net *vn,
			    struct nf_vpn_control *control);
void nf_vpn_control_sweep(struct nf_vpn_net *vn);
void nf_vpn_control_flush(struct nf_vpn_net *vn, u8 proto);

/* session.c */
bool nf_vpn_session_is_dead(struct nf_vpn_net *vn, struct nf_vpn_session *s);
enum nf_vpn_state nf_vpn_session_state(const struct nf_vpn_session *s);
void nf_vpn_session_end(struct nf_vpn_net *vn, struct nf_vpn_session *s);
void nf_vpn_session_unlink(struct nf_vpn_session *s);

/* denied.c */
u32 nf_vpn_random_id(u32 id_max);
__be16 nf_vpn_control_port(const struct nf_vpn_control *control,
			   enum ip_conntrack_dir dir);
u32 nf_vpn_idle_id(struct nf_vpn_net *vn, const struct nf_vpn_control *control,
		   enum ip_conntrack_dir from, const struct nf_vpn_told *told);
u32 nf_vpn_deny_ask(struct nf_vpn_net *vn, struct nf_vpn_control *control,
		    enum ip_conntrack_dir dir, const struct nf_vpn_told *told);
bool nf_vpn_deny_answer(struct nf_vpn_net *vn, struct nf_vpn_control *control,
			enum ip_conntrack_dir dir,
			const struct nf_vpn_told *told, u32 peer, u32 peer_id);
bool nf_vpn_denied_id(const struct nf_vpn_control *control,
		      enum ip_conntrack_dir dir, u8 space, u32 alias, u32 *id);
bool nf_vpn_denied_alias(struct nf_vpn_control *control,
			 enum ip_conntrack_dir dir, u8 space, u32 id,
			 u32 *alias);

/* session_ct.c */
struct nf_conn *nf_vpn_session_shared_ct(const struct nf_vpn_session *s);
u32 nf_vpn_cookie_id(u32 id, const u8 *cookie, unsigned int n);
void nf_vpn_session_ct_drop(struct nf_vpn_session *s);
void nf_vpn_session_ct_review(struct nf_vpn_session *s);

/* binder.c */
enum nf_vpn_counter nf_vpn_why(int err);
int nf_vpn_binder_new(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		      const struct nf_conn *ct);
void nf_vpn_binder_served(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  const struct nf_conn *ct);
int nf_vpn_binder_send(struct nf_vpn_net *vn, const struct nf_vpn_key *key,
		       const struct nf_vpn_flow *flow);
enum nf_vpn_state nf_vpn_flow_state(const struct nf_vpn_flow *flow);

/* token.c */
struct nf_vpn_flow *nf_vpn_token_holder(const struct nf_vpn_pair *pair);
void nf_vpn_token_wait(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_again(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_leave(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_settle(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_review(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
			 u32 within);
void nf_vpn_token_give(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
int nf_vpn_token_send(struct nf_vpn_net *vn, const struct nf_vpn_id *id);

/* expect.c */
void nf_vpn_expect_ask(struct nf_vpn_flow *flow);
void nf_vpn_expect_heard(struct nf_vpn_net *vn, struct nf_vpn_id *id);
void nf_vpn_expect_met(struct nf_vpn_flow *flow);
void nf_vpn_expect_drop(struct nf_vpn_flow *flow);
void nf_vpn_expect_review(struct nf_vpn_flow *flow);
struct nf_vpn_flow *nf_vpn_expect_asked(struct nf_vpn_net *vn,
					struct nf_vpn_pair *pair);
struct nf_vpn_flow *nf_vpn_expect_silent(struct nf_vpn_pair *pair);
struct nf_vpn_flow *nf_vpn_expect_over(struct nf_vpn_net *vn,
				       struct nf_vpn_pair *pair);
void nf_vpn_expect_own(struct nf_vpn_flow *flow);
void nf_vpn_expect_less(struct nf_vpn_flow *flow);
void nf_vpn_expect_more(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
			bool further);

/* exchange.c */
void nf_vpn_exchange_met(struct nf_vpn_flow *flow);
bool nf_vpn_exchange_ask(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
struct nf_vpn_flow *nf_vpn_exchange_holder(struct nf_vpn_net *vn,
					   struct nf_vpn_pair *pair);
struct nf_conn *nf_vpn_expect_entry(struct nf_vpn_net *vn,
				    struct nf_vpn_flow *flow);

/* contest.c */
void nf_vpn_contest_begin(struct nf_vpn_net *vn, struct nf_vpn_id *id,
			  bool fresh);
void nf_vpn_contest_heard(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  struct nf_vpn_id *id);

/* said.c */
void nf_vpn_said_exchange(struct nf_vpn_pair *pair, u32 took);
u32 nf_vpn_said_rtt(const struct nf_vpn_pair *pair);
bool nf_vpn_said_too_early(const struct nf_vpn_pair *pair, u32 since);
void nf_vpn_said_now(struct nf_vpn_flow *flow);
bool nf_vpn_said_replied_by(u32 told_at);
void nf_vpn_said_first(const struct nf_vpn_flow *flow);
void nf_vpn_said_answered(struct nf_vpn_flow *flow);
bool nf_vpn_said_fits(const struct nf_vpn_flow *flow);
u8 nf_vpn_said_answer(const struct nf_vpn_flow *flow, __be32 id, u8 *which);
bool nf_vpn_said_otherwise(const struct nf_vpn_pair *pair, u8 which, u32 at);
unsigned int nf_vpn_said_by_chance(const struct nf_vpn_pair *pair, u32 nr,
				   __be32 id);
struct nf_vpn_flow *nf_vpn_said_explain(struct nf_vpn_net *vn,
					const struct nf_vpn_pair *pair,
					bool soon);

/* support.c */
void nf_vpn_support_bound(struct nf_vpn_net *vn, struct nf_vpn_id *id);
void nf_vpn_support_confirm(struct nf_vpn_net *vn, struct nf_vpn_id *id);
void nf_vpn_support_heard(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  struct nf_vpn_id *id);
void nf_vpn_support_watch(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			  struct nf_vpn_id *id);
void nf_vpn_support_silent(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);

/* static.c */
int nf_vpn_static_add(struct nf_vpn_net *vn, const struct nf_vpn_static *want,
		      struct netlink_ext_ack *extack);
int nf_vpn_static_del(struct nf_vpn_net *vn, const struct nf_vpn_static *want,
		      struct netlink_ext_ack *extack);
void nf_vpn_static_apply(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_static_exit(struct nf_vpn_net *vn);

/* adopt.c */
int nf_vpn_adopt(struct nf_vpn_net *vn, const struct nf_vpn_adopt *want,
		 struct netlink_ext_ack *extack);

/* sweep.c */
void nf_vpn_sweep_init(struct nf_vpn_net *vn);
void nf_vpn_sweep_arm(struct nf_vpn_net *vn);
void nf_vpn_sweep_stop(struct nf_vpn_net *vn);
void nf_vpn_entries_review(struct nf_vpn_net *vn);
u32 nf_vpn_flush(struct nf_vpn_net *vn,
		 bool (*match)(const struct nf_vpn_flow *flow, const void *arg),
		 const void *arg, bool kill_ct);

/* mode.c */
int nf_vpn_mode_set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		    const struct nf_vpn_mode_want *want,
		    struct netlink_ext_ack *extack);
int nf_vpn_mode_return(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode mode);
const struct nf_vpn_proto_ops *nf_vpn_proto_ops(enum nf_vpn_proto proto);
void nf_vpn_mode_init(struct nf_vpn_net *vn);
void nf_vpn_mode_exit(struct nf_vpn_net *vn);

/* leftover.c */
void nf_vpn_leftovers_end(struct nf_vpn_net *vn,
			  const struct nf_vpn_proto_ops *ops);

/* timer.c */
void nf_vpn_timer_init(struct nf_vpn_net *vn);
void nf_vpn_timer_exit(struct nf_vpn_net *vn);
enum nf_vpn_mode nf_vpn_timer_next(const struct nf_vpn_net *vn,
				   enum nf_vpn_proto proto);
void nf_vpn_timer_start(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
			u32 secs, enum nf_vpn_mode next);
bool nf_vpn_timer_stop(struct nf_vpn_net *vn, enum nf_vpn_proto proto);
bool nf_vpn_timer_left(const struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode *next, u64 *ms);

/* options.c */
int nf_vpn_policy_parse(const char *text);
bool nf_vpn_has_binder(enum nf_vpn_proto proto);
bool nf_vpn_has_leases(enum nf_vpn_proto proto);
int nf_vpn_options_set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       const struct nf_vpn_options *want,
		       struct netlink_ext_ack *extack);
unsigned int *nf_vpn_limit(struct nf_vpn_net *vn, enum nf_vpn_setting setting);
void nf_vpn_limit_set(struct nf_vpn_net *vn, enum nf_vpn_setting setting,
		      unsigned int value, enum nf_vpn_origin origin);

/* forward.c */
struct sk_buff *nf_vpn_copy(const struct sk_buff *skb);
void nf_vpn_receive(struct sk_buff *skb);
void nf_vpn_forward_init(const struct nf_vpn_proto_ops *ops);
struct nf_vpn_hooks nf_vpn_mode_hooks(const struct nf_vpn_proto_ops *ops,
				      enum nf_vpn_mode mode);

/* stats.c */
void nf_vpn_inc(struct nf_vpn_net *vn, u8 proto, enum nf_vpn_counter counter);
u64 nf_vpn_stat(const struct nf_vpn_net *vn, u8 proto,
		enum nf_vpn_counter counter);

/* event.c */
void nf_vpn_event_init(struct nf_vpn_net *vn);
void nf_vpn_event_tunnel(struct nf_vpn_net *vn, enum nf_vpn_event event,
			 const struct nf_vpn_flow *flow,
			 const struct nf_vpn_id *id);
bool nf_vpn_event_wanted(const struct nf_vpn_net *vn);
struct sk_buff *nf_vpn_event_new(u8 cmd, void **hdr);
void nf_vpn_event_send(struct nf_vpn_net *vn, struct sk_buff *skb, void *hdr,
		       int err);
void nf_vpn_refuse(struct nf_vpn_net *vn, enum nf_vpn_counter why, u8 proto,
		   const struct nf_vpn_key *client,
		   const struct nf_vpn_key *wire, enum nf_vpn_dir dir,
		   const union nf_inet_addr *owner);

/* refusal.c */
void nf_vpn_refusal_init(struct nf_vpn_net *vn);
void nf_vpn_refusal_note(struct nf_vpn_net *vn,
			 const struct nf_vpn_refusal *refusal);
bool nf_vpn_refusal_get(struct nf_vpn_net *vn, unsigned int slot,
			struct nf_vpn_refusal *refusal);
int nf_vpn_put_refusal(struct sk_buff *skb,
		       const struct nf_vpn_refusal *refusal);

/* audit.c */
int nf_vpn_put_timer(struct sk_buff *skb, const struct nf_vpn_net *vn,
		     enum nf_vpn_proto proto);
void nf_vpn_audit_mode(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode old, enum nf_vpn_origin origin);
void nf_vpn_audit_setting(struct nf_vpn_net *vn, enum nf_vpn_setting setting,
			  int proto, u32 old, u32 value,
			  enum nf_vpn_origin origin);
void nf_vpn_audit_static(struct nf_vpn_net *vn, const struct nf_vpn_static *s,
			 bool added);
void nf_vpn_audit_flush(struct nf_vpn_net *vn, struct nlattr **attrs,
			u32 removed);

/* sysctl.c */
int nf_vpn_sysctl_init(struct nf_vpn_net *vn);
void nf_vpn_sysctl_exit(struct nf_vpn_net *vn);

/* netlink.c */
extern struct genl_family nf_vpn_genl_family;
int nf_vpn_put_addr(struct sk_buff *skb, int attr, u8 l3num,
		    const union nf_inet_addr *addr);

/* netlink_tunnel.c */
int nf_vpn_get_addr(const struct nlattr *attr, union nf_inet_addr *addr,
		    u8 *l3num, struct netlink_ext_ack *extack);

/* netlink_static.c */
int nf_vpn_put_static(struct sk_buff *skb, const struct nf_vpn_static *s);

/**
 * nf_vpn_expect_lacks - does a flow expect an inbound id that has not come?
 * @flow: the flow
 *
 * Context: RCU read side or nf_vpn_net.lock.  Without the lock the answer may
 * be a moment old.
 * Return: true if so.
 */
static inline bool nf_vpn_expect_lacks(const struct nf_vpn_flow *flow)
{
	return READ_ONCE(flow->expects) > READ_ONCE(flow->n_unsupported);
}

/**
 * nf_vpn_may_leave - may a packet be sent from here, if its flow has a lease?
 * @vn: the namespace
 * @pkt: the packet
 *
 * Return: true if so.
 */
static inline bool nf_vpn_may_leave(const struct nf_vpn_net *vn,
				    const struct nf_vpn_pkt *pkt)
{
	return READ_ONCE(vn->fast_path[pkt->proto]) && pkt->may_leave &&
	       !READ_ONCE(vn->draining[pkt->proto]);
}

/**
 * nf_vpn_session_of - the session that a flow begins
 * @flow: a flow with nf_vpn_flow.session set
 *
 * Return: the session.
 */
static inline struct nf_vpn_session *
nf_vpn_session_of(const struct nf_vpn_flow *flow)
{
	return container_of(flow, struct nf_vpn_session, flow);
}

/**
 * nf_vpn_flow_public - public address that a flow's packets leave from
 * @flow: a flow with a pair, no session
 *
 * Return: destination address of its conntrack entry's reply tuple.
 */
static inline const union nf_inet_addr *
nf_vpn_flow_public(const struct nf_vpn_flow *flow)
{
	return flow->served ? &flow->node.key.dst : &flow->pair->node.key.dst;
}

/**
 * nf_vpn_flow_peer - who a flow's packets are sent to, as the router's outside
 *	knows it
 * @flow: a flow with a pair, no session
 *
 * Return: source address of its conntrack entry's reply tuple.
 */
static inline const union nf_inet_addr *
nf_vpn_flow_peer(const struct nf_vpn_flow *flow)
{
	return flow->served ? &flow->node.key.src : &flow->pair->node.key.src;
}

#endif /* _NF_VPN_CORE_H */
