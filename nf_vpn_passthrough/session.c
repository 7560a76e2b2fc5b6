// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions: what a control connection tells of their ids.
 *
 * A session is a flow that is found by up to four wire ids: for each direction
 * the id that packets come in with, and, where that is another one or between
 * other addresses, the one that they leave with, which ICMP errors quote.
 *
 * Ids are looked for in the control connection that told them, so nobody
 * touches a session of somebody else's.
 */
#include "idmap.h"

#define ALIAS_TRIES	64
#define ASKED_TIMEOUT	(180 * HZ)	/* a callee may take long to answer */
#define ABANDONED	(600 * HZ)	/* as long as the entry would live */
#define REPEATS		(40 * HZ)	/* the end may be told again */
#define MAX_SESSIONS	1024		/* of one control connection, all told */

static bool has_ports(const struct nf_vpn_session *s)
{
	return s->shared && s->flow.node.key.l4proto == IPPROTO_UDP;
}

/* The port that tells equal ids apart: where packets come in it is the one that
 * they are sent to; where they leave it is that of whoever opened the control
 * connection.
 */
static __be16 port_in(const struct nf_vpn_session *s, enum ip_conntrack_dir dir)
{
	return has_ports(s) ? nf_vpn_control_port(s->control, dir) : 0;
}

static __be16 port_out(const struct nf_vpn_session *s,
		       enum ip_conntrack_dir dir)
{
	if (!has_ports(s))
		return 0;
	if (dir == IP_CT_DIR_ORIGINAL)
		return port_in(s, IP_CT_DIR_REPLY);
	return s->control->tuple[IP_CT_DIR_ORIGINAL].src.u.udp.port;
}

/* How the packets of the side that sends in direction @dir come in, whose id
 * is that of the other side.
 */
static void key_in(const struct nf_vpn_session *s, enum ip_conntrack_dir dir,
		   u32 id, struct nf_vpn_key *key)
{
	*key = (struct nf_vpn_key) {
		.src = s->src[dir],
		.dst = s->dst[dir],
		.id = cpu_to_be32(id),
		.zone = nf_ct_zone_id(&s->flow.zone, dir),
		.l3num = s->flow.node.key.l3num,
		.l4proto = s->flow.node.key.l4proto,
		.port = port_in(s, dir),
		.space = s->space,
	};
}

/* How the same packets leave. */
static void key_out(const struct nf_vpn_session *s, enum ip_conntrack_dir dir,
		    u32 id, struct nf_vpn_key *key)
{
	key_in(s, dir, id, key);
	key->src = s->dst[!dir];
	key->dst = s->src[!dir];
	key->zone = nf_ct_zone_id(&s->flow.zone, !dir);
	key->port = port_out(s, dir);
	key->space |= NF_VPN_SPACE_LEAVING;
}

static enum nf_vpn_dir wire_dir(enum ip_conntrack_dir dir)
{
	return dir == IP_CT_DIR_ORIGINAL ? NF_VPN_DIR_OUT : NF_VPN_DIR_IN;
}

static int add_key(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		   enum ip_conntrack_dir from, const struct nf_vpn_key *key,
		   unsigned int flags)
{
	return nf_vpn_id_add(vn, &s->flow, key, wire_dir(from),
			     NF_VPN_STATE_BOUND, NF_VPN_ID_ASKED | flags);
}

/* A client that starts over may have what it had before, and a guess gives way
 * to what is known.
 */
static bool gives_way(const struct nf_vpn_id *id, const struct nf_vpn_session *s)
{
	const struct nf_vpn_session *other;

	if (!id->flow->session)
		return false;
	other = nf_vpn_session_of(id->flow);
	return id->weak ||
	       (s->shared && other->phase == NF_VPN_PHASE_CLOSING &&
		id->flow->zone.id == s->flow.zone.id &&
		nf_inet_addr_cmp(&id->flow->node.key.src,
				 &s->flow.node.key.src));
}

/* The other side may still answer what was refused under the same name. */
static bool is_denied(const struct nf_vpn_session *s,
		      enum ip_conntrack_dir from, u32 alias)
{
	u32 id;

	return nf_vpn_denied_id(s->control, !from, s->space, alias, &id);
}

static int add_free(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		    enum ip_conntrack_dir from, u32 alias)
{
	struct nf_vpn_key key;

	if (is_denied(s, from, alias))
		return -EEXIST;
	key_in(s, from, alias, &key);
	return add_key(vn, s, from, &key, 0);
}

/* Unless somebody has it who does not give way. */
static int add_wanted(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		      enum ip_conntrack_dir from, u32 alias)
{
	struct nf_vpn_key key;
	struct nf_vpn_id *id;

	key_in(s, from, alias, &key);
	id = nf_vpn_id_find(vn, &key);
	if (id && gives_way(id, s)) {
		if (id->weak)
			nf_vpn_id_del(vn, id);
		else
			nf_vpn_flow_del(vn, id->flow);
	}
	return add_key(vn, s, from, &key, 0);
}

/* Cookies of which one begins like the other tell nothing apart. */
static bool cookies_differ(const struct nf_vpn_session *a,
			   const struct nf_vpn_session *b,
			   enum ip_conntrack_dir dir)
{
	unsigned int n = min(a->n_cookie[dir], b->n_cookie[dir]);

	return n && memcmp(a->cookie[dir], b->cookie[dir], n);
}

/* Sessions with cookies may share an id. */
static int add_by_cookie(struct nf_vpn_net *vn, struct nf_vpn_session *s,
			 enum ip_conntrack_dir from, u32 alias)
{
	struct nf_vpn_key key;
	struct nf_vpn_id *id;

	key_in(s, from, alias, &key);
	id = nf_vpn_id_find(vn, &key);
	if (!id || !id->flow->session ||
	    !cookies_differ(s, nf_vpn_session_of(id->flow), !from))
		return -EEXIST;
	key.id = cpu_to_be32(nf_vpn_cookie_id(alias, s->cookie[!from],
					      s->n_cookie[!from]));
	key.space = NF_VPN_SPACE_COOKIE;
	return add_key(vn, s, from, &key, 0);
}

static int add_as_told(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		       enum ip_conntrack_dir from,
		       const struct nf_vpn_told *told)
{
	int err;

	if (is_denied(s, from, told->prefer))
		return -EEXIST;
	err = add_wanted(vn, s, from, told->prefer);
	if (err == -EEXIST && told->n_cookie)
		err = add_by_cookie(vn, s, from, told->prefer);
	return err;
}

/* The id itself if it is free on the other side, else another one. */
static int choose_alias(struct nf_vpn_net *vn, struct nf_vpn_session *s,
			enum ip_conntrack_dir from,
			const struct nf_vpn_told *told, u32 *alias)
{
	unsigned int i;
	int err;

	*alias = told->prefer;
	err = add_as_told(vn, s, from, told);
	if (err == -EEXIST && told->fixed)
		return -EKEYREJECTED;
	if (err == -EEXIST && !told->id_max)
		return err;
	for (i = 0; err == -EEXIST && i < ALIAS_TRIES; i++) {
		*alias = nf_vpn_random_id(told->id_max);
		err = add_free(vn, s, from, *alias);
	}
	if (!err && *alias != told->prefer)
		nf_vpn_inc(vn, s->flow.proto, NF_VPN_CNT_REWRITTEN);
	return err;
}

/* If it is ambiguous, it is of whoever had it first and was answered. */
static void add_quoted(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		       enum ip_conntrack_dir from, u32 id)
{
	struct nf_vpn_key key;
	struct nf_vpn_id *old;

	key_out(s, from, id, &key);
	old = nf_vpn_id_find(vn, &key);
	if (old && old->quoted && nf_vpn_session_of(old->flow)->phase !=
				  NF_VPN_PHASE_OPEN)
		nf_vpn_id_del(vn, old);
	add_key(vn, s, from, &key, NF_VPN_ID_QUOTED);
}

/* Some servers send to the well-known port, whatever port the client has. */
static void add_weak(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		     enum ip_conntrack_dir from, u32 alias)
{
	struct nf_vpn_key key;

	if (from != IP_CT_DIR_REPLY || !has_ports(s))
		return;
	key_in(s, from, alias, &key);
	if (key.port == s->control->ops->port)
		return;
	key.port = s->control->ops->port;
	add_key(vn, s, from, &key, NF_VPN_ID_WEAK);
}

/* Side @dir tells its id: the other side's packets will come with its alias. */
static int tell(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		enum ip_conntrack_dir dir, const struct nf_vpn_told *told)
{
	u32 alias;
	int err;

	WRITE_ONCE(s->n_cookie[dir], told->n_cookie);
	memcpy(s->cookie[dir], told->cookie, sizeof(told->cookie));
	err = choose_alias(vn, s, !dir, told, &alias);
	if (err)
		return err;
	WRITE_ONCE(s->id[dir], told->id);
	WRITE_ONCE(s->alias[dir], alias);
	/* Packets may come in with the alias already. */
	smp_store_release(&s->known[dir], true);
	add_quoted(vn, s, !dir, told->id);
	add_weak(vn, s, !dir, alias);
	if (dir == IP_CT_DIR_ORIGINAL && !s->shared)
		s->flow.flow_id = alias;
	return 0;
}

/* Their pairs are their own: nothing is bound there by asking around. */
static void session_like(const struct nf_vpn_control *control,
			 struct nf_vpn_flow *like, struct nf_vpn_key *pair)
{
	const struct nf_conntrack_tuple *tuple = control->tuple;

	*like = (struct nf_vpn_flow) {
		.node.key = control->node.key,
		.zone = control->zone,
		.proto = control->ops->proto,
		.session = true,
	};
	like->node.key.id = 0;
	like->node.key.port = 0;
	like->node.key.space = 0;
	if (control->ops->sessions->l4proto)
		like->node.key.l4proto = control->ops->sessions->l4proto;
	*pair = like->node.key;
	pair->src = tuple[IP_CT_DIR_REPLY].src.u3;
	pair->dst = tuple[IP_CT_DIR_REPLY].dst.u3;
	pair->zone = nf_ct_zone_id(&control->zone, IP_CT_DIR_REPLY);
	pair->space = 1;
}

static struct nf_vpn_session *session_new(struct nf_vpn_net *vn,
					  struct nf_vpn_control *control,
					  const struct nf_vpn_told *told)
{
	struct nf_vpn_flow like, *flow;
	struct nf_vpn_session *s;
	struct nf_vpn_key pair;
	unsigned int i;

	session_like(control, &like, &pair);
	flow = nf_vpn_flow_add(vn, &like, &pair);
	if (IS_ERR(flow))
		return ERR_CAST(flow);
	s = nf_vpn_session_of(flow);
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		s->src[i] = control->tuple[i].src.u3;
		s->dst[i] = control->tuple[i].dst.u3;
	}
	WRITE_ONCE(s->control, control);
	s->shared = !control->ops->sessions->l4proto;
	s->preserved = control->wire_port;
	s->space = told->space;
	s->version = told->version;
	s->is_control = told->control;
	if (s->shared)
		flow->flow_id = ntohs(control->tuple[IP_CT_DIR_REPLY].dst.u.all);
	s->until = jiffies + ASKED_TIMEOUT;
	list_add_tail(&s->sibling, &control->sessions);
	control->nsessions++;
	return s;
}

/* By the id that side @dir chose for itself; sessions that rest count last. */
static struct nf_vpn_session *find_own(const struct nf_vpn_control *control,
				       enum ip_conntrack_dir dir, u8 space,
				       u32 id)
{
	struct nf_vpn_session *s, *found = NULL;

	list_for_each_entry(s, &control->sessions, sibling) {
		if (!s->known[dir] || s->id[dir] != id || s->space != space)
			continue;
		if (s->phase != NF_VPN_PHASE_CLOSING)
			return s;
		found = s;
	}
	return found;
}

/* By what side @dir sees of the other side's id. */
static struct nf_vpn_session *find_peer(const struct nf_vpn_control *control,
					enum ip_conntrack_dir dir, u8 space,
					u32 id)
{
	struct nf_vpn_session *s, *found = NULL;

	list_for_each_entry(s, &control->sessions, sibling) {
		if (!s->known[!dir] || s->alias[!dir] != id ||
		    s->space != space)
			continue;
		if (s->phase != NF_VPN_PHASE_CLOSING)
			return s;
		found = s;
	}
	return found;
}

/* Those of a connection are searched, so there may not be too many, resting ones
 * included.
 */
static bool has_fill(const struct nf_vpn_net *vn,
		     const struct nf_vpn_control *control)
{
	return control->nsessions >=
	       min_t(u32, MAX_SESSIONS,
		     2 * READ_ONCE(vn->limits.per_client) + 8);
}

static int ask(struct nf_vpn_net *vn, struct nf_vpn_control *control,
	       enum ip_conntrack_dir dir, const struct nf_vpn_told *told,
	       u32 *alias)
{
	struct nf_vpn_session *s = find_own(control, dir, told->space,
					    told->id);
	int err;

	if (s && s->phase != NF_VPN_PHASE_CLOSING) {
		*alias = s->alias[dir];
		if (s->phase == NF_VPN_PHASE_OPEN)
			s->again = true;
		return 0;
	}
	/* One that has been removed meanwhile must not get any. */
	if (nf_vpn_control_lookup(vn->net, &control->node.key) != control)
		return -ESHUTDOWN;
	/* Whoever goes on asking has not ended. */
	if (!control->ops->sessions->l4proto)
		control->ended = false;
	if (control->ended || READ_ONCE(vn->draining[control->ops->proto]))
		return -ESHUTDOWN;
	if (has_fill(vn, control))
		return -EDQUOT;
	s = session_new(vn, control, told);
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = tell(vn, s, dir, told);
	if (err)
		nf_vpn_flow_del(vn, &s->flow);
	else
		*alias = s->alias[dir];
	return err;
}

static int ask_or_deny(struct nf_vpn_net *vn, struct nf_vpn_control *control,
		       enum ip_conntrack_dir dir,
		       const struct nf_vpn_told *told, u32 *alias)
{
	int err = ask(vn, control, dir, told, alias);

	if (err)
		*alias = nf_vpn_deny_ask(vn, control, dir, told);
	return err;
}

static void refuse(struct nf_vpn_net *vn, const struct nf_vpn_control *control,
		   enum ip_conntrack_dir dir, u32 id, int err)
{
	struct nf_vpn_key client = control->node.key, wire = client;

	client.id = 0;
	if (control->ops->sessions->l4proto)
		client.l4proto = control->ops->sessions->l4proto;
	wire.id = cpu_to_be32(id);
	wire.src = control->tuple[IP_CT_DIR_REPLY].dst.u3;
	wire.dst = wire.src;
	/* The id of one side stands in the other side's packets. */
	nf_vpn_refuse(vn, nf_vpn_why(err), control->ops->proto, &client, &wire,
		      wire_dir(!dir), NULL);
}

/**
 * nf_vpn_session_ask - a side asks for a session, and tells its id
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message
 * @told: what the sender tells of itself
 * @alias: set to what the other side is to be told, also on failure: then it
 *	is an id that leads nowhere, by which nf_vpn_session_answer() knows the
 *	answer
 *
 * The same again finds what was made.
 *
 * Context: RCU read side.
 * Return: 0; -ESHUTDOWN if the control connection has ended; -EDQUOT if the
 * client or the control connection has its fill, -EUSERS if the server has,
 * -ENOSPC if the namespace has; -EEXIST if no alias is free; -EKEYREJECTED if
 * the id is taken, and fixed; -ENOMEM.  All but the first two are counted and
 * reported.
 */
int nf_vpn_session_ask(struct net *net, struct nf_vpn_control *control,
		       enum ip_conntrack_dir dir,
		       const struct nf_vpn_told *told, u32 *alias)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	int err;

	spin_lock_bh(&vn->lock);
	err = ask_or_deny(vn, control, dir, told, alias);
	spin_unlock_bh(&vn->lock);
	if (err && err != -ESHUTDOWN)
		refuse(vn, control, dir, told->id, err);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_ask);

/* May a side that has answered already answer anew?  If it was asked anew: it may
 * have started over.  And as long as nobody has taken up the first answer, which
 * may have been forged.
 */
static bool may_change(const struct nf_vpn_session *s)
{
	if (!s->shared)
		return false;
	return s->again ||
	       (s->is_control && !READ_ONCE(s->control->confirmed));
}

/* Forget what side @dir has told. */
static void untell(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		   enum ip_conntrack_dir dir)
{
	struct nf_vpn_id *id, *next;

	WRITE_ONCE(s->known[dir], false);
	list_for_each_entry_safe(id, next, &s->flow.ids, list)
		if (id->dir == wire_dir(!dir))
			nf_vpn_id_del(vn, id);
}

/* Sessions of a control connection that starts over are none of it any more. */
static void end_others(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	struct nf_vpn_session *other, *next;

	if (!s->is_control)
		return;
	list_for_each_entry_safe(other, next, &s->control->sessions, sibling)
		if (other != s)
			nf_vpn_session_end(vn, other);
}

/* What the server's packets come with. */
static const struct nf_vpn_id *inbound_id(const struct nf_vpn_session *s)
{
	const struct nf_vpn_id *id;

	list_for_each_entry(id, &s->flow.ids, list)
		if (id->dir == NF_VPN_DIR_IN && !id->quoted && !id->weak)
			return id;
	return NULL;
}

/* One that is bound was open; it may not be so any more. */
static void set_bound(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		      bool bound)
{
	if (s->bound == bound)
		return;
	s->bound = bound;
	nf_vpn_event_tunnel(vn, bound ? NF_VPN_EVENT_BOUND :
					NF_VPN_EVENT_UNBOUND,
			    &s->flow, inbound_id(s));
}

static int answer(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		  enum ip_conntrack_dir dir, const struct nf_vpn_told *told)
{
	bool same = s->known[dir] && s->id[dir] == told->id;
	int err;

	if (s->known[dir] && !same) {
		if (!may_change(s))
			return -EEXIST;
		end_others(vn, s);
		set_bound(vn, s, false);
		untell(vn, s, dir);
		if (s->is_control)
			WRITE_ONCE(s->control->confirmed, false);
	}
	s->again = false;
	if (same)
		return 0;
	err = tell(vn, s, dir, told);
	if (!err && s->phase == NF_VPN_PHASE_OPEN)
		set_bound(vn, s, true);
	return err;
}

/* The other side answers what it was asked when that was refused.  Who asked may
 * have asked again, with better luck: that the other side has not taken up.
 */
static int answer_denied(struct nf_vpn_net *vn, struct nf_vpn_control *control,
			 enum ip_conntrack_dir dir,
			 const struct nf_vpn_told *told, u32 peer, u32 *peer_id)
{
	struct nf_vpn_session *s;
	u32 id;

	if (!nf_vpn_denied_id(control, !dir, told->space, peer, &id))
		return -ENOENT;
	s = find_own(control, !dir, told->space, id);
	if (s && s->phase != NF_VPN_PHASE_CLOSING) {
		if (s->phase != NF_VPN_PHASE_ASKED || s->known[dir])
			return -ENOENT;
		nf_vpn_session_end(vn, s);
	}
	*peer_id = id;
	nf_vpn_deny_answer(vn, control, dir, told, peer, id);
	return -ECONNREFUSED;
}

/* Return: as nf_vpn_session_answer(); @why is set to what is to be reported. */
static int answer_or_deny(struct nf_vpn_net *vn, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir,
			  const struct nf_vpn_told *told, u32 peer, u32 *alias,
			  u32 *peer_id, int *why)
{
	struct nf_vpn_session *s = find_peer(control, dir, told->space, peer);
	int err;

	if (!s || (s->phase == NF_VPN_PHASE_CLOSING && !s->known[dir]))
		return answer_denied(vn, control, dir, told, peer, peer_id);
	*peer_id = s->id[!dir];
	err = answer(vn, s, dir, told);
	*why = err;
	if (!err) {
		*alias = s->alias[dir];
	} else if (s->phase == NF_VPN_PHASE_ASKED && !s->known[dir] &&
		   nf_vpn_deny_answer(vn, control, dir, told, peer, *peer_id)) {
		/* The other side may go on to send to it for a while. */
		nf_vpn_session_end(vn, s);
		err = -ECONNREFUSED;
	} else {
		*alias = nf_vpn_idle_id(vn, control, !dir, told);
	}
	return err;
}

/**
 * nf_vpn_session_answer - a side answers, and tells its id
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message
 * @told: what the sender tells of itself
 * @peer: what the sender was told of the other side's id
 * @alias: set to what the other side is to be told of the sender's id
 * @peer_id: set to the other side's id
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if nobody asked, and nothing is set; -ECONNREFUSED if the
 * session is refused, or was when it was asked for: @peer_id is set, and who asked
 * is to be told so, in place of the answer; else as nf_vpn_session_ask(), and
 * @alias is set to an id that leads nowhere.
 */
int nf_vpn_session_answer(struct net *net, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir,
			  const struct nf_vpn_told *told, u32 peer, u32 *alias,
			  u32 *peer_id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	int err, why = 0;

	spin_lock_bh(&vn->lock);
	err = answer_or_deny(vn, control, dir, told, peer, alias, peer_id,
			     &why);
	spin_unlock_bh(&vn->lock);
	if (why)
		refuse(vn, control, dir, told->id, why);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_answer);

static void open(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	WRITE_ONCE(s->phase, NF_VPN_PHASE_OPEN);
	list_del_init(&s->flow.young);
	/* What was made before both ids were known. */
	nf_vpn_session_ct_drop(s);
	set_bound(vn, s, true);
}

/**
 * nf_vpn_session_result - a side has accepted or refused a session
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the answer
 * @space: key space of @peer
 * @peer: what its sender was told of the other side's id
 * @accepted: which of both
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if there is no such session.
 */
int nf_vpn_session_result(struct net *net, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir, u8 space, u32 peer,
			  bool accepted)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;

	spin_lock_bh(&vn->lock);
	s = find_peer(control, dir, space, peer);
	if (s && s->phase == NF_VPN_PHASE_ASKED) {
		if (!accepted)
			nf_vpn_flow_del(vn, &s->flow);
		else if (s->known[dir])
			open(vn, s);
	}
	spin_unlock_bh(&vn->lock);
	return s ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_result);

/* Ids are named by whom they belong to, but with PPTP not by everybody: where
 * the one that is expected is none, it may be the other one.
 */
static struct nf_vpn_session *find(struct nf_vpn_control *control,
				   enum ip_conntrack_dir dir, u8 space,
				   bool own, u32 id, bool *is_own)
{
	struct nf_vpn_session *s;
	u32 alias;

	*is_own = own;
	s = own ? find_own(control, dir, space, id) :
		  find_peer(control, dir, space, id);
	if (s || !control->ops->sessions->l4proto)
		return s;
	/* That one was refused. */
	if (own && nf_vpn_denied_alias(control, dir, space, id, &alias))
		return NULL;
	*is_own = !own;
	return own ? find_peer(control, dir, space, id) :
		     find_own(control, dir, space, id);
}

/* Who has been asked to clear a session may name it either way.  If both ways
 * lead somewhere, it means the one that it was asked about.
 */
static struct nf_vpn_session *
find_cleared(struct nf_vpn_control *control, enum ip_conntrack_dir dir,
	     u8 space, u32 id, bool *is_own)
{
	struct nf_vpn_session *s = find_peer(control, dir, space, id);

	if (s && s->phase == NF_VPN_PHASE_CLEARING) {
		*is_own = false;
		return s;
	}
	return find(control, dir, space, true, id, is_own);
}

/* What is said of a session that was refused goes on, unless whoever asked for it
 * has another one of that name.
 */
static bool translate_denied(struct nf_vpn_control *control,
			     enum ip_conntrack_dir dir, u8 space, bool own,
			     u32 *id)
{
	const struct nf_vpn_session *s;
	u32 asked;

	if (own)
		return nf_vpn_denied_alias(control, dir, space, *id, id);
	if (!nf_vpn_denied_id(control, !dir, space, *id, &asked))
		return false;
	s = find_own(control, !dir, space, asked);
	if (s && s->phase != NF_VPN_PHASE_CLOSING)
		return false;
	*id = asked;
	return true;
}

/**
 * nf_vpn_session_translate - an id as the other side knows it
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message
 * @space: key space of @id
 * @own: whether it should be the sender's own id, or the receiver's
 * @id: the id in the message; set to what the receiver knows
 *
 * Context: RCU read side.
 * Return: 0, also for a session that was refused; -ENOENT if there is no such
 * session, and nothing is set.
 */
int nf_vpn_session_translate(struct net *net, struct nf_vpn_control *control,
			     enum ip_conntrack_dir dir, u8 space, bool own,
			     u32 *id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;
	bool known, is_own;

	spin_lock_bh(&vn->lock);
	s = own ? find_cleared(control, dir, space, *id, &is_own) :
		  find(control, dir, space, false, *id, &is_own);
	if (s)
		*id = is_own ? s->alias[dir] : s->id[!dir];
	known = s || translate_denied(control, dir, space, own, id);
	spin_unlock_bh(&vn->lock);
	return known ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_translate);

/**
 * nf_vpn_session_clear - a session is about to end, or has ended
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message that says so
 * @space: key space of @id
 * @id: the id in it, as it was sent
 * @done: it has ended; else it was asked to
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if there is no such session.
 */
int nf_vpn_session_clear(struct net *net, struct nf_vpn_control *control,
			 enum ip_conntrack_dir dir, u8 space, u32 id,
			 bool done)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;
	bool is_own;

	spin_lock_bh(&vn->lock);
	s = find_cleared(control, dir, space, id, &is_own);
	if (s && done)
		nf_vpn_session_end(vn, s);
	else if (s && s->phase < NF_VPN_PHASE_CLEARING)
		WRITE_ONCE(s->phase, NF_VPN_PHASE_CLEARING);
	spin_unlock_bh(&vn->lock);
	return s ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_clear);

/* Late packets must not meet a new owner of the ids.  Those of a session that
 * goes by its control connection rest longer, for it may turn out to go on.
 */
static unsigned long rest(const struct nf_vpn_session *s)
{
	return s->control ? s->control->ops->sessions->rest * HZ : 0;
}

/**
 * nf_vpn_session_end - a session has ended
 * @vn: the namespace
 * @s: the session
 *
 * It goes on to lead packets that are on their way, and keeps its ids from
 * others.  When room is needed, it is the first to go.
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_session_end(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	if (s->phase == NF_VPN_PHASE_CLOSING)
		return;
	WRITE_ONCE(s->phase, NF_VPN_PHASE_CLOSING);
	s->until = jiffies + rest(s);
	list_move(&s->flow.young, &vn->young);
	if (!s->flow.served) {
		s->flow.served = true;
		s->flow.client->nserved++;
		s->flow.pair->nresting++;
	}
	set_bound(vn, s, false);
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_DOWN, &s->flow, NULL);
}

/**
 * nf_vpn_session_unlink - a session is being removed
 * @s: the session, which has ended: no entry is made for it any more
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_session_unlink(struct nf_vpn_session *s)
{
	nf_vpn_session_ct_drop(s);
	if (s->control)
		s->control->nsessions--;
	list_del_init(&s->sibling);
}

/* How long ago was a session used in the direction that was so longest ago? */
static u32 idle_of(const struct nf_vpn_session *s)
{
	u32 idle[NF_VPN_DIR_MAX + 1] = { U32_MAX, U32_MAX };
	const struct nf_vpn_id *id;

	list_for_each_entry(id, &s->flow.ids, list)
		if (!id->quoted)
			idle[id->dir] = min(idle[id->dir],
					    nf_vpn_idle(&id->last));
	return max(idle[NF_VPN_DIR_OUT], idle[NF_VPN_DIR_IN]);
}

/* Do both sides use a session that was said to have ended, and longer than they
 * would repeat that?
 */
static bool is_used(const struct nf_vpn_session *s)
{
	return idle_of(s) < s->control->ops->sessions->rest * HZ - REPEATS;
}

/* A control connection may have little to say; its sessions speak for it. */
static bool goes_on(const struct nf_vpn_session *s)
{
	const struct nf_vpn_session *other;

	if (!s->is_control)
		return is_used(s);
	list_for_each_entry(other, &s->control->sessions, sibling)
		if (is_used(other))
			return true;
	return false;
}

/* Whoever said that it has ended was not one of them. */
static void revive(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	WRITE_ONCE(s->phase, NF_VPN_PHASE_OPEN);
	s->control->ended = false;
	s->flow.served = false;
	s->flow.client->nserved--;
	s->flow.pair->nresting--;
	list_del_init(&s->flow.young);
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_UP, &s->flow, NULL);
	set_bound(vn, s, true);
}

/* A control connection that shares its entry with others is not over when that
 * is, but when none of its ids is used any more.
 */
static bool is_abandoned(const struct nf_vpn_session *s)
{
	const struct nf_vpn_session *other;
	const struct nf_vpn_id *id;

	if (!s->shared || !s->is_control || !s->control)
		return false;
	list_for_each_entry(other, &s->control->sessions, sibling)
		list_for_each_entry(id, &other->flow.ids, list)
			if (!id->quoted && nf_vpn_idle(&id->last) < ABANDONED)
				return false;
	return true;
}

/**
 * nf_vpn_session_is_dead - is it time to remove a session?
 * @vn: the namespace
 * @s: the session
 *
 * One that has ended only by hearsay is brought back to life.
 *
 * Context: nf_vpn_net.lock held.
 * Return: true if so.
 */
bool nf_vpn_session_is_dead(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	if (s->phase != NF_VPN_PHASE_ASKED &&
	    s->phase != NF_VPN_PHASE_CLOSING) {
		if (is_abandoned(s))
			nf_vpn_control_abandon(vn, s->control);
		return false;
	}
	if (!time_after(jiffies, s->until))
		return false;
	if (s->phase == NF_VPN_PHASE_CLOSING && s->shared && s->control &&
	    s->known[IP_CT_DIR_REPLY] && goes_on(s)) {
		revive(vn, s);
		return false;
	}
	return true;
}

/**
 * nf_vpn_session_state - what to say of a session
 * @s: the session
 *
 * Context: RCU read side or nf_vpn_net.lock.
 * Return: an enum nf_vpn_state.
 */
enum nf_vpn_state nf_vpn_session_state(const struct nf_vpn_session *s)
{
	switch (READ_ONCE(s->phase)) {
	case NF_VPN_PHASE_ASKED:
		return NF_VPN_STATE_WAITING;
	case NF_VPN_PHASE_CLOSING:
		return NF_VPN_STATE_CLOSING;
	default:
		return NF_VPN_STATE_BOUND;
	}
}
