// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fast path: leases.
 *
 * A packet that has passed all hooks leaves behind, for its flow and direction,
 * how it left: route, mark, priority, addresses.  Those that follow within a
 * second, and look the same where they come in, are sent right there, past
 * conntrack, NAT, rules and routing.  A second later one of them goes the long
 * way again, and renews the lease or does not.
 *
 * A packet that uses a lease takes no lock and no reference, and writes nothing
 * shared but conntrack's counters, if they are kept.
 */
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/slab.h>
#include <net/dsfield.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_seqadj.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "idmap.h"

#define LEASE_TIME	HZ
#define MIN_TIMEOUT	(10 * HZ)	/* of the conntrack entry */

/**
 * struct look - what must be the same of all packets of a lease
 * @src: source address
 * @dst: destination address
 * @mark: packet mark
 * @iif: device that it came in by
 * @dscp: DSCP, in the upper bits of the header's field; rules and routes may
 *	depend on it
 */
struct look {
	union nf_inet_addr	src;
	union nf_inet_addr	dst;
	u32			mark;
	int			iif;
	u32			dscp;
};

/**
 * struct nf_vpn_lease - how packets of a flow leave in one direction
 * @dst: the route, with a reference
 * @ct: conntrack entry of the flow, with a reference: it is what is counted in,
 *	and ends the lease when it dies
 * @at: when a packet last went the long way (jiffies, 32 bits)
 * @cookie: for dst_check()
 * @mtu: of the route; IPv4
 * @diff: what to add to the header's checksum for the addresses; IPv4
 * @dir: direction of @ct
 * @id_off: where the id stands
 * @id_len: its length in bytes
 * @changes_id: it is changed on the way
 * @id: to this
 * @id_in: from this
 * @in: how they come in
 * @out: how they leave
 * @priority: likewise
 * @rcu: frees it after readers have left
 */
struct nf_vpn_lease {
	struct dst_entry	*dst;
	struct nf_conn		*ct;
	u32			at;
	u32			cookie;
	u32			mtu;
	__wsum			diff;
	u8			dir;
	u8			id_off;
	u8			id_len;
	bool			changes_id;
	u32			id;
	u32			id_in;
	struct look		in;
	struct look		out;
	u32			priority;
	struct rcu_head		rcu;
};

/* A packet on its long way that is to leave a lease behind.  It passes all hooks
 * on the processor that it came in by, without a break, or it leaves none.
 */
struct asking {
	const struct sk_buff	*skb;
	struct nf_vpn_net	*vn;
	u32			nr;
	u32			at;
	u32			id;
	u8			id_off;
	u8			id_len;
	u8			dir;
	u8			ttl;
	struct look		in;
};

static DEFINE_PER_CPU(struct asking, asking);

/**
 * struct head - what is read of an IP header, or written there
 * @ttl: time to live, or hop limit
 * @l4: offset of what follows the header
 */
struct head {
	u8	ttl;
	u8	l4;
};

static bool is_traced(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NETFILTER_XT_TARGET_TRACE) || IS_ENABLED(CONFIG_NF_TABLES)
	return skb->nf_trace;
#else
	return false;
#endif
}

/* With br_netfilter, frames of a bridge pass the same hooks. */
static bool is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_info_exists(skb);
#else
	return false;
#endif
}

static bool has_secmark(const struct sk_buff *skb)
{
#ifdef CONFIG_NETWORK_SECMARK
	return skb->secmark;
#else
	return false;
#endif
}

/* One that the stack would merely route on. */
static bool is_plain(const struct sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST && !skb->_skb_refdst && !skb->sk &&
	       !skb_is_gso(skb) && !skb_sec_path(skb) &&
	       !is_bridged(skb) && !is_traced(skb);
}

static bool look4(const struct sk_buff *skb, struct look *look,
		  struct head *head)
{
	const struct iphdr *iph = ip_hdr(skb);

	look->src = nf_vpn_addr4(iph->saddr);
	look->dst = nf_vpn_addr4(iph->daddr);
	look->dscp = ipv4_get_dsfield(iph) & ~INET_ECN_MASK;
	head->ttl = iph->ttl;
	head->l4 = sizeof(*iph);
	return iph->ihl == 5 && !ip_is_fragment(iph) &&
	       !IPCB(skb)->frag_max_size;
}

static bool look6(const struct sk_buff *skb, struct look *look,
		  struct head *head)
{
	const struct ipv6hdr *hdr = ipv6_hdr(skb);

	look->src.in6 = hdr->saddr;
	look->dst.in6 = hdr->daddr;
	look->dscp = ipv6_get_dsfield(hdr) & ~INET_ECN_MASK;
	head->ttl = hdr->hop_limit;
	head->l4 = sizeof(*hdr);
	return !ipv6_ext_hdr(hdr->nexthdr) && !IP6CB(skb)->frag_max_size;
}

/* Return: whether such a packet can have, or leave behind, a lease. */
static bool look_at(const struct sk_buff *skb, u8 l3num, struct look *look,
		    struct head *head)
{
	look->mark = skb->mark;
	return l3num == NFPROTO_IPV4 ? look4(skb, look, head) :
				       look6(skb, look, head);
}

static u32 read_id(const struct sk_buff *skb, unsigned int off, unsigned int len)
{
	__be32 id = 0;

	skb_copy_bits(skb, off, (u8 *)&id + sizeof(id) - len, len);
	return be32_to_cpu(id);
}

static void write_id(struct sk_buff *skb, const struct nf_vpn_lease *lease)
{
	const __be32 id = cpu_to_be32(lease->id);

	memcpy(skb->data + lease->id_off,
	       (const u8 *)&id + sizeof(id) - lease->id_len, lease->id_len);
}

/* A VRF's device has its packets pass the hooks once more. */
static bool is_enslaved(const struct net_device *dev)
{
	return netif_is_l3_slave(dev) || netif_is_l3_master(dev);
}

static void ask(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		const struct nf_vpn_flow *flow, u8 dir)
{
	const struct nf_vpn_proto_ops *ops = nf_vpn_proto_ops(pkt->proto);
	const struct sk_buff *skb = pkt->skb;
	struct asking *a = this_cpu_ptr(&asking);
	struct head head;

	a->skb = NULL;
	if (!ops || !is_plain(skb) || is_enslaved(skb->dev) ||
	    !look_at(skb, pkt->key.l3num, &a->in, &head))
		return;
	a->in.iif = skb->dev->ifindex;
	a->vn = vn;
	a->nr = flow->nr;
	a->at = (u32)jiffies;
	a->id_off = head.l4 + ops->lease_id.off;
	a->id_len = ops->lease_id.len;
	a->id = read_id(skb, a->id_off, a->id_len);
	a->dir = dir;
	a->ttl = head.ttl;
	a->skb = skb;
}

/* --- leaving a lease behind ----------------------------------------------- */

static void lease_free(struct rcu_head *rcu)
{
	struct nf_vpn_lease *lease = container_of(rcu, struct nf_vpn_lease, rcu);

	dst_release(lease->dst);
	nf_ct_put(lease->ct);
	kfree(lease);
}

/* Context: nf_vpn_net.lock held. */
static struct nf_vpn_lease *lease_of(const struct nf_vpn_net *vn,
				     const struct nf_vpn_flow *flow, u8 dir)
{
	return rcu_dereference_protected(flow->lease[dir],
					 lockdep_is_held(&vn->lock));
}

static void drop(struct nf_vpn_net *vn, struct nf_vpn_flow *flow, u8 dir)
{
	struct nf_vpn_lease *lease = lease_of(vn, flow, dir);

	if (!lease)
		return;
	RCU_INIT_POINTER(flow->lease[dir], NULL);
	call_rcu(&lease->rcu, lease_free);
}

/* The long way changed nothing but what can be done here as well. */
static bool is_ours(const struct nf_conn *ct, enum ip_conntrack_dir dir,
		    const struct asking *a, const struct look *out,
		    const struct head *head)
{
	const struct nf_conntrack_tuple *back = nf_ct_tuple(ct, !dir);

	return nf_inet_addr_cmp(&out->src, &back->dst.u3) &&
	       nf_inet_addr_cmp(&out->dst, &back->src.u3) &&
	       out->dscp == a->in.dscp && head->ttl == a->ttl - 1;
}

static bool is_settled(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);
	unsigned long status = READ_ONCE(ct->status);

	return (status & IPS_CONFIRMED) && (status & IPS_SEEN_REPLY) &&
	       !(status & (IPS_DYING | IPS_SEQ_ADJUST)) &&
	       !(help && rcu_access_pointer(help->helper)) &&
	       nf_ct_expires(ct) >= MIN_TIMEOUT;
}

static bool is_routed(const struct sk_buff *skb,
		      const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!dst || dst->dev != state->out || state->in == state->out ||
	    dst_xfrm(dst) || dst->lwtstate || skb_sec_path(skb))
		return false;
	if (state->pf == NFPROTO_IPV4)
		return dst->output == ip_output &&
		       container_of(dst, struct rtable, dst)->rt_type ==
		       RTN_UNICAST;
#if IS_ENABLED(CONFIG_IPV6)
	return dst->output == ip6_output;
#else
	return false;
#endif
}

static u32 route_cookie(const struct dst_entry *dst, u8 pf)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (pf == NFPROTO_IPV6)
		return rt6_get_cookie(container_of(dst, struct rt6_info, dst));
#endif
	return 0;
}

static __wsum checksum_diff(const struct look *in, const struct look *out)
{
	__wsum old = csum_add((__force __wsum)in->src.ip,
			      (__force __wsum)in->dst.ip);
	__wsum new = csum_add((__force __wsum)out->src.ip,
			      (__force __wsum)out->dst.ip);

	return csum_sub(new, old);
}

/* Where it is not changed, it does not matter which it was. */
static void fill_id(struct nf_vpn_lease *lease, const struct asking *a,
		    const struct sk_buff *skb)
{
	u32 id = read_id(skb, a->id_off, a->id_len);

	lease->id_off = a->id_off;
	lease->id_len = a->id_len;
	lease->changes_id = id != a->id;
	if (!lease->changes_id)
		return;
	lease->id = id;
	lease->id_in = a->id;
}

static void fill(struct nf_vpn_lease *lease, const struct asking *a,
		 const struct sk_buff *skb, const struct nf_hook_state *state)
{
	lease->dst = skb_dst(skb);
	lease->cookie = route_cookie(lease->dst, state->pf);
	lease->in = a->in;
	lease->priority = skb->priority;
	lease->at = a->at;
	fill_id(lease, a, skb);
	if (state->pf != NFPROTO_IPV4)
		return;
	lease->mtu = ip_dst_mtu_maybe_forward(lease->dst, true);
	lease->diff = checksum_diff(&lease->in, &lease->out);
}

static bool is_same(const struct nf_vpn_lease *a, const struct nf_vpn_lease *b)
{
	return a->dst == b->dst && a->ct == b->ct && a->cookie == b->cookie &&
	       a->mtu == b->mtu && a->dir == b->dir &&
	       a->priority == b->priority &&
	       a->changes_id == b->changes_id && a->id == b->id &&
	       a->id_in == b->id_in &&
	       !memcmp(&a->in, &b->in, sizeof(a->in)) &&
	       !memcmp(&a->out, &b->out, sizeof(a->out));
}

static struct nf_vpn_lease *lease_new(const struct nf_vpn_lease *like)
{
	struct nf_vpn_lease *lease = kmemdup(like, sizeof(*like), GFP_ATOMIC);

	if (!lease)
		return NULL;
	if (!dst_hold_safe(lease->dst)) {
		kfree(lease);
		return NULL;
	}
	nf_conntrack_get(&lease->ct->ct_general);
	return lease;
}

/* Nobody waits for the lock: the next packet can leave one as well. */
static void install(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		    const struct asking *a, const struct nf_vpn_lease *like)
{
	struct nf_vpn_lease *lease;

	if (!spin_trylock_bh(&vn->lock))
		return;
	if (xa_load(&vn->by_nr, a->nr) == flow && flow->ct == like->ct &&
	    READ_ONCE(vn->fast_path[flow->proto])) {
		lease = lease_new(like);
		if (lease) {
			drop(vn, flow, a->dir);
			rcu_assign_pointer(flow->lease[a->dir], lease);
		}
	}
	spin_unlock_bh(&vn->lock);
}

static void leave(const struct asking *a, const struct sk_buff *skb,
		  const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_vpn_lease new = {}, *old;
	struct nf_vpn_flow *flow;
	struct head head;

	new.ct = nf_ct_get(skb, &ctinfo);
	if (!new.ct || !is_settled(new.ct) || is_traced(skb) ||
	    has_secmark(skb) ||
	    !is_routed(skb, state) ||
	    !look_at(skb, state->pf, &new.out, &head))
		return;
	new.dir = CTINFO2DIR(ctinfo);
	if (!is_ours(new.ct, new.dir, a, &new.out, &head))
		return;
	flow = xa_load(&a->vn->by_nr, a->nr);
	if (!flow || READ_ONCE(flow->ct) != new.ct)
		return;
	fill(&new, a, skb, state);
	old = rcu_dereference(flow->lease[a->dir]);
	if (old && is_same(old, &new))
		WRITE_ONCE(old->at, new.at);
	else
		install(a->vn, flow, a, &new);
}

/* The last to see a packet before it leaves. */
static unsigned int lease_post_routing(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct asking a;

	if (likely(this_cpu_read(asking.skb) != skb) || !softirq_count())
		return NF_ACCEPT;
	a = *this_cpu_ptr(&asking);
	this_cpu_write(asking.skb, NULL);
	/* Its memory may be another packet's by now. */
	if (a.vn == nf_vpn_pernet(state->net) && (u32)jiffies - a.at <= 1 &&
	    state->in && state->in->ifindex == a.in.iif)
		leave(&a, skb, state);
	return NF_ACCEPT;
}

static const struct nf_hook_ops lease_hooks[] = {
	{
		.hook		= lease_post_routing,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_LAST,
	}, {
		.hook		= lease_post_routing,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_LAST,
	},
};

/* --- using one ------------------------------------------------------------ */

static bool is_due(const struct nf_vpn_lease *lease)
{
	return (u32)jiffies - READ_ONCE(lease->at) >= LEASE_TIME;
}

/* Of flows whose ids are changed, each has one. */
static bool fits_id(const struct nf_vpn_lease *lease,
		    const struct nf_vpn_pkt *pkt)
{
	return likely(!lease->changes_id) ||
	       (be32_to_cpu(pkt->key.id) == lease->id_in &&
		skb_headlen(pkt->skb) >= lease->id_off + lease->id_len);
}

static bool fits(const struct nf_vpn_lease *lease, const struct nf_vpn_pkt *pkt)
{
	const struct sk_buff *skb = pkt->skb;

	return skb->mark == lease->in.mark &&
	       skb->dev->ifindex == lease->in.iif && is_plain(skb) &&
	       fits_id(lease, pkt);
}

static bool fits4(const struct nf_vpn_lease *lease, const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	return iph->saddr == lease->in.src.ip &&
	       iph->daddr == lease->in.dst.ip && iph->ihl == 5 &&
	       (iph->tos & ~INET_ECN_MASK) == lease->in.dscp && iph->ttl > 1 &&
	       skb->len <= lease->mtu && !IPCB(skb)->frag_max_size;
}

static void count(const struct nf_vpn_lease *lease, const struct sk_buff *skb)
{
	struct nf_conn_acct *acct = nf_conn_acct_find(lease->ct);

	if (!acct)
		return;
	atomic64_inc(&acct->counter[lease->dir].packets);
	atomic64_add(skb->len, &acct->counter[lease->dir].bytes);
}

/* As forwarding does it, and neither sooner nor later than the last thing that
 * can fail.
 */
static bool prepare(const struct nf_vpn_lease *lease, struct sk_buff *skb,
		    const struct net_device *dev)
{
	if (unlikely(skb_cow(skb, LL_RESERVED_SPACE(dev) +
				  lease->dst->header_len)))
		return false;
	count(lease, skb);
	if (unlikely(lease->changes_id))
		write_id(skb, lease);
	/* The template of a rule. */
	nf_reset_ct(skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	skb->mark = lease->out.mark;
	skb->priority = lease->priority;
	skb->dev = lease->dst->dev;
	skb_dst_set_noref(skb, lease->dst);
	return true;
}

static bool send4(struct net *net, const struct nf_vpn_lease *lease,
		  struct sk_buff *skb)
{
	struct rtable *rt = container_of(lease->dst, struct rtable, dst);
	struct neighbour *neigh;
	bool is_v6gw = false;
	struct iphdr *iph;

	if (rt->rt_gw_family)
		neigh = ip_neigh_for_gw(rt, skb, &is_v6gw);
	else
		neigh = ip_neigh_gw4(rt->dst.dev, lease->out.dst.ip);
	if (IS_ERR_OR_NULL(neigh) || !prepare(lease, skb, rt->dst.dev))
		return false;
	iph = ip_hdr(skb);
	iph->saddr = lease->out.src.ip;
	iph->daddr = lease->out.dst.ip;
	csum_replace_by_diff(&iph->check, lease->diff);
	ip_decrease_ttl(iph);
	__IP_INC_STATS(net, IPSTATS_MIB_OUTFORWDATAGRAMS);
	IP_UPD_PO_STATS(net, IPSTATS_MIB_OUT, skb->len);
	neigh_output(neigh, skb, is_v6gw);
	return true;
}

#if IS_ENABLED(CONFIG_IPV6)
static bool fits6(const struct nf_vpn_lease *lease, const struct sk_buff *skb,
		  u8 l4proto)
{
	const struct ipv6hdr *hdr = ipv6_hdr(skb);
	unsigned int mtu;

	mtu = max_t(unsigned int, IPV6_MIN_MTU,
		    ip6_dst_mtu_maybe_forward(lease->dst, true));
	return ipv6_addr_equal(&hdr->saddr, &lease->in.src.in6) &&
	       ipv6_addr_equal(&hdr->daddr, &lease->in.dst.in6) &&
	       (ipv6_get_dsfield(hdr) & ~INET_ECN_MASK) == lease->in.dscp &&
	       hdr->nexthdr == l4proto && hdr->hop_limit > 1 &&
	       skb->len <= mtu && !IP6CB(skb)->frag_max_size;
}

static bool send6(struct net *net, const struct nf_vpn_lease *lease,
		  struct sk_buff *skb)
{
	struct rt6_info *rt = container_of(lease->dst, struct rt6_info, dst);
	struct inet6_dev *idev = ip6_dst_idev(lease->dst);
	struct in6_addr to = lease->out.dst.in6;
	struct neighbour *neigh;
	struct ipv6hdr *hdr;

	neigh = ip_neigh_gw6(rt->dst.dev, rt6_nexthop(rt, &to));
	if (IS_ERR_OR_NULL(neigh) || !prepare(lease, skb, rt->dst.dev))
		return false;
	hdr = ipv6_hdr(skb);
	hdr->saddr = lease->out.src.in6;
	hdr->daddr = lease->out.dst.in6;
	hdr->hop_limit--;
	IP6_INC_STATS(net, idev, IPSTATS_MIB_OUTFORWDATAGRAMS);
	IP6_UPD_PO_STATS(net, idev, IPSTATS_MIB_OUT, skb->len);
	neigh_output(neigh, skb, false);
	return true;
}

static bool forwards6(const struct net *net)
{
	return READ_ONCE(net->ipv6.devconf_all->forwarding);
}
#else
static bool fits6(const struct nf_vpn_lease *lease, const struct sk_buff *skb,
		  u8 l4proto)
{
	return false;
}

static bool send6(struct net *net, const struct nf_vpn_lease *lease,
		  struct sk_buff *skb)
{
	return false;
}

static bool forwards6(const struct net *net)
{
	return false;
}
#endif

static bool send(const struct nf_vpn_pkt *pkt, const struct nf_vpn_lease *lease)
{
	if (likely(pkt->key.l3num == NFPROTO_IPV4))
		return fits4(lease, pkt->skb) &&
		       send4(pkt->net, lease, pkt->skb);
	return fits6(lease, pkt->skb, pkt->key.l4proto) &&
	       forwards6(pkt->net) && send6(pkt->net, lease, pkt->skb);
}

/**
 * nf_vpn_lease_use - send a packet as one before it has left, if it can be
 * @vn: the namespace
 * @pkt: the packet
 * @flow: its flow, about which nothing is open
 * @dir: an enum nf_vpn_dir
 *
 * If it cannot because the lease is too old, and in other cases where that may
 * help, the packet is noted, to leave a new one behind.
 *
 * Context: PRE_ROUTING; RCU read side.
 * Return: true if it was sent, and is not to be touched any more.
 */
bool nf_vpn_lease_use(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		      struct nf_vpn_flow *flow, u8 dir)
{
	const struct nf_vpn_lease *lease;

	/* Only so is it sure to stay on this processor. */
	if (unlikely(!softirq_count()))
		return false;
	lease = rcu_dereference(flow->lease[dir]);
	if (unlikely(!lease || is_due(lease) || nf_ct_is_dying(lease->ct) ||
		     !dst_check(lease->dst, lease->cookie))) {
		ask(vn, pkt, flow, dir);
		return false;
	}
	if (unlikely(!fits(lease, pkt) || !send(pkt, lease))) {
		this_cpu_write(asking.skb, NULL);
		return false;
	}
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_FAST_PATH);
	return true;
}

/**
 * nf_vpn_lease_drop - end the leases of a flow
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_lease_drop(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	u8 dir;

	for (dir = 0; dir < ARRAY_SIZE(flow->lease); dir++)
		drop(vn, flow, dir);
}

/**
 * nf_vpn_lease_review - end those leases of a flow that nobody renews
 * @vn: the namespace
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_lease_review(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	const struct nf_vpn_lease *lease;
	u8 dir;

	for (dir = 0; dir < ARRAY_SIZE(flow->lease); dir++) {
		lease = lease_of(vn, flow, dir);
		if (lease && is_due(lease))
			drop(vn, flow, dir);
	}
}

/* Ends all leases of a protocol. */
static void drop_all(struct nf_vpn_net *vn, enum nf_vpn_proto proto)
{
	struct nf_vpn_flow *flow;
	unsigned long nr;

	xa_for_each(&vn->by_nr, nr, flow) {
		spin_lock_bh(&vn->lock);
		if (xa_load(&vn->by_nr, nr) == flow && flow->proto == proto)
			nf_vpn_lease_drop(vn, flow);
		spin_unlock_bh(&vn->lock);
		cond_resched();
	}
}

/**
 * nf_vpn_lease_start - let packets of a protocol leave leases behind
 * @vn: the namespace
 * @proto: the protocol
 *
 * Context: process; mode_mutex held.
 * Return: 0, or what registering the hooks returned.
 */
int nf_vpn_lease_start(struct nf_vpn_net *vn, enum nf_vpn_proto proto)
{
	int err;

	if (!vn->leasing) {
		err = nf_register_net_hooks(vn->net, lease_hooks,
					    ARRAY_SIZE(lease_hooks));
		if (err)
			return err;
	}
	vn->leasing |= BIT(proto);
	return 0;
}

/**
 * nf_vpn_lease_stop - end that, and all leases of a protocol
 * @vn: the namespace
 * @proto: the protocol
 *
 * Context: process; mode_mutex held; nf_vpn_net.fast_path is not set, or no hook
 * of the protocol runs any more.
 */
void nf_vpn_lease_stop(struct nf_vpn_net *vn, enum nf_vpn_proto proto)
{
	if (!(vn->leasing & BIT(proto)))
		return;
	vn->leasing &= ~BIT(proto);
	if (!vn->leasing) {
		nf_unregister_net_hooks(vn->net, lease_hooks,
					ARRAY_SIZE(lease_hooks));
		synchronize_net();
	}
	drop_all(vn, proto);
	/* A route is counted in its namespace until it is freed, which may be
	 * about to go: first leases end, and then the routes that they held.
	 */
	rcu_barrier();
	rcu_barrier();
}
