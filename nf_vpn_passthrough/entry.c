// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core does to conntrack entries: it makes the reply tuple of a new one
 * unique, finds the one of a flow, holds on to it, and makes those that conntrack
 * cannot make by itself.
 */
#include <linux/jhash.h>
#include <linux/once.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_labels.h>
#include <net/netfilter/nf_conntrack_timestamp.h>
#include <net/netfilter/nf_nat.h>
#include "idmap.h"

#define STAMP_TRIES	128

/**
 * nf_vpn_flow_ct - the conntrack entry of a flow
 * @vn: the namespace
 * @flow: the flow, with a pair
 *
 * The entry may have been replaced by one that leaves from another public
 * address; that is no longer the flow's.
 *
 * Context: RCU read side.
 * Return: the entry with a reference taken, or NULL.
 */
struct nf_conn *nf_vpn_flow_ct(const struct nf_vpn_net *vn,
			       const struct nf_vpn_flow *flow)
{
	const struct nf_conntrack_tuple *reply;
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;

	h = nf_conntrack_find_get(vn->net, &flow->zone, &flow->orig);
	if (!h)
		return NULL;
	ct = nf_ct_tuplehash_to_ctrack(h);
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	if (likely(NF_CT_DIRECTION(h) == IP_CT_DIR_ORIGINAL &&
		   !nf_ct_is_dying(ct) &&
		   nf_inet_addr_cmp(&reply->src.u3, nf_vpn_flow_peer(flow)) &&
		   nf_inet_addr_cmp(&reply->dst.u3, nf_vpn_flow_public(flow))))
		return ct;
	nf_ct_put(ct);
	return NULL;
}

/**
 * nf_vpn_entry_keep - let a conntrack entry hang on its flow
 * @vn: the namespace
 * @flow: the flow
 * @ct: its entry
 *
 * To find it again for each packet would cost as much as conntrack's own look-up.
 *
 * Context: RCU read side.
 */
void nf_vpn_entry_keep(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		       struct nf_conn *ct)
{
	spin_lock_bh(&vn->lock);
	/* One that has been removed meanwhile must not hold it. */
	if (flow->ct != ct && nf_vpn_flow_find(vn, &flow->node.key) == flow) {
		nf_vpn_entry_drop(flow);
		nf_conntrack_get(&ct->ct_general);
		/* Whoever sees it sees all of it. */
		smp_store_release(&flow->ct, ct);
	}
	spin_unlock_bh(&vn->lock);
}

/**
 * nf_vpn_entry_drop - let go of the conntrack entry of a flow
 * @flow: the flow, no session
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_entry_drop(struct nf_vpn_flow *flow)
{
	struct nf_conn *ct = flow->ct;

	if (!ct)
		return;
	WRITE_ONCE(flow->ct, NULL);
	nf_ct_put(ct);
}

/* Tries flow ids from a start and with a step that depend on nothing but the
 * flow.  The step is a power of two, so it meets all of the U16_MAX ids.
 */
static int stamp(struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig;
	struct nf_conntrack_tuple reply;
	static u32 seed __read_mostly;
	u32 i, hash, step;

	net_get_random_once(&seed, sizeof(seed));
	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	reply = *nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	hash = jhash2(orig->src.u3.all, ARRAY_SIZE(orig->src.u3.all), seed);
	hash = jhash_2words(hash, (__force u32)orig->dst.u3.all[3] ^
				  (__force u32)orig->dst.u3.all[0],
			    nf_ct_zone(ct)->id);
	step = 1 << (hash & 15);
	hash >>= 4;
	for (i = 0; i < STAMP_TRIES; i++) {
		reply.dst.u.all = htons(1 + (hash + i * step) % U16_MAX);
		if (!nf_conntrack_tuple_taken(&reply, ct)) {
			nf_conntrack_alter_reply(ct, &reply);
			return 0;
		}
	}
	return -EADDRNOTAVAIL;
}

/**
 * nf_vpn_stamp - make the reply tuple of a new entry unique
 * @pkt: the packet; its key is not looked at
 * @ct: its conntrack entry, source-translated
 *
 * First packets that race on several CPUs get identical tuples, which
 * conntrack then merges.  To be called for whatever passes, readable or not: an
 * entry without a stamp would own every reply that nobody else claims.
 *
 * Context: POST_ROUTING, right after source NAT; RCU read side.
 * Return: 0; -EADDRNOTAVAIL if no reply tuple is left, which is counted.
 */
int nf_vpn_stamp(const struct nf_vpn_pkt *pkt, struct nf_conn *ct)
{
	int err;

	if (likely(nf_ct_is_confirmed(ct)) ||
	    READ_ONCE(nf_vpn_pernet(pkt->net)->draining[pkt->proto]))
		return 0;
	err = stamp(ct);
	if (err)
		nf_vpn_count(pkt->net, pkt->proto, NF_VPN_CNT_NO_FLOW_ID);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_stamp);

/**
 * nf_vpn_entry_marks - an entry is to have the marks of another one
 * @want: the entry
 * @ct: the other one
 */
void nf_vpn_entry_marks(struct nf_vpn_entry *want, const struct nf_conn *ct)
{
#ifdef CONFIG_NF_CONNTRACK_MARK
	want->mark = READ_ONCE(ct->mark);
#endif
#ifdef CONFIG_NF_CONNTRACK_SECMARK
	want->secmark = ct->secmark;
#endif
}

static void set_marks(struct nf_conn *ct, const struct nf_vpn_entry *want)
{
#ifdef CONFIG_NF_CONNTRACK_MARK
	ct->mark = want->mark;
#endif
#ifdef CONFIG_NF_CONNTRACK_SECMARK
	ct->secmark = want->secmark;
#endif
}

static void extend(struct nf_conn *ct)
{
	struct nf_conn_tstamp *tstamp;

	nf_ct_acct_ext_add(ct, GFP_ATOMIC);
	nf_ct_tstamp_ext_add(ct, GFP_ATOMIC);
	nf_ct_ecache_ext_add(ct, 0, 0, GFP_ATOMIC);
	nf_ct_labels_ext_add(ct);
	tstamp = nf_conn_tstamp_find(ct);
	if (tstamp)
		tstamp->start = ktime_get_real_ns();
}

/**
 * nf_vpn_masq_index - whose address of the moment does an entry leave with?
 * @ct: the entry
 *
 * Return: the index of the device that a masquerade rule has noted, or 0.
 */
int nf_vpn_masq_index(const struct nf_conn *ct)
{
#if IS_ENABLED(CONFIG_NF_NAT_MASQUERADE)
	const struct nf_conn_nat *nat = nfct_nat(ct);

	return nat ? READ_ONCE(nat->masq_index) : 0;
#else
	return 0;
#endif
}
EXPORT_SYMBOL_GPL(nf_vpn_masq_index);

/**
 * nf_vpn_masq_index_set - let an entry go when a device's address does
 * @ct: the entry, not confirmed yet
 * @index: what nf_vpn_masq_index() said of another entry
 */
void nf_vpn_masq_index_set(struct nf_conn *ct, int index)
{
#if IS_ENABLED(CONFIG_NF_NAT_MASQUERADE)
	struct nf_conn_nat *nat = index ? nf_ct_nat_ext_add(ct) : NULL;

	if (nat)
		nat->masq_index = index;
#endif
}
EXPORT_SYMBOL_GPL(nf_vpn_masq_index_set);

/* What the core knows decides, not the rules of the moment.  NAT
 * only needs to be told that nothing is left to choose; if it has to choose
 * all the same, because the tuple is taken, the entry cannot be had.
 */
static int translate(struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig, *reply;
	const struct nf_nat_range2 as_it_is = {};
	struct nf_conntrack_tuple before;

	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	before = *reply;
	if (!nf_inet_addr_cmp(&orig->src.u3, &reply->dst.u3))
		ct->status |= IPS_SRC_NAT;
	if (!nf_inet_addr_cmp(&orig->dst.u3, &reply->src.u3))
		ct->status |= IPS_DST_NAT;
	if (nf_nat_setup_info(ct, &as_it_is, NF_NAT_MANIP_DST) != NF_ACCEPT ||
	    nf_nat_setup_info(ct, &as_it_is, NF_NAT_MANIP_SRC) != NF_ACCEPT)
		return -ENOMEM;
	return nf_ct_tuple_equal(&before, reply) ? 0 : -EEXIST;
}

static int insert(struct nf_conn *ct, const struct nf_vpn_entry *want)
{
	int err = want->stamp ? stamp(ct) : 0;

	if (!err)
		err = translate(ct);
	if (err)
		return err;
	nf_vpn_masq_index_set(ct, want->masq_index);
	extend(ct);
	if (want->no_flowtable)
		nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	/* Until it is confirmed, its timeout does not count from now. */
	ct->status |= want->status | IPS_CONFIRMED;
	__nf_ct_set_timeout(ct, want->timeout);
	return nf_conntrack_hash_check_insert(ct);
}

/**
 * nf_vpn_entry_create - make a conntrack entry
 * @vn: the namespace
 * @want: what it is to be
 *
 * Context: RCU read side, bottom halves off.
 * Return: the entry, with a reference for the caller beside that of conntrack's
 * table; -EEXIST if its tuples are taken; -EADDRNOTAVAIL if no unique one is left;
 * -ENOMEM.
 */
struct nf_conn *nf_vpn_entry_create(struct nf_vpn_net *vn,
				    const struct nf_vpn_entry *want)
{
	struct nf_conn *ct;
	int err;

	ct = nf_conntrack_alloc(vn->net, &want->zone,
				&want->tuple[IP_CT_DIR_ORIGINAL],
				&want->tuple[IP_CT_DIR_REPLY], GFP_ATOMIC);
	if (IS_ERR(ct)) {
		if (want->master)
			nf_ct_put(want->master);
		return ct;
	}
	set_marks(ct, want);
	if (want->master) {
		__set_bit(IPS_EXPECTED_BIT, &ct->status);
		ct->master = want->master;
	}
	err = insert(ct, want);
	if (!err)
		return ct;
	if (ct->master)
		nf_ct_put(ct->master);
	nf_conntrack_free(ct);
	return ERR_PTR(err);
}
