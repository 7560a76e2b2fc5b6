// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes off and observe: packets that the router forwards.  A protocol says which
 * of them are its own.  And receiving packets again.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/icmp.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include "core.h"

/* With br_netfilter, frames that a bridge passes on run through the FORWARD hook of
 * their network protocol; nobody routes them.
 */
static bool is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	const struct nf_bridge_info *info = nf_bridge_info_get(skb);

	return info && info->physoutdev;
#else
	return false;
#endif
}

/**
 * nf_vpn_receive_again - let a packet begin its way anew
 * @skb: the packet, as it is in LOCAL_IN; the caller's hook returns NF_STOLEN
 *
 * For the rare packet of which the router learns too late that it is not for
 * itself.
 */
void nf_vpn_receive_again(struct sk_buff *skb)
{
	nf_reset_ct(skb);
	skb_dst_drop(skb);
	netif_rx(skb);
}
EXPORT_SYMBOL_GPL(nf_vpn_receive_again);

/**
 * nf_vpn_copy - copy a packet that is to go to somebody else as well
 * @skb: the packet
 *
 * Return: the copy, without a conntrack entry, for nf_vpn_receive(); or NULL.
 */
struct sk_buff *nf_vpn_copy(const struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone((struct sk_buff *)skb, GFP_ATOMIC);

	if (copy)
		nf_reset_ct(copy);
	return copy;
}

/**
 * nf_vpn_receive - let a packet begin its way with an entry that it was given
 * @skb: the packet, as it is in PRE_ROUTING
 */
void nf_vpn_receive(struct sk_buff *skb)
{
	netif_rx(skb);
}

/* Who is the client of a packet, and who the server?  With a conntrack entry, as
 * conntrack sees it; without, who was seen first is taken for the client.
 */
static void set_key(struct nf_vpn_pkt *pkt)
{
	enum ip_conntrack_info ctinfo;

	nf_vpn_pkt_addrs(pkt);
	if (nf_ct_get(pkt->skb, &ctinfo) &&
	    CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY)
		swap(pkt->key.src, pkt->key.dst);
}

static bool is_claimed(const struct nf_vpn_proto_ops *ops,
		       struct nf_vpn_pkt *pkt, struct sk_buff *skb,
		       const struct nf_hook_state *state)
{
	*pkt = (struct nf_vpn_pkt) {
		.net = state->net, .skb = skb, .proto = ops->proto,
		.key = { .l3num = state->pf },
	};
	if (is_bridged(skb) || !ops->claims(pkt))
		return false;
	set_key(pkt);
	return true;
}

static void send_reset(const struct nf_vpn_pkt *pkt, unsigned int hook)
{
	if (pkt->key.l3num == NFPROTO_IPV4)
		nf_send_reset(pkt->net, pkt->skb->sk, pkt->skb, hook);
#if IS_ENABLED(CONFIG_NF_REJECT_IPV6)
	else
		nf_send_reset6(pkt->net, pkt->skb->sk, pkt->skb, hook);
#endif
}

/* "Administratively prohibited" (RFC 1812, 5.2.7.1, and RFC 4443, 3.1); the
 * kernel limits their rate.
 */
static void send_icmp(const struct nf_vpn_pkt *pkt)
{
	if (pkt->key.l3num == NFPROTO_IPV4)
		icmp_send(pkt->skb, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 0);
	else
		icmpv6_send(pkt->skb, ICMPV6_DEST_UNREACH,
			    ICMPV6_ADM_PROHIBITED, 0);
}

static unsigned int off_hook(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt;

	if (!is_claimed(priv, &pkt, skb, state))
		return NF_ACCEPT;
	nf_vpn_refuse(nf_vpn_pernet(pkt.net), NF_VPN_CNT_MODE_OFF, pkt.proto,
		      &pkt.key, NULL, NF_VPN_DIR_OUT, NULL);
	if (pkt.key.l4proto == IPPROTO_TCP)
		send_reset(&pkt, state->hook);
	else
		send_icmp(&pkt);
	return NF_DROP;
}

static void note(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_flow like = { .proto = pkt->proto }, *flow;

	like.node.key = pkt->key;
	spin_lock_bh(&vn->lock);
	if (nf_vpn_flow_find(vn, &pkt->key)) {
		spin_unlock_bh(&vn->lock);
		return;
	}
	flow = nf_vpn_flow_add(vn, &like, NULL);
	spin_unlock_bh(&vn->lock);
	if (IS_ERR(flow))
		nf_vpn_inc(vn, pkt->proto, PTR_ERR(flow) == -EDQUOT ?
			   NF_VPN_CNT_CLIENT_QUOTA : NF_VPN_CNT_TABLE_FULL);
}

static void observe(const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	struct nf_vpn_key back = pkt->key;
	struct nf_vpn_flow *flow;

	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_OBSERVED);
	flow = nf_vpn_flow_find(vn, &pkt->key);
	if (!flow) {
		swap(back.src, back.dst);
		flow = nf_vpn_flow_find(vn, &back);
	}
	if (flow)
		nf_vpn_touch(&flow->last);
	else
		note(vn, pkt);
}

static unsigned int observe_hook(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct nf_vpn_pkt pkt;

	if (is_claimed(priv, &pkt, skb, state))
		observe(&pkt);
	return NF_ACCEPT;
}

static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };

/* Hooks are told apart by where they are in memory, so each protocol has its
 * own.
 */
static struct nf_hook_ops off_ops[NF_VPN_N_PROTOS][ARRAY_SIZE(families)];
static struct nf_hook_ops observe_ops[NF_VPN_N_PROTOS][ARRAY_SIZE(families)];

/**
 * nf_vpn_forward_init - prepare a protocol's hooks of modes off and observe
 * @ops: the protocol
 *
 * Context: process; none of them is registered.
 */
void nf_vpn_forward_init(const struct nf_vpn_proto_ops *ops)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		off_ops[ops->proto][i] = (struct nf_hook_ops) {
			.hook		= off_hook,
			.priv		= (void *)ops,
			.pf		= families[i],
			.hooknum	= NF_INET_FORWARD,
			.priority	= NF_IP_PRI_FILTER - 1,
		};
		observe_ops[ops->proto][i] = (struct nf_hook_ops) {
			.hook		= observe_hook,
			.priv		= (void *)ops,
			.pf		= families[i],
			.hooknum	= NF_INET_FORWARD,
			.priority	= NF_IP_PRI_FILTER + 1,
		};
	}
}

/**
 * nf_vpn_mode_hooks - the hooks that a mode of a protocol needs
 * @ops: the protocol
 * @mode: the mode
 *
 * Return: the hooks; none for bypass.
 */
struct nf_vpn_hooks nf_vpn_mode_hooks(const struct nf_vpn_proto_ops *ops,
				      enum nf_vpn_mode mode)
{
	const struct nf_vpn_hooks off = {
		off_ops[ops->proto], ARRAY_SIZE(families)
	};
	const struct nf_vpn_hooks watch = {
		observe_ops[ops->proto], ARRAY_SIZE(families)
	};

	switch (mode) {
	case NF_VPN_MODE_ON:
		return ops->data_hooks;
	case NF_VPN_MODE_OFF:
		return off;
	case NF_VPN_MODE_OBSERVE:
		return watch;
	default:
		return (struct nf_vpn_hooks) {};
	}
}
