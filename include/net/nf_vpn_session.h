/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sessions: tunnels whose ids are told in clear on a control connection.  A
 * control connection that has ids itself is one of its own sessions.
 *
 * Either side of the control connection tells an id for itself, by which the
 * other side then sends to it.  Directions are conntrack's: the side that
 * opened the control connection is %IP_CT_DIR_ORIGINAL.  An id stays what it is
 * on the other side of the router too, unless somebody else has it there; then
 * the other side is told, and uses, an alias.
 */
#ifndef _NET_NF_VPN_SESSION_H
#define _NET_NF_VPN_SESSION_H

#include <net/nf_vpn_passthrough.h>

#define NF_VPN_DENIED	16	/* of a control connection, that are remembered */

/**
 * struct nf_vpn_denied - a session that was asked for, and refused
 * @id: the id that who asked chose for itself
 * @alias: what the other side was told of it, which leads nowhere; 0 if there is
 *	no such session
 * @dir: direction of the message that asked
 * @space: key space of both ids
 */
struct nf_vpn_denied {
	u32	id;
	u32	alias;
	u8	dir;
	u8	space;
};

/**
 * struct nf_vpn_control - a control connection
 * @node: key.src and key.dst are the addresses of who opened it and of whom
 *	to, key.id both ports, or what else nf_vpn_control_get() was given
 * @tuple: tuples of its conntrack entry, by direction
 * @zone: zone of that entry
 * @wire_port: UDP port that stands on the wire for the one that @tuple has for
 *	who opened it, or 0
 * @ops: the protocol
 * @client: who opened it, for its quota
 * @list: link in nf_vpn_net.control_list
 * @sessions: its sessions, nf_vpn_net.lock
 * @nsessions: how many they are
 * @created: when it was first seen (jiffies)
 * @gone: when the sweep first missed its conntrack entry (jiffies), or 0
 * @ended: its sessions have been ended, nf_vpn_net.lock
 * @confirmed: who opened it has taken up the other side's answer
 * @again: it was asked for once more after it had been answered
 * @last: when something was last seen of it (jiffies, 32 bits); kept by the
 *	protocol if it uses @standing
 * @standing: it is of use without sessions, and both sides have agreed to it
 * @denied: sessions that were refused last, nf_vpn_net.lock
 * @denied_next: which of these is the oldest
 * @rcu: frees it after readers have left
 *
 * What the protocol keeps follows it in memory: the protocol's own structure
 * begins with this one.
 */
struct nf_vpn_control {
	struct nf_vpn_node		node;
	struct nf_conntrack_tuple	tuple[IP_CT_DIR_MAX];
	struct nf_conntrack_zone	zone;
	__be16				wire_port;
	const struct nf_vpn_proto_ops	*ops;
	struct nf_vpn_client		*client;
	struct list_head		list;
	struct list_head		sessions;
	u32				nsessions;
	unsigned long			created;
	unsigned long			gone;
	bool				ended;
	bool				confirmed;
	bool				again;
	bool				standing;
	u8				denied_next;
	u32				last;
	struct nf_vpn_denied		denied[NF_VPN_DENIED];
	struct rcu_head			rcu;
};

/**
 * struct nf_vpn_session_ops - what the core must know of a protocol's sessions
 * @l4proto: IP protocol number of the data packets; 0 if they are packets of the
 *	control connection, and go by its conntrack entry
 * @rest: how long the ids of an ended session rest (seconds)
 * @control_size: size of the protocol's control connection in bytes
 * @control_init: prepares the protocol's part of one, which is zeroed
 * @review: looks at one every few seconds as long as it has a conntrack entry;
 *	under nf_vpn_net.lock; or NULL
 */
struct nf_vpn_session_ops {
	u8		l4proto;
	unsigned int	rest;
	size_t		control_size;
	void		(*control_init)(struct nf_vpn_control *control,
					const struct nf_conn *ct);
	void		(*review)(struct nf_vpn_control *control,
				  struct nf_conn *ct);
};

#define NF_VPN_COOKIE_MAX	8

/**
 * struct nf_vpn_told - what a side tells of a session
 * @id: the id that it chose for itself
 * @prefer: what the other side is to see of it, unless somebody has that
 * @id_max: largest id; 0 if the other side need not be told of another one, but
 *	cannot be either
 * @space: which kind of id it is, nf_vpn_key.space
 * @version: version of the protocol, or 0
 * @control: this is the control connection itself
 * @fixed: the other side cannot be told of another id
 * @n_cookie: length of @cookie in bytes, 0 if there is none
 * @cookie: what packets with this id come with
 */
struct nf_vpn_told {
	u32	id;
	u32	prefer;
	u32	id_max;
	u8	space;
	u8	version;
	bool	control;
	bool	fixed;
	u8	n_cookie;
	u8	cookie[NF_VPN_COOKIE_MAX];
};

/* control.c */
struct nf_vpn_control *nf_vpn_control_find(const struct nf_conn *ct);
void nf_vpn_control_key(const struct nf_conn *ct, struct nf_vpn_key *key);
struct nf_vpn_control *nf_vpn_control_get(const struct nf_vpn_proto_ops *ops,
					  const struct nf_conn *ct,
					  const struct nf_vpn_key *key);
struct nf_vpn_control *nf_vpn_control_lookup(const struct net *net,
					     const struct nf_vpn_key *key);
int nf_vpn_control_in(struct nf_vpn_pkt *pkt);
void nf_vpn_control_attach(struct nf_vpn_pkt *pkt, struct nf_conn *ct);
bool nf_vpn_has_wire_ports(const struct net *net);
void nf_vpn_control_end(struct nf_vpn_control *control, struct net *net);
void nf_vpn_control_forget(struct nf_vpn_control *control, struct net *net);

/* exchange.c */
void nf_vpn_exchange_keep(const struct nf_vpn_control *control,
			  struct nf_conn *ct, u8 l4proto, u32 idle);

/* session.c */
int nf_vpn_session_ask(struct net *net, struct nf_vpn_control *control,
		       enum ip_conntrack_dir dir,
		       const struct nf_vpn_told *told, u32 *alias);
int nf_vpn_session_answer(struct net *net, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir,
			  const struct nf_vpn_told *told, u32 peer, u32 *alias,
			  u32 *peer_id);
int nf_vpn_session_result(struct net *net, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir, u8 space, u32 peer,
			  bool accepted);
int nf_vpn_session_translate(struct net *net, struct nf_vpn_control *control,
			     enum ip_conntrack_dir dir, u8 space, bool own,
			     u32 *id);
int nf_vpn_session_clear(struct net *net, struct nf_vpn_control *control,
			 enum ip_conntrack_dir dir, u8 space, u32 id,
			 bool done);

/* session_ct.c */
int nf_vpn_session_in(struct nf_vpn_pkt *pkt, u32 *id);
int nf_vpn_session_move(struct nf_vpn_pkt *pkt, u32 *id);
int nf_vpn_session_icmp(struct nf_vpn_pkt *pkt, u32 *id);
struct nf_vpn_control *nf_vpn_session_control(const struct nf_vpn_pkt *pkt,
					      bool leaving);
void nf_vpn_session_passed(struct nf_conn *ct);

#endif /* _NET_NF_VPN_SESSION_H */
