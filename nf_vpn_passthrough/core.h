/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of the core, and what its files offer one another.
 *
 *   client (inside) --< flow >-- pair (public address, server)
 *                        |
 *                        +--< id (one SPI, Call ID ... in one direction)
 *
 * A flow stands for one conntrack entry, which it names by value: the core
 * keeps no pointer to and no reference on a conntrack entry, so nothing of it
 * can dangle over conntrack -F, namespace exit or module unload.
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

#define NF_VPN_MAX_IDS_PER_FLOW	32	/* in each direction */
#define NF_VPN_MAX_STATIC	1024
#define NF_VPN_PUBLIC_BITS	8	/* log2 of nf_vpn_net.publics */
#define NF_VPN_BIND_BURST	16	/* unasked ids bound at once per pair */

/**
 * struct nf_vpn_node - what every hashed object begins with
 * @head: link in its table
 * @key: what it is found by; immutable
 */
struct nf_vpn_node {
	struct rhash_head	head;
	struct nf_vpn_key	key;
};

/**
 * struct nf_vpn_client - an inside address, for its quota
 * @node: key.src is the address
 * @nflows: its flows, nf_vpn_net.lock
 * @nserved: of these, the ones that it serves, nf_vpn_net.lock
 * @rcu: frees it after readers have left
 */
struct nf_vpn_client {
	struct nf_vpn_node	node;
	u32			nflows;
	u32			nserved;
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
 * @probe_next: when it may take it again while others wait (jiffies)
 * @created: when it was first seen (jiffies)
 * @gone: when the sweep first missed its conntrack entry (jiffies), or 0
 * @last: last packet of an observed flow (jiffies, 32 bits)
 * @nr: index in nf_vpn_net.by_nr
 * @flow_id: what was stamped on the reply tuple, for display
 * @n: number of @ids in each direction
 * @n_unsupported: inbound ids that are provisional
 * @proto: protocol that it belongs to
 * @tries: probes in a row that nobody answered
 * @waiting: sends with an id that nobody answered yet
 * @served: the other way round: an inside server that the world reaches by
 *	destination NAT; its inbound ids are known so that nobody else gets them
 * @fresh: its newest outbound id began with a low sequence number
 * @heard: a known id brought something since it last took the token
 * @spoke: sent something since a provisional id was last heard
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
	unsigned long			probe_next;
	unsigned long			created;
	unsigned long			gone;
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
	struct rcu_head			rcu;
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
	u8			support;
	u8			back;
	u8			back_try;
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
 * @publics: a bit for each hash of a public address of a pair; bits stay set
 *	until the last flow has gone
 * @nwaiting: flows that wait, in the whole namespace
 * @draining: per protocol, mode on is being left
 * @limits: limits in force
 * @stats: counters
 * @lock: the one writer lock of everything above and below, taken with
 *	bottom halves off
 * @young: flows that nothing supports yet, oldest first
 * @statics: static bindings
 * @nstatics: length of @statics
 * @nids: entries in @ids, plus observed flows
 * @nflows: entries in @flows
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
	DECLARE_BITMAP(publics, 1 << NF_VPN_PUBLIC_BITS);
	u32			nwaiting;
	bool			draining[NF_VPN_N_PROTOS];
	struct nf_vpn_limits	limits;
	struct nf_vpn_stats __percpu *stats;

	spinlock_t		lock ____cacheline_aligned_in_smp;
	struct list_head	young;
	struct list_head	statics;
	u32			nstatics;
	u32			nids;
	u32			nflows;
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
		  enum nf_vpn_state state, bool asked);
void nf_vpn_id_del(struct nf_vpn_net *vn, struct nf_vpn_id *id);
struct nf_vpn_flow *nf_vpn_flow_add(struct nf_vpn_net *vn,
				    const struct nf_vpn_flow *like,
				    const struct nf_vpn_key *pair);
void nf_vpn_flow_del(struct nf_vpn_net *vn, struct nf_vpn_flow *flow);

/* path.c */
void nf_vpn_public_add(struct nf_vpn_net *vn, const struct nf_vpn_key *pair);
struct nf_conn *nf_vpn_flow_ct(const struct nf_vpn_net *vn,
			       const struct nf_vpn_flow *flow);

/* binder.c */
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
bool nf_vpn_mode_available(enum nf_vpn_proto proto);
void nf_vpn_mode_init(struct nf_vpn_net *vn);
void nf_vpn_mode_exit(struct nf_vpn_net *vn);

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
