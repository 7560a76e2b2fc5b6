// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control messages: from what they say to the core's sessions (RFC 2661, 4 to 6;
 * RFC 3931, 3 to 5).
 *
 * A message is looked at where it leaves, behind NAT and the filter.  It tells
 * its receiver's id in the header and, when something begins, its sender's in an
 * AVP.  Sequence numbers do not matter: what is sent again says the same again.
 */
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include "l2tp.h"

/* How long ids rest that were said to be ended: longer than a peer repeats that
 * (31 s, RFC 2661, 5.8), and than tunnels in use are silent.
 */
#define REST	75

#define MAX_EDITS	5

/* Longest message of which a digest is looked at, in bytes. */
#define SIGNED_MAX	2048

#define VERSION_2	0	/* l2tp_control.tunnel */
#define VERSION_3	1

/**
 * struct tunnel - one side's id of a control connection
 * @id: what it chose for itself, or 0
 * @alias: what the other side sees of it
 */
struct tunnel {
	u32	id;
	u32	alias;
};

/**
 * struct l2tp_control - a control connection, or tunnel
 * @base: what the core knows of it
 * @lock: guards @tunnel, @nonce and @n_nonce
 * @opener: direction of what who opened it sends; read without the lock, too
 * @tunnel: by version and direction, the ids of its two sides
 * @nonce: by direction, the nonce of its sender, for digests
 * @n_nonce: its length in bytes
 */
struct l2tp_control {
	struct nf_vpn_control	base;
	spinlock_t		lock;	/* see above */
	u8			opener;
	struct tunnel		tunnel[2][IP_CT_DIR_MAX];
	u8			nonce[IP_CT_DIR_MAX][L2TP_NONCE_MAX];
	u8			n_nonce[IP_CT_DIR_MAX];
};

/**
 * struct message - a control message
 * @p: its packet
 * @ct: its conntrack entry
 * @dir: its direction
 * @control: the control connection that it belongs to
 * @msg: what it says
 * @edits: what is to be changed
 * @n_edits: length of @edits
 */
struct message {
	struct l2tp_pkt		*p;
	struct nf_conn		*ct;
	enum ip_conntrack_dir	dir;
	struct l2tp_control	*control;
	struct l2tp_msg		msg;
	struct l2tp_edit	edits[MAX_EDITS];
	unsigned int		n_edits;
};

static struct l2tp_control *of_base(struct nf_vpn_control *base)
{
	return container_of(base, struct l2tp_control, base);
}

static struct net *net_of(const struct message *m)
{
	return m->p->pkt.net;
}

static void count(const struct message *m, enum nf_vpn_counter counter)
{
	nf_vpn_count(net_of(m), NF_VPN_L2TP, counter);
}

/* --- what is written --------------------------------------------------- */

static void change(struct message *m, const struct l2tp_id *id, u8 n, u32 value)
{
	if (id->off && id->value != value)
		m->edits[m->n_edits++] = (struct l2tp_edit) {
			id->off, n, value
		};
}

static const u8 *bytes_of(const struct l2tp_pkt *p)
{
	return p->pkt.skb->data + p->off;
}

/* Over IP, the Session ID of zero is not part of the message. */
static size_t message_start(const struct l2tp_pkt *p)
{
	return p->head.avps - 12;
}

/* The answer is the first that has both to go by, its own included. */
static void take_nonces(const struct l2tp_pkt *p, struct l2tp_control *c,
			enum ip_conntrack_dir dir, const struct l2tp_msg *msg,
			u8 buf[IP_CT_DIR_MAX][L2TP_NONCE_MAX],
			struct l2tp_nonces *nonces)
{
	spin_lock_bh(&c->lock);
	memcpy(buf, c->nonce, sizeof(c->nonce));
	nonces->n_local = c->n_nonce[dir];
	nonces->n_remote = c->n_nonce[!dir];
	spin_unlock_bh(&c->lock);
	nonces->local = buf[dir];
	nonces->remote = buf[!dir];
	if (msg->type == L2TP_SCCRP && msg->nonce &&
	    msg->nonce_len <= L2TP_NONCE_MAX) {
		memcpy(buf[dir], bytes_of(p) + msg->nonce, msg->nonce_len);
		nonces->n_local = msg->nonce_len;
	}
	if (!nonces->n_local || !nonces->n_remote || msg->type == L2TP_SCCRQ)
		*nonces = (struct l2tp_nonces) {};
}

static bool check_digest(const struct l2tp_pkt *p, const struct l2tp_msg *msg,
			 struct l2tp_nonces *nonces)
{
	return p->head.end <= SIGNED_MAX &&
	       l2tp_digest_check(msg, bytes_of(p), p->head.end,
				 message_start(p), nonces);
}

/* Make all changes, and the digest anew if there is one.
 *
 * Return: false if the digest needs a secret, which is counted, or there was no
 * memory: the message must be dropped.
 */
static bool write_edits(struct l2tp_pkt *p, struct l2tp_control *c,
			enum ip_conntrack_dir dir, const struct l2tp_msg *msg,
			const struct l2tp_edit *edits, unsigned int n)
{
	u8 buf[IP_CT_DIR_MAX][L2TP_NONCE_MAX], digest[L2TP_DIGEST_MAX];
	struct l2tp_nonces nonces;
	unsigned int i;

	if (!n)
		return true;
	take_nonces(p, c, dir, msg, buf, &nonces);
	if (msg->digest && !check_digest(p, msg, &nonces)) {
		nf_vpn_count(p->pkt.net, NF_VPN_L2TP, NF_VPN_CNT_KEYED_DIGEST);
		return false;
	}
	for (i = 0; i < n; i++)
		if (!l2tp_nat_edit(p, &edits[i]))
			return false;
	if (!msg->digest)
		return true;
	return !l2tp_digest_make(msg, bytes_of(p), p->head.end,
				 message_start(p), &nonces, digest) &&
	       l2tp_nat_bytes(p, msg->digest, digest, msg->digest_len);
}

static unsigned int finish(struct message *m)
{
	return write_edits(m->p, m->control, m->dir, &m->msg, m->edits,
			   m->n_edits) ? NF_ACCEPT : NF_DROP;
}

/* --- what is told ------------------------------------------------------ */

static void note_nonce(const struct message *m)
{
	const struct l2tp_msg *msg = &m->msg;
	struct l2tp_control *c = m->control;

	if (!msg->nonce || msg->nonce_len > L2TP_NONCE_MAX)
		return;
	spin_lock_bh(&c->lock);
	memcpy(c->nonce[m->dir], bytes_of(m->p) + msg->nonce, msg->nonce_len);
	c->n_nonce[m->dir] = msg->nonce_len;
	spin_unlock_bh(&c->lock);
}

/* May an id in it be changed, if that is needed? */
static bool is_fixed(struct message *m)
{
	u8 buf[IP_CT_DIR_MAX][L2TP_NONCE_MAX];
	struct l2tp_nonces nonces;

	if (!m->msg.digest)
		return false;
	take_nonces(m->p, m->control, m->dir, &m->msg, buf, &nonces);
	return !check_digest(m->p, &m->msg, &nonces);
}

static void tell_tunnel(struct message *m, enum l2tp_space space, u32 id,
			struct nf_vpn_told *told)
{
	*told = (struct nf_vpn_told) {
		.id = id,
		.prefer = id,
		.id_max = space == L2TP_SPACE_TUNNEL ? U16_MAX : U32_MAX,
		.space = space,
		.version = space == L2TP_SPACE_TUNNEL ? 2 : 3,
		.control = true,
		.fixed = is_fixed(m),
	};
}

static void tell_session(struct message *m, struct nf_vpn_told *told)
{
	*told = (struct nf_vpn_told) {
		.id = m->msg.local.value,
		.prefer = m->msg.local.value,
		.id_max = U32_MAX,
		.space = L2TP_SPACE_SESSION,
		.version = 3,
		.fixed = is_fixed(m),
		.n_cookie = m->msg.cookie_len,
	};
	memcpy(told->cookie, m->msg.cookie, sizeof(told->cookie));
}

/* Session IDs of version 2 belong to a tunnel, and are known by both ids. */
static u32 call_id(u32 tunnel, u32 session)
{
	return tunnel << 16 | session;
}

static bool is_v2(const struct message *m)
{
	return m->p->head.version == 2;
}

static enum l2tp_space tunnel_space(const struct message *m)
{
	return is_v2(m) ? L2TP_SPACE_TUNNEL : L2TP_SPACE_CCID;
}

/* What was told last is true, whichever processor it came to. */
static struct tunnel tunnel_of(const struct message *m,
			       enum ip_conntrack_dir dir)
{
	struct l2tp_control *c = m->control;
	struct tunnel tunnel;

	spin_lock_bh(&c->lock);
	tunnel = c->tunnel[is_v2(m) ? VERSION_2 : VERSION_3][dir];
	spin_unlock_bh(&c->lock);
	return tunnel;
}

static void note_tunnel(const struct message *m, enum l2tp_space space, u32 id,
			u32 alias)
{
	unsigned int version = space == L2TP_SPACE_TUNNEL ? VERSION_2 :
							    VERSION_3;
	struct l2tp_control *c = m->control;

	spin_lock_bh(&c->lock);
	c->tunnel[version][m->dir] = (struct tunnel) { id, alias };
	spin_unlock_bh(&c->lock);
}

static void tell_call(struct message *m, struct nf_vpn_told *told)
{
	const struct tunnel own = tunnel_of(m, m->dir);

	*told = (struct nf_vpn_told) {
		.id = call_id(own.id, m->msg.call.value),
		.prefer = call_id(own.alias, m->msg.call.value),
		.space = L2TP_SPACE_CALL,
		.version = 2,
	};
}

/* The sender's own id, in a message that assigns it. */
static const struct l2tp_id *assigned(const struct message *m)
{
	return is_v2(m) ? &m->msg.tunnel : &m->msg.ccid;
}

/* --- control connections ----------------------------------------------- */

/* Who opened it and whom to, as the sender sees it, and the id that it chose. */
static void control_key(const struct message *m, struct nf_vpn_key *key)
{
	const struct nf_conntrack_tuple *tuple = nf_ct_tuple(m->ct, m->dir);
	const struct l2tp_id *id = assigned(m);

	nf_vpn_control_key(m->ct, key);
	key->src = tuple->src.u3;
	key->dst = tuple->dst.u3;
	key->id = cpu_to_be32(id->value);
	key->port = m->p->udp ? tuple->src.u.udp.port : 0;
	key->space = tunnel_space(m);
}

static struct nf_vpn_control *control_get(const struct message *m)
{
	struct nf_vpn_key key;

	control_key(m, &key);
	return nf_vpn_control_get(&l2tp_proto, m->ct, &key);
}

/* Return: an error of nf_vpn_session_ask(), or 0. */
static int ask_tunnel(struct message *m, enum l2tp_space space,
		      const struct l2tp_id *id, u8 n)
{
	struct l2tp_control *c = m->control;
	struct nf_vpn_told told;
	u32 alias;
	int err;

	if (!id->off)
		return 0;
	tell_tunnel(m, space, id->value, &told);
	err = nf_vpn_session_ask(net_of(m), &c->base, m->dir, &told, &alias);
	if (err)
		return err;
	change(m, id, n, alias);
	WRITE_ONCE(c->opener, m->dir);
	note_tunnel(m, space, id->value, alias);
	return 0;
}

/* A flow table would take packets past the hook that writes the port.  It takes
 * none of connections that may have a helper.
 */
static void keep_from_flowtable(const struct message *m)
{
	if (m->control->base.wire_port && !nf_ct_is_confirmed(m->ct) &&
	    !nfct_help(m->ct))
		nf_ct_helper_ext_add(m->ct, GFP_ATOMIC);
}

/* SCCRQ.  It may offer both versions (RFC 3931, 4.7.1). */
static unsigned int start(struct message *m)
{
	struct nf_vpn_control *base;
	int err;

	if (!assigned(m)->off || (m->p->udp && !l2tp_is_udp(m->ct)))
		return NF_ACCEPT;
	base = control_get(m);
	if (IS_ERR(base))
		return PTR_ERR(base) == -ESHUTDOWN ? NF_ACCEPT : NF_DROP;
	m->control = of_base(base);
	keep_from_flowtable(m);
	note_nonce(m);
	err = ask_tunnel(m, L2TP_SPACE_TUNNEL, &m->msg.tunnel, 2) ?:
	      ask_tunnel(m, L2TP_SPACE_CCID, &m->msg.ccid, 4);
	if (err)
		return err == -ESHUTDOWN ? NF_ACCEPT : NF_DROP;
	return finish(m);
}

static int answer_tunnel(struct message *m, u32 *alias)
{
	enum l2tp_space space = tunnel_space(m);
	struct l2tp_control *c = m->control;
	u32 peer = tunnel_of(m, !m->dir).alias, peer_id;
	struct nf_vpn_told told;
	int err;

	tell_tunnel(m, space, assigned(m)->value, &told);
	err = nf_vpn_session_answer(net_of(m), &c->base, m->dir, &told, peer,
				    alias, &peer_id);
	if (err)
		return err;
	return nf_vpn_session_result(net_of(m), &c->base, m->dir, space, peer,
				     true);
}

/* SCCRP */
static unsigned int answer(struct message *m)
{
	const struct l2tp_id *id = assigned(m);
	u32 alias;
	int err;

	if (!id->off)
		return NF_ACCEPT;
	err = answer_tunnel(m, &alias);
	if (err == -ENOENT)
		return NF_ACCEPT;
	if (err)
		return NF_DROP;
	note_nonce(m);
	note_tunnel(m, tunnel_space(m), id->value, alias);
	change(m, id, is_v2(m) ? 2 : 4, alias);
	return finish(m);
}

/* Who opened it goes on: the answer was for it. */
static void confirm(const struct message *m)
{
	struct nf_vpn_control *base = &m->control->base;

	if (m->dir == READ_ONCE(m->control->opener) && !READ_ONCE(base->confirmed))
		WRITE_ONCE(base->confirmed, true);
}

/* StopCCN */
static unsigned int stop(struct message *m)
{
	const struct l2tp_id *id = assigned(m);
	u32 alias = id->value;

	nf_vpn_session_translate(net_of(m), &m->control->base, m->dir,
				 tunnel_space(m), true, &alias);
	nf_vpn_control_end(&m->control->base, net_of(m));
	change(m, id, is_v2(m) ? 2 : 4, alias);
	return finish(m);
}

/* --- sessions of version 2: known for show, nothing is written ---------- */

static void v2_answered(struct message *m)
{
	struct l2tp_control *c = m->control;
	struct nf_vpn_told told;
	u32 peer, alias, peer_id;

	peer = call_id(tunnel_of(m, !m->dir).alias, m->p->head.session);
	tell_call(m, &told);
	if (!nf_vpn_session_answer(net_of(m), &c->base, m->dir, &told, peer,
				   &alias, &peer_id))
		nf_vpn_session_result(net_of(m), &c->base, m->dir,
				      L2TP_SPACE_CALL, peer, true);
}

static void v2_cleared(struct message *m)
{
	enum ip_conntrack_dir dir = m->dir;
	u32 id = call_id(tunnel_of(m, m->dir).id, m->msg.call.value);

	/* Who refuses a session may have chosen no id for it: then the other
	 * side's own is meant.
	 */
	if (!m->msg.call.value) {
		id = call_id(tunnel_of(m, !m->dir).id, m->p->head.session);
		dir = !m->dir;
	}
	if (nf_vpn_session_clear(net_of(m), &m->control->base, dir,
				 L2TP_SPACE_CALL, id, true))
		count(m, NF_VPN_CNT_UNKNOWN_CALL);
}

static unsigned int v2_session(struct message *m)
{
	struct nf_vpn_told told;
	u32 alias;

	if (!m->msg.call.off || !tunnel_of(m, IP_CT_DIR_ORIGINAL).id ||
	    !tunnel_of(m, IP_CT_DIR_REPLY).id)
		return NF_ACCEPT;
	switch (m->msg.type) {
	case L2TP_ICRQ:
	case L2TP_OCRQ:
		tell_call(m, &told);
		nf_vpn_session_ask(net_of(m), &m->control->base, m->dir, &told,
				   &alias);
		break;
	case L2TP_ICRP:
	case L2TP_OCRP:
		v2_answered(m);
		break;
	case L2TP_CDN:
		v2_cleared(m);
		break;
	}
	return NF_ACCEPT;
}

/* --- sessions of version 3 ---------------------------------------------- */

/* Of whoever has its fill, the other side is told an id that leads nowhere,
 * unless that cannot be told: then its packets would reach somebody else.  The
 * answer becomes a refusal.
 */
static unsigned int v3_asked(struct message *m)
{
	struct nf_vpn_told told;
	u32 alias;
	int err;

	tell_session(m, &told);
	err = nf_vpn_session_ask(net_of(m), &m->control->base, m->dir, &told,
				 &alias);
	if (err == -ESHUTDOWN)
		return NF_ACCEPT;
	if (err && told.fixed)
		return NF_DROP;
	change(m, &m->msg.local, 4, alias);
	return finish(m);
}

/* A CDN has a Result Code where an answer has its Circuit Status, of the same
 * length (RFC 3931, 5.4.2): flags, length and vendor, then type and value.
 */
static void put_result(struct message *m, u16 status)
{
	const u16 length = L2TP_AVP_HEADER_LEN + 2;

	m->edits[m->n_edits++] = (struct l2tp_edit) {
		status - L2TP_AVP_HEADER_LEN, 4,
		(u32)(L2TP_AVP_MANDATORY | length) << 16
	};
	m->edits[m->n_edits++] = (struct l2tp_edit) {
		status - 2, 4, L2TP_AVP_RESULT << 16 | L2TP_RESULT_LACK
	};
}

/* The answer becomes a CDN to whoever asked, with that side's id and none of the
 * sender's.  In its place it acknowledges, and is acknowledged.  What else there
 * is in an answer means nothing in a CDN.
 */
static unsigned int turn_down(struct message *m, u32 id)
{
	const struct l2tp_id type = {
		m->msg.type, m->p->head.avps + L2TP_AVP_HEADER_LEN
	};

	change(m, &m->msg.local, 4, 0);
	change(m, &m->msg.remote, 4, id);
	/* All answers have one (RFC 3931, 6.7 and 6.10).  Without it, an id of
	 * zero says enough.
	 */
	if (m->msg.status) {
		change(m, &type, 2, L2TP_CDN);
		put_result(m, m->msg.status);
	}
	return finish(m);
}

static unsigned int v3_answered(struct message *m)
{
	u32 peer = m->msg.remote.value, alias, peer_id;
	struct nf_vpn_control *base = &m->control->base;
	struct nf_vpn_told told;
	int err;

	tell_session(m, &told);
	err = nf_vpn_session_answer(net_of(m), base, m->dir, &told, peer,
				    &alias, &peer_id);
	if (err == -ENOENT) {
		count(m, NF_VPN_CNT_UNKNOWN_CALL);
		return NF_ACCEPT;
	}
	if (err == -ECONNREFUSED)
		return turn_down(m, peer_id);
	if (err && told.fixed)
		return NF_DROP;
	nf_vpn_session_result(net_of(m), base, m->dir, L2TP_SPACE_SESSION,
			      peer, !err);
	change(m, &m->msg.local, 4, alias);
	change(m, &m->msg.remote, 4, peer_id);
	return finish(m);
}

static void v3_translate(struct message *m, const struct l2tp_id *id, bool own)
{
	u32 value = id->value;

	if (!id->off || !id->value)
		return;
	if (nf_vpn_session_translate(net_of(m), &m->control->base, m->dir,
				     L2TP_SPACE_SESSION, own, &value))
		count(m, NF_VPN_CNT_UNKNOWN_CALL);
	else
		change(m, id, 4, value);
}

/* Who refuses a session may have chosen no id for it. */
static void v3_cleared(struct message *m)
{
	struct nf_vpn_control *base = &m->control->base;
	u32 id = m->msg.remote.value;

	if (m->msg.local.value) {
		nf_vpn_session_clear(net_of(m), base, m->dir,
				     L2TP_SPACE_SESSION, m->msg.local.value,
				     true);
	} else if (!nf_vpn_session_translate(net_of(m), base, m->dir,
					     L2TP_SPACE_SESSION, false, &id)) {
		nf_vpn_session_clear(net_of(m), base, !m->dir,
				     L2TP_SPACE_SESSION, id, true);
	}
}

static unsigned int v3_session(struct message *m)
{
	const struct l2tp_msg *msg = &m->msg;

	switch (msg->type) {
	case L2TP_ICRQ:
	case L2TP_OCRQ:
		return msg->local.off ? v3_asked(m) : NF_ACCEPT;
	case L2TP_ICRP:
	case L2TP_OCRP:
		return msg->local.off && msg->remote.off ? v3_answered(m) :
							   NF_ACCEPT;
	}
	v3_translate(m, &msg->local, true);
	v3_translate(m, &msg->remote, false);
	if (msg->type == L2TP_CDN)
		v3_cleared(m);
	return finish(m);
}

/* --- all ----------------------------------------------------------------- */

/* Whoever sends with another client's id must not speak for it. */
static struct nf_vpn_control *own(struct nf_vpn_control *base,
				  const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *a, *b;

	if (!base)
		return NULL;
	a = &base->tuple[IP_CT_DIR_ORIGINAL];
	b = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	return nf_inet_addr_cmp(&a->src.u3, &b->src.u3) &&
	       nf_inet_addr_cmp(&a->dst.u3, &b->dst.u3) &&
	       a->src.u.all == b->src.u.all &&
	       base->zone.id == nf_ct_zone(ct)->id ? base : ERR_PTR(-EEXIST);
}

/**
 * l2tp_control_of - the control connection of a packet that leaves
 * @p: the packet, behind NAT
 * @ct: its conntrack entry
 * @dir: its direction
 *
 * Context: RCU read side.
 * Return: the control connection, valid while the context lasts; NULL if there
 * is none; -EEXIST if it is somebody else's.
 */
struct nf_vpn_control *l2tp_control_of(struct l2tp_pkt *p,
				       const struct nf_conn *ct,
				       enum ip_conntrack_dir dir)
{
	const struct nf_conntrack_tuple *there = nf_ct_tuple(ct, !dir);
	struct nf_vpn_key *key = &p->pkt.key;
	struct nf_vpn_control *base;

	key->src = there->dst.u3;
	key->dst = there->src.u3;
	key->zone = nf_ct_zone_id(nf_ct_zone(ct), !dir);
	l2tp_set_id(p);
	if (p->head.version == 2) {
		key->space = L2TP_SPACE_TUNNEL;
		key->id = cpu_to_be32(p->head.tunnel);
	}
	if (!p->udp)
		return own(nf_vpn_session_control(&p->pkt, true), ct);
	key->port = dir == IP_CT_DIR_ORIGINAL ? there->dst.u.udp.port :
						there->src.u.udp.port;
	base = nf_vpn_session_control(&p->pkt, true);
	if (base || dir == IP_CT_DIR_REPLY)
		return own(base, ct);
	/* It may stand on the wire with another one. */
	key->port = htons(L2TP_PORT);
	return own(nf_vpn_session_control(&p->pkt, true), ct);
}

static unsigned int handle(struct message *m)
{
	switch (m->msg.type) {
	case L2TP_SCCRP:
		return answer(m);
	case L2TP_STOPCCN:
		return stop(m);
	case L2TP_ICRQ:
	case L2TP_ICRP:
	case L2TP_ICCN:
	case L2TP_OCRQ:
	case L2TP_OCRP:
	case L2TP_OCCN:
	case L2TP_CDN:
	case L2TP_WEN:
	case L2TP_SLI:
		return is_v2(m) ? v2_session(m) : v3_session(m);
	default:
		return NF_ACCEPT;
	}
}

/* Return: false if it cannot be read, which is counted. */
static bool parse(struct message *m)
{
	if (l2tp_msg_parse(bytes_of(m->p), &m->p->head, &m->msg)) {
		count(m, NF_VPN_CNT_BAD_CONTROL);
		return false;
	}
	if (m->msg.unknown)
		count(m, NF_VPN_CNT_UNKNOWN_AVP);
	if (m->msg.hidden)
		count(m, NF_VPN_CNT_HIDDEN_AVP);
	return true;
}

/**
 * l2tp_control - a control message is about to leave
 * @p: the packet, behind NAT and the filter, after l2tp_read()
 * @ct: its conntrack entry
 * @dir: its direction
 * @control: set to its control connection; NULL if it is not known, or an error
 *	if the message is malformed
 *
 * Context: POST_ROUTING or LOCAL_IN; RCU read side.
 * Return: verdict.
 */
unsigned int l2tp_control(struct l2tp_pkt *p, struct nf_conn *ct,
			  enum ip_conntrack_dir dir,
			  struct nf_vpn_control **control)
{
	struct message m = { .p = p, .ct = ct, .dir = dir };
	unsigned int verdict;

	*control = NULL;
	if (!pskb_may_pull(p->pkt.skb, p->off + p->head.end))
		return NF_DROP;
	if (!parse(&m)) {
		*control = ERR_PTR(-EBADMSG);
		return NF_ACCEPT;
	}
	if (m.msg.type == L2TP_SCCRQ) {
		verdict = start(&m);
		*control = m.control ? &m.control->base : NULL;
		return verdict;
	}
	*control = l2tp_control_of(p, ct, dir);
	if (IS_ERR(*control)) {
		count(&m, NF_VPN_CNT_CLASH);
		return p->udp ? NF_ACCEPT : NF_DROP;
	}
	if (!*control) {
		if (m.msg.type != L2TP_ZLB)
			count(&m, NF_VPN_CNT_UNKNOWN_CALL);
		return NF_ACCEPT;
	}
	m.control = of_base(*control);
	confirm(&m);
	return handle(&m);
}

/**
 * l2tp_control_head - give a control message the id that its receiver knows
 * @p: the packet, as it came in and after nf_vpn_session_in()
 * @id: the id
 *
 * Context: PRE_ROUTING; RCU read side.
 * Return: false if that cannot be done, and the packet must be dropped.
 */
bool l2tp_control_head(struct l2tp_pkt *p, u32 id)
{
	struct l2tp_edit edit = { p->head.id_off, p->head.version == 2 ? 2 : 4,
				  id };
	struct nf_vpn_control *base = nf_vpn_session_control(&p->pkt, false);
	enum ip_conntrack_info ctinfo;
	struct l2tp_msg msg;

	if (!nf_ct_get(p->pkt.skb, &ctinfo) ||
	    !pskb_may_pull(p->pkt.skb, p->off + p->head.end))
		return false;
	/* One that cannot be read has no digest that is worth anything. */
	if (l2tp_msg_parse(bytes_of(p), &p->head, &msg) || !msg.digest)
		return l2tp_nat_edit(p, &edit);
	return base && write_edits(p, of_base(base), CTINFO2DIR(ctinfo), &msg,
				   &edit, 1);
}

static void control_init(struct nf_vpn_control *base, const struct nf_conn *ct)
{
	struct l2tp_control *c = of_base(base);
	const struct nf_conntrack_tuple *orig, *reply;

	spin_lock_init(&c->lock);
	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	if (nf_ct_protonum(ct) == IPPROTO_UDP &&
	    nf_vpn_preserves_port(nf_ct_net(ct), NF_VPN_L2TP) &&
	    orig->src.u.udp.port == htons(L2TP_PORT) &&
	    !nf_inet_addr_cmp(&orig->src.u3, &reply->dst.u3))
		base->wire_port = htons(L2TP_PORT);
}

const struct nf_vpn_session_ops l2tp_sessions = {
	.rest		= REST,
	.control_size	= sizeof(struct l2tp_control),
	.control_init	= control_init,
};
