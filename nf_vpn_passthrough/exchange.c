// SPDX-License-Identifier: GPL-2.0-only
/*
 * Key exchanges beside the tunnels that they are about.
 *
 * An exchange and its tunnel have the same addresses, and each its own conntrack
 * entry: each keeps the other's alive, and shows what the other needs.
 *
 * Of the clients of a pair one after the other is let have its exchange, until
 * the new id has come: then nobody has to guess.  Whoever is held up repeats its
 * request, as IKE does with what is not answered, and loses nothing.
 */
#include <net/netfilter/nf_conntrack_core.h>
#include "idmap.h"

#define IKE_PORT	500		/* RFC 7296, 2 */
#define RECENT		(10 * HZ)
#define TRIES		8
#define GUESSES		2
#define SAYS_WITHIN	(HZ / 2)
#define HOLD_MAX	(10 * HZ)	/* then it goes on beside others */
#define WORKS_WITHIN	(30 * HZ)
#define ENTRY_TIMEOUT	(600 * HZ)
#define KEEP_BUSY	(30 * HZ)
#define KEEP_EXCHANGE	(180 * HZ)	/* dead peers are looked for by then */
#define KEEP_TUNNEL	(300 * HZ)

/* A flow between the addresses of a key exchange. */
static void flow_like(const struct nf_conn *ct, enum nf_vpn_proto proto,
		      u8 l4proto, struct nf_vpn_flow *like,
		      struct nf_vpn_key *pair)
{
	const struct nf_conntrack_tuple *orig;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	like->proto = proto;
	like->zone = *nf_ct_zone(ct);
	like->orig = (struct nf_conntrack_tuple) {
		.src = { .u3 = orig->src.u3, .l3num = nf_ct_l3num(ct) },
		.dst = { .u3 = orig->dst.u3, .protonum = l4proto,
			 .dir = IP_CT_DIR_ORIGINAL },
	};
	nf_vpn_tuple_key(ct, IP_CT_DIR_ORIGINAL, like->zone.id,
			 &like->node.key);
	nf_vpn_tuple_key(ct, IP_CT_DIR_REPLY,
			 nf_ct_zone_id(&like->zone, IP_CT_DIR_REPLY), pair);
	like->node.key.l4proto = l4proto;
	pair->l4proto = l4proto;
}

static struct nf_vpn_flow *flow_get(struct nf_vpn_net *vn,
				    const struct nf_vpn_flow *like,
				    const struct nf_vpn_key *pair)
{
	struct nf_vpn_flow *flow = nf_vpn_flow_find(vn, &like->node.key);

	if (flow && (!flow->pair || flow->served)) {
		nf_vpn_flow_del(vn, flow);
		flow = NULL;
	}
	if (flow)
		return flow;
	flow = nf_vpn_flow_add(vn, like, pair);
	if (!IS_ERR(flow))
		nf_vpn_static_apply(vn, flow);
	return flow;
}

static bool has_turn(const struct nf_vpn_flow *flow)
{
	return flow->pair->exchange == flow->nr;
}

static void turn_begin(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	flow->pair->exchange = flow->nr;
	flow->pair->exchange_end = (u32)jiffies +
		(u32)msecs_to_jiffies(READ_ONCE(vn->limits.probe_ms));
}

/**
 * nf_vpn_exchange_met - what a flow's key exchange announced has come, or will
 *	not come
 * @flow: the flow
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_exchange_met(struct nf_vpn_flow *flow)
{
	flow->held_since = 0;
	flow->vain = false;
	if (has_turn(flow))
		flow->pair->exchange = 0;
}

/**
 * nf_vpn_exchange_holder - whose exchange is it that an id is expected of?
 * @vn: the namespace
 * @pair: the pair
 *
 * Context: nf_vpn_net.lock held.
 * Return: a flow, or NULL.
 */
struct nf_vpn_flow *nf_vpn_exchange_holder(struct nf_vpn_net *vn,
					   struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *flow;

	if (!pair->exchange)
		return NULL;
	flow = xa_load(&vn->by_nr, pair->exchange);
	if (flow && flow->pair == pair &&
	    (s32)((u32)jiffies - pair->exchange_end) < 0)
		return flow;
	pair->exchange = 0;
	/* Who has not said anything yet may do so later. */
	if (flow && flow->pair == pair)
		flow->vain = flow->asked || !flow->expects;
	return NULL;
}

/* For how long it has been held up is looked at for as long as it has to be. */
static bool held_for_too_long(struct nf_vpn_flow *flow)
{
	/* Not zero: that stands for "not held up". */
	if (!flow->held_since)
		flow->held_since = (u32)jiffies | 1;
	return (s32)((u32)jiffies - flow->held_since) >= HOLD_MAX;
}

/**
 * nf_vpn_exchange_ask - may a flow that expects an id send something?
 * @vn: the namespace
 * @flow: the flow
 *
 * Who said nothing while it had its turn, must not now get what is for another
 * one that has it.  A tunnel that works and re-keys is never held up.
 *
 * Context: nf_vpn_net.lock held.
 * Return: true if so.
 */
bool nf_vpn_exchange_ask(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_flow *holder = nf_vpn_exchange_holder(vn, flow->pair);

	/* Once for what it expects. */
	if (!holder ? !flow->doubted : holder == flow && !flow->asked)
		turn_begin(vn, flow);
	return !holder || holder == flow || flow->n[NF_VPN_DIR_IN] ||
	       held_for_too_long(flow);
}

/* Whose last one came to nothing keeps nobody from his. */
static bool may_begin(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_flow *holder = nf_vpn_exchange_holder(vn, flow->pair);

	if (!holder) {
		if (!flow->vain)
			turn_begin(vn, flow);
		return true;
	}
	return holder == flow || held_for_too_long(flow);
}

/**
 * nf_vpn_exchange_turn - may a request go that will announce an inbound id?
 * @ct: conntrack entry of the exchange, source-translated
 * @proto: protocol that the id belongs to
 * @l4proto: IP protocol number of packets with the id
 *
 * Context: RCU read side.
 * Return: 0 if so; -EAGAIN if it should be dropped, for another client's new id
 * is to come first, which is counted.
 */
int nf_vpn_exchange_turn(const struct nf_conn *ct, enum nf_vpn_proto proto,
			 u8 l4proto)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;
	bool may = true;

	if (READ_ONCE(vn->policy[proto]) != NF_VPN_POLICY_IKE ||
	    READ_ONCE(vn->draining[proto]))
		return 0;
	flow_like(ct, proto, l4proto, &like, &pair);
	spin_lock_bh(&vn->lock);
	flow = vn->dead ? NULL : flow_get(vn, &like, &pair);
	if (!IS_ERR_OR_NULL(flow))
		may = may_begin(vn, flow);
	spin_unlock_bh(&vn->lock);
	if (may)
		return 0;
	nf_vpn_inc(vn, proto, NF_VPN_CNT_EXCHANGE_WAIT);
	return -EAGAIN;
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_turn);

/**
 * nf_vpn_exchange_refused - a key exchange ended without a tunnel
 * @ct: conntrack entry of the exchange, source-translated
 * @proto: protocol that an id would have belonged to
 * @l4proto: IP protocol number of packets with such an id
 *
 * Context: RCU read side.
 */
void nf_vpn_exchange_refused(const struct nf_conn *ct, enum nf_vpn_proto proto,
			     u8 l4proto)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;

	flow_like(ct, proto, l4proto, &like, &pair);
	spin_lock_bh(&vn->lock);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	if (flow && flow->pair && !flow->served)
		nf_vpn_exchange_met(flow);
	spin_unlock_bh(&vn->lock);
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_refused);

/**
 * nf_vpn_exchange_renewed - a key exchange was about the exchanges themselves
 * @ct: their conntrack entry, source-translated
 * @proto: protocol of the tunnels
 * @l4proto: IP protocol number of their packets
 *
 * Context: RCU read side.
 */
void nf_vpn_exchange_renewed(const struct nf_conn *ct, enum nf_vpn_proto proto,
			     u8 l4proto)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;

	flow_like(ct, proto, l4proto, &like, &pair);
	spin_lock_bh(&vn->lock);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	/* A tunnel without an id still expects the first one. */
	if (flow && flow->pair && !flow->served && flow->n[NF_VPN_DIR_IN] &&
	    nf_vpn_expect_lacks(flow))
		nf_vpn_expect_less(flow);
	spin_unlock_bh(&vn->lock);
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_renewed);

/**
 * nf_vpn_exchange_rtt - learn how long a server takes for a key exchange
 * @ct: conntrack entry of the exchange, source-translated
 * @proto: protocol of its tunnels
 * @l4proto: IP protocol number of their packets
 * @took: time from a request to its answer (jiffies)
 *
 * Context: RCU read side.
 */
void nf_vpn_exchange_rtt(const struct nf_conn *ct, enum nf_vpn_proto proto,
			 u8 l4proto, u32 took)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_flow like = {};
	struct nf_vpn_pair *pair;
	struct nf_vpn_key key;

	flow_like(ct, proto, l4proto, &like, &key);
	pair = nf_vpn_pair_find(vn, &key);
	if (pair)
		nf_vpn_said_exchange(pair, took);
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_rtt);

static int expect(struct nf_vpn_net *vn, const struct nf_vpn_flow *like,
		  const struct nf_vpn_key *pair, bool further)
{
	struct nf_vpn_flow *flow = flow_get(vn, like, pair);

	if (IS_ERR(flow))
		return PTR_ERR(flow);
	if (nf_vpn_flow_state(flow) == NF_VPN_STATE_STATIC)
		return 0;
	nf_vpn_expect_more(vn, flow, further);
	/* Who has something to say says it now. */
	if (has_turn(flow))
		flow->pair->exchange_end = (u32)jiffies + SAYS_WITHIN +
					   2 * nf_vpn_said_rtt(flow->pair);
	return 0;
}

/**
 * nf_vpn_expect - a key exchange was completed: an inbound id will come
 * @ct: conntrack entry of the exchange, source-translated
 * @proto: protocol that the id belongs to
 * @l4proto: IP protocol number of packets with the id
 * @further: it is another one than was announced before
 *
 * Does nothing if the binder's policy does not look at it, or mode on is being
 * left.
 *
 * Context: RCU read side.
 * Return: 0; -EDQUOT, -EUSERS, -ENOSPC or -ENOMEM if the flow cannot be
 * recorded, which is counted.
 */
int nf_vpn_expect(const struct nf_conn *ct, enum nf_vpn_proto proto, u8 l4proto,
		  bool further)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	enum nf_vpn_policy policy = READ_ONCE(vn->policy[proto]);
	struct nf_vpn_flow like = {};
	struct nf_vpn_key pair;
	int err = 0;

	if (policy != NF_VPN_POLICY_IKE && policy != NF_VPN_POLICY_STRICT)
		return 0;
	flow_like(ct, proto, l4proto, &like, &pair);
	spin_lock_bh(&vn->lock);
	if (!READ_ONCE(vn->draining[proto]) && !vn->dead)
		err = expect(vn, &like, &pair, further);
	spin_unlock_bh(&vn->lock);
	if (err)
		nf_vpn_refuse(vn, nf_vpn_why(err), proto, &like.node.key, NULL,
			      NF_VPN_DIR_OUT, NULL);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_expect);

/* Does it work?  Then the client has two tunnels. */
static bool works(const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_id *id;

	list_for_each_entry(id, &flow->ids, list)
		if (id->dir == NF_VPN_DIR_IN &&
		    id->state >= NF_VPN_STATE_BOUND &&
		    nf_vpn_idle(&id->last) < WORKS_WITHIN)
			return true;
	return false;
}

/**
 * nf_vpn_expect_none - a client has found another way than bare packets
 * @ct: conntrack entry of what it uses instead, with the same server
 * @proto: protocol of the ids that are not needed
 * @l4proto: IP protocol number of packets with such an id
 *
 * Its flow goes, unless that works, so that it is nobody's rival.
 *
 * Context: RCU read side.
 */
void nf_vpn_expect_none(const struct nf_conn *ct, enum nf_vpn_proto proto,
			u8 l4proto)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;

	flow_like(ct, proto, l4proto, &like, &pair);
	spin_lock_bh(&vn->lock);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	if (flow && flow->pair && !flow->served &&
	    nf_vpn_flow_state(flow) != NF_VPN_STATE_STATIC && !works(flow))
		nf_vpn_flow_del(vn, flow);
	spin_unlock_bh(&vn->lock);
}
EXPORT_SYMBOL_GPL(nf_vpn_expect_none);

/**
 * nf_vpn_exchange_ct - the conntrack entry of the key exchange beside a tunnel
 * @net: network namespace
 * @zone: conntrack zone
 * @tunnel: original tuple of the tunnel's entry
 *
 * Context: RCU read side.
 * Return: the entry with a reference taken, or NULL.
 */
struct nf_conn *nf_vpn_exchange_ct(struct net *net,
				   const struct nf_conntrack_zone *zone,
				   const struct nf_conntrack_tuple *tunnel)
{
	struct nf_conntrack_tuple tuple = *tunnel;
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;

	tuple.src.u.udp.port = htons(IKE_PORT);
	tuple.dst.u.udp.port = htons(IKE_PORT);
	tuple.dst.protonum = IPPROTO_UDP;
	h = nf_conntrack_find_get(net, zone, &tuple);
	if (!h)
		return NULL;
	ct = nf_ct_tuplehash_to_ctrack(h);
	if (NF_CT_DIRECTION(h) == IP_CT_DIR_ORIGINAL && !nf_ct_is_dying(ct))
		return ct;
	nf_ct_put(ct);
	return NULL;
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_ct);

/* The entry of its key exchange; both are to leave from the same public address. */
static struct nf_conn *consent_of(struct nf_vpn_net *vn,
				  const struct nf_vpn_flow *flow)
{
	struct nf_conn *ct = nf_vpn_exchange_ct(vn->net, &flow->zone,
						&flow->orig);
	const struct nf_conntrack_tuple *reply;

	if (!ct)
		return NULL;
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	if (test_bit(IPS_SEEN_REPLY_BIT, &ct->status) &&
	    nf_inet_addr_cmp(&reply->src.u3, nf_vpn_flow_peer(flow)) &&
	    nf_inet_addr_cmp(&reply->dst.u3, nf_vpn_flow_public(flow)))
		return ct;
	nf_ct_put(ct);
	return NULL;
}

static struct nf_conn *make_entry(struct nf_vpn_net *vn,
				  struct nf_vpn_flow *flow)
{
	struct nf_vpn_entry want = {
		.zone = flow->zone, .tuple = { flow->orig },
		.timeout = ENTRY_TIMEOUT, .stamp = true,
	};
	struct nf_conntrack_tuple *reply = &want.tuple[IP_CT_DIR_REPLY];
	struct nf_conn *ct, *consent;

	nf_ct_invert_tuple(reply, &flow->orig);
	reply->src.u3 = *nf_vpn_flow_peer(flow);
	reply->dst.u3 = *nf_vpn_flow_public(flow);
	consent = consent_of(vn, flow);
	if (!consent)
		return NULL;
	/* Not its master: what the client sends is as new as without it. */
	nf_vpn_entry_marks(&want, consent);
	want.masq_index = nf_vpn_masq_index(consent);
	nf_ct_put(consent);
	ct = nf_vpn_entry_create(vn, &want);
	if (IS_ERR(ct)) {
		nf_vpn_inc(vn, flow->proto, nf_vpn_why(PTR_ERR(ct)));
		return NULL;
	}
	WRITE_ONCE(flow->spoken_to, true);
	flow->flow_id = ntohs(nf_ct_tuple(ct, IP_CT_DIR_REPLY)->dst.u.all);
	return ct;
}

/**
 * nf_vpn_expect_entry - make the conntrack entry of a flow that is spoken to
 *	before it has spoken
 * @vn: the namespace
 * @flow: the flow
 *
 * Only as long as the entry of its key exchange lives: that is the firewall's
 * consent, and "ct state" calls it related to that one.
 *
 * Context: RCU read side.
 * Return: the entry with a reference taken, or NULL.
 */
struct nf_conn *nf_vpn_expect_entry(struct nf_vpn_net *vn,
				    struct nf_vpn_flow *flow)
{
	struct nf_conn *ct = NULL;

	if (flow->proto != NF_VPN_IPSEC)
		return NULL;
	spin_lock_bh(&vn->lock);
	if (nf_vpn_flow_find(vn, &flow->node.key) == flow &&
	    !READ_ONCE(vn->draining[flow->proto])) {
		ct = nf_vpn_flow_ct(vn, flow);
		if (!ct)
			ct = make_entry(vn, flow);
	}
	spin_unlock_bh(&vn->lock);
	return ct;
}

/* Whom may a gateway mean that begins an IKE SA, or goes over to one that was
 * agreed on under encryption?  Who has just had an exchange with it; if that was
 * not right, one after the other, for it repeats what is not answered.
 */
static struct nf_vpn_flow *likely_peer(struct nf_vpn_pair *pair)
{
	struct list_head *queues[] = { &pair->asked, &pair->expecting };
	struct nf_vpn_flow *flow, *best = NULL;
	unsigned int i, tries = 0;

	for (i = 0; i < ARRAY_SIZE(queues); i++)
		list_for_each_entry(flow, queues[i], queue) {
			if (nf_vpn_idle(&flow->expected_at) <= RECENT &&
			    flow->guesses < GUESSES &&
			    (!best || nf_vpn_idle(&flow->expected_at) <
				      nf_vpn_idle(&best->expected_at)))
				best = flow;
			if (++tries % TRIES == 0)
				break;
		}
	if (best) {
		best->guesses++;
		return best;
	}
	flow = list_first_entry(&pair->flows, struct nf_vpn_flow, pair_list);
	list_move_tail(&flow->pair_list, &pair->flows);
	return flow->served ? NULL : flow;
}

static struct nf_conn *guess(struct nf_vpn_net *vn, const struct nf_vpn_key *key)
{
	struct nf_vpn_pair *pair = nf_vpn_pair_find(vn, key);
	struct nf_vpn_flow *flow;
	struct nf_conn *ct = NULL;
	unsigned int i;

	for (i = 0; pair && !ct && i < min_t(u32, pair->nflows, TRIES);
	     i++) {
		flow = likely_peer(pair);
		if (flow)
			ct = nf_vpn_exchange_ct(vn->net, &flow->zone,
						&flow->orig);
	}
	return ct;
}

/* Does the packet go on with something of the router's own? */
static bool is_own(const struct nf_vpn_pkt *pkt)
{
	struct nf_conntrack_tuple_hash *h;
	struct nf_conntrack_tuple tuple;
	struct nf_conntrack_zone zone;
	struct nf_conn *ct;
	bool own;

	if (!nf_ct_get_tuplepr(pkt->skb, skb_network_offset(pkt->skb),
			       pkt->key.l3num, pkt->net, &tuple))
		return true;
	h = nf_conntrack_find_get(pkt->net, nf_ct_zone_tmpl(pkt->tmpl, pkt->skb,
							    &zone), &tuple);
	if (!h)
		return false;
	ct = nf_ct_tuplehash_to_ctrack(h);
	own = !(READ_ONCE(ct->status) & IPS_SRC_NAT);
	nf_ct_put(ct);
	return own;
}

/**
 * nf_vpn_exchange_guess - tie a message of an unknown key exchange to a client's
 * @pkt: the packet; key.src is the server, key.dst the public address
 * @l4proto: IP protocol number of the tunnels that the exchange is about
 *
 * For clients that have the same port on the wire, where conntrack would take it
 * for the first one's.
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 */
void nf_vpn_exchange_guess(struct nf_vpn_pkt *pkt, u8 l4proto)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	struct nf_vpn_key key = pkt->key;
	struct nf_conn *ct;

	key.id = 0;
	key.more = 0;
	key.l4proto = l4proto;
	if (!nf_vpn_pair_find(vn, &key) || is_own(pkt))
		return;
	spin_lock_bh(&vn->lock);
	ct = guess(vn, &key);
	spin_unlock_bh(&vn->lock);
	if (ct)
		nf_vpn_control_attach(pkt, ct);
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_guess);

static void keep(struct nf_conn *ct, u32 timeout)
{
	if (!test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status) &&
	    !nf_ct_is_dying(ct) && nf_ct_expires(ct) < timeout)
		WRITE_ONCE(ct->timeout, nfct_time_stamp + timeout);
}

/**
 * nf_vpn_exchange_keep - let a key exchange and its tunnel keep each other's
 *	conntrack entry alive
 * @control: control connection of the exchange
 * @ct: its conntrack entry
 * @l4proto: IP protocol number of the tunnel
 * @idle: how long ago a message of the exchange was seen (jiffies)
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_exchange_keep(const struct nf_vpn_control *control,
			  struct nf_conn *ct, u8 l4proto, u32 idle)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_flow like = {}, *flow;
	struct nf_vpn_key pair;
	struct nf_conn *tunnel;

	flow_like(ct, control->ops->proto, l4proto, &like, &pair);
	flow = nf_vpn_flow_find(vn, &like.node.key);
	if (!flow || !flow->pair || flow->served)
		return;
	if (nf_vpn_flow_idle(flow) < KEEP_BUSY)
		keep(ct, KEEP_EXCHANGE);
	if (idle > KEEP_EXCHANGE)
		return;
	tunnel = nf_vpn_flow_ct(vn, flow);
	if (!tunnel)
		return;
	keep(tunnel, KEEP_TUNNEL);
	nf_ct_put(tunnel);
}
EXPORT_SYMBOL_GPL(nf_vpn_exchange_keep);
