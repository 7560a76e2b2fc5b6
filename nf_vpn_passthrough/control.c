// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control connections: TCP or UDP connections on which a protocol module reads
 * which ids the sessions have.
 *
 * One is found by value, like everything else, from the conntrack entry that a
 * packet belongs to.  It outlives that entry for a while: after "conntrack -F"
 * its next packet makes a new one, and the stream goes on where it was.
 */
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_core.h>
#include "idmap.h"

#define GONE_GRACE	(180 * HZ)	/* peers may be silent for a minute */
#define ENDED_GRACE	(10 * HZ)	/* last segments are repeated */
#define ENTRY_TIMEOUT	(180 * HZ)	/* of one that waits for its client */
#define SWEEP_BATCH	64
#define EVICT_TRIES	16
#define QUOTA_TRIES	1024
#define STANDING_IDLE	(3600 * HZ)	/* dead peers are looked for */
#define EVICT_GRACE	(5 * HZ)	/* may still begin a session */

/* Most control connections of a client that may have so many sessions: some
 * have no session, and some have just ended.
 */
#define MAX_CONTROLS(sessions)	(4 * (sessions) + 64)

/**
 * nf_vpn_control_key - the usual key of a control connection
 * @ct: its conntrack entry
 * @key: set; key.id tells connections between the same addresses apart
 */
void nf_vpn_control_key(const struct nf_conn *ct, struct nf_vpn_key *key)
{
	const struct nf_conntrack_tuple *orig;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	*key = (struct nf_vpn_key) {
		.src = orig->src.u3,
		.dst = orig->dst.u3,
		.id = (__force __be32)((__force u32)orig->src.u.all << 16 |
				       (__force u32)orig->dst.u.all),
		.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_ORIGINAL),
		.l3num = nf_ct_l3num(ct),
		.l4proto = nf_ct_protonum(ct),
	};
}
EXPORT_SYMBOL_GPL(nf_vpn_control_key);

static struct nf_vpn_control *control_find(struct nf_vpn_net *vn,
					   const struct nf_vpn_key *key)
{
	struct nf_vpn_node *node;

	node = rhashtable_lookup(&vn->controls, key, nf_vpn_node_params);
	return node ? container_of(node, struct nf_vpn_control, node) : NULL;
}

/**
 * nf_vpn_control_find - the control connection of a conntrack entry
 * @ct: the entry
 *
 * Context: RCU read side.
 * Return: the control connection, valid while the context lasts, or NULL.
 */
struct nf_vpn_control *nf_vpn_control_find(const struct nf_conn *ct)
{
	struct nf_vpn_key key;

	nf_vpn_control_key(ct, &key);
	return control_find(nf_vpn_pernet(nf_ct_net(ct)), &key);
}
EXPORT_SYMBOL_GPL(nf_vpn_control_find);

/**
 * nf_vpn_control_lookup - a control connection by its key
 * @net: network namespace
 * @key: its key
 *
 * Context: RCU read side.
 * Return: the control connection, valid while the context lasts, or NULL.
 */
struct nf_vpn_control *nf_vpn_control_lookup(const struct net *net,
					     const struct nf_vpn_key *key)
{
	return control_find(nf_vpn_pernet(net), key);
}
EXPORT_SYMBOL_GPL(nf_vpn_control_lookup);

/**
 * nf_vpn_has_wire_ports - does a control connection have a port of its own on
 *	the wire?
 * @net: network namespace
 *
 * Return: true if so, nf_vpn_control.wire_port.
 */
bool nf_vpn_has_wire_ports(const struct net *net)
{
	return READ_ONCE(nf_vpn_pernet_rcu(net)->n_wire_ports);
}
EXPORT_SYMBOL_GPL(nf_vpn_has_wire_ports);

static void control_end(struct nf_vpn_net *vn, struct nf_vpn_control *control)
{
	struct nf_vpn_session *s, *next;

	control->ended = true;
	list_for_each_entry_safe(s, next, &control->sessions, sibling)
		nf_vpn_session_end(vn, s);
}

static struct nf_conn *entry_get(struct nf_vpn_net *vn,
				 const struct nf_vpn_control *control)
{
	struct nf_conntrack_tuple_hash *h;

	h = nf_conntrack_find_get(vn->net, &control->zone,
				  &control->tuple[IP_CT_DIR_ORIGINAL]);
	return h ? nf_ct_tuplehash_to_ctrack(h) : NULL;
}

/* Without us its client would go on with a port that the server does not know. */
static void kill_entry(struct nf_vpn_net *vn,
		       const struct nf_vpn_control *control)
{
	struct nf_conn *ct = entry_get(vn, control);

	if (!ct)
		return;
	nf_ct_delete(ct, 0, 0);
	nf_ct_put(ct);
}

static void control_del(struct nf_vpn_net *vn, struct nf_vpn_control *control)
{
	struct nf_vpn_session *s, *next;

	/* What nobody has answered may not even have left. */
	list_for_each_entry_safe(s, next, &control->sessions, sibling)
		if (s->shared && s->phase == NF_VPN_PHASE_ASKED)
			nf_vpn_flow_del(vn, &s->flow);
	control_end(vn, control);
	list_for_each_entry_safe(s, next, &control->sessions, sibling) {
		list_del_init(&s->sibling);
		WRITE_ONCE(s->control, NULL);
	}
	WARN_ON_ONCE(rhashtable_remove_fast(&vn->controls, &control->node.head,
					    nf_vpn_node_params));
	if (control->wire_port && READ_ONCE(vn->draining[control->ops->proto]))
		kill_entry(vn, control);
	list_del(&control->list);
	WRITE_ONCE(vn->ncontrols, vn->ncontrols - 1);
	WRITE_ONCE(vn->nids, vn->nids - 1);
	if (!vn->ncontrols)
		bitmap_zero(vn->ports, 1 << NF_VPN_PORT_BITS);
	if (control->wire_port)
		WRITE_ONCE(vn->n_wire_ports, vn->n_wire_ports - 1);
	control->client->ncontrols--;
	nf_vpn_client_put(vn, control->client);
	kfree_rcu(control, rcu);
}

/**
 * nf_vpn_control_evict - drop a control connection that nothing depends on
 * @vn: the namespace
 *
 * One that speaks again is known again.
 *
 * Context: nf_vpn_net.lock held.
 * Return: whether there was one among those that are looked at.
 */
bool nf_vpn_control_evict(struct nf_vpn_net *vn)
{
	struct nf_vpn_control *control;
	unsigned int tries = 0;

	list_for_each_entry(control, &vn->control_list, list) {
		if (!control->nsessions && !READ_ONCE(control->standing) &&
		    time_after(jiffies, control->created + EVICT_GRACE)) {
			control_del(vn, control);
			return true;
		}
		if (++tries == EVICT_TRIES)
			break;
	}
	return false;
}

/* Who opened the connection and whom to, as refusals and quotas name them. */
static void client_key(const struct nf_conn *ct, u8 l4proto,
		       struct nf_vpn_key *key)
{
	nf_vpn_control_key(ct, key);
	key->id = 0;
	if (l4proto)
		key->l4proto = l4proto;
}

static struct nf_vpn_control *
control_alloc(const struct nf_vpn_proto_ops *ops, const struct nf_conn *ct,
	      const struct nf_vpn_key *key)
{
	struct nf_vpn_control *control;

	control = kzalloc(ops->sessions->control_size, GFP_ATOMIC);
	if (!control)
		return NULL;
	control->node.key = *key;
	control->tuple[IP_CT_DIR_ORIGINAL] =
		*nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	control->tuple[IP_CT_DIR_REPLY] = *nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	control->zone = *nf_ct_zone(ct);
	control->ops = ops;
	control->created = jiffies;
	control->last = (u32)jiffies;
	INIT_LIST_HEAD(&control->sessions);
	ops->sessions->control_init(control, ct);
	return control;
}

/* One that has no sessions and was silent for longest makes room for another one
 * of its client: who begins anew time and again does not lock itself out.
 */
static void make_quota(struct nf_vpn_net *vn, const struct nf_vpn_client *client)
{
	struct nf_vpn_control *control, *oldest = NULL;
	unsigned int tries = 0;

	list_for_each_entry(control, &vn->control_list, list) {
		if (++tries > QUOTA_TRIES)
			break;
		if (control->client == client && !control->nsessions &&
		    READ_ONCE(control->standing) &&
		    (!oldest || nf_vpn_idle(&control->last) >
				nf_vpn_idle(&oldest->last)))
			oldest = control;
	}
	if (oldest)
		control_del(vn, oldest);
}

static int control_link(struct nf_vpn_net *vn, struct nf_vpn_control *control,
			const struct nf_conn *ct)
{
	struct nf_vpn_client *client;
	struct nf_vpn_key key;
	int err = -EDQUOT;

	client_key(ct, control->ops->sessions->l4proto, &key);
	client = nf_vpn_client_get(vn, &key);
	if (IS_ERR(client))
		return PTR_ERR(client);
	if (client->ncontrols >= MAX_CONTROLS(READ_ONCE(vn->limits.per_client)))
		make_quota(vn, client);
	if (client->ncontrols < MAX_CONTROLS(READ_ONCE(vn->limits.per_client)))
		err = rhashtable_lookup_insert_fast(&vn->controls,
						    &control->node.head,
						    nf_vpn_node_params);
	if (err) {
		nf_vpn_client_put(vn, client);
		return err;
	}
	client->ncontrols++;
	if (control->wire_port)
		WRITE_ONCE(vn->n_wire_ports, vn->n_wire_ports + 1);
	control->client = client;
	list_add_tail(&control->list, &vn->control_list);
	WRITE_ONCE(vn->ncontrols, vn->ncontrols + 1);
	WRITE_ONCE(vn->nids, vn->nids + 1);
	if (control->node.key.l4proto == IPPROTO_UDP) {
		nf_vpn_port_add(vn, control->tuple[IP_CT_DIR_ORIGINAL].dst.u.all);
		nf_vpn_port_add(vn, control->tuple[IP_CT_DIR_REPLY].dst.u.all);
	}
	nf_vpn_sweep_arm(vn);
	return 0;
}

/* The server's port may have changed since. */
static bool same_way(const struct nf_vpn_control *control,
		     const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *a, *b;

	a = &control->tuple[IP_CT_DIR_REPLY];
	b = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	return nf_inet_addr_cmp(&a->src.u3, &b->src.u3) &&
	       __nf_ct_tuple_dst_equal(a, b);
}

static bool has_entry(struct nf_vpn_net *vn,
		      const struct nf_vpn_control *control)
{
	struct nf_conn *ct = entry_get(vn, control);

	if (ct)
		nf_ct_put(ct);
	return ct;
}

/* Another client's, by whatever chance or purpose? */
static bool is_others(struct nf_vpn_net *vn,
		      const struct nf_vpn_control *control,
		      const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *a, *b;

	a = &control->tuple[IP_CT_DIR_ORIGINAL];
	b = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	return !nf_inet_addr_cmp(&a->src.u3, &b->src.u3) &&
	       has_entry(vn, control);
}

/* An entry that was made anew may translate in another way. */
static struct nf_vpn_control *
control_make(struct nf_vpn_net *vn, const struct nf_vpn_proto_ops *ops,
	     const struct nf_conn *ct, const struct nf_vpn_key *key)
{
	struct nf_vpn_control *control;
	int err;

	control = control_find(vn, key);
	if (control && same_way(control, ct))
		return control;
	if (control && is_others(vn, control, ct))
		return ERR_PTR(-EEXIST);
	if (control)
		control_del(vn, control);
	if (READ_ONCE(vn->draining[ops->proto]) || vn->dead)
		return ERR_PTR(-ESHUTDOWN);
	if (!nf_vpn_make_room(vn, NULL))
		return ERR_PTR(-ENOSPC);
	control = control_alloc(ops, ct, key);
	if (!control)
		return ERR_PTR(-ENOMEM);
	err = control_link(vn, control, ct);
	if (!err)
		return control;
	kfree(control);
	return ERR_PTR(err);
}

/**
 * nf_vpn_control_get - the control connection of a conntrack entry, made anew
 *	if there is none
 * @ops: the protocol
 * @ct: the entry, with both tuples as they will stay
 * @key: from nf_vpn_control_key(), with another id, port or key space if the
 *	entry has many control connections
 *
 * Context: RCU read side.
 * Return: the control connection, valid while the context lasts; -ESHUTDOWN if
 * mode on is being left; -EEXIST if another client has one with that key;
 * -EDQUOT if the client has its fill, -ENOSPC if the namespace has, -ENOMEM:
 * these are counted and reported.
 */
struct nf_vpn_control *nf_vpn_control_get(const struct nf_vpn_proto_ops *ops,
					  const struct nf_conn *ct,
					  const struct nf_vpn_key *key)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(nf_ct_net(ct));
	struct nf_vpn_control *control;
	struct nf_vpn_key client;

	control = control_find(vn, key);
	if (control && same_way(control, ct))
		return control;
	spin_lock_bh(&vn->lock);
	control = control_make(vn, ops, ct, key);
	spin_unlock_bh(&vn->lock);
	if (IS_ERR(control) && PTR_ERR(control) != -ESHUTDOWN) {
		client_key(ct, ops->sessions->l4proto, &client);
		nf_vpn_refuse(vn, nf_vpn_why(PTR_ERR(control)), ops->proto,
			      &client, NULL, NF_VPN_DIR_OUT, NULL);
	}
	return control;
}
EXPORT_SYMBOL_GPL(nf_vpn_control_get);

/* As it was: both sides have spoken before it went. */
static struct nf_conn *entry_again(struct nf_vpn_net *vn,
				   const struct nf_vpn_control *control)
{
	struct nf_vpn_entry want = {
		.zone = control->zone,
		.tuple = { control->tuple[IP_CT_DIR_ORIGINAL],
			   control->tuple[IP_CT_DIR_REPLY] },
		.timeout = ENTRY_TIMEOUT,
		.status = IPS_SEEN_REPLY | IPS_ASSURED,
		.no_flowtable = control->wire_port,
	};
	struct nf_conn *ct = entry_get(vn, control);

	if (ct || !READ_ONCE(control->standing))
		return ct;
	ct = nf_vpn_entry_create(vn, &want);
	/* Another client's has its place now.  On the wire that does not show. */
	if (ct == ERR_PTR(-EEXIST) && control->wire_port) {
		want.stamp = true;
		ct = nf_vpn_entry_create(vn, &want);
	}
	return IS_ERR(ct) ? NULL : ct;
}

static struct nf_conn *entry_of(struct nf_vpn_net *vn,
				const struct nf_vpn_key *key)
{
	struct nf_vpn_control *control = control_find(vn, key);
	struct nf_conn *ct;

	if (!control || !control->wire_port)
		return NULL;
	ct = entry_get(vn, control);
	if (ct)
		return ct;
	spin_lock_bh(&vn->lock);
	if (control_find(vn, key) == control &&
	    !READ_ONCE(vn->draining[control->ops->proto]))
		ct = entry_again(vn, control);
	spin_unlock_bh(&vn->lock);
	return ct;
}

/**
 * nf_vpn_control_in - tie an inbound packet to the control connection that has
 *	its key, of those whose port on the wire does not tell them apart
 * @pkt: the packet
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: 0 if the packet is attached now, or conntrack itself knows where it
 * goes; -ENOENT if there is none.
 */
int nf_vpn_control_in(struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	struct nf_vpn_control *control = control_find(vn, &pkt->key);
	struct nf_conn *ct;

	/* Conntrack finds it by its port. */
	if (control && !control->wire_port)
		return 0;
	ct = entry_of(vn, &pkt->key);
	if (!ct)
		return -ENOENT;
	nf_vpn_control_attach(pkt, ct);
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_control_in);

/**
 * nf_vpn_control_attach - tie an inbound packet to a control connection's entry
 * @pkt: the packet
 * @ct: the entry; takes over the caller's reference
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 */
void nf_vpn_control_attach(struct nf_vpn_pkt *pkt, struct nf_conn *ct)
{
	nf_vpn_attach(pkt, ct, IP_CT_ESTABLISHED_REPLY);
	nf_vpn_account_reply(pkt, ct, ENTRY_TIMEOUT,
			     test_bit(IPS_SEEN_REPLY_BIT, &ct->status));
}
EXPORT_SYMBOL_GPL(nf_vpn_control_attach);

/**
 * nf_vpn_control_abandon - nobody uses a control connection any more
 * @vn: the namespace
 * @control: the control connection
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_control_abandon(struct nf_vpn_net *vn,
			    struct nf_vpn_control *control)
{
	control_end(vn, control);
}

/**
 * nf_vpn_control_end - a control connection ends, and all its sessions
 * @control: the control connection
 * @net: its namespace
 *
 * Context: RCU read side.
 */
void nf_vpn_control_end(struct nf_vpn_control *control, struct net *net)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);

	spin_lock_bh(&vn->lock);
	control_end(vn, control);
	spin_unlock_bh(&vn->lock);
}
EXPORT_SYMBOL_GPL(nf_vpn_control_end);

/**
 * nf_vpn_control_forget - another connection has its addresses and ports now
 * @control: the control connection; not to be used afterwards
 * @net: its namespace
 *
 * Context: RCU read side.
 */
void nf_vpn_control_forget(struct nf_vpn_control *control, struct net *net)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);

	spin_lock_bh(&vn->lock);
	if (control_find(vn, &control->node.key) == control)
		control_del(vn, control);
	spin_unlock_bh(&vn->lock);
}
EXPORT_SYMBOL_GPL(nf_vpn_control_forget);

/* Sessions that turn out to go on need it again. */
static unsigned long grace(const struct nf_vpn_control *control)
{
	if (!control->ended)
		return GONE_GRACE;
	return control->ops->sessions->l4proto ?
	       ENDED_GRACE : (control->ops->sessions->rest + 10) * HZ;
}

/* Many may have the same entry: it says nothing of one that has no session. */
static bool is_idle(const struct nf_vpn_control *control)
{
	if (control->standing && nf_vpn_idle(&control->last) > STANDING_IDLE)
		return !control->nsessions;
	return !control->ops->sessions->l4proto && !control->nsessions &&
	       !control->standing && time_after(jiffies, control->created + GONE_GRACE);
}

static void sweep_one(struct nf_vpn_net *vn, struct nf_vpn_control *control)
{
	struct nf_conn *ct;

	if (is_idle(control)) {
		control_del(vn, control);
		return;
	}
	ct = control->ended ? NULL : entry_get(vn, control);
	if (ct) {
		control->gone = 0;
		if (control->ops->sessions->review)
			control->ops->sessions->review(control, ct);
		nf_ct_put(ct);
		return;
	}
	/* Not zero: that stands for "not gone". */
	if (!control->gone)
		control->gone = jiffies | 1;
	if (time_after(jiffies, control->gone + grace(control)))
		control_del(vn, control);
}

/**
 * nf_vpn_control_sweep - remove control connections that are gone
 * @vn: the namespace
 *
 * Context: process.
 */
void nf_vpn_control_sweep(struct nf_vpn_net *vn)
{
	struct nf_vpn_control *control;
	u32 i, n;

	spin_lock_bh(&vn->lock);
	for (n = vn->ncontrols, i = 1; n && vn->ncontrols; n--, i++) {
		control = list_first_entry(&vn->control_list,
					   struct nf_vpn_control, list);
		list_move_tail(&control->list, &vn->control_list);
		sweep_one(vn, control);
		if (i % SWEEP_BATCH)
			continue;
		spin_unlock_bh(&vn->lock);
		cond_resched();
		spin_lock_bh(&vn->lock);
	}
	spin_unlock_bh(&vn->lock);
}

/**
 * nf_vpn_control_flush - forget all control connections of a protocol
 * @vn: the namespace
 * @proto: an enum nf_vpn_proto
 *
 * Context: process; nobody makes new ones.
 */
void nf_vpn_control_flush(struct nf_vpn_net *vn, u8 proto)
{
	struct nf_vpn_control *control, *next;

	spin_lock_bh(&vn->lock);
	list_for_each_entry_safe(control, next, &vn->control_list, list)
		if (control->ops->proto == proto)
			control_del(vn, control);
	spin_unlock_bh(&vn->lock);
}

/**
 * nf_vpn_control_lose - forget all control connections from a public address
 * @vn: the namespace
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address, which has gone
 *
 * Their conntrack entries go as well, or their clients would go on with a
 * translation that leads to nowhere.
 *
 * Context: process.
 */
void nf_vpn_control_lose(struct nf_vpn_net *vn, u8 l3num,
			 const union nf_inet_addr *addr)
{
	struct nf_vpn_control *control, *next;

	spin_lock_bh(&vn->lock);
	list_for_each_entry_safe(control, next, &vn->control_list, list) {
		const struct nf_conntrack_tuple *reply =
			&control->tuple[IP_CT_DIR_REPLY];

		if (reply->src.l3num != l3num ||
		    !nf_inet_addr_cmp(&reply->dst.u3, addr))
			continue;
		kill_entry(vn, control);
		control_del(vn, control);
	}
	spin_unlock_bh(&vn->lock);
}
