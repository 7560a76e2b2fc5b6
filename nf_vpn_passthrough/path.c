// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a packet: from a wire id to a conntrack entry.
 *
 * Outbound, the reply tuple of a new source-translated entry is stamped with a
 * flow id, so that the entries of several clients of one server no longer
 * clash.  Inbound, the wire id names the flow, the flow names the entry, and
 * the packet is tied to it before conntrack would look for an entry itself.
 *
 * A packet of a known flow takes no lock here and writes nothing shared but
 * what conntrack writes as well.
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include <net/netfilter/nf_conntrack_l4proto.h>
#include <net/netfilter/nf_conntrack_timeout.h>
#include "idmap.h"

static struct nf_conn *entry_of(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_conn *ct;

	ct = nf_vpn_entry_get(flow);
	if (likely(ct))
		return ct;
	ct = nf_vpn_flow_ct(vn, flow);
	if (ct)
		nf_vpn_entry_keep(vn, flow, ct);
	return ct;
}

static u32 public_bit(u8 l3num, const void *addr)
{
	const __be32 *word = addr;

	if (l3num == NFPROTO_IPV4)
		return hash_32((__force u32)*word, NF_VPN_PUBLIC_BITS);
	return hash_32(ipv6_addr_hash(addr), NF_VPN_PUBLIC_BITS);
}

/**
 * nf_vpn_public_add - a pair has come
 * @vn: the namespace
 * @pair: its key
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_public_add(struct nf_vpn_net *vn, const struct nf_vpn_key *pair)
{
	set_bit(public_bit(pair->l3num, &pair->dst), vn->publics);
}

/**
 * nf_vpn_is_public - may a packet to this address be for one of our flows?
 * @net: network namespace
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: 4 or 16 bytes, network byte order
 *
 * Spares packets that go out, and others' packets, the look-ups.
 *
 * Context: RCU read side.
 * Return: false if surely not.
 */
bool nf_vpn_is_public(const struct net *net, u8 l3num, const void *addr)
{
	return test_bit(public_bit(l3num, addr), nf_vpn_pernet_rcu(net)->publics);
}
EXPORT_SYMBOL_GPL(nf_vpn_is_public);

static u32 port_bit(__be16 port)
{
	return hash_32((__force u32)port, NF_VPN_PORT_BITS);
}

/**
 * nf_vpn_port_add - control connections use a port
 * @vn: the namespace
 * @port: the port
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_port_add(struct nf_vpn_net *vn, __be16 port)
{
	set_bit(port_bit(port), vn->ports);
}

/**
 * nf_vpn_is_port - may a packet to this port be of one of our sessions?
 * @net: network namespace
 * @port: the port
 *
 * Context: RCU read side.
 * Return: false if surely not.
 */
bool nf_vpn_is_port(const struct net *net, __be16 port)
{
	return test_bit(port_bit(port), nf_vpn_pernet_rcu(net)->ports);
}
EXPORT_SYMBOL_GPL(nf_vpn_is_port);

/**
 * nf_vpn_account_reply - do what conntrack's generic tracker does for a reply
 * @pkt: the packet
 * @ct: its conntrack entry
 * @timeout: how long the entry lives on (jiffies)
 * @supported: the entry is not to be dropped early
 */
void nf_vpn_account_reply(const struct nf_vpn_pkt *pkt, struct nf_conn *ct,
			  unsigned int timeout, bool supported)
{
	nf_ct_refresh_acct(ct, IP_CT_ESTABLISHED_REPLY, pkt->skb, timeout);
	if (!test_bit(IPS_SEEN_REPLY_BIT, &ct->status) &&
	    !test_and_set_bit(IPS_SEEN_REPLY_BIT, &ct->status))
		nf_conntrack_event_cache(IPCT_REPLY, ct);
	if (supported && !test_bit(IPS_ASSURED_BIT, &ct->status) &&
	    !test_and_set_bit(IPS_ASSURED_BIT, &ct->status))
		nf_conntrack_event_cache(IPCT_ASSURED, ct);
}

static unsigned int generic_timeout(const struct net *net,
				    const struct nf_conn *ct)
{
	const unsigned int *timeout = nf_ct_timeout_lookup(ct);

	return timeout ? *timeout : nf_generic_pernet((struct net *)net)->timeout;
}

/* An entry that nf_vpn_expect_entry() made, before the firewall let anything
 * pass.
 */
static bool is_spoken_to(const struct nf_vpn_flow *flow,
			 const struct nf_conn *ct)
{
	return !test_bit(IPS_SEEN_REPLY_BIT, &ct->status) &&
	       READ_ONCE(flow->spoken_to);
}

static void attach_in(struct nf_vpn_pkt *pkt, const struct nf_vpn_flow *flow,
		      struct nf_conn *ct, bool supported)
{
	if (unlikely(is_spoken_to(flow, ct))) {
		nf_vpn_attach(pkt, ct, IP_CT_RELATED_REPLY);
		nf_ct_refresh_acct(ct, IP_CT_RELATED_REPLY, pkt->skb,
				   generic_timeout(pkt->net, ct));
	} else {
		nf_vpn_attach(pkt, ct, IP_CT_ESTABLISHED_REPLY);
		nf_vpn_account_reply(pkt, ct, generic_timeout(pkt->net, ct),
				     supported);
	}
}

/**
 * nf_vpn_in_copy - let a copy of an inbound packet go to a further flow
 * @vn: the namespace
 * @pkt: the packet
 * @flow: the flow
 *
 * Context: PRE_ROUTING; RCU read side.
 */
void nf_vpn_in_copy(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		    struct nf_vpn_flow *flow)
{
	struct nf_vpn_pkt copy = *pkt;
	struct nf_conn *ct;

	ct = entry_of(vn, flow) ?: nf_vpn_expect_entry(vn, flow);
	if (!ct)
		return;
	copy.tmpl = NULL;
	copy.skb = nf_vpn_copy(pkt->skb);
	if (!copy.skb) {
		nf_ct_put(ct);
		return;
	}
	attach_in(&copy, flow, ct, false);
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_COPIED);
	nf_vpn_receive(copy.skb);
}

/* What it says, and when it is answered, is evidence for new inbound ids. */
static bool is_unsettled(const struct nf_vpn_flow *flow)
{
	return READ_ONCE(flow->n_unsupported) || READ_ONCE(flow->waiting) ||
	       READ_ONCE(flow->expects);
}

/* Nothing is open about an inbound id, or about others that its packets would
 * tell something of.
 */
static bool in_is_settled(const struct nf_vpn_net *vn,
			  const struct nf_vpn_id *id)
{
	const struct nf_vpn_flow *flow = id->flow;

	return READ_ONCE(id->state) != NF_VPN_STATE_PROVISIONAL &&
	       !READ_ONCE(flow->asked) && !is_unsettled(flow) &&
	       !READ_ONCE(vn->nwaiting);
}

static int in_found(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		    struct nf_vpn_id *id)
{
	struct nf_conn *ct;
	bool supported;

	if (unlikely(id->flow->served))
		return 0;
	if (unlikely(nf_vpn_may_leave(vn, pkt)) && in_is_settled(vn, id) &&
	    nf_vpn_lease_use(vn, pkt, id->flow, NF_VPN_DIR_IN)) {
		nf_vpn_touch(&id->last);
		return 1;
	}
	ct = entry_of(vn, id->flow);
	if (unlikely(!ct))
		ct = nf_vpn_expect_entry(vn, id->flow);
	if (unlikely(!ct)) {
		nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_STALE);
		return READ_ONCE(vn->draining[pkt->proto]) ? -EAGAIN : -ESTALE;
	}
	nf_vpn_touch(&id->last);
	supported = READ_ONCE(id->state) != NF_VPN_STATE_PROVISIONAL;
	attach_in(pkt, id->flow, ct, supported);
	if (unlikely(READ_ONCE(id->flow->asked)))
		nf_vpn_expect_heard(vn, id);
	if (unlikely(!supported))
		nf_vpn_support_heard(vn, pkt, id);
	else if (unlikely(is_unsettled(id->flow)))
		nf_vpn_said_answered(id->flow);
	if (unlikely(READ_ONCE(vn->nwaiting)))
		nf_vpn_support_watch(vn, pkt, id);
	return 0;
}

/**
 * nf_vpn_icmp - lead an ICMP error to the client whose packet it quotes
 * @pkt: the packet; the key is that of the quoted packet, so that key.src is
 *	the public address and key.dst the server
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: 0 if the packet is attached now; -ENOENT if no flow sends with that
 * id; -ESTALE if its conntrack entry is gone.
 */
int nf_vpn_icmp(struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_net *vn = nf_vpn_pernet_rcu(pkt->net);
	struct nf_vpn_id *id;
	struct nf_conn *ct;

	id = nf_vpn_id_find(vn, &pkt->key);
	if (!id || id->dir != NF_VPN_DIR_OUT || id->flow->session)
		return -ENOENT;
	ct = nf_vpn_flow_ct(vn, id->flow);
	if (!ct)
		return -ESTALE;
	nf_vpn_attach(pkt, ct, IP_CT_RELATED_REPLY);
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_ICMP_RELATED);
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_icmp);

static bool sent_by(const struct nf_vpn_id *id, const struct nf_conn *ct)
{
	return nf_inet_addr_cmp(&id->flow->orig.src.u3,
				&nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->src.u3) &&
	       id->flow->zone.id == nf_ct_zone(ct)->id &&
	       id->dir == NF_VPN_DIR_OUT;
}

/* Is it of a session, and that its client's own? */
static int session_out(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		       const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig;
	struct nf_vpn_key client = pkt->key, key = pkt->key;
	const struct nf_vpn_id *id;

	key.space |= NF_VPN_SPACE_LEAVING;
	id = nf_vpn_id_find(vn, &key);
	if (likely(!id))
		return -ENOENT;
	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	if (likely(nf_inet_addr_cmp(&id->flow->node.key.src, &orig->src.u3) &&
		   id->flow->zone.id == nf_ct_zone(ct)->id))
		return 0;
	client.src = orig->src.u3;
	nf_vpn_refuse(vn, NF_VPN_CNT_CLASH, pkt->proto, &client, &pkt->key,
		      NF_VPN_DIR_OUT, &id->flow->node.key.src);
	return -EEXIST;
}

/**
 * nf_vpn_out - note an outbound packet of a source-translated flow
 * @pkt: the packet; key.src is the public address, key.dst the server
 * @ct: its conntrack entry, in original direction
 *
 * Context: POST_ROUTING, right after source NAT; RCU read side.
 * Return: 0 if the packet may go; -EAGAIN if it must wait until another
 * client's probe is over; -EEXIST if another client sends with that id;
 * -EDQUOT, -EUSERS, -ENOSPC or -ENOMEM if the flow cannot be recorded.  All but
 * 0 are counted, and the packet must be dropped: its answer could be taken for
 * another client's.
 */
int nf_vpn_out(struct nf_vpn_pkt *pkt, struct nf_conn *ct)
{
	struct nf_vpn_net *vn = nf_vpn_pernet_rcu(pkt->net);
	struct nf_vpn_flow *flow;
	struct nf_vpn_id *id;
	int err;

	if (unlikely(READ_ONCE(vn->draining[pkt->proto])))
		return 0;
	id = nf_vpn_id_find(vn, &pkt->key);
	if (unlikely(!id || !sent_by(id, ct))) {
		/* What a control connection told needs no asking. */
		err = session_out(vn, pkt, ct);
		return err == -ENOENT ? nf_vpn_binder_new(vn, pkt, ct) : err;
	}
	nf_vpn_touch(&id->last);
	flow = id->flow;
	/* What comes back from now on answers it. */
	if (unlikely(READ_ONCE(flow->spoken_to)))
		WRITE_ONCE(flow->spoken_to, false);
	if (unlikely(READ_ONCE(id->state) == NF_VPN_STATE_WAITING ||
		     (nf_vpn_expect_lacks(flow) && !READ_ONCE(flow->asked))))
		return nf_vpn_binder_send(vn, &pkt->key, flow);
	if (unlikely(is_unsettled(flow)))
		nf_vpn_said_now(flow);
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_out);

/* What has nothing to wait for, and no evidence to give, need not be looked at
 * where it leaves.
 */
static int out_found(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		     struct nf_vpn_id *id)
{
	struct nf_vpn_flow *flow = id->flow;
	struct nf_conn *ct;

	if (unlikely(READ_ONCE(id->state) == NF_VPN_STATE_WAITING ||
		     is_unsettled(flow) || READ_ONCE(flow->spoken_to) ||
		     READ_ONCE(vn->draining[pkt->proto])))
		return -ENOENT;
	if (unlikely(nf_vpn_may_leave(vn, pkt)) &&
	    nf_vpn_lease_use(vn, pkt, flow, NF_VPN_DIR_OUT)) {
		nf_vpn_touch(&id->last);
		return 1;
	}
	ct = entry_of(vn, flow);
	if (unlikely(!ct))
		return -ENOENT;
	if (unlikely(!test_bit(IPS_SEEN_REPLY_BIT, &ct->status))) {
		nf_ct_put(ct);
		return -ENOENT;
	}
	nf_vpn_touch(&id->last);
	nf_vpn_attach(pkt, ct, IP_CT_ESTABLISHED);
	nf_ct_refresh_acct(ct, IP_CT_ESTABLISHED, pkt->skb,
			   generic_timeout(pkt->net, ct));
	return 0;
}

/**
 * nf_vpn_found - tie a packet to the flow of its id
 * @vn: the namespace
 * @pkt: the packet
 * @id: its id, no session's
 *
 * Context: as nf_vpn_in().
 * Return: as nf_vpn_in().
 */
int nf_vpn_found(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
		 struct nf_vpn_id *id)
{
	if (id->inside)
		return out_found(vn, pkt, id->other);
	return id->dir == NF_VPN_DIR_IN ? in_found(vn, pkt, id) : -ENOENT;
}

/**
 * nf_vpn_in - tie a packet to the flow that owns its id
 * @pkt: the packet, as it comes in from either side: key.src is the server and
 *	key.dst the public address, or key.src is the client and key.dst the
 *	server; key.zone is that of the direction
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: 0 if the packet is attached now, or conntrack itself knows where it
 * goes; 1 if it was sent, and is not to be touched any more, which nobody gets who
 * has not set nf_vpn_pkt.may_leave; -ENOENT if nobody owns the id, or what the
 * packet asks for must be looked at; -ESTALE if its flow's conntrack entry is
 * gone, which is counted; -EAGAIN likewise, while the mode is being left: the
 * packet must be dropped, lest it makes an entry the wrong way round, which no
 * client could get past.
 */
int nf_vpn_in(struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_net *vn = nf_vpn_pernet_rcu(pkt->net);
	struct nf_vpn_id *id = nf_vpn_id_find(vn, &pkt->key);

	return id ? nf_vpn_found(vn, pkt, id) : -ENOENT;
}
EXPORT_SYMBOL_GPL(nf_vpn_in);

/* The entry of a packet that was sent in original direction and is translated. */
static struct nf_conn *original_ct(const struct nf_vpn_pkt *pkt)
{
	struct nf_conntrack_tuple tuple = {
		.src.u3 = pkt->key.src,
		.src.l3num = pkt->key.l3num,
		.dst.u3 = pkt->key.dst,
		.dst.protonum = pkt->key.l4proto,
	};
	struct nf_conntrack_zone buf;
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;

	h = nf_conntrack_find_get(pkt->net, nf_ct_zone_tmpl(pkt->tmpl, pkt->skb,
							    &buf), &tuple);
	if (!h)
		return NULL;
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (NF_CT_DIRECTION(h) == IP_CT_DIR_ORIGINAL &&
	    READ_ONCE(ct->status) & IPS_SRC_NAT && !nf_ct_is_dying(ct))
		return ct;
	nf_ct_put(ct);
	return NULL;
}

/**
 * nf_vpn_out_first - may an outbound packet go whose id is not known, or not
 *	answered?
 * @pkt: the packet, as it comes in from the inside; its key is changed
 *
 * If there is an entry already, it is asked here; else where the packet leaves,
 * once its translation is known.
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: as nf_vpn_out(); -ENOENT if the packet has no such entry.
 */
int nf_vpn_out_first(struct nf_vpn_pkt *pkt)
{
	const struct nf_conntrack_tuple *reply;
	struct nf_conn *ct = original_ct(pkt);
	int err;

	if (!ct)
		return -ENOENT;
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	pkt->key.src = reply->dst.u3;
	pkt->key.dst = reply->src.u3;
	pkt->key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	err = nf_vpn_out(pkt, ct);
	nf_ct_put(ct);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_out_first);

/**
 * nf_vpn_served - note a packet for a server inside
 * @pkt: the packet; key.src is the peer, key.dst the public address
 * @ct: its conntrack entry, in original direction, destination-translated,
 *	which the server has answered
 *
 * Conntrack finds such packets by itself.  The core need only know the id, so
 * that it is not taken for the answer to an inside client of the same peer.
 *
 * Context: POST_ROUTING; RCU read side.
 */
void nf_vpn_served(const struct nf_vpn_pkt *pkt, const struct nf_conn *ct)
{
	struct nf_vpn_net *vn = nf_vpn_pernet_rcu(pkt->net);
	struct nf_vpn_id *id = nf_vpn_id_find(vn, &pkt->key);

	if (likely(id))
		nf_vpn_touch(&id->last);
	else
		nf_vpn_binder_served(vn, pkt, ct);
}
EXPORT_SYMBOL_GPL(nf_vpn_served);
