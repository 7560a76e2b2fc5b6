/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets, hooks and connection tracking, as far as they matter here. */
#ifndef _MODEL_NET_H
#define _MODEL_NET_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <model/tables.h>

/* Only IPv4 is modelled; what the sources say of IPv6 must compile. */
struct ipv6hdr {
	__u8		version;
	__u8		nexthdr;
	struct in6_addr	saddr;
	struct in6_addr	daddr;
};

#define NF_IP6_PRI_CONNTRACK	(-200)
#define NF_IP6_PRI_NAT_SRC	100
#define NF_IP6_PRI_FIRST	INT_MIN
#define NF_IP6_PRI_LAST		INT_MAX

/* Not in the part of the header that user space gets. */
#define IP_CT_UNTRACKED		7

struct nf_vpn_net;

struct net_generic {
	void *ptr[1];
};

struct net {
	union {
		struct nf_vpn_net *vn;
		struct net_generic table;
	};
	struct net_generic *gen;
};

#define net_generic(net, id)	((void)(id), (net)->vn)

/* Reference counts */
typedef struct {
	int n;
} refcount_t;

struct nf_conntrack {
	refcount_t use;
};

static inline bool refcount_inc_not_zero(refcount_t *use)
{
	return use->n && use->n++;
}

/* Tuples and zones */
struct nf_conntrack_tuple {
	struct {
		union nf_inet_addr u3;
		union nf_conntrack_man_proto u;
		u16 l3num;
	} src;
	struct {
		union nf_inet_addr u3;
		union nf_conntrack_man_proto u;
		u8 protonum;
		u8 dir;
	} dst;
};

struct nf_conntrack_tuple_hash {
	struct list_head bucket;
	struct nf_conntrack_tuple tuple;
};

#define NF_CT_DEFAULT_ZONE_ID	0

struct nf_conntrack_zone {
	u16 id;
	u8 flags;
	u8 dir;
};

/**
 * struct nf_conn - a conntrack entry
 * @ct_general: its references
 * @tuplehash: both tuples, in the table once it is confirmed
 * @status: IPS_ bits
 * @zone: always 0
 * @net: the namespace
 * @master: the entry that it is related to, with a reference, or NULL
 * @list: link in the list of all entries
 * @timeout: when it ends (jiffies)
 */
struct nf_conn {
	struct nf_conntrack		ct_general;
	struct nf_conntrack_tuple_hash	tuplehash[IP_CT_DIR_MAX];
	unsigned long			status;
	struct nf_conntrack_zone	zone;
	struct net			*net;
	struct nf_conn			*master;
	struct list_head		list;
	unsigned long			timeout;
};

#define nf_ct_tuple(ct, d)	(&(ct)->tuplehash[d].tuple)
#define NF_CT_DIRECTION(h)	((enum ip_conntrack_dir)(h)->tuple.dst.dir)
#define nf_ct_zone(ct)		(&(ct)->zone)
#define nf_ct_zone_id(z, d)	((void)(d), (z)->id)
#define nf_ct_net(ct)		((ct)->net)
#define nf_ct_l3num(ct)		((ct)->tuplehash[0].tuple.src.l3num)
#define nf_ct_protonum(ct)	((ct)->tuplehash[0].tuple.dst.protonum)
#define nf_ct_is_template(ct)	((void)(ct), false)
#define nf_ct_is_dying(ct)	(!!((ct)->status & IPS_DYING))
#define nf_ct_is_confirmed(ct)	(!!((ct)->status & IPS_CONFIRMED))
#define nfct_time_stamp		jiffies
#define nf_ct_expires(ct)	max_t(long, (ct)->timeout - jiffies, 0)
#define nf_ct_is_expired(ct)	((long)((ct)->timeout - jiffies) <= 0)
#define nf_conntrack_event_cache(event, ct) do { } while (0)
#define nf_ct_timeout_lookup(ct) ((void)(ct), (const unsigned int *)NULL)

struct nf_generic_net {
	unsigned int timeout;
};

extern struct nf_generic_net model_generic;

#define nf_generic_pernet(net)	((void)(net), &model_generic)

static inline struct nf_conn *
nf_ct_tuplehash_to_ctrack(const struct nf_conntrack_tuple_hash *h)
{
	const struct nf_conntrack_tuple_hash *first = h - NF_CT_DIRECTION(h);

	return container_of(first, struct nf_conn, tuplehash);
}

static inline bool nf_inet_addr_cmp(const union nf_inet_addr *a,
				    const union nf_inet_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline bool __nf_ct_tuple_src_equal(const struct nf_conntrack_tuple *a,
					   const struct nf_conntrack_tuple *b)
{
	return nf_inet_addr_cmp(&a->src.u3, &b->src.u3) &&
	       a->src.u.all == b->src.u.all && a->src.l3num == b->src.l3num;
}

static inline bool __nf_ct_tuple_dst_equal(const struct nf_conntrack_tuple *a,
					   const struct nf_conntrack_tuple *b)
{
	return nf_inet_addr_cmp(&a->dst.u3, &b->dst.u3) &&
	       a->dst.u.all == b->dst.u.all &&
	       a->dst.protonum == b->dst.protonum;
}

static inline bool nf_ct_tuple_equal(const struct nf_conntrack_tuple *a,
				     const struct nf_conntrack_tuple *b)
{
	return __nf_ct_tuple_src_equal(a, b) && __nf_ct_tuple_dst_equal(a, b);
}

bool nf_ct_invert_tuple(struct nf_conntrack_tuple *inverse,
			const struct nf_conntrack_tuple *tuple);
struct nf_conn *nf_conntrack_alloc(struct net *net,
				   const struct nf_conntrack_zone *zone,
				   const struct nf_conntrack_tuple *orig,
				   const struct nf_conntrack_tuple *reply,
				   gfp_t gfp);
void nf_conntrack_free(struct nf_conn *ct);
int nf_conntrack_hash_check_insert(struct nf_conn *ct);
struct nf_conntrack_tuple_hash *
nf_conntrack_find_get(struct net *net, const struct nf_conntrack_zone *zone,
		      const struct nf_conntrack_tuple *tuple);
bool nf_conntrack_tuple_taken(const struct nf_conntrack_tuple *tuple,
			      const struct nf_conn *ignored);
void nf_conntrack_alter_reply(struct nf_conn *ct,
			      const struct nf_conntrack_tuple *reply);
bool nf_ct_delete(struct nf_conn *ct, u32 portid, int report);
void nf_ct_put(struct nf_conn *ct);
void nf_conntrack_get(struct nf_conntrack *nfct);

/* NAT */
struct nf_nat_range2 {
	unsigned int		flags;
	union nf_inet_addr	min_addr;
	union nf_inet_addr	max_addr;
};

enum nf_nat_manip_type {
	NF_NAT_MANIP_SRC,
	NF_NAT_MANIP_DST,
};

#define NF_NAT_RANGE_MAP_IPS	1
#define nf_nat_initialized(ct, manip) \
	((ct)->status & ((manip) == NF_NAT_MANIP_SRC ? \
			 IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE))

unsigned int nf_nat_setup_info(struct nf_conn *ct,
			       const struct nf_nat_range2 *range,
			       enum nf_nat_manip_type manip);

/* Extensions of an entry change nothing here. */
struct nf_conn_tstamp {
	u64 start;
};

#define nf_ct_acct_ext_add(ct, gfp) ((void)(ct))
#define nf_ct_tstamp_ext_add(ct, gfp) ((void)(ct))
#define nf_ct_ecache_ext_add(ct, a, b, gfp) ((void)(ct))
#define nf_ct_labels_ext_add(ct) ((void)(ct))
#define nf_ct_helper_ext_add(ct, gfp) ((void)(ct))
#define nfct_help(ct)		((void)(ct), (void *)NULL)
#define nf_conn_tstamp_find(ct)	((void)(ct), (struct nf_conn_tstamp *)NULL)
#define ktime_get_real_ns()	0

static inline void __nf_ct_set_timeout(struct nf_conn *ct, u64 timeout)
{
	ct->timeout = jiffies + timeout;
}

/* Packets */

/**
 * struct sk_buff - a packet
 * @data: its IP header and what follows
 * @len: length of @data in bytes
 * @mark: unused
 * @ip_summed: unused
 * @ct: conntrack entry, with a reference, or NULL
 * @ctinfo: what it is to the entry
 */
struct sk_buff {
	u8			*data;
	unsigned int		len;
	u32			mark;
	u8			ip_summed;
	struct nf_conn		*ct;
	enum ip_conntrack_info	ctinfo;
};

static inline struct iphdr *ip_hdr(const struct sk_buff *skb)
{
	return (struct iphdr *)skb->data;
}

static inline struct ipv6hdr *ipv6_hdr(const struct sk_buff *skb)
{
	return (struct ipv6hdr *)skb->data;
}

#define ip_is_fragment(ip)	((ip)->frag_off & htons(0x3fff))
#define ip_hdrlen(skb)		((int)ip_hdr(skb)->ihl * 4)
#define ipv6_ext_hdr(proto)	((void)(proto), false)
#define ipv6_addr_hash(a)	((void)(a), 0U)
#define ipv6_find_hdr(skb, off, proto, frag, flags) \
	((void)(skb), (void)(off), (void)(frag), -ENOENT)
#define NEXTHDR_AUTH		51
#define IP_OFFSET		0x1fff

static inline void *skb_header_pointer(const struct sk_buff *skb, int offset,
				       int len, void *buffer)
{
	(void)buffer;
	return offset + len <= (int)skb->len ? skb->data + offset : NULL;
}

#define skb_ensure_writable(skb, n) ((skb)->len < (n) ? -ENOMEM : 0)
#define skb_network_offset(skb)	((void)(skb), 0)
#define CHECKSUM_NONE		0
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3
#define CSUM_MANGLED_0		0xffff
#define inet_proto_csum_replace2(sum, skb, from, to, pseudo) \
	((void)(sum), (void)(skb), (void)(from), (void)(to))

bool nf_ct_get_tuplepr(const struct sk_buff *skb, unsigned int nhoff,
		       u16 l3num, struct net *net,
		       struct nf_conntrack_tuple *tuple);

static inline struct nf_conn *nf_ct_get(const struct sk_buff *skb,
					enum ip_conntrack_info *ctinfo)
{
	*ctinfo = skb->ctinfo;
	return skb->ct;
}

static inline void nf_ct_set(struct sk_buff *skb, struct nf_conn *ct,
			     enum ip_conntrack_info ctinfo)
{
	skb->ct = ct;
	skb->ctinfo = ctinfo;
}

static inline const struct nf_conntrack_zone *
nf_ct_zone_tmpl(const struct nf_conn *tmpl, const struct sk_buff *skb,
		struct nf_conntrack_zone *buf)
{
	(void)tmpl;
	(void)skb;
	memset(buf, 0, sizeof(*buf));
	return buf;
}

void nf_ct_refresh_acct(struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			const struct sk_buff *skb, unsigned int timeout);

/* Hooks */
struct net_device {
	int		ifindex;
};

struct nf_hook_state {
	u8		hook;
	u8		pf;
	struct net	*net;
	const struct net_device *in;
	const struct net_device *out;
};

struct nf_hook_ops {
	unsigned int	(*hook)(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
	void		*priv;
	u8		pf;
	unsigned int	hooknum;
	int		priority;
};

/* Things that are named and not used. */
struct netlink_ext_ack;
struct ctl_table_header;
struct genl_family;
struct xfrm_state;

#define NL_SET_ERR_MSG(extack, text) ((void)(extack))
#define this_cpu_inc(x)		((x)++)
#define per_cpu_ptr(p, cpu)	((void)(cpu), (p))
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)

#endif /* _MODEL_NET_H */
