// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wire-id table and the objects behind it.
 *
 * Readers need RCU only.  Every change is made under nf_vpn_net.lock, which
 * the caller holds.  Objects go when their readers have left; an id is always
 * unhashed before its flow, so a reader that found an id may follow id->flow.
 */
#include <linux/slab.h>
#include "idmap.h"

#define YOUNG_GRACE	(5 * HZ)	/* may still be answered */
#define BOUND_GRACE	(2 * HZ)	/* a bound id in use */

static int node_insert(struct rhashtable *table, struct nf_vpn_node *node)
{
	return rhashtable_lookup_insert_fast(table, &node->head, nf_vpn_node_params);
}

static void node_remove(struct rhashtable *table, struct nf_vpn_node *node)
{
	WARN_ON_ONCE(rhashtable_remove_fast(table, &node->head, nf_vpn_node_params));
}

/**
 * nf_vpn_tuple_key - the addresses of a conntrack entry as a key
 * @ct: the entry
 * @dir: which of its tuples
 * @zone: the zone that they are to be of
 * @key: set; the id is 0
 */
void nf_vpn_tuple_key(const struct nf_conn *ct, enum ip_conntrack_dir dir,
		      u16 zone, struct nf_vpn_key *key)
{
	const struct nf_conntrack_tuple *tuple = nf_ct_tuple(ct, dir);

	*key = (struct nf_vpn_key) {
		.src = tuple->src.u3,
		.dst = tuple->dst.u3,
		.zone = zone,
		.l3num = nf_ct_l3num(ct),
		.l4proto = nf_ct_protonum(ct),
	};
}

/**
 * nf_vpn_flow_idle - how long ago was a flow last used?
 * @flow: the flow
 *
 * Context: RCU read side, or nf_vpn_net.lock.
 * Return: since a packet with one of its ids came or went (jiffies), or U32_MAX if
 * it has none.
 */
u32 nf_vpn_flow_idle(const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_id *id;
	u32 idle = U32_MAX;

	list_for_each_entry_rcu(id, &flow->ids, list)
		idle = min(idle, nf_vpn_idle(&id->last));
	return idle;
}

/**
 * nf_vpn_flow_find - look a flow up
 * @vn: the namespace
 * @key: client, server, zone and protocol; id 0
 *
 * Context: RCU read side, or nf_vpn_net.lock.
 * Return: the flow, valid while the context lasts, or NULL.
 */
struct nf_vpn_flow *nf_vpn_flow_find(struct nf_vpn_net *vn,
				     const struct nf_vpn_key *key)
{
	struct nf_vpn_node *node;

	node = rhashtable_lookup(&vn->flows, key, nf_vpn_node_params);
	return node ? container_of(node, struct nf_vpn_flow, node) : NULL;
}

/**
 * nf_vpn_pair_find - look a (server, public address) pair up
 * @vn: the namespace
 * @key: server, public address, zone and protocol; id 0
 *
 * Context: RCU read side, or nf_vpn_net.lock.
 * Return: the pair, valid while the context lasts, or NULL.
 */
struct nf_vpn_pair *nf_vpn_pair_find(struct nf_vpn_net *vn,
				     const struct nf_vpn_key *key)
{
	struct nf_vpn_node *node;

	node = rhashtable_lookup(&vn->pairs, key, nf_vpn_node_params);
	return node ? container_of(node, struct nf_vpn_pair, node) : NULL;
}

static struct nf_vpn_pair *pair_get(struct nf_vpn_net *vn,
				    const struct nf_vpn_key *key)
{
	struct nf_vpn_pair *pair = nf_vpn_pair_find(vn, key);
	int err;

	if (pair)
		return pair;
	pair = nf_vpn_object_new(NF_VPN_OBJECT_PAIR);
	if (!pair)
		return ERR_PTR(-ENOMEM);
	pair->node.key = *key;
	INIT_LIST_HEAD(&pair->flows);
	INIT_LIST_HEAD(&pair->asked);
	INIT_LIST_HEAD(&pair->expecting);
	pair->credit = NF_VPN_BIND_BURST;
	pair->credit_at = jiffies;
	pair->next_until = jiffies;
	err = node_insert(&vn->pairs, &pair->node);
	if (err) {
		nf_vpn_object_free(NF_VPN_OBJECT_PAIR, pair);
		return ERR_PTR(err);
	}
	nf_vpn_public_add(vn, key);
	return pair;
}

static void pair_put(struct nf_vpn_net *vn, struct nf_vpn_pair *pair)
{
	if (pair->nflows)
		return;
	node_remove(&vn->pairs, &pair->node);
	nf_vpn_object_drop(NF_VPN_OBJECT_PAIR, &pair->rcu);
}

/**
 * nf_vpn_client_get - the client that something is counted for
 * @vn: the namespace
 * @like: key.src, zone and protocol are the client's
 *
 * Context: nf_vpn_net.lock held.
 * Return: the client, for nf_vpn_client_put(); -ENOMEM.
 */
struct nf_vpn_client *nf_vpn_client_get(struct nf_vpn_net *vn,
					const struct nf_vpn_key *like)
{
	struct nf_vpn_key key = *like;
	struct nf_vpn_client *client;
	struct nf_vpn_node *node;
	int err;

	memset(&key.dst, 0, sizeof(key.dst));
	key.id = 0;
	key.port = 0;
	key.space = 0;
	node = rhashtable_lookup_fast(&vn->clients, &key, nf_vpn_node_params);
	if (node)
		return container_of(node, struct nf_vpn_client, node);
	client = nf_vpn_object_new(NF_VPN_OBJECT_CLIENT);
	if (!client)
		return ERR_PTR(-ENOMEM);
	client->node.key = key;
	err = node_insert(&vn->clients, &client->node);
	if (err) {
		nf_vpn_object_free(NF_VPN_OBJECT_CLIENT, client);
		return ERR_PTR(err);
	}
	return client;
}

/**
 * nf_vpn_client_put - free a client that nothing is counted for any more
 * @vn: the namespace
 * @client: the client
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_client_put(struct nf_vpn_net *vn, struct nf_vpn_client *client)
{
	if (client->nflows || client->ncontrols)
		return;
	node_remove(&vn->clients, &client->node);
	nf_vpn_object_drop(NF_VPN_OBJECT_CLIENT, &client->rcu);
}

/**
 * nf_vpn_make_room - make sure that the namespace has room for one entry
 * @vn: the namespace
 * @keep: a flow that must stay, or NULL
 *
 * Drops a control connection without sessions, or the oldest flow that nothing
 * supports, unless they are so young that they may still come to something.
 *
 * Context: nf_vpn_net.lock held.
 * Return: whether there is room.
 */
bool nf_vpn_make_room(struct nf_vpn_net *vn, const struct nf_vpn_flow *keep)
{
	struct nf_vpn_flow *flow;

	if (vn->nids < READ_ONCE(vn->limits.ids))
		return true;
	if (nf_vpn_control_evict(vn))
		return vn->nids < READ_ONCE(vn->limits.ids);
	list_for_each_entry(flow, &vn->young, young) {
		if (flow == keep)
			continue;
		if (nf_vpn_flow_state(flow) != NF_VPN_STATE_CLOSING &&
		    time_before(jiffies, flow->created + YOUNG_GRACE))
			return false;
		nf_vpn_flow_del(vn, flow);
		return vn->nids < READ_ONCE(vn->limits.ids);
	}
	return false;
}

/* Which id gives way when a flow has too many: the longest unused one; of the
 * inbound ones one that nobody asked for first, and none that works and is in
 * use.  What nobody asked for displaces only its like.
 */
static struct nf_vpn_id *id_victim(struct nf_vpn_flow *flow,
				   enum nf_vpn_dir dir, bool asked)
{
	struct nf_vpn_id *id, *victim = NULL;
	u64 worst = 0, score;

	list_for_each_entry(id, &flow->ids, list) {
		if (id->dir != dir || id->state == NF_VPN_STATE_STATIC)
			continue;
		score = nf_vpn_idle(&id->last);
		if (id->state == NF_VPN_STATE_PROVISIONAL && !id->asked)
			score += 1ULL << 32;
		else if (!asked)
			continue;
		else if (dir == NF_VPN_DIR_IN && score < BOUND_GRACE)
			continue;
		if (!victim || score > worst) {
			victim = id;
			worst = score;
		}
	}
	return victim;
}

static void id_account(struct nf_vpn_net *vn, struct nf_vpn_id *id, int by)
{
	struct nf_vpn_flow *flow = id->flow;

	WRITE_ONCE(vn->nids, vn->nids + by);
	if (id->node.key.space == NF_VPN_SPACE_COOKIE)
		WRITE_ONCE(vn->n_cookie_ids, vn->n_cookie_ids + by);
	WRITE_ONCE(flow->n[id->dir], flow->n[id->dir] + by);
	if (id->dir == NF_VPN_DIR_IN && id->state == NF_VPN_STATE_PROVISIONAL)
		WRITE_ONCE(flow->n_unsupported, flow->n_unsupported + by);
}

/* As packets with an outbound id come in from the inside.  Without it they are
 * found where they leave.
 */
static void inside_add(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	const struct nf_vpn_flow *flow = id->flow;
	struct nf_vpn_id *inside = nf_vpn_object_new(NF_VPN_OBJECT_ID);

	if (!inside)
		return;
	inside->node.key = id->node.key;
	inside->node.key.src = flow->orig.src.u3;
	inside->node.key.dst = flow->orig.dst.u3;
	inside->node.key.zone = nf_ct_zone_id(&flow->zone, IP_CT_DIR_ORIGINAL);
	inside->flow = id->flow;
	inside->dir = NF_VPN_DIR_OUT;
	inside->inside = true;
	inside->other = id;
	if (node_insert(&vn->ids, &inside->node))
		nf_vpn_object_free(NF_VPN_OBJECT_ID, inside);
	else
		id->other = inside;
}

/**
 * nf_vpn_id_add - give a flow a wire id
 * @vn: the namespace
 * @flow: the flow
 * @key: the id, with the addresses outside of the router
 * @dir: its direction
 * @state: its state
 * @flags: %NF_VPN_ID_ASKED if somebody waits for it, which is always so but for
 *	an inbound id; %NF_VPN_ID_QUOTED; %NF_VPN_ID_WEAK
 *
 * Context: nf_vpn_net.lock held.
 * Return: 0; -EEXIST if the id is taken, be it by the same flow; -EDQUOT if
 * the flow has its fill; -ENOSPC if the namespace has; -ENOMEM.
 */
int nf_vpn_id_add(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		  const struct nf_vpn_key *key, enum nf_vpn_dir dir,
		  enum nf_vpn_state state, unsigned int flags)
{
	bool asked = flags & NF_VPN_ID_ASKED;
	struct nf_vpn_id *id;
	int err;

	if (nf_vpn_id_find(vn, key))
		return -EEXIST;
	if (flow->n[dir] >= NF_VPN_MAX_IDS_PER_FLOW) {
		id = id_victim(flow, dir, asked);
		if (!id)
			return -EDQUOT;
		nf_vpn_id_del(vn, id);
	}
	if (!nf_vpn_make_room(vn, flow))
		return -ENOSPC;
	id = nf_vpn_object_new(NF_VPN_OBJECT_ID);
	if (!id)
		return -ENOMEM;
	id->node.key = *key;
	id->flow = flow;
	id->last = (u32)jiffies;
	id->bound_at = (u32)jiffies;
	id->dir = dir;
	id->state = state;
	id->asked = asked;
	id->quoted = !!(flags & NF_VPN_ID_QUOTED);
	id->weak = !!(flags & NF_VPN_ID_WEAK);
	err = node_insert(&vn->ids, &id->node);
	if (err) {
		nf_vpn_object_free(NF_VPN_OBJECT_ID, id);
		return err;
	}
	list_add_tail_rcu(&id->list, &flow->ids);
	id_account(vn, id, 1);
	if (dir == NF_VPN_DIR_OUT && !flow->session)
		inside_add(vn, id);
	return 0;
}

/**
 * nf_vpn_id_del - take a wire id from its flow
 * @vn: the namespace
 * @id: the id; not to be used afterwards
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_id_del(struct nf_vpn_net *vn, struct nf_vpn_id *id)
{
	if (id->dir == NF_VPN_DIR_IN) {
		if (!id->flow->session && (!id->contest || id->contest->told))
			nf_vpn_event_tunnel(vn, NF_VPN_EVENT_UNBOUND, id->flow,
					    id);
		kfree(id->contest);
	}
	node_remove(&vn->ids, &id->node);
	if (id->dir == NF_VPN_DIR_OUT && id->other) {
		node_remove(&vn->ids, &id->other->node);
		nf_vpn_object_drop(NF_VPN_OBJECT_ID, &id->other->rcu);
	}
	list_del_rcu(&id->list);
	id_account(vn, id, -1);
	nf_vpn_token_review(vn, id->flow, U32_MAX);
	nf_vpn_object_drop(NF_VPN_OBJECT_ID, &id->rcu);
}

/**
 * nf_vpn_id_give - give a flow an inbound id that another one had
 * @vn: the namespace
 * @id: the id; not to be used afterwards
 * @to: the flow
 *
 * Context: nf_vpn_net.lock held.
 * Return: the id, provisional, as if it had come just now; NULL if the flow has
 * its fill, or for want of memory: then nobody has it.
 */
struct nf_vpn_id *nf_vpn_id_give(struct nf_vpn_net *vn, struct nf_vpn_id *id,
				 struct nf_vpn_flow *to)
{
	struct nf_vpn_key key = id->node.key;

	nf_vpn_id_del(vn, id);
	if (nf_vpn_id_add(vn, to, &key, NF_VPN_DIR_IN,
			  NF_VPN_STATE_PROVISIONAL, NF_VPN_ID_ASKED))
		return NULL;
	return nf_vpn_id_find(vn, &key);
}

static int flow_quota(const struct nf_vpn_net *vn,
		      const struct nf_vpn_flow *flow)
{
	/* A server inside has as many peers as the world likes. */
	if (!flow->served && flow->client->nflows - flow->client->nserved >=
			     READ_ONCE(vn->limits.per_client))
		return -EDQUOT;
	if (flow->pair &&
	    flow->pair->nflows - flow->pair->nresting >=
	    READ_ONCE(vn->limits.per_server))
		return -EUSERS;
	return 0;
}

static int flow_hash(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	int err;

	err = xa_alloc_cyclic_bh(&vn->by_nr, &flow->nr, flow,
				 XA_LIMIT(1, U32_MAX), &vn->next_nr,
				 GFP_ATOMIC);
	if (err < 0)
		return err;
	/* Of these there may be many between a client and a server. */
	if (flow->session)
		flow->node.key.id = cpu_to_be32(flow->nr);
	err = node_insert(&vn->flows, &flow->node);
	if (err)
		xa_erase_bh(&vn->by_nr, flow->nr);
	return err;
}

static void flow_link(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	flow->client->nflows++;
	flow->client->nserved += flow->served;
	if (flow->pair) {
		WRITE_ONCE(flow->pair->nflows, flow->pair->nflows + 1);
		list_add_tail(&flow->pair_list, &flow->pair->flows);
	} else {
		WRITE_ONCE(vn->nids, vn->nids + 1);
	}
	list_add_tail(&flow->young, &vn->young);
	WRITE_ONCE(vn->nflows, vn->nflows + 1);
	WRITE_ONCE(vn->genid, vn->genid + 1);
	nf_vpn_sweep_arm(vn);
}

static void flow_unlink(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	flow->client->nflows--;
	flow->client->nserved -= flow->served;
	if (flow->pair) {
		WRITE_ONCE(flow->pair->nflows, flow->pair->nflows - 1);
		flow->pair->nresting -= flow->session && flow->served;
		list_del(&flow->pair_list);
	} else {
		WRITE_ONCE(vn->nids, vn->nids - 1);
	}
	list_del(&flow->young);
	WRITE_ONCE(vn->nflows, vn->nflows - 1);
	WRITE_ONCE(vn->genid, vn->genid + 1);
	if (!vn->nflows)
		bitmap_zero(vn->publics, 1 << NF_VPN_PUBLIC_BITS);
}

static enum nf_vpn_object kind_of(const struct nf_vpn_flow *flow)
{
	return flow->session ? NF_VPN_OBJECT_SESSION : NF_VPN_OBJECT_FLOW;
}

static struct nf_vpn_flow *flow_alloc(const struct nf_vpn_flow *like)
{
	struct nf_vpn_flow *flow;

	flow = nf_vpn_object_new(kind_of(like));
	if (!flow)
		return NULL;
	*flow = *like;
	INIT_LIST_HEAD(&flow->ids);
	INIT_LIST_HEAD(&flow->queue);
	flow->created = jiffies;
	flow->last = (u32)jiffies;
	flow->probe_next = (u32)jiffies;
	return flow;
}

/**
 * nf_vpn_flow_add - create a flow
 * @vn: the namespace
 * @like: key, original tuple, zone, flow id, protocol and whether it is a
 *	session; the rest zero
 * @pair: server, public address, zone and protocol of its pair; NULL if the
 *	flow is only observed
 *
 * Context: nf_vpn_net.lock held.
 * Return: the flow; -EDQUOT if the client has its fill, -EUSERS if the server
 * has, -ENOSPC if the namespace has; -ENOMEM.
 */
struct nf_vpn_flow *nf_vpn_flow_add(struct nf_vpn_net *vn,
				    const struct nf_vpn_flow *like,
				    const struct nf_vpn_key *pair)
{
	struct nf_vpn_flow *flow;
	int err;

	/* Before anything is looked up that making room may remove.  A flow that
	 * is only observed has no ids to be counted by, and counts as one.
	 */
	if (!pair && !nf_vpn_make_room(vn, NULL))
		return ERR_PTR(-ENOSPC);
	flow = flow_alloc(like);
	if (!flow)
		return ERR_PTR(-ENOMEM);
	flow->client = nf_vpn_client_get(vn, &flow->node.key);
	err = PTR_ERR_OR_ZERO(flow->client);
	if (err)
		goto err_free;
	if (pair)
		flow->pair = pair_get(vn, pair);
	err = PTR_ERR_OR_ZERO(flow->pair);
	if (err)
		goto err_client;
	err = flow_quota(vn, flow);
	if (err)
		goto err_pair;
	err = flow_hash(vn, flow);
	if (err)
		goto err_pair;
	flow_link(vn, flow);
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_UP, flow, NULL);
	return flow;

err_pair:
	if (flow->pair)
		pair_put(vn, flow->pair);
err_client:
	nf_vpn_client_put(vn, flow->client);
err_free:
	/* A dump may have seen it. */
	nf_vpn_object_drop(kind_of(flow), &flow->rcu);
	return ERR_PTR(err);
}

/**
 * nf_vpn_flow_del - remove a flow and all its ids
 * @vn: the namespace
 * @flow: the flow; not to be used afterwards
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_flow_del(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
	struct nf_vpn_id *id, *next;

	nf_vpn_expect_drop(flow);
	nf_vpn_token_leave(vn, flow);
	/* Its end is told with its ids. */
	if (flow->session)
		nf_vpn_session_end(vn, nf_vpn_session_of(flow));
	list_for_each_entry_safe(id, next, &flow->ids, list)
		nf_vpn_id_del(vn, id);
	nf_vpn_lease_drop(vn, flow);
	if (flow->session) {
		nf_vpn_session_unlink(nf_vpn_session_of(flow));
	} else {
		nf_vpn_entry_drop(flow);
		nf_vpn_event_tunnel(vn, NF_VPN_EVENT_DOWN, flow, NULL);
	}
	node_remove(&vn->flows, &flow->node);
	xa_erase_bh(&vn->by_nr, flow->nr);
	flow_unlink(vn, flow);
	if (flow->pair)
		pair_put(vn, flow->pair);
	nf_vpn_client_put(vn, flow->client);
	nf_vpn_object_drop(kind_of(flow), &flow->rcu);
}

/**
 * nf_vpn_idmap_init - make the tables of a namespace
 * @vn: the namespace
 *
 * Return: 0, or -ENOMEM.
 */
int nf_vpn_idmap_init(struct nf_vpn_net *vn)
{
	struct rhashtable *tables[] = {
		&vn->ids, &vn->flows, &vn->pairs, &vn->clients, &vn->controls,
	};
	unsigned int i;
	int err;

	xa_init_flags(&vn->by_nr, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_BH);
	INIT_LIST_HEAD(&vn->young);
	INIT_LIST_HEAD(&vn->control_list);
	spin_lock_init(&vn->lock);
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		err = rhashtable_init(tables[i], &nf_vpn_node_params);
		if (err)
			goto err_destroy;
	}
	return 0;

err_destroy:
	while (i--)
		rhashtable_destroy(tables[i]);
	return err;
}

/**
 * nf_vpn_idmap_exit - free the tables of a namespace
 * @vn: the namespace; every flow was removed before
 */
void nf_vpn_idmap_exit(struct nf_vpn_net *vn)
{
	WARN_ON_ONCE(vn->nids || vn->nflows || vn->nwaiting || vn->ncontrols);
	rhashtable_destroy(&vn->controls);
	rhashtable_destroy(&vn->clients);
	rhashtable_destroy(&vn->pairs);
	rhashtable_destroy(&vn->flows);
	rhashtable_destroy(&vn->ids);
	xa_destroy(&vn->by_nr);
}
