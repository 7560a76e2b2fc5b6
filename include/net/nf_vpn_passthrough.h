/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core offers to the protocol modules.
 *
 * A protocol module turns bytes into a &struct nf_vpn_pkt and asks; the core
 * knows which client an id belongs to, and ties the packet to that client's
 * conntrack entry.  Nothing here but rewrite.c writes into a packet.
 */
#ifndef _NET_NF_VPN_PASSTHROUGH_H
#define _NET_NF_VPN_PASSTHROUGH_H

#include <linux/netfilter.h>
#include <linux/rhashtable-types.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/nf_vpn_wire.h>
#include <uapi/linux/nf_vpn_passthrough.h>

#define NF_VPN_VERSION		"0.1.0"

#define NF_VPN_N_PROTOS		(NF_VPN_MAX + 1)
#define NF_VPN_N_MODES		(NF_VPN_MODE_MAX + 1)
#define NF_VPN_N_COUNTERS	(NF_VPN_CNT_MAX + 1)

/**
 * struct nf_vpn_key - a wire id, as it is seen outside of the router
 * @src: source address on the wire
 * @dst: destination address on the wire
 * @id: SPI, Call ID, Session ID ... as it stands in the packet
 * @more: what follows of an id that is longer, or 0
 * @zone: conntrack zone id of the direction that the packet goes
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: IP protocol number
 * @port: UDP port that tells the id from equal ones, or 0: see session.c
 * @space: which kind of id it is, by the protocol's own count
 * @unused: zero
 *
 * Compared and hashed as a whole: it has no holes, and the unused part of an
 * IPv4 address is zero.
 */
struct nf_vpn_key {
	union nf_inet_addr	src;
	union nf_inet_addr	dst;
	__be32			id;
	__be32			more;
	u16			zone;
	__be16			port;
	u8			l3num;
	u8			l4proto;
	u8			space;
	u8			unused;
} __aligned(8);

/* Key space of sessions that share an id, told apart by their cookies. */
#define NF_VPN_SPACE_COOKIE	0x7f
/* Of a session's packets as they leave: elsewhere the same addresses and id may
 * be another one's packets as they come in.
 */
#define NF_VPN_SPACE_LEAVING	0x80

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
 * struct nf_vpn_pkt - a packet and what its protocol module read from it
 * @net: network namespace that it passes
 * @skb: the packet
 * @tmpl: conntrack template on the packet, or NULL; attaching consumes it
 * @proto: protocol that it belongs to
 * @seq: sequence number in host byte order, 0 where the protocol has none
 * @key: its wire id
 * @sport: its UDP source port, 0 where there is none
 * @answers: it answers who asked for a control connection
 * @symmetric: an inbound id is often that of the outbound packets as well
 * @may_leave: it may be sent from here, by its flow's lease
 * @n_cookie: bytes at @cookie
 * @cookie: what follows the id, where a cookie may be
 */
struct nf_vpn_pkt {
	struct net		*net;
	struct sk_buff		*skb;
	struct nf_conn		*tmpl;
	enum nf_vpn_proto	proto;
	u32			seq;
	struct nf_vpn_key	key;
	__be16			sport;
	bool			answers;
	bool			symmetric;
	bool			may_leave;
	u8			n_cookie;
	const u8		*cookie;
};

/**
 * struct nf_vpn_hooks - netfilter hooks
 * @ops: the hooks
 * @n: how many
 */
struct nf_vpn_hooks {
	const struct nf_hook_ops	*ops;
	unsigned int			n;
};

/**
 * struct nf_vpn_proto_ops - a protocol module, as the core sees it
 * @proto: the protocol
 * @module: name of the kernel module
 * @initial_mode: mode of the initial network namespace
 * @data_hooks: the hooks of mode on
 * @claims: for modes off and observe: is this packet in FORWARD the protocol's?
 *	Sets key.l4proto
 * @sessions: of a protocol whose ids are told in clear; NULL for others
 * @port: UDP source port that clients can keep on the wire, or 0
 * @exchanges: key exchanges announce its ids, nf_vpn_expect()
 * @lease_id: of packets that can leave by a lease, nf_vpn_pkt.may_leave: where
 *	their id is behind the IP header, and how many bytes it has; 0 if none can
 * @owns: is this conntrack entry of a kind that this protocol stamps?  NULL if
 *	it stamps none; then @stamped is too
 * @stamped: is this conntrack entry one whose reply tuple this protocol made
 *	unique?  Called for every entry of a namespace, under its bucket lock.
 */
struct nf_vpn_proto_ops {
	enum nf_vpn_proto	proto;
	const char		*module;
	enum nf_vpn_mode	initial_mode;
	struct nf_vpn_hooks	data_hooks;
	bool			(*claims)(struct nf_vpn_pkt *pkt);
	const struct nf_vpn_session_ops *sessions;
	__be16			port;
	bool			exchanges;
	struct {
		u8		off;
		u8		len;
	} lease_id;
	bool			(*owns)(const struct nf_conn *ct);
	bool			(*stamped)(const struct nf_conn *ct);
};

/* mode.c */
int nf_vpn_proto_register(const struct nf_vpn_proto_ops *ops);
void nf_vpn_proto_unregister(const struct nf_vpn_proto_ops *ops);
int nf_vpn_mode_parse(const char *text);
bool nf_vpn_mode_is_on(const struct net *net, enum nf_vpn_proto proto);
bool nf_vpn_preserves_port(const struct net *net, enum nf_vpn_proto proto);

/* packet.c */

#define NF_VPN_ICMP_LEN		8	/* of both ICMP and ICMPv6 errors */

/**
 * struct nf_vpn_icmp - an ICMP error
 * @quote: the packet that it quotes
 * @data: what follows that packet's IP header
 * @len: length of @data in bytes
 * @buf: where @data is, if it is not in the packet
 */
struct nf_vpn_icmp {
	struct nf_vpn_quote	quote;
	const u8		*data;
	size_t			len;
	u8			buf[NF_VPN_ICMP_LEN + NF_VPN_QUOTE_MAX];
};

int nf_vpn_header6(const struct sk_buff *skb, u8 *l4proto, bool *fragment);
u16 nf_vpn_template_zone(const struct nf_vpn_pkt *pkt,
			 enum ip_conntrack_dir dir);
int nf_vpn_icmp_read(struct nf_vpn_pkt *pkt, int off, u8 l4proto,
		     struct nf_vpn_icmp *icmp);
bool nf_vpn_icmp_is_sound(const struct nf_vpn_pkt *pkt, int off, u8 l4proto,
			  const struct nf_hook_state *state);

/* entry.c */
int nf_vpn_stamp(const struct nf_vpn_pkt *pkt, struct nf_conn *ct);
int nf_vpn_masq_index(const struct nf_conn *ct);
void nf_vpn_masq_index_set(struct nf_conn *ct, int index);

/* path.c */
bool nf_vpn_is_public(const struct net *net, u8 l3num, const void *addr);
bool nf_vpn_is_port(const struct net *net, __be16 port);
int nf_vpn_in(struct nf_vpn_pkt *pkt);
int nf_vpn_out(struct nf_vpn_pkt *pkt, struct nf_conn *ct);
int nf_vpn_out_first(struct nf_vpn_pkt *pkt);
void nf_vpn_served(const struct nf_vpn_pkt *pkt, const struct nf_conn *ct);
int nf_vpn_icmp(struct nf_vpn_pkt *pkt);

/* learn.c */
bool nf_vpn_wanted(const struct nf_vpn_pkt *pkt, bool unasked);
int nf_vpn_learn(struct nf_vpn_pkt *pkt);
int nf_vpn_learn_unasked(struct nf_vpn_pkt *pkt);

/* exchange.c */
int nf_vpn_exchange_turn(const struct nf_conn *ct, enum nf_vpn_proto proto,
			 u8 l4proto);
void nf_vpn_exchange_refused(const struct nf_conn *ct, enum nf_vpn_proto proto,
			     u8 l4proto);
void nf_vpn_exchange_renewed(const struct nf_conn *ct, enum nf_vpn_proto proto,
			     u8 l4proto);
void nf_vpn_exchange_rtt(const struct nf_conn *ct, enum nf_vpn_proto proto,
			 u8 l4proto, u32 took);
int nf_vpn_expect(const struct nf_conn *ct, enum nf_vpn_proto proto, u8 l4proto,
		  bool further);
void nf_vpn_expect_none(const struct nf_conn *ct, enum nf_vpn_proto proto,
			u8 l4proto);
void nf_vpn_exchange_guess(struct nf_vpn_pkt *pkt, u8 l4proto);
struct nf_conn *nf_vpn_exchange_ct(struct net *net,
				   const struct nf_conntrack_zone *zone,
				   const struct nf_conntrack_tuple *tunnel);

/* rewrite.c */
bool nf_vpn_udp_source(struct sk_buff *skb, unsigned int off, __be16 port);

/* forward.c */
void nf_vpn_receive_again(struct sk_buff *skb);

/* stats.c */
void nf_vpn_count(const struct net *net, enum nf_vpn_proto proto,
		  enum nf_vpn_counter counter);

/**
 * nf_vpn_header - find the transport header of a packet
 * @skb: the packet
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: set to its IP protocol number
 * @fragment: set if the packet is a fragment that nobody reassembled
 *
 * Return: offset of the transport header in bytes, negative if there is none.
 */
static inline int nf_vpn_header(const struct sk_buff *skb, u8 pf, u8 *l4proto,
				bool *fragment)
{
	if (likely(pf == NFPROTO_IPV4)) {
		*l4proto = ip_hdr(skb)->protocol;
		*fragment = ip_is_fragment(ip_hdr(skb));
		return ip_hdrlen(skb);
	}
	*l4proto = ipv6_hdr(skb)->nexthdr;
	*fragment = false;
	if (likely(!ipv6_ext_hdr(*l4proto)))
		return sizeof(struct ipv6hdr);
	return nf_vpn_header6(skb, l4proto, fragment);
}

/**
 * nf_vpn_pkt_init - begin to describe a packet
 * @pkt: set, but for the addresses and the id
 * @skb: the packet
 * @state: the hook that it passes
 * @proto: protocol that it belongs to
 * @l4proto: IP protocol number of that protocol's data
 */
static inline void nf_vpn_pkt_init(struct nf_vpn_pkt *pkt, struct sk_buff *skb,
				   const struct nf_hook_state *state,
				   enum nf_vpn_proto proto, u8 l4proto)
{
	pkt->net = state->net;
	pkt->skb = skb;
	pkt->tmpl = NULL;
	pkt->proto = proto;
	pkt->seq = 0;
	pkt->key.more = 0;
	pkt->key.zone = 0;
	pkt->key.l3num = state->pf;
	pkt->key.l4proto = l4proto;
	pkt->key.port = 0;
	pkt->key.space = 0;
	pkt->key.unused = 0;
	pkt->sport = 0;
	pkt->answers = false;
	pkt->symmetric = false;
	pkt->may_leave = false;
	pkt->n_cookie = 0;
}

/**
 * nf_vpn_addr4 - an IPv4 address as keys have it
 * @ip: the address
 *
 * All of a key is compared. { .ip = ip } would leave the rest of the union as it
 * is, says clang, and GCC from 15 on.
 *
 * Return: the address, with zeros behind it.
 */
static inline union nf_inet_addr nf_vpn_addr4(__be32 ip)
{
	union nf_inet_addr addr = { .all = {} };

	addr.ip = ip;
	return addr;
}

/**
 * nf_vpn_pkt_addrs - take the addresses of a packet as they are
 * @pkt: the packet; sets the key's addresses
 */
static inline void nf_vpn_pkt_addrs(struct nf_vpn_pkt *pkt)
{
	const struct sk_buff *skb = pkt->skb;

	if (pkt->key.l3num == NFPROTO_IPV4) {
		pkt->key.src = nf_vpn_addr4(ip_hdr(skb)->saddr);
		pkt->key.dst = nf_vpn_addr4(ip_hdr(skb)->daddr);
	} else {
		pkt->key.src.in6 = ipv6_hdr(skb)->saddr;
		pkt->key.dst.in6 = ipv6_hdr(skb)->daddr;
	}
}

/**
 * nf_vpn_to_track - is a packet conntrack's to look at?
 * @pkt: the packet; sets @pkt->tmpl to the template that a rule such as "ct
 *	zone set" left, or NULL
 *
 * Return: false if a rule excluded it, which is counted, or it has an entry
 * already, as what went over the loopback interface.
 */
static inline bool nf_vpn_to_track(struct nf_vpn_pkt *pkt)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *tmpl = nf_ct_get(pkt->skb, &ctinfo);

	if (unlikely(ctinfo == IP_CT_UNTRACKED)) {
		nf_vpn_count(pkt->net, pkt->proto, NF_VPN_CNT_UNTRACKED);
		return false;
	}
	if (tmpl && !nf_ct_is_template(tmpl))
		return false;
	pkt->tmpl = tmpl;
	return true;
}

/**
 * nf_vpn_zone - conntrack zone that a packet not yet tracked will be in
 * @pkt: the packet, with its template
 * @dir: direction
 *
 * Return: zone id.
 */
static inline u16 nf_vpn_zone(const struct nf_vpn_pkt *pkt,
			      enum ip_conntrack_dir dir)
{
	if (likely(!pkt->tmpl))
		return NF_CT_DEFAULT_ZONE_ID;
	return nf_vpn_template_zone(pkt, dir);
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

#endif /* _NET_NF_VPN_PASSTHROUGH_H */
