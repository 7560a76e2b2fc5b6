// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode on: UDP packets of IKE.
 *
 * IKE's own way through NAT is conntrack's.  It is read where it leaves; its
 * answers are led by cookie if all clients have the same port on the wire; and
 * it leaves from the same public address as ESP.  Of NAT-T (UDP port 4500) only
 * the beginning is seen.
 */
#include <linux/udp.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_nat.h>
#include "esp.h"
#include "ike_wire.h"

static void count_bad(const struct net *net, int err)
{
	switch (err) {
	case -ENODATA:
		nf_vpn_count(net, NF_VPN_IPSEC, NF_VPN_CNT_TRUNCATED);
		break;
	case -EPROTONOSUPPORT:
		nf_vpn_count(net, NF_VPN_IPSEC, NF_VPN_CNT_UNKNOWN_VERSION);
		break;
	case -EBADMSG:
		nf_vpn_count(net, NF_VPN_IPSEC, NF_VPN_CNT_BAD_CONTROL);
		break;
	}
}

/* The length that counts is that of UDP: there may be padding behind it. */
static int read_ike(const struct sk_buff *skb, int off, struct ike_wire *ike)
{
	u8 buf[IKE_WIRE_LEN];
	const struct udphdr *udp;
	const u8 *data;
	size_t len, total;
	struct udphdr head;

	udp = skb_header_pointer(skb, off, sizeof(head), &head);
	if (!udp || ntohs(udp->len) < sizeof(head) ||
	    ntohs(udp->len) > skb->len - off)
		return -ENODATA;
	total = ntohs(udp->len) - sizeof(head);
	len = min_t(size_t, total, IKE_WIRE_LEN);
	data = skb_header_pointer(skb, off + sizeof(head), len, buf);
	return data ? ike_wire_parse(data, len, total, ike) : -ENODATA;
}

/* --- what comes in ------------------------------------------------------- */

static noinline unsigned int
ike_by_cookie(struct sk_buff *skb, const struct nf_hook_state *state, int off)
{
	struct nf_vpn_pkt pkt;
	struct ike_wire ike;

	nf_vpn_pkt_init(&pkt, skb, state, NF_VPN_IPSEC, IPPROTO_UDP);
	if (!nf_vpn_to_track(&pkt) || read_ike(skb, off, &ike))
		return NF_ACCEPT;
	nf_vpn_pkt_addrs(&pkt);
	pkt.key.zone = nf_vpn_zone(&pkt, IP_CT_DIR_REPLY);
	ike_key(&ike, &pkt.key);
	if (nf_vpn_control_in(&pkt) == -ENOENT)
		nf_vpn_exchange_guess(&pkt, IPPROTO_ESP);
	return NF_ACCEPT;
}

/**
 * ike_in - a UDP packet comes in
 * @skb: the packet
 * @state: the hook that it passes, PRE_ROUTING before conntrack
 * @off: offset of its UDP header in bytes
 *
 * Context: RCU read side.
 * Return: verdict.
 */
unsigned int ike_in(struct sk_buff *skb, const struct nf_hook_state *state,
		    int off)
{
	const struct udphdr *udp;
	struct udphdr buf;

	if (likely(!nf_vpn_has_wire_ports(state->net)))
		return NF_ACCEPT;
	udp = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!udp || udp->dest != htons(IKE_PORT))
		return NF_ACCEPT;
	return ike_by_cookie(skb, state, off);
}

/* --- what leaves ----------------------------------------------------------- */

static noinline unsigned int
ike_read(struct sk_buff *skb, struct nf_conn *ct, enum ip_conntrack_dir dir,
	 const struct nf_hook_state *state)
{
	struct ike_wire ike;
	bool fragment;
	__be16 port;
	u8 l4proto;
	int off, err;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off < 0 || l4proto != IPPROTO_UDP || fragment)
		return NF_ACCEPT;
	err = read_ike(skb, off, &ike);
	if (err) {
		count_bad(state->net, err);
		return NF_ACCEPT;
	}
	if (ike_message(state->net, &ike, ct, dir, &port))
		return NF_DROP;
	if (!port)
		return NF_ACCEPT;
	return nf_vpn_udp_source(skb, off, port) ? NF_ACCEPT : NF_DROP;
}

/* Who has found out that there is NAT in between puts ESP into UDP (RFC 3948). */
static noinline void nat_t_begins(const struct net *net,
				  const struct nf_conn *ct)
{
	nf_vpn_count(net, NF_VPN_IPSEC, NF_VPN_CNT_NAT_T);
	nf_vpn_expect_none(ct, NF_VPN_IPSEC, IPPROTO_ESP);
}

/**
 * ike_out - a UDP packet leaves
 * @skb: the packet
 * @ct: its conntrack entry
 * @ctinfo: what it is to that
 * @state: the hook that it passes, POST_ROUTING behind NAT
 *
 * Context: RCU read side.
 * Return: verdict.
 */
unsigned int ike_out(struct sk_buff *skb, struct nf_conn *ct,
		     enum ip_conntrack_info ctinfo,
		     const struct nf_hook_state *state)
{
	__be16 port = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->dst.u.udp.port;

	if (likely(port != htons(IKE_PORT) && port != htons(NAT_T_PORT)))
		return NF_ACCEPT;
	if (!(READ_ONCE(ct->status) & IPS_SRC_NAT) ||
	    ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY)
		return NF_ACCEPT;
	if (port == htons(IKE_PORT))
		return ike_read(skb, ct, CTINFO2DIR(ctinfo), state);
	if (unlikely(!nf_ct_is_confirmed(ct)))
		nat_t_begins(state->net, ct);
	return NF_ACCEPT;
}

/* --- which public address ------------------------------------------------- */

/* The other entry of a client and its gateway: IKE's beside ESP's, and the other
 * way round.
 */
static struct nf_conn *other_ct(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig;
	struct nf_conntrack_tuple tuple;
	struct nf_conntrack_tuple_hash *h;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	if (nf_ct_protonum(ct) == IPPROTO_ESP)
		return nf_vpn_exchange_ct(nf_ct_net(ct), nf_ct_zone(ct), orig);
	tuple = *orig;
	tuple.dst.protonum = IPPROTO_ESP;
	tuple.src.u.all = 0;
	tuple.dst.u.all = 0;
	h = nf_conntrack_find_get(nf_ct_net(ct), nf_ct_zone(ct), &tuple);
	return h ? nf_ct_tuplehash_to_ctrack(h) : NULL;
}

/* Rules may choose a public address of several for each new entry. */
static noinline void leave_from_same(struct nf_conn *ct,
				     const struct nf_hook_state *state)
{
	struct nf_nat_range2 range = { .flags = NF_NAT_RANGE_MAP_IPS };
	struct nf_conn *other = other_ct(ct);
	int index;

	if (!other)
		return;
	index = nf_vpn_masq_index(other);
	if (READ_ONCE(other->status) & IPS_SRC_NAT && !nf_ct_is_dying(other) &&
	    (!index || index == state->out->ifindex)) {
		range.min_addr = nf_ct_tuple(other, IP_CT_DIR_REPLY)->dst.u3;
		range.max_addr = range.min_addr;
		nf_vpn_masq_index_set(ct, index);
		nf_nat_setup_info(ct, &range, NF_NAT_MANIP_SRC);
	}
	nf_ct_put(other);
}

static bool is_ipsec(const struct nf_conn *ct)
{
	if (nf_ct_protonum(ct) == IPPROTO_ESP)
		return true;
	return nf_ct_protonum(ct) == IPPROTO_UDP &&
	       nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->dst.u.udp.port ==
	       htons(IKE_PORT);
}

/**
 * ike_same_address - hook: let IKE and ESP leave from the same public address
 * @priv: nothing
 * @skb: the packet
 * @state: POST_ROUTING, right before source NAT
 *
 * Return: NF_ACCEPT.
 */
unsigned int ike_same_address(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (likely(!ct || ctinfo != IP_CT_NEW) || nf_ct_is_confirmed(ct) ||
	    !state->out || !is_ipsec(ct) ||
	    nf_nat_initialized(ct, NF_NAT_MANIP_SRC))
		return NF_ACCEPT;
	leave_from_same(ct, state);
	return NF_ACCEPT;
}
