// SPDX-License-Identifier: GPL-2.0-only
/* What happens to packets as such: modes off and observe, and a second try. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter_bridge.h>
#include <net/icmp.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include "core.h"

/**
 * nf_vpn_is_bridged - does a packet in FORWARD cross a bridge?
 * @skb: the packet
 *
 * With br_netfilter, frames that a bridge passes on run through the FORWARD
 * hook of their network protocol; nobody routes them.
 *
 * Return: true if so.
 */
bool nf_vpn_is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	const struct nf_bridge_info *info = nf_bridge_info_get(skb);

	return info && info->physoutdev;
#else
	return false;
#endif
}
EXPORT_SYMBOL_GPL(nf_vpn_is_bridged);

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
 * nf_vpn_forward_key - who is the client of a packet, and who the server?
 * @pkt: the packet, in FORWARD; sets the key's addresses
 *
 * With a conntrack entry, as conntrack sees it; without, who was seen first is
 * taken for the client.
 */
void nf_vpn_forward_key(struct nf_vpn_pkt *pkt)
{
	enum ip_conntrack_info ctinfo;

	nf_vpn_pkt_addrs(pkt);
	if (nf_ct_get(pkt->skb, &ctinfo) &&
	    CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY)
		swap(pkt->key.src, pkt->key.dst);
}
EXPORT_SYMBOL_GPL(nf_vpn_forward_key);

static void refuse(const struct nf_vpn_pkt *pkt)
{
	nf_vpn_refuse(nf_vpn_pernet(pkt->net), NF_VPN_CNT_MODE_OFF, pkt->proto,
		      &pkt->key, NULL, NF_VPN_DIR_OUT, NULL);
}

/**
 * nf_vpn_reset - tell the sender of a TCP segment that there is no connection
 * @pkt: the segment, which the caller drops; key.id is not looked at
 * @hook: the hook that it passes
 *
 * Context: FORWARD; RCU read side.
 */
void nf_vpn_reset(const struct nf_vpn_pkt *pkt, unsigned int hook)
{
	refuse(pkt);
	if (pkt->key.l3num == NFPROTO_IPV4)
		nf_send_reset(pkt->net, pkt->skb->sk, pkt->skb, hook);
#if IS_ENABLED(CONFIG_NF_REJECT_IPV6)
	else
		nf_send_reset6(pkt->net, pkt->skb->sk, pkt->skb, hook);
#endif
}
EXPORT_SYMBOL_GPL(nf_vpn_reset);

/**
 * nf_vpn_reject - tell a sender that the protocol is not forwarded
 * @pkt: the packet, which the caller drops; key.id is not looked at
 *
 * Answers with ICMP "administratively prohibited" (RFC 1812, 5.2.7.1, and
 * RFC 4443, 3.1); the kernel limits their rate.
 *
 * Context: FORWARD; RCU read side.
 */
void nf_vpn_reject(const struct nf_vpn_pkt *pkt)
{
	refuse(pkt);
	if (pkt->key.l3num == NFPROTO_IPV4)
		icmp_send(pkt->skb, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 0);
	else
		icmpv6_send(pkt->skb, ICMPV6_DEST_UNREACH,
			    ICMPV6_ADM_PROHIBITED, 0);
}
EXPORT_SYMBOL_GPL(nf_vpn_reject);

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

/**
 * nf_vpn_observe - note who uses a protocol
 * @pkt: the packet; key.src is the client, key.dst the server, key.id 0
 *
 * Context: FORWARD; RCU read side.
 */
void nf_vpn_observe(const struct nf_vpn_pkt *pkt)
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
EXPORT_SYMBOL_GPL(nf_vpn_observe);
