// SPDX-License-Identifier: GPL-2.0-only
/*
 * What mode on leaves behind in conntrack's table.
 *
 * Without its hooks a stamped entry matches no answer, but still every packet of
 * its client: it must go, or the client is stuck until it times out.  Linux by
 * itself has one entry between a server and a public address.  If it is missing,
 * the next packet of the server makes one the wrong way round, and no client gets
 * past that.  So one client inherits: whose stamped entry was used last gets a
 * plain one in its place.  Only what was answered inherits, for the firewall has
 * let that pass both ways.
 */
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include <net/netfilter/nf_conntrack_l4proto.h>
#include "idmap.h"

/**
 * struct heir - who inherits what is between a server and a public address
 * @node: both, as in the reply tuple, and the zone
 * @want: the entry
 * @used: when a packet of the stamped entry came or went last (jiffies, 32 bits)
 */
struct heir {
	struct nf_vpn_node	node;
	struct nf_vpn_entry	want;
	u32			used;
};

struct leftover {
	struct nf_vpn_net		*vn;
	const struct nf_vpn_proto_ops	*ops;
	struct rhashtable		*heirs;
};

static u16 reply_zone(const struct nf_conn *ct)
{
	return nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
}

/* When a packet of an entry came or went last (jiffies, 32 bits). Time-outs differ
 * from entry to entry, so they tell it only of one that no flow is known of.
 */
static u32 last_use(struct nf_vpn_net *vn, const struct nf_conn *ct)
{
	const struct nf_vpn_flow *flow;
	struct nf_vpn_key key;
	u32 idle = U32_MAX;

	nf_vpn_tuple_key(ct, IP_CT_DIR_ORIGINAL, nf_ct_zone(ct)->id, &key);
	rcu_read_lock();
	flow = nf_vpn_flow_find(vn, &key);
	if (flow)
		idle = nf_vpn_flow_idle(flow);
	rcu_read_unlock();
	if (idle == U32_MAX)
		return READ_ONCE(ct->timeout) -
		       nf_generic_pernet(vn->net)->timeout;
	return (u32)jiffies - idle;
}

static struct heir *heir_get(struct rhashtable *heirs,
			     const struct nf_vpn_key *key, bool *is_new)
{
	struct nf_vpn_node *node;
	struct heir *heir;

	node = rhashtable_lookup_fast(heirs, key, nf_vpn_node_params);
	*is_new = !node;
	if (node)
		return container_of(node, struct heir, node);
	heir = kzalloc(sizeof(*heir), GFP_ATOMIC);
	if (!heir)
		return NULL;
	heir->node.key = *key;
	if (!rhashtable_lookup_insert_fast(heirs, &heir->node.head,
					   nf_vpn_node_params))
		return heir;
	kfree(heir);
	return NULL;
}

/* As Linux would have made it: without ports, and without our ids. */
static void plain_tuple(const struct nf_conn *ct, enum ip_conntrack_dir dir,
			struct nf_conntrack_tuple *tuple)
{
	*tuple = *nf_ct_tuple(ct, dir);
	tuple->src.u.all = 0;
	tuple->dst.u.all = 0;
}

/* The entry itself may go before its heir has come: all that is wanted of it is
 * copied.
 */
static void note_heir(struct nf_vpn_net *vn, struct rhashtable *heirs,
		      const struct nf_conn *ct)
{
	unsigned int left = nf_ct_expires(ct);
	u32 used = last_use(vn, ct);
	struct nf_vpn_entry *want;
	struct nf_vpn_key key;
	struct heir *heir;
	bool is_new;
	int dir;

	if (!left || nf_ct_is_dying(ct) ||
	    !test_bit(IPS_SEEN_REPLY_BIT, &ct->status))
		return;
	nf_vpn_tuple_key(ct, IP_CT_DIR_REPLY, reply_zone(ct), &key);
	heir = heir_get(heirs, &key, &is_new);
	if (!heir || (!is_new && (s32)(used - heir->used) <= 0))
		return;
	heir->used = used;
	want = &heir->want;
	want->zone = *nf_ct_zone(ct);
	want->timeout = min(left, nf_generic_pernet(vn->net)->timeout);
	want->status = READ_ONCE(ct->status) & (IPS_SEEN_REPLY | IPS_ASSURED);
	want->masq_index = nf_vpn_masq_index(ct);
	nf_vpn_entry_marks(want, ct);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		plain_tuple(ct, dir, &want->tuple[dir]);
}

/* An entry that began with a server's packet to a public address, and that
 * nobody answered: it stands where the entry of a client would have to be.
 */
static bool is_wrong_way_round(struct nf_vpn_net *vn, const struct nf_conn *ct)
{
	struct nf_vpn_key key;
	bool found;

	if (ct->status & (IPS_NAT_MASK | IPS_SEEN_REPLY))
		return false;
	nf_vpn_tuple_key(ct, IP_CT_DIR_ORIGINAL, reply_zone(ct), &key);
	rcu_read_lock();
	found = nf_vpn_pair_find(vn, &key);
	rcu_read_unlock();
	return found;
}

static int is_leftover(struct nf_conn *ct, void *data)
{
	const struct leftover *left = data;

	if (!left->ops->owns(ct))
		return false;
	if (!left->ops->stamped(ct))
		return is_wrong_way_round(left->vn, ct);
	if (left->heirs)
		note_heir(left->vn, left->heirs, ct);
	return true;
}

/* May what stands in the heir's place go?  Not what the router has begun itself, or
 * what a rule leads to a server inside; but who sends in vain, however much.
 */
static bool gives_way(struct nf_vpn_net *vn,
		      const struct nf_conntrack_tuple_hash *h,
		      const struct heir *heir)
{
	const struct nf_conn *ct = nf_ct_tuplehash_to_ctrack(h);
	unsigned long status = READ_ONCE(ct->status);

	if (NF_CT_DIRECTION(h) == IP_CT_DIR_ORIGINAL)
		return !(status & (IPS_NAT_MASK | IPS_SEEN_REPLY));
	return status & IPS_SRC_NAT &&
	       (!(status & IPS_SEEN_REPLY) ||
		(s32)(last_use(vn, ct) - heir->used) <= 0);
}

static bool make_way(struct nf_vpn_net *vn, const struct heir *heir)
{
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;
	bool way;

	h = nf_conntrack_find_get(vn->net, &heir->want.zone,
				  &heir->want.tuple[IP_CT_DIR_REPLY]);
	if (!h)
		return true;
	ct = nf_ct_tuplehash_to_ctrack(h);
	way = gives_way(vn, h, heir);
	if (way)
		nf_ct_delete(ct, 0, 0);
	nf_ct_put(ct);
	return way;
}

/* Linux does not choose again who has its one entry, if another client had it
 * before the mode was on, and has fallen silent.  There is no later packet that
 * would try again if it cannot be made, so whatever failed is tried twice.
 */
static void inherit(void *object, void *data)
{
	struct heir *heir = container_of(object, struct heir, node);
	struct nf_vpn_net *vn = data;
	struct nf_conn *ct;

	local_bh_disable();
	rcu_read_lock();
	ct = nf_vpn_entry_create(vn, &heir->want);
	if (IS_ERR(ct) && make_way(vn, heir))
		ct = nf_vpn_entry_create(vn, &heir->want);
	if (!IS_ERR(ct)) {
		nf_conntrack_event(IPCT_NEW, ct);
		nf_ct_put(ct);
	}
	rcu_read_unlock();
	local_bh_enable();
	kfree(heir);
}

/**
 * nf_vpn_leftovers_end - let a protocol's conntrack entries become Linux's own
 * @vn: the namespace
 * @ops: the protocol
 *
 * Of the stamped and answered ones between a server and a public address one has
 * a plain one for its heir, the others go; so do those that servers made the wrong
 * way round.  If there is no memory to tell who inherits, nobody does: then it
 * matters who speaks first.
 *
 * Context: process, mode_mutex held; nothing is stamped any more.
 */
void nf_vpn_leftovers_end(struct nf_vpn_net *vn,
			  const struct nf_vpn_proto_ops *ops)
{
	struct leftover left = { .vn = vn, .ops = ops };
	struct nf_ct_iter_data iter = { .net = vn->net, .data = &left };
	struct rhashtable *heirs;

	if (!ops->stamped)
		return;
	heirs = kzalloc(sizeof(*heirs), GFP_KERNEL);
	if (heirs && !rhashtable_init(heirs, &nf_vpn_node_params))
		left.heirs = heirs;
	nf_ct_iterate_cleanup_net(is_leftover, &iter);
	/* What is held on to would take an heir's room. */
	nf_vpn_entries_review(vn);
	if (left.heirs)
		rhashtable_free_and_destroy(heirs, inherit, vn);
	kfree(heirs);
}
