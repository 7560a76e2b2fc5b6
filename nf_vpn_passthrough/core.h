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
 * struct nf_vpn_pair - a server and a public address of ours: where inbound
 *	ids cannot be told apart but by asking who is waiting
 * @node: key.src is the server, key.dst the public address
 * @flows: flows of the pair, nf_vpn_net.lock
 * @token: the flow that may probe, or NULL; nf_vpn_net.lock
 * @token_end: when its turn is over (jiffies)
 * @next: of the flows held up, the one that has the next turn first
 * @next_until: how long the others leave it to @next (jiffies)
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
 * @reply_src: source address of its reply tuple
 * @reply_dst: destination address of its reply tuple
 * @pair: the pair it belongs to; NULL if only observed
 * @client: the client it belongs to
 * @pair_list: link in @pair->flows
 * @young: link in nf_vpn_net.young while nothing supports the flow
 * @ids: its ids; changed under nf_vpn_net.lock, read under RCU
 * @created: when it was first seen (jiffies)
 * @probe_next: when it may take the token again while others wait (jiffies, 32
 *	bits)
 * @gone: when the sweep first missed its conntrack entry (jiffies, 32 bits), or 0
 * @last: last packet of an observed flow (jiffies, 32 bits)
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
 * @session: it is the beginning of a &struct nf_vpn_session
 * @both_ways: it is the beginning of a &struct nf_vpn_held: outbound packets are
 *	tied to their entry, too, before conntrack sees them
 * @rcu: frees it after readers have left
 */
struct nf_vpn_flow {
	struct nf_vpn_node		node;
	struct nf_conntrack_tuple	orig;
	struct nf_conntrack_zone	zone;
	union nf_inet_addr		reply_src;
	union nf_inet_addr		reply_dst;
	struct nf_vpn_pair		*pair;
	struct nf_vpn_client		*client;
	struct list_head		pair_list;
	struct list_head		young;
	struct list_head		ids;
	unsigned long			created;
	u32				probe_next;
	u32				gone;
	u32				last;
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
	bool				session;
	bool				both_ways;
	struct rcu_head			rcu;
};

/**
 * struct nf_vpn_held - a flow that holds its conntrack entry
 * @flow: the flow
 * @ct: its conntrack entry, with a reference, or NULL; written under
 *	nf_vpn_net.lock, read by nf_vpn_entry_get()
 */
struct nf_vpn_held {
	struct nf_vpn_flow	flow;
	struct nf_conn		*ct;
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
 * @ct: as in &struct nf_vpn_held
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
 * @shared: @ct is the control connection's
 * @preserved: it had nf_vpn_control.wire_port
 * @again: it was asked for once more after it had been answered
 * @until: when the session is removed unless it gets further (jiffies)
 */
struct nf_vpn_session {
	struct nf_vpn_flow	flow;
	struct nf_conn		*ct;
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
 * @other: of an outbound id that is known inside as well: the other one
 * @support: round trips seen since it was bound
 * @back: backward steps of @seq seen in probe number @back_try
 * @back_try: what @back counts for
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
	bool			quoted;
	bool			weak;
	bool			inside;
	u8			support;
	u8			back;
	u8			back_try;
	struct nf_vpn_id	*other;
	struct rcu_head		rcu;
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
 * @refused_limit: limits refusal events
 * @tunnel_limit: limits tunnel events
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
	struct ratelimit_state	refused_limit;
	struct ratelimit_state	tunnel_limit;
	struct ctl_table_header	*sysctl;
	struct list_head	list;
};

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

/* idmap.c */
int nf_vpn_idmap_init(struct nf_vpn_net *vn);
void nf_vpn_idmap_exit(struct nf_vpn_net *vn);
struct nf_vpn_flow *nf_vpn_flow_find(struct nf_vpn_net *vn,
				     const struct nf_vpn_key *key);
struct nf_vpn_pair *nf_vpn_pair_find(struct nf_vpn_net *vn,
				     const struct nf_vpn_key *key);
int nf_vpn_id_add(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		  const struct nf_vpn_key *key, enum nf_vpn_dir dir,
		  enum nf_vpn_state state, unsigned int flags);
void nf_vpn_id_del(struct nf_vpn_net *vn, struct nf_vpn_id *id);
struct nf_vpn_flow *nf_vpn_flow_add(struct nf_vpn_net *vn,
				    const struct nf_vpn_flow *like,
				    const struct nf_vpn_key *pair);
void nf_vpn_flow_del(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
struct nf_vpn_client *nf_vpn_client_get(struct nf_vpn_net *vn,
					const struct nf_vpn_key *like);
void nf_vpn_client_put(struct nf_vpn_net *vn, struct nf_vpn_client *client);
bool nf_vpn_make_room(struct nf_vpn_net *vn, const struct nf_vpn_flow *keep);

/* path.c */
void nf_vpn_attach(struct nf_vpn_pkt *pkt, struct nf_conn *ct,
		   enum ip_conntrack_info ctinfo);
void nf_vpn_public_add(struct nf_vpn_net *vn, const struct nf_vpn_key *pair);
void nf_vpn_port_add(struct nf_vpn_net *vn, __be16 port);
struct nf_conn *nf_vpn_flow_ct(const struct nf_vpn_net *vn,
			       const struct nf_vpn_flow *flow);
void nf_vpn_entry_keep(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		       struct nf_conn *ct);
void nf_vpn_entry_drop(struct nf_vpn_flow *flow);
int nf_vpn_out_found(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		     struct nf_vpn_id *id);
int nf_vpn_in_found(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		    struct nf_vpn_id *id);
void nf_vpn_account_reply(const struct nf_vpn_pkt *pkt, struct nf_conn *ct,
			  unsigned int timeout, bool supported);

/* control.c */
bool nf_vpn_control_evict(struct nf_vpn_net *vn);
void nf_vpn_control_abandon(struct nf_vpn_net *vn,
			    struct nf_vpn_control *control);
void nf_vpn_control_sweep(struct nf_vpn_net *vn);
void nf_vpn_control_flush(struct nf_vpn_net *vn, u8 proto);

/* session.c */
bool nf_vpn_session_is_dead(struct nf_vpn_net *vn, struct nf_vpn_session *s);
enum nf_vpn_state nf_vpn_session_state(const struct nf_vpn_session *s);
void nf_vpn_session_end(struct nf_vpn_net *vn, struct nf_vpn_session *s);
void nf_vpn_session_unlink(struct nf_vpn_net *vn, struct nf_vpn_session *s);

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
int nf_vpn_binder_send(struct nf_vpn_net *vn, const struct nf_vpn_key *key);
enum nf_vpn_state nf_vpn_flow_state(const struct nf_vpn_flow *flow);

/* token.c */
struct nf_vpn_flow *nf_vpn_token_holder(const struct nf_vpn_pair *pair);
void nf_vpn_token_wait(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_leave(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_settle(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
void nf_vpn_token_review(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
			 u32 within);
void nf_vpn_token_give(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);
int nf_vpn_token_send(struct nf_vpn_net *vn, const struct nf_vpn_id *id);

/* support.c */
void nf_vpn_support_heard(struct nf_vpn_net *vn, struct nf_vpn_id *id);
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

/* sweep.c */
void nf_vpn_sweep_init(struct nf_vpn_net *vn);
void nf_vpn_sweep_arm(struct nf_vpn_net *vn);
void nf_vpn_sweep_stop(struct nf_vpn_net *vn);
u32 nf_vpn_flush(struct nf_vpn_net *vn,
		 bool (*match)(const struct nf_vpn_flow *flow, const void *arg),
		 const void *arg, bool kill_ct);

/* mode.c */
int nf_vpn_mode_set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		    enum nf_vpn_mode mode, struct netlink_ext_ack *extack);
int nf_vpn_preserve_port_set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
			     bool preserve, struct netlink_ext_ack *extack);
bool nf_vpn_mode_available(enum nf_vpn_proto proto);
void nf_vpn_mode_init(struct nf_vpn_net *vn);
void nf_vpn_mode_exit(struct nf_vpn_net *vn);

/* forward.c */
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
void nf_vpn_event_mode(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode old, enum nf_vpn_mode mode);
void nf_vpn_refuse(struct nf_vpn_net *vn, enum nf_vpn_counter why, u8 proto,
		   const struct nf_vpn_key *client,
		   const struct nf_vpn_key *wire, enum nf_vpn_dir dir,
		   const union nf_inet_addr *owner);

/* sysctl.c */
int nf_vpn_sysctl_init(struct nf_vpn_net *vn);
void nf_vpn_sysctl_exit(struct nf_vpn_net *vn);

/* netlink.c */
extern struct genl_family nf_vpn_genl_family;
int nf_vpn_put_addr(struct sk_buff *skb, int attr, u8 l3num,
		    const union nf_inet_addr *addr);

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
 * nf_vpn_held_of - the flow that holds its conntrack entry
 * @flow: a flow with nf_vpn_flow.session or nf_vpn_flow.both_ways set
 *
 * Return: the flow.
 */
static inline struct nf_vpn_held *nf_vpn_held_of(const struct nf_vpn_flow *flow)
{
	BUILD_BUG_ON(offsetof(struct nf_vpn_held, ct) !=
		     offsetof(struct nf_vpn_session, ct));
	return container_of(flow, struct nf_vpn_held, flow);
}

/**
 * nf_vpn_touch - note that something was used just now
 * @last: its time stamp (jiffies, 32 bits)
 *
 * Writes at most once a second, so that a busy flow's cache line stays shared.
 */
static inline void nf_vpn_touch(u32 *last)
{
	u32 now = (u32)jiffies;

	if (now - READ_ONCE(*last) >= HZ)
		WRITE_ONCE(*last, now);
}

/**
 * nf_vpn_idle - how long ago something was used
 * @last: its time stamp (jiffies, 32 bits)
 *
 * Return: jiffies.
 */
static inline u32 nf_vpn_idle(const u32 *last)
{
	return (u32)jiffies - READ_ONCE(*last);
}

#endif /* _NF_VPN_CORE_H */
