// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode on: all L2TP packets, and ICMP errors about them.
 *
 * What comes in with a known id is tied to its tunnel's conntrack entry, in
 * either direction.  What leaves has been through NAT and the filter: control
 * messages are read there, and protocol 115, which has no ports, gets a reply
 * tuple of its own.  Sessions of protocol 115 that no control connection told of
 * are the binder's.
 */
#include <linux/icmp.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include "l2tp.h"

static void count(const struct l2tp_pkt *p, enum nf_vpn_counter counter)
{
	nf_vpn_count(p->pkt.net, NF_VPN_L2TP, counter);
}

static void pkt_init(struct l2tp_pkt *p, struct sk_buff *skb,
		     const struct nf_hook_state *state, u8 l4proto)
{
	nf_vpn_pkt_init(&p->pkt, skb, state, NF_VPN_L2TP, l4proto);
	p->pkt.symmetric = true;
}

/* --- what comes in ------------------------------------------------------- */

static void count_bad(const struct l2tp_pkt *p, int err)
{
	if (err == -ENODATA)
		count(p, NF_VPN_CNT_TRUNCATED);
	else if (err == -EPROTONOSUPPORT)
		count(p, NF_VPN_CNT_UNKNOWN_VERSION);
	else
		count(p, NF_VPN_CNT_BAD_CONTROL);
}

/* Sessions of version 2 that are not known by themselves go by their tunnel. */
static int in_by_tunnel(struct l2tp_pkt *p, u32 *id)
{
	int err;

	p->pkt.key.space = L2TP_SPACE_TUNNEL;
	p->pkt.key.id = cpu_to_be32(p->head.tunnel);
	err = nf_vpn_session_in(&p->pkt, id);
	*id = *id << 16 | p->head.session;
	p->pkt.key.id = cpu_to_be32(p->head.tunnel << 16 | p->head.session);
	return err;
}

/* The answer to the first message, and that alone, may come from anywhere. */
static int from_other_port(struct l2tp_pkt *p, u32 *id)
{
	if (!p->head.control || l2tp_message_type(p) != L2TP_SCCRP)
		return -ENOENT;
	return nf_vpn_session_move(&p->pkt, id);
}

static int known_in(struct l2tp_pkt *p, u32 *id)
{
	int err = nf_vpn_session_in(&p->pkt, id);

	if (likely(!err))
		return 0;
	if (err == -ENOENT && p->pkt.key.space == L2TP_SPACE_CALL)
		err = in_by_tunnel(p, id);
	if (err == -EXDEV)
		err = from_other_port(p, id);
	return err;
}

/* Of protocol 115 only: over UDP, conntrack knows by the ports. */
static unsigned int unknown_in(struct l2tp_pkt *p)
{
	struct nf_vpn_pkt *pkt = &p->pkt;
	int err;

	if (p->udp)
		return NF_ACCEPT;
	if (!p->head.control) {
		err = nf_vpn_out_first(pkt);
		if (err != -ENOENT)
			return err ? NF_DROP : NF_ACCEPT;
	}
	if (!nf_vpn_is_public(pkt->net, pkt->key.l3num, &pkt->key.dst))
		return NF_ACCEPT;
	pkt->key.zone = nf_vpn_zone(pkt, IP_CT_DIR_REPLY);
	if (!nf_vpn_wanted(pkt, false))
		return NF_ACCEPT;
	return nf_vpn_learn(pkt) == -EAGAIN ? NF_DROP : NF_ACCEPT;
}

static noinline unsigned int not_attached(struct l2tp_pkt *p, int err)
{
	p->pkt.may_leave = false;
	if (err > 0)
		return NF_STOLEN;
	if (err == -ENOENT)
		return unknown_in(p);
	return err == -ESTALE || err == -EAGAIN ? NF_DROP : NF_ACCEPT;
}

static unsigned int l2tp_in(struct l2tp_pkt *p, int off)
{
	struct nf_vpn_pkt *pkt = &p->pkt;
	int err = l2tp_read(p, off);
	u32 id = 0;

	if (unlikely(err)) {
		/* At other ports there may be other protocols. */
		if (!p->udp || pkt->key.port == htons(L2TP_PORT))
			count_bad(p, err);
		return NF_ACCEPT;
	}
	if (!nf_vpn_to_track(pkt))
		return NF_ACCEPT;
	if (unlikely(p->head.control)) {
		/* Who begins knows no id of the other side yet. */
		if (!p->head.tunnel)
			return NF_ACCEPT;
		pkt->may_leave = false;
	}
	nf_vpn_pkt_addrs(pkt);
	l2tp_set_id(p);
	err = known_in(p, &id);
	if (unlikely(err))
		return not_attached(p, err);
	/* What the binder found has no other id inside. */
	if (likely(!id || cpu_to_be32(id) == pkt->key.id))
		return NF_ACCEPT;
	if (p->head.control)
		return l2tp_control_head(p, id) ? NF_ACCEPT : NF_DROP;
	return l2tp_nat_id(p, id) ? NF_ACCEPT : NF_DROP;
}

/* --- ICMP errors ----------------------------------------------------------- */

struct quote {
	struct nf_vpn_icmp	icmp;
	struct l2tp_head	head;
	size_t			skip;	/* of the UDP header */
};

/* Return: true if an ICMP error quotes an L2TP packet whose id can be read. */
static bool read_quote(struct l2tp_pkt *p, int off, struct quote *q)
{
	bool udp = p->pkt.key.l4proto == IPPROTO_UDP;
	const u8 *data;
	size_t len;

	if (nf_vpn_icmp_read(&p->pkt, off, p->pkt.key.l4proto, &q->icmp) <= 0)
		return false;
	q->skip = udp ? sizeof(struct udphdr) : 0;
	if (q->icmp.len < q->skip + L2TP_HEAD_MIN)
		return false;
	data = q->icmp.data + q->skip;
	len = min_t(size_t, q->icmp.len - q->skip, L2TP_HEAD_MAX);
	/* The length field speaks of the whole packet. */
	return !(udp ? l2tp_udp_parse(data, len, U16_MAX, &q->head) :
		       l2tp_ip_parse(data, len, U16_MAX, &q->head));
}

/* The port is that of whoever opened the control connection: which one that is,
 * is not known.
 */
static int quote_in(struct l2tp_pkt *p, const struct quote *q, u32 *id)
{
	__be16 ports[2];
	int err;

	if (!q->skip) {
		err = nf_vpn_session_icmp(&p->pkt, id);
		return err == -ENOENT ? nf_vpn_icmp(&p->pkt) : err;
	}
	memcpy(ports, q->icmp.data, sizeof(ports));
	p->pkt.key.port = ports[0];
	err = nf_vpn_session_icmp(&p->pkt, id);
	if (err != -ENOENT || ports[0] == ports[1])
		return err;
	p->pkt.key.port = ports[1];
	return nf_vpn_session_icmp(&p->pkt, id);
}

/* As in known_in(). */
static int quote_in_any(struct l2tp_pkt *p, const struct quote *q, u32 *id)
{
	u32 call = p->head.tunnel << 16 | p->head.session;
	int err = quote_in(p, q, id);

	if (err != -ENOENT || p->pkt.key.space != L2TP_SPACE_CALL)
		return err;
	p->pkt.key.space = L2TP_SPACE_TUNNEL;
	p->pkt.key.id = cpu_to_be32(p->head.tunnel);
	err = quote_in(p, q, id);
	p->pkt.key.id = cpu_to_be32(call);
	*id = *id << 16 | p->head.session;
	return err;
}

static unsigned int icmp_in(struct l2tp_pkt *p, int off, u8 l4proto,
			    const struct nf_hook_state *state)
{
	unsigned int at, n = 4;
	struct quote q;
	u32 id = 0;

	if (!read_quote(p, off, &q))
		return NF_ACCEPT;
	if (!nf_vpn_icmp_is_sound(&p->pkt, off, l4proto, state)) {
		count(p, NF_VPN_CNT_BAD_ICMP);
		return NF_ACCEPT;
	}
	if (!nf_vpn_to_track(&p->pkt))
		return NF_ACCEPT;
	p->head = q.head;
	l2tp_set_id(p);
	p->pkt.key.zone = nf_vpn_zone(&p->pkt, IP_CT_DIR_REPLY);
	if (quote_in_any(p, &q, &id) || !id || cpu_to_be32(id) == p->pkt.key.id)
		return NF_ACCEPT;
	if (q.head.version == 2) {
		n = 2;
		if (!q.head.control)
			id >>= 16;
	}
	at = off + NF_VPN_ICMP_LEN + q.icmp.quote.payload + q.skip +
	     q.head.id_off;
	return l2tp_nat_quote(p->pkt.skb, off, at, id, n) ? NF_ACCEPT :
							    NF_DROP;
}

static bool is_attached(const struct sk_buff *skb)
{
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(skb);

	return ct && !nf_ct_is_template(ct);
}

/* An error may quote a packet of either kind. */
static noinline unsigned int
l2tp_icmp(struct sk_buff *skb, const struct nf_hook_state *state, int off,
	  u8 l4proto)
{
	static const u8 quoted[] = { IPPROTO_L2TP, IPPROTO_UDP };
	unsigned int i, verdict = NF_ACCEPT;
	struct l2tp_pkt p;

	for (i = 0; i < ARRAY_SIZE(quoted); i++) {
		pkt_init(&p, skb, state, quoted[i]);
		verdict = icmp_in(&p, off, l4proto, state);
		if (verdict != NF_ACCEPT || is_attached(skb))
			break;
	}
	return verdict;
}

static noinline unsigned int
l2tp_packet(struct sk_buff *skb, const struct nf_hook_state *state, int off,
	    u8 l4proto, bool fragment, const struct udphdr *udp)
{
	struct l2tp_pkt p;

	pkt_init(&p, skb, state, l4proto);
	if (unlikely(fragment)) {
		count(&p, NF_VPN_CNT_FRAGMENT);
		return NF_ACCEPT;
	}
	if (udp) {
		p.pkt.sport = udp->source;
		p.pkt.key.port = udp->dest;
	} else {
		/* UDP's checksum is over the addresses. */
		p.pkt.may_leave = state->hook == NF_INET_PRE_ROUTING;
	}
	return l2tp_in(&p, off);
}

static unsigned int udp_begin(struct sk_buff *skb,
			      const struct nf_hook_state *state, int off,
			      bool fragment)
{
	const struct udphdr *udp;
	struct udphdr buf;

	udp = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!udp || likely(udp->dest != htons(L2TP_PORT) &&
			   !nf_vpn_is_port(state->net, udp->dest)))
		return NF_ACCEPT;
	return l2tp_packet(skb, state, off, IPPROTO_UDP, fragment, udp);
}

static unsigned int l2tp_begin(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	u8 l4proto, icmp;
	bool fragment;
	int off;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off < 0)
		return NF_ACCEPT;
	if (l4proto == IPPROTO_UDP)
		return udp_begin(skb, state, off, fragment);
	if (l4proto == IPPROTO_L2TP)
		return l2tp_packet(skb, state, off, l4proto, fragment, NULL);
	icmp = state->pf == NFPROTO_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	return l4proto == icmp ? l2tp_icmp(skb, state, off, l4proto) :
				 NF_ACCEPT;
}

/* --- what leaves ----------------------------------------------------------- */

/* As the packet stands on the wire, on the server's side. */
static void set_outside(struct l2tp_pkt *p, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *reply;

	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	p->pkt.key.src = reply->dst.u3;
	p->pkt.key.dst = reply->src.u3;
	p->pkt.key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	l2tp_set_id(p);
}

static void served(struct l2tp_pkt *p, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	p->pkt.key.src = orig->src.u3;
	p->pkt.key.dst = orig->dst.u3;
	p->pkt.key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	l2tp_set_id(p);
	nf_vpn_served(&p->pkt, ct);
}

static unsigned int ip_control_out(struct l2tp_pkt *p, struct nf_conn *ct,
				   enum ip_conntrack_dir dir, bool asks)
{
	struct nf_vpn_control *control;
	unsigned int verdict;

	verdict = l2tp_control(p, ct, dir, &control);
	if (verdict != NF_ACCEPT || control || !asks)
		return verdict;
	/* From before this module came, or with hidden ids: who is answered is
	 * found as for sessions that were set up by hand.
	 */
	set_outside(p, ct);
	return nf_vpn_out(&p->pkt, ct) ? NF_DROP : NF_ACCEPT;
}

/* The router's own tunnels take part: their server may be the clients' as well. */
static unsigned int ip_out(struct l2tp_pkt *p, struct nf_conn *ct,
			   enum ip_conntrack_dir dir, int off, bool local)
{
	unsigned long status = READ_ONCE(ct->status);
	bool asks = dir == IP_CT_DIR_ORIGINAL && (local || status & IPS_SRC_NAT);

	if (asks && nf_vpn_stamp(&p->pkt, ct))
		return NF_DROP;
	if (unlikely(l2tp_read(p, off)))
		return NF_ACCEPT;
	if (unlikely(p->head.control))
		return ip_control_out(p, ct, dir, asks);
	if (asks) {
		set_outside(p, ct);
		return nf_vpn_out(&p->pkt, ct) ? NF_DROP : NF_ACCEPT;
	}
	if (dir == IP_CT_DIR_ORIGINAL && status & IPS_DST_NAT &&
	    status & IPS_SEEN_REPLY)
		served(p, ct);
	return NF_ACCEPT;
}

static unsigned int udp_out(struct l2tp_pkt *p, struct nf_conn *ct,
			    enum ip_conntrack_dir dir, int off)
{
	struct nf_vpn_control *control;
	unsigned int verdict;

	if (unlikely(l2tp_read(p, off)))
		return NF_ACCEPT;
	if (p->head.control) {
		verdict = l2tp_control(p, ct, dir, &control);
		if (verdict != NF_ACCEPT)
			return verdict;
	} else {
		control = l2tp_control_of(p, ct, dir);
	}
	if (dir == IP_CT_DIR_REPLY || IS_ERR_OR_NULL(control) ||
	    !control->wire_port)
		return NF_ACCEPT;
	return nf_vpn_udp_source(p->pkt.skb, p->udp, control->wire_port) ?
	       NF_ACCEPT : NF_DROP;
}

/* Is a packet L2TP by its conntrack entry? */
static bool is_l2tp(const struct net *net, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig;

	if (nf_ct_protonum(ct) == IPPROTO_L2TP)
		return true;
	if (nf_ct_protonum(ct) != IPPROTO_UDP)
		return false;
	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	return l2tp_is_udp(ct) || nf_vpn_is_port(net, orig->dst.u.udp.port);
}

/* Session ID zero begins a control message. */
static bool is_ip_control(const struct sk_buff *skb, int off)
{
	const __be32 *session;
	__be32 buf;

	session = skb_header_pointer(skb, off, sizeof(buf), &buf);
	return !session || !*session;
}

/* The T bit is the first of all. */
static bool is_udp_control(const struct sk_buff *skb, int off)
{
	const u8 *flags;
	u8 buf;

	flags = skb_header_pointer(skb, off + sizeof(struct udphdr),
				   sizeof(buf), &buf);
	return !flags || *flags & 0x80;
}

/* Is there nothing more to do?  Data of a known entry has been looked at where it
 * came in; that of servers inside is noted, and its port may be another on the
 * wire.
 */
static bool is_done(const struct sk_buff *skb, const struct nf_conn *ct,
		    enum ip_conntrack_dir dir,
		    const struct nf_hook_state *state, int off)
{
	if (nf_ct_protonum(ct) == IPPROTO_UDP)
		return !is_udp_control(skb, off) &&
		       (dir == IP_CT_DIR_REPLY ||
			!nf_vpn_has_wire_ports(state->net));
	return state->in && nf_ct_is_confirmed(ct) &&
	       !(READ_ONCE(ct->status) & IPS_DST_NAT) &&
	       !is_ip_control(skb, off);
}

/* Out of line, as kernels that clear what is on the stack do so even where it is
 * not used.
 */
static noinline unsigned int
packet_out(struct sk_buff *skb, struct nf_conn *ct, enum ip_conntrack_dir dir,
	   const struct nf_hook_state *state, int off)
{
	u8 l4proto = nf_ct_protonum(ct);
	struct l2tp_pkt p;

	pkt_init(&p, skb, state, l4proto);
	return l4proto == IPPROTO_UDP ? udp_out(&p, ct, dir, off) :
					ip_out(&p, ct, dir, off, !state->in);
}

static noinline unsigned int
l2tp_out(struct sk_buff *skb, struct nf_conn *ct, enum ip_conntrack_dir dir,
	 const struct nf_hook_state *state)
{
	bool fragment;
	u8 l4proto;
	int off;

	off = nf_vpn_header(skb, state->pf, &l4proto, &fragment);
	if (off < 0 || fragment || l4proto != nf_ct_protonum(ct) ||
	    likely(is_done(skb, ct, dir, state, off)))
		return NF_ACCEPT;
	return packet_out(skb, ct, dir, state, off);
}

static unsigned int l2tp_post_routing(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	/* An ICMP error about a tunnel has its entry as well. */
	if (!ct || ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY ||
	    likely(!is_l2tp(state->net, ct)))
		return NF_ACCEPT;
	/* What the router says as a server concerns nobody else. */
	if (!state->in && CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY)
		return NF_ACCEPT;
	return l2tp_out(skb, ct, CTINFO2DIR(ctinfo), state);
}

/* Answers to the router's own tunnels; and what nobody asked for. */
static unsigned int l2tp_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || likely(!is_l2tp(state->net, ct)))
		return NF_ACCEPT;
	if (ctinfo == IP_CT_NEW && nf_ct_protonum(ct) == IPPROTO_L2TP)
		nf_vpn_count(state->net, NF_VPN_L2TP, NF_VPN_CNT_UNKNOWN_ID);
	if (ctinfo != IP_CT_ESTABLISHED_REPLY)
		return NF_ACCEPT;
	return l2tp_out(skb, ct, IP_CT_DIR_REPLY, state);
}

/**
 * l2tp_data_owns - is an entry one that this module may stamp?
 * @ct: the entry
 *
 * Return: true if so.
 */
bool l2tp_data_owns(const struct nf_conn *ct)
{
	return nf_ct_protonum(ct) == IPPROTO_L2TP;
}

/**
 * l2tp_data_stamped - did this module make an entry's reply tuple unique?
 * @ct: the entry
 *
 * Nobody else gives a tuple of protocol 115 a port.
 *
 * Return: true if so.
 */
bool l2tp_data_stamped(const struct nf_conn *ct)
{
	return l2tp_data_owns(ct) &&
	       nf_ct_tuple(ct, IP_CT_DIR_REPLY)->dst.u.all;
}

static const struct nf_hook_ops data_ops[] = {
	{
		.hook		= l2tp_begin,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_CONNTRACK - 1,
	}, {
		.hook		= l2tp_local_in,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_NAT_SRC + 1,
	}, {
		.hook		= l2tp_post_routing,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_NAT_SRC + 1,
	}, {
		.hook		= l2tp_begin,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_CONNTRACK - 1,
	}, {
		.hook		= l2tp_local_in,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP6_PRI_NAT_SRC + 1,
	}, {
		.hook		= l2tp_post_routing,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_NAT_SRC + 1,
	},
};

const struct nf_vpn_hooks l2tp_data_hooks = {
	.ops = data_ops, .n = ARRAY_SIZE(data_ops),
};
