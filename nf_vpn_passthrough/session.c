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
#include <linux/random.h>
#include "idmap.h"

#define ALIAS_TRIES	64
#define ASKED_TIMEOUT	(180 * HZ)	/* a callee may take long to answer */
#define QUARANTINE	(30 * HZ)	/* late packets must not meet a new owner */
#define MAX_SESSIONS	1024		/* of one control connection, all told */

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
}

static enum nf_vpn_dir wire_dir(enum ip_conntrack_dir dir)
{
	return dir == IP_CT_DIR_ORIGINAL ? NF_VPN_DIR_OUT : NF_VPN_DIR_IN;
}

static int add_alias(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		     enum ip_conntrack_dir from, u32 alias)
{
	struct nf_vpn_key key;

	key_in(s, from, alias, &key);
	return nf_vpn_id_add(vn, &s->flow, &key, wire_dir(from),
			     NF_VPN_STATE_BOUND, NF_VPN_ID_ASKED);
}

static u32 random_id(u32 id_max)
{
	return 1 + get_random_u32() % id_max;
}

/* The id itself if it is free on the other side, else another one. */
static int choose_alias(struct nf_vpn_net *vn, struct nf_vpn_session *s,
			enum ip_conntrack_dir from, u32 id, u32 *alias)
{
	u32 id_max = s->control->ops->sessions->id_max;
	unsigned int i;
	int err;

	*alias = id;
	err = add_alias(vn, s, from, *alias);
	for (i = 0; err == -EEXIST && i < ALIAS_TRIES; i++) {
		*alias = random_id(id_max);
		err = add_alias(vn, s, from, *alias);
	}
	if (!err && *alias != id)
		nf_vpn_inc(vn, s->flow.proto, NF_VPN_CNT_REWRITTEN);
	return err;
}

/* For ICMP errors only: if it is ambiguous, they go to whoever had it first. */
static void add_quoted(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		       enum ip_conntrack_dir from, u32 id)
{
	struct nf_vpn_key key;

	key_out(s, from, id, &key);
	nf_vpn_id_add(vn, &s->flow, &key, wire_dir(from), NF_VPN_STATE_BOUND,
		      NF_VPN_ID_ASKED | NF_VPN_ID_QUOTED);
}

/* Side @dir tells its id: the other side's packets will come with its alias. */
static int tell(struct nf_vpn_net *vn, struct nf_vpn_session *s,
		enum ip_conntrack_dir dir, u32 id)
{
	u32 alias;
	int err;

	err = choose_alias(vn, s, !dir, id, &alias);
	if (err)
		return err;
	s->id[dir] = id;
	s->alias[dir] = alias;
	/* Packets may come in with the alias already. */
	smp_store_release(&s->known[dir], true);
	add_quoted(vn, s, !dir, id);
	if (dir == IP_CT_DIR_ORIGINAL)
		s->flow.flow_id = alias;
	return 0;
}

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
	like->node.key.l4proto = control->ops->sessions->l4proto;
	*pair = like->node.key;
	pair->src = tuple[IP_CT_DIR_REPLY].src.u3;
	pair->dst = tuple[IP_CT_DIR_REPLY].dst.u3;
	pair->zone = nf_ct_zone_id(&control->zone, IP_CT_DIR_REPLY);
}

static struct nf_vpn_session *session_new(struct nf_vpn_net *vn,
					  struct nf_vpn_control *control)
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
	s->control = control;
	s->until = jiffies + ASKED_TIMEOUT;
	list_add_tail(&s->sibling, &control->sessions);
	control->nsessions++;
	return s;
}

/* By the id that side @dir chose for itself; sessions that rest count last. */
static struct nf_vpn_session *find_own(const struct nf_vpn_control *control,
				       enum ip_conntrack_dir dir, u32 id)
{
	struct nf_vpn_session *s, *found = NULL;

	list_for_each_entry(s, &control->sessions, sibling) {
		if (!s->known[dir] || s->id[dir] != id)
			continue;
		if (s->phase != NF_VPN_PHASE_CLOSING)
			return s;
		found = s;
	}
	return found;
}

/* By what side @dir sees of the other side's id. */
static struct nf_vpn_session *find_peer(const struct nf_vpn_control *control,
					enum ip_conntrack_dir dir, u32 id)
{
	struct nf_vpn_session *s;

	list_for_each_entry(s, &control->sessions, sibling)
		if (s->known[!dir] && s->alias[!dir] == id)
			return s;
	return NULL;
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
	       enum ip_conntrack_dir dir, u32 id, u32 *alias)
{
	struct nf_vpn_session *s = find_own(control, dir, id);
	int err;

	if (s && s->phase != NF_VPN_PHASE_CLOSING) {
		*alias = s->alias[dir];
		return 0;
	}
	/* The other side may take it up; nobody must be led astray by that. */
	*alias = random_id(control->ops->sessions->id_max);
	if (control->ended || READ_ONCE(vn->draining[control->ops->proto]))
		return -ESHUTDOWN;
	if (has_fill(vn, control))
		return -EDQUOT;
	s = session_new(vn, control);
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = tell(vn, s, dir, id);
	if (err)
		nf_vpn_flow_del(vn, &s->flow);
	else
		*alias = s->alias[dir];
	return err;
}

static void refuse(struct nf_vpn_net *vn, const struct nf_vpn_control *control,
		   enum ip_conntrack_dir dir, u32 id, int err)
{
	struct nf_vpn_key client = control->node.key, wire = client;

	client.id = 0;
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
 * @id: the id that the sender chose for itself
 * @alias: set to what the other side is to be told, also on failure: then it
 *	is an id that leads nowhere
 *
 * The same again finds what was made.
 *
 * Context: RCU read side.
 * Return: 0; -ESHUTDOWN if the control connection has ended; -EDQUOT if the
 * client or the control connection has its fill, -EUSERS if the server has,
 * -ENOSPC if the namespace has; -EEXIST if no alias is free; -ENOMEM.  All but
 * the first two are counted and reported.
 */
int nf_vpn_session_ask(struct net *net, struct nf_vpn_control *control,
		       enum ip_conntrack_dir dir, u32 id, u32 *alias)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	int err;

	spin_lock_bh(&vn->lock);
	err = ask(vn, control, dir, id, alias);
	spin_unlock_bh(&vn->lock);
	if (err && err != -ESHUTDOWN)
		refuse(vn, control, dir, id, err);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_ask);

/**
 * nf_vpn_session_answer - a side answers, and tells its id
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message
 * @id: the id that the sender chose for itself
 * @peer: what the sender was told of the other side's id
 * @alias: set to what the other side is to be told of @id
 * @peer_id: set to the other side's id
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if nobody asked, and nothing is set; else as
 * nf_vpn_session_ask(), and @alias is set to an id that leads nowhere.
 */
int nf_vpn_session_answer(struct net *net, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir, u32 id, u32 peer,
			  u32 *alias, u32 *peer_id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;
	int err = 0;

	spin_lock_bh(&vn->lock);
	s = find_peer(control, dir, peer);
	if (!s || (s->phase == NF_VPN_PHASE_CLOSING && !s->known[dir])) {
		spin_unlock_bh(&vn->lock);
		return -ENOENT;
	}
	*peer_id = s->id[!dir];
	if (!s->known[dir])
		err = tell(vn, s, dir, id);
	else if (s->id[dir] != id)
		err = -EEXIST;
	*alias = err ? random_id(control->ops->sessions->id_max) :
		       s->alias[dir];
	spin_unlock_bh(&vn->lock);
	if (err)
		refuse(vn, control, dir, id, err);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_answer);

static void open(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	struct nf_vpn_key key;

	s->phase = NF_VPN_PHASE_OPEN;
	list_del_init(&s->flow.young);
	/* What was made before both ids were known. */
	nf_vpn_session_ct_drop(s);
	key_in(s, IP_CT_DIR_REPLY, s->alias[IP_CT_DIR_ORIGINAL], &key);
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_BOUND, &s->flow,
			    nf_vpn_id_find(vn, &key));
}

/**
 * nf_vpn_session_result - a side has accepted or refused a session
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the answer
 * @peer: what its sender was told of the other side's id
 * @accepted: which of both
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if there is no such session.
 */
int nf_vpn_session_result(struct net *net, struct nf_vpn_control *control,
			  enum ip_conntrack_dir dir, u32 peer, bool accepted)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;

	spin_lock_bh(&vn->lock);
	s = find_peer(control, dir, peer);
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

/* Ids are named by whom they belong to, but not by everybody: where the one
 * that is expected is none, it may be the other one.
 */
static struct nf_vpn_session *find(const struct nf_vpn_control *control,
				   enum ip_conntrack_dir dir, bool own, u32 id,
				   bool *is_own)
{
	struct nf_vpn_session *s;

	*is_own = own;
	s = own ? find_own(control, dir, id) : find_peer(control, dir, id);
	if (s)
		return s;
	*is_own = !own;
	return own ? find_peer(control, dir, id) : find_own(control, dir, id);
}

/* Who has been asked to clear a session may name it either way.  If both ways
 * lead somewhere, it means the one that it was asked about.
 */
static struct nf_vpn_session *
find_cleared(const struct nf_vpn_control *control, enum ip_conntrack_dir dir,
	     u32 id, bool *is_own)
{
	struct nf_vpn_session *s = find_peer(control, dir, id);

	if (s && s->phase == NF_VPN_PHASE_CLEARING) {
		*is_own = false;
		return s;
	}
	return find(control, dir, true, id, is_own);
}

/**
 * nf_vpn_session_translate - an id as the other side knows it
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message
 * @own: whether it should be the sender's own id, or the receiver's
 * @id: the id in the message; set to what the receiver knows
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if there is no such session, and nothing is set.
 */
int nf_vpn_session_translate(struct net *net, struct nf_vpn_control *control,
			     enum ip_conntrack_dir dir, bool own, u32 *id)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;
	bool is_own;

	spin_lock_bh(&vn->lock);
	s = own ? find_cleared(control, dir, *id, &is_own) :
		  find(control, dir, false, *id, &is_own);
	if (s)
		*id = is_own ? s->alias[dir] : s->id[!dir];
	spin_unlock_bh(&vn->lock);
	return s ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_translate);

/**
 * nf_vpn_session_clear - a session is about to end, or has ended
 * @net: network namespace
 * @control: the control connection
 * @dir: direction of the message that says so
 * @id: the id in it, as it was sent
 * @done: it has ended; else it was asked to
 *
 * Context: RCU read side.
 * Return: 0; -ENOENT if there is no such session.
 */
int nf_vpn_session_clear(struct net *net, struct nf_vpn_control *control,
			 enum ip_conntrack_dir dir, u32 id, bool done)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	struct nf_vpn_session *s;
	bool is_own;

	spin_lock_bh(&vn->lock);
	s = find_cleared(control, dir, id, &is_own);
	if (s && done)
		nf_vpn_session_end(vn, s);
	else if (s && s->phase < NF_VPN_PHASE_CLEARING)
		s->phase = NF_VPN_PHASE_CLEARING;
	spin_unlock_bh(&vn->lock);
	return s ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(nf_vpn_session_clear);

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
	s->phase = NF_VPN_PHASE_CLOSING;
	s->until = jiffies + QUARANTINE;
	list_move(&s->flow.young, &vn->young);
	if (!s->flow.served) {
		s->flow.served = true;
		s->flow.client->nserved++;
	}
	nf_vpn_event_tunnel(vn, NF_VPN_EVENT_DOWN, &s->flow, NULL);
}

/**
 * nf_vpn_session_unlink - a session is being removed
 * @vn: the namespace
 * @s: the session
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_session_unlink(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	if (s->phase != NF_VPN_PHASE_CLOSING)
		nf_vpn_event_tunnel(vn, NF_VPN_EVENT_DOWN, &s->flow, NULL);
	/* No new entry is made from now on. */
	s->phase = NF_VPN_PHASE_CLOSING;
	nf_vpn_session_ct_drop(s);
	if (s->control)
		s->control->nsessions--;
	list_del_init(&s->sibling);
}

/**
 * nf_vpn_session_is_dead - is it time to remove a session?
 * @s: the session
 *
 * Context: nf_vpn_net.lock held.
 * Return: true if so.
 */
bool nf_vpn_session_is_dead(const struct nf_vpn_session *s)
{
	return (s->phase == NF_VPN_PHASE_ASKED ||
		s->phase == NF_VPN_PHASE_CLOSING) &&
	       time_after(jiffies, s->until);
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
