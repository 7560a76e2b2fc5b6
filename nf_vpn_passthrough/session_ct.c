// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a packet of a session: from its wire id to its conntrack entry.
 *
 * What conntrack reads from such a packet is half of the entry's tuple: the
 * receiver's id, but not the sender's.  So the packet is tied to its entry
 * before conntrack looks, in either direction, and the entry is made here, with
 * both ids in both tuples.  From there on NAT, "ct state", accounting and
 * conntrack's tools work as for anything else.
 *
 * Sessions that share their control connection's entry find that one, and make
 * it only if it has gone, just as it was.
 *
 * The session holds a reference on its entry: to find that again for each
 * packet would cost as much as conntrack's own look-up, twice.
 */
#include <linux/jhash.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include "idmap.h"

#define TIMEOUT_UNREPLIED	(600 * HZ)
#define TIMEOUT_REPLIED		(5 * 3600 * HZ)
#define TIMEOUT_SHARED		(600 * HZ)

static void set_tuple(const struct nf_vpn_session *s,
		      enum ip_conntrack_dir dir,
		      struct nf_conntrack_tuple *tuple)
{
	*tuple = (struct nf_conntrack_tuple) {
		.src.u3 = s->src[dir],
		.src.l3num = s->flow.node.key.l3num,
		.dst.u3 = s->dst[dir],
		.dst.protonum = s->flow.node.key.l4proto,
		.dst.dir = dir,
		.src.u.all = htons(s->id[dir]),
		.dst.u.all = htons(s->alias[!dir]),
	};
}

/* The entry that conntrack shows as the master; it may have gone. */
static struct nf_conn *find_master(struct nf_vpn_net *vn,
				   const struct nf_vpn_session *s)
{
	struct nf_conntrack_tuple_hash *h;

	if (!s->control)
		return NULL;
	h = nf_conntrack_find_get(vn->net, &s->control->zone,
				  &s->control->tuple[IP_CT_DIR_ORIGINAL]);
	return h ? nf_ct_tuplehash_to_ctrack(h) : NULL;
}

/* Sessions' tuples are unique, so what is in the way of one that both sides have
 * agreed to is none's: conntrack made it of packets that came before the mode
 * was switched on, or the kernel's own helper did.  What comes with these ids now
 * is the session's.
 */
static void evict(struct nf_vpn_net *vn, const struct nf_vpn_session *s,
		  const struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_tuple_hash *h;
	struct nf_conn *ct;

	h = nf_conntrack_find_get(vn->net, &s->flow.zone, tuple);
	if (!h)
		return;
	ct = nf_ct_tuplehash_to_ctrack(h);
	nf_ct_delete(ct, 0, 0);
	nf_ct_put(ct);
}

static struct nf_conn *entry_try(struct nf_vpn_net *vn,
				 const struct nf_vpn_session *s,
				 const struct nf_conntrack_tuple *tuple)
{
	struct nf_vpn_entry want = {
		.zone = s->flow.zone,
		.tuple = { tuple[IP_CT_DIR_ORIGINAL], tuple[IP_CT_DIR_REPLY] },
		.timeout = TIMEOUT_UNREPLIED,
		.no_flowtable = s->preserved,
	};

	if (s->shared)
		/* Both sides have spoken before it went. */
		want.status = IPS_SEEN_REPLY | IPS_ASSURED;
	else
		want.master = find_master(vn, s);
	if (want.master)
		nf_vpn_entry_marks(&want, want.master);
	return nf_vpn_entry_create(vn, &want);
}

static struct nf_conn *entry_make(struct nf_vpn_net *vn,
				  const struct nf_vpn_session *s)
{
	struct nf_conntrack_tuple tuple[IP_CT_DIR_MAX];
	struct nf_conn *ct;
	unsigned int i;

	for (i = 0; i < IP_CT_DIR_MAX; i++)
		set_tuple(s, i, &tuple[i]);
	ct = entry_try(vn, s, tuple);
	if (ct != ERR_PTR(-EEXIST) || s->phase == NF_VPN_PHASE_ASKED)
		return ct;
	for (i = 0; i < IP_CT_DIR_MAX; i++)
		evict(vn, s, &tuple[i]);
	return entry_try(vn, s, tuple);
}

/* Another entry between the same addresses is not the one that the other side
 * knows of.
 */
static struct nf_conn *shared_get(struct nf_vpn_net *vn,
				  const struct nf_vpn_session *s)
{
	const struct nf_conntrack_tuple *tuple;
	struct nf_conn *ct;

	if (!s->control)
		return ERR_PTR(-ENOENT);
	tuple = s->control->tuple;
	ct = find_master(vn, s);
	if (!ct)
		return entry_try(vn, s, tuple);
	if (nf_ct_tuple_equal(nf_ct_tuple(ct, IP_CT_DIR_REPLY),
			      &tuple[IP_CT_DIR_REPLY]))
		return ct;
	nf_ct_put(ct);
	return ERR_PTR(-ENOENT);
}

/**
 * nf_vpn_session_ct_drop - remove the conntrack entry of a session
 * @s: the session
 *
 * One that others share is only let go of.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_session_ct_drop(struct nf_vpn_session *s)
{
	struct nf_conn *ct = s->flow.ct;

	if (!ct)
		return;
	WRITE_ONCE(s->flow.ct, NULL);
	if (!s->shared)
		nf_ct_delete(ct, 0, 0);
	nf_ct_put(ct);
}

/**
 * nf_vpn_session_shared_ct - the conntrack entry that a session shares
 * @s: the session
 *
 * Context: nf_vpn_net.lock held.
 * Return: the entry with a reference taken, or NULL.
 */
struct nf_conn *nf_vpn_session_shared_ct(const struct nf_vpn_session *s)
{
	if (!s->shared || !s->flow.ct)
		return NULL;
	nf_conntrack_get(&s->flow.ct->ct_general);
	return s->flow.ct;
}

/**
 * nf_vpn_session_ct_review - let go of a conntrack entry that is dead
 * @s: the session
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_session_ct_review(struct nf_vpn_session *s)
{
	if (s->flow.ct && nf_vpn_entry_is_dead(s->flow.ct))
		nf_vpn_session_ct_drop(s);
}

static bool may_have_entry(struct nf_vpn_net *vn,
			   const struct nf_vpn_session *s)
{
	/* One that has been removed meanwhile must not hold it. */
	return (s->shared || s->phase != NF_VPN_PHASE_CLOSING) &&
	       !READ_ONCE(vn->draining[s->flow.proto]) &&
	       nf_vpn_flow_find(vn, &s->flow.node.key) == &s->flow;
}

/* The first packet, or the first one after the entry has gone. */
static noinline struct nf_conn *session_ct_make(struct nf_vpn_net *vn,
						struct nf_vpn_session *s)
{
	struct nf_conn *ct;

	spin_lock_bh(&vn->lock);
	ct = nf_vpn_entry_get(&s->flow);
	if (!ct && may_have_entry(vn, s)) {
		nf_vpn_session_ct_drop(s);
		ct = s->shared ? shared_get(vn, s) : entry_make(vn, s);
		if (IS_ERR(ct)) {
			if (PTR_ERR(ct) != -ENOENT)
				nf_vpn_inc(vn, s->flow.proto,
					   nf_vpn_why(PTR_ERR(ct)));
			ct = NULL;
		} else {
			/* One for the packet, one for the session. */
			nf_conntrack_get(&ct->ct_general);
			/* Whoever sees it sees all of it. */
			smp_store_release(&s->flow.ct, ct);
			if (!s->shared)
				nf_conntrack_event_cache(IPCT_RELATED, ct);
		}
	}
	spin_unlock_bh(&vn->lock);
	return ct;
}

/* What the firewall is told: "related" until it let a packet pass each way, so
 * that a rule set that wants no related connections gets none.
 */
static enum ip_conntrack_info session_ctinfo(const struct nf_conn *ct,
					     enum ip_conntrack_dir dir)
{
	enum ip_conntrack_info ctinfo = IP_CT_RELATED;

	if (likely(test_bit(IPS_SEEN_REPLY_BIT, &ct->status)))
		ctinfo = IP_CT_ESTABLISHED;
	return dir == IP_CT_DIR_REPLY ? ctinfo + IP_CT_IS_REPLY : ctinfo;
}

static void account(const struct nf_vpn_pkt *pkt, struct nf_conn *ct,
		    enum ip_conntrack_info ctinfo)
{
	bool replied = test_bit(IPS_SEEN_REPLY_BIT, &ct->status);

	nf_ct_refresh_acct(ct, ctinfo, pkt->skb,
			   replied ? TIMEOUT_REPLIED : TIMEOUT_UNREPLIED);
	if (replied && !test_bit(IPS_ASSURED_BIT, &ct->status) &&
	    !test_and_set_bit(IPS_ASSURED_BIT, &ct->status))
		nf_conntrack_event_cache(IPCT_ASSURED, ct);
}

static enum ip_conntrack_dir ct_dir(const struct nf_vpn_id *id)
{
	return id->dir == NF_VPN_DIR_OUT ? IP_CT_DIR_ORIGINAL :
					   IP_CT_DIR_REPLY;
}

/* Which id does the receiver of packets in this direction know? */
static bool receiver_id(const struct nf_vpn_session *s,
			enum ip_conntrack_dir dir, u32 *id)
{
	/* Pairs with tell(): the id was written before. */
	if (unlikely(!smp_load_acquire(&s->known[!dir])))
		return false;
	*id = s->id[!dir];
	return true;
}

/**
 * nf_vpn_cookie_id - what an id that several sessions have is found by
 * @id: the id
 * @cookie: the cookie of one of them
 * @n: its length in bytes
 *
 * Return: a hash of both.
 */
u32 nf_vpn_cookie_id(u32 id, const u8 *cookie, unsigned int n)
{
	return jhash(cookie, n, id);
}

/* Whose cookie do the packets with this id carry that this session gets? */
static const u8 *cookie_of(const struct nf_vpn_id *id, unsigned int n)
{
	const struct nf_vpn_session *s = nf_vpn_session_of(id->flow);
	unsigned int dir = id->dir == NF_VPN_DIR_IN ? IP_CT_DIR_ORIGINAL :
						      IP_CT_DIR_REPLY;

	return s->n_cookie[dir] == n ? s->cookie[dir] : NULL;
}

/* Cookies have 4 or 8 bytes (RFC 3931, 4.1). */
static noinline struct nf_vpn_id *find_by_cookie(struct nf_vpn_net *vn,
						 const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_id *id;
	const u8 *cookie;
	unsigned int n;

	key.space = NF_VPN_SPACE_COOKIE;
	for (n = 8; n && n <= pkt->n_cookie; n -= 4) {
		key.id = cpu_to_be32(nf_vpn_cookie_id(be32_to_cpu(pkt->key.id),
						      pkt->cookie, n));
		id = nf_vpn_id_find(vn, &key);
		cookie = id ? cookie_of(id, n) : NULL;
		if (cookie && !memcmp(cookie, pkt->cookie, n))
			return id;
	}
	return NULL;
}

static struct nf_vpn_id *find_by_id(struct nf_vpn_net *vn,
				    const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_id *id = nf_vpn_id_find(vn, &pkt->key), *other;

	if (likely(!READ_ONCE(vn->n_cookie_ids)) || !pkt->n_cookie)
		return id;
	other = find_by_cookie(vn, pkt);
	return other ?: id;
}

static struct nf_vpn_id *find_id(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt)
{
	u16 reply = nf_vpn_zone(pkt, IP_CT_DIR_REPLY);
	struct nf_vpn_id *id;

	pkt->key.zone = nf_vpn_zone(pkt, IP_CT_DIR_ORIGINAL);
	id = find_by_id(vn, pkt);
	/* A zone may have been set for replies only. */
	if (likely(id || reply == pkt->key.zone))
		return id;
	pkt->key.zone = reply;
	return find_by_id(vn, pkt);
}

/* What conntrack would do for a packet of the control connection. */
static void account_shared(const struct nf_vpn_pkt *pkt, struct nf_conn *ct,
			   enum ip_conntrack_info ctinfo)
{
	if (ctinfo == IP_CT_ESTABLISHED_REPLY)
		nf_vpn_account_reply(pkt, ct, TIMEOUT_SHARED, true);
	else
		nf_ct_refresh_acct(ct, ctinfo, pkt->skb, TIMEOUT_SHARED);
}

/* Conntrack itself handles what comes before the first reply.
 *
 * Return: 0 if the packet is attached now; -ENOENT if conntrack should find out;
 * -EXDEV if it came from another port than the sender's.
 */
static int attach_shared(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt,
			 struct nf_conn *ct, const struct nf_vpn_id *wire)
{
	enum ip_conntrack_dir dir = ct_dir(wire);
	enum ip_conntrack_info ctinfo = IP_CT_ESTABLISHED;

	if (unlikely(nf_ct_tuple(ct, dir)->src.u.all != pkt->sport)) {
		nf_ct_put(ct);
		return -EXDEV;
	}
	if (dir == IP_CT_DIR_REPLY) {
		ctinfo = IP_CT_ESTABLISHED_REPLY;
	} else if (unlikely(!test_bit(IPS_SEEN_REPLY_BIT, &ct->status))) {
		nf_ct_put(ct);
		return -ENOENT;
	}
	if (unlikely(wire->weak))
		nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_OTHER_PORT);
	nf_vpn_attach(pkt, ct, ctinfo);
	account_shared(pkt, ct, ctinfo);
	return 0;
}

/* Can conntrack lead a packet that cannot be attached? */
static bool finds_itself(const struct nf_vpn_session *s,
			 const struct nf_vpn_id *wire)
{
	if (!s->shared || wire->dir == NF_VPN_DIR_OUT)
		return s->shared;
	return s->flow.node.key.l4proto == IPPROTO_UDP && !s->preserved &&
	       !wire->weak;
}

/**
 * nf_vpn_session_in - tie a packet to the session that its id belongs to
 * @pkt: the packet; the key's addresses and id are set, its zone need not be
 * @id: set to the id that the receiver knows, which is to be written into the
 *	packet if it is another one
 *
 * Context: PRE_ROUTING or LOCAL_OUT, before conntrack; RCU read side.
 * Return: 0 if the packet is attached now; 1 if it was sent, and is not to be
 * touched any more, as for nf_vpn_in(); -ENOENT if the id is nobody's; -ESTALE
 * if the session has no conntrack entry and can get none, which is counted: the
 * packet must be dropped, for nothing would lead it to where it belongs; -EXDEV
 * if it came from or to another UDP port than the session's packets do, and is
 * not known to answer.
 */
int nf_vpn_session_in(struct nf_vpn_pkt *pkt, u32 *id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet_rcu(pkt->net);
	struct nf_vpn_id *wire = find_id(vn, pkt);
	enum ip_conntrack_info ctinfo;
	enum ip_conntrack_dir dir;
	struct nf_vpn_session *s;
	struct nf_conn *ct;

	if (!wire)
		return -ENOENT;
	if (!wire->flow->session)
		return nf_vpn_found(vn, pkt, wire);
	s = nf_vpn_session_of(wire->flow);
	dir = ct_dir(wire);
	if (!receiver_id(s, dir, id))
		return -ENOENT;
	/* A guess is good for nothing more as long as nobody has answered. */
	if (unlikely(wire->weak) && !pkt->answers &&
	    READ_ONCE(s->phase) == NF_VPN_PHASE_ASKED)
		return -EXDEV;
	if (unlikely(nf_vpn_may_leave(vn, pkt)) && !wire->weak &&
	    nf_vpn_lease_use(vn, pkt, &s->flow, wire->dir)) {
		nf_vpn_touch(&wire->last);
		return 1;
	}
	ct = nf_vpn_entry_get(&s->flow);
	if (unlikely(!ct)) {
		/* Without its control connection, no session gets one. */
		if (!s->shared || READ_ONCE(s->control))
			ct = session_ct_make(vn, s);
		if (!ct) {
			nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_STALE);
			return finds_itself(s, wire) ? -ENOENT : -ESTALE;
		}
	}
	nf_vpn_touch(&wire->last);
	if (s->shared)
		return attach_shared(vn, pkt, ct, wire);
	ctinfo = session_ctinfo(ct, dir);
	nf_vpn_attach(pkt, ct, ctinfo);
	account(pkt, ct, ctinfo);
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_in);

/* From now on the other side has the port that its answer came from. */
static int move(struct nf_vpn_net *vn, struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_id *wire = find_id(vn, pkt);
	struct nf_conntrack_tuple *tuple, old[IP_CT_DIR_MAX];
	struct nf_vpn_session *s;
	struct nf_conn *ct;

	if (!wire || !wire->flow->session || wire->dir != NF_VPN_DIR_IN)
		return -ENOENT;
	s = nf_vpn_session_of(wire->flow);
	if (!s->control || !s->is_control || s->phase != NF_VPN_PHASE_ASKED)
		return -ENOENT;
	tuple = s->control->tuple;
	if (tuple[IP_CT_DIR_REPLY].src.u.all == pkt->sport)
		return 0;
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_OTHER_PORT);
	memcpy(old, tuple, sizeof(old));
	if (tuple[IP_CT_DIR_ORIGINAL].dst.u.all ==
	    tuple[IP_CT_DIR_REPLY].src.u.all)
		tuple[IP_CT_DIR_ORIGINAL].dst.u.all = pkt->sport;
	tuple[IP_CT_DIR_REPLY].src.u.all = pkt->sport;
	ct = shared_get(vn, s);
	if (IS_ERR(ct)) {
		memcpy(tuple, old, sizeof(old));
		return -ENOENT;
	}
	nf_vpn_port_add(vn, tuple[IP_CT_DIR_ORIGINAL].dst.u.all);
	nf_vpn_session_ct_drop(s);
	/* Whoever sees it sees all of it. */
	smp_store_release(&s->flow.ct, ct);
	return 0;
}

/**
 * nf_vpn_session_move - an answer came from or to another port than expected
 * @pkt: the packet, an answer, of which nf_vpn_session_in() said -EXDEV
 * @id: as there
 *
 * Once for each control connection, until the other side is known (RFC 2661,
 * 8.1).
 *
 * Context: as nf_vpn_session_in().
 * Return: as nf_vpn_session_in().
 */
int nf_vpn_session_move(struct nf_vpn_pkt *pkt, u32 *id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	int err;

	spin_lock_bh(&vn->lock);
	err = move(vn, pkt);
	spin_unlock_bh(&vn->lock);
	if (err)
		return err;
	pkt->answers = true;
	return nf_vpn_session_in(pkt, id);
}
EXPORT_SYMBOL_GPL(nf_vpn_session_move);

/**
 * nf_vpn_session_control - the control connection of a packet
 * @pkt: the packet; its key is as nf_vpn_session_in() left it, or, if it is
 *	leaving, that of the packet behind NAT with the port of whoever opened
 *	the control connection
 * @leaving: which of both
 *
 * Context: RCU read side.
 * Return: the control connection, valid while the context lasts, or NULL.
 */
struct nf_vpn_control *nf_vpn_session_control(const struct nf_vpn_pkt *pkt,
					      bool leaving)
{
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_id *wire;

	if (leaving)
		key.space |= NF_VPN_SPACE_LEAVING;
	wire = nf_vpn_id_find(nf_vpn_pernet_rcu(pkt->net), &key);
	if (!wire || !wire->flow->session)
		return NULL;
	return READ_ONCE(nf_vpn_session_of(wire->flow)->control);
}
EXPORT_SYMBOL_GPL(nf_vpn_session_control);

/**
 * nf_vpn_session_icmp - lead an ICMP error to whose packet it quotes
 * @pkt: the error; the key's addresses and id are those of the quoted packet
 * @id: set to the id that this packet had when its sender sent it
 *
 * Context: as nf_vpn_session_in().
 * Return: 0 if the error is attached now; -ENOENT if it quotes no session's
 * packet; -ESTALE if the session has no conntrack entry.
 */
int nf_vpn_session_icmp(struct nf_vpn_pkt *pkt, u32 *id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	enum ip_conntrack_dir dir;
	struct nf_vpn_session *s;
	struct nf_vpn_id *wire;
	struct nf_conn *ct;

	pkt->key.space |= NF_VPN_SPACE_LEAVING;
	wire = find_id(vn, pkt);
	pkt->key.space &= ~NF_VPN_SPACE_LEAVING;
	if (!wire)
		return -ENOENT;
	s = nf_vpn_session_of(wire->flow);
	dir = ct_dir(wire);
	if (!receiver_id(s, dir, id))
		return -ENOENT;
	*id = s->alias[!dir];
	ct = nf_vpn_entry_get(&s->flow);
	if (!ct)
		return -ESTALE;
	nf_vpn_attach(pkt, ct, dir == IP_CT_DIR_ORIGINAL ?
		      IP_CT_RELATED_REPLY : IP_CT_RELATED);
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_ICMP_RELATED);
	return 0;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_icmp);

/**
 * nf_vpn_session_passed - a session's packet got through the firewall
 * @ct: its conntrack entry; the packet is the other side's answer
 *
 * Context: POST_ROUTING or LOCAL_IN, behind the filter.
 */
void nf_vpn_session_passed(struct nf_conn *ct)
{
	if (!test_and_set_bit(IPS_SEEN_REPLY_BIT, &ct->status))
		nf_conntrack_event_cache(IPCT_REPLY, ct);
}
EXPORT_SYMBOL_GPL(nf_vpn_session_passed);
