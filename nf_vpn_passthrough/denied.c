// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions that were asked for, and refused: for want of room, say.
 *
 * To drop what asks would end the whole control connection, whose messages come
 * one after the other.  So the other side is asked, too, but told of an id that
 * is nobody's.  What it answers is known by that, and who asked gets a refusal in
 * its place.  The other side is not told: it has to find out that nobody comes.
 *
 * A session that is granted later never gets such an id for an alias on the same
 * control connection, so what is answered late is not taken for its own.
 */
#include <linux/random.h>
#include "idmap.h"

#define IDLE_TRIES	64

/**
 * nf_vpn_random_id - an id, as good as any
 * @id_max: largest one, or 0
 *
 * Return: the id; 0 if @id_max is.
 */
u32 nf_vpn_random_id(u32 id_max)
{
	if (!id_max)
		return 0;
	return id_max == U32_MAX ? get_random_u32() | 1 :
				   1 + get_random_u32() % id_max;
}

/**
 * nf_vpn_control_port - UDP port that packets of a control connection come to
 * @control: the control connection
 * @dir: their direction
 *
 * Return: the port, as it stands on the wire.
 */
__be16 nf_vpn_control_port(const struct nf_vpn_control *control,
			   enum ip_conntrack_dir dir)
{
	if (dir == IP_CT_DIR_REPLY && control->wire_port)
		return control->wire_port;
	return control->tuple[dir].dst.u.udp.port;
}

/* How packets with an id would come in. */
static void wire_key(const struct nf_vpn_control *control,
		     enum ip_conntrack_dir from, u8 space,
		     struct nf_vpn_key *key)
{
	u8 l4proto = control->ops->sessions->l4proto;

	*key = (struct nf_vpn_key) {
		.src = control->tuple[from].src.u3,
		.dst = control->tuple[from].dst.u3,
		.zone = nf_ct_zone_id(&control->zone, from),
		.l3num = control->node.key.l3num,
		.l4proto = l4proto ?: control->node.key.l4proto,
		.space = space,
	};
	if (key->l4proto == IPPROTO_UDP)
		key->port = nf_vpn_control_port(control, from);
}

static bool is_idle(struct nf_vpn_net *vn, struct nf_vpn_key *key, u32 id)
{
	key->id = cpu_to_be32(id);
	return !nf_vpn_id_find(vn, key);
}

/**
 * nf_vpn_idle_id - an id that leads nowhere
 * @vn: the namespace
 * @control: the control connection that it is told on
 * @from: direction of the packets that may come with it
 * @told: what it stands for
 *
 * The other side may take it up; nobody must be led astray by that.
 *
 * Context: nf_vpn_net.lock held.
 * Return: the id; 0 if none was found.
 */
u32 nf_vpn_idle_id(struct nf_vpn_net *vn, const struct nf_vpn_control *control,
		   enum ip_conntrack_dir from, const struct nf_vpn_told *told)
{
	struct nf_vpn_key key;
	u32 id, denied;
	unsigned int i;

	wire_key(control, from, told->space, &key);
	for (i = 0; i < IDLE_TRIES; i++) {
		id = nf_vpn_random_id(told->id_max);
		if (!id || (is_idle(vn, &key, id) &&
			    !nf_vpn_denied_id(control, !from, told->space, id,
					      &denied)))
			return id;
	}
	return 0;
}

/* A message that cannot be changed is not sent on; and a session that is known
 * for show works without that.
 */
static bool is_deniable(const struct nf_vpn_told *told)
{
	return told->id_max && !told->control && !told->fixed;
}

static struct nf_vpn_denied *by_id(struct nf_vpn_control *control,
				   enum ip_conntrack_dir dir, u8 space, u32 id)
{
	struct nf_vpn_denied *d = control->denied;

	for (; d < control->denied + NF_VPN_DENIED; d++)
		if (d->alias && d->id == id && d->dir == dir &&
		    d->space == space)
			return d;
	return NULL;
}

static void note(struct nf_vpn_control *control, enum ip_conntrack_dir dir,
		 u8 space, u32 id, u32 alias)
{
	struct nf_vpn_denied *d = by_id(control, dir, space, id);

	if (!alias)
		return;
	if (!d) {
		d = &control->denied[control->denied_next];
		control->denied_next = (control->denied_next + 1) %
				       NF_VPN_DENIED;
	}
	*d = (struct nf_vpn_denied) {
		.id = id, .alias = alias, .dir = dir, .space = space,
	};
}

/**
 * nf_vpn_deny_ask - a side asked for a session, and is refused
 * @vn: the namespace
 * @control: the control connection
 * @dir: direction of what asked
 * @told: what that told
 *
 * What is sent again is told the same.
 *
 * Context: nf_vpn_net.lock held.
 * Return: what the other side is to be told, an id that leads nowhere.
 */
u32 nf_vpn_deny_ask(struct nf_vpn_net *vn, struct nf_vpn_control *control,
		    enum ip_conntrack_dir dir, const struct nf_vpn_told *told)
{
	struct nf_vpn_denied *d = by_id(control, dir, told->space, told->id);
	struct nf_vpn_key key;
	u32 alias;

	wire_key(control, !dir, told->space, &key);
	if (d && is_idle(vn, &key, d->alias))
		return d->alias;
	alias = nf_vpn_idle_id(vn, control, !dir, told);
	if (is_deniable(told))
		note(control, dir, told->space, told->id, alias);
	return alias;
}

/**
 * nf_vpn_deny_answer - a side answered, and the session is refused
 * @vn: the namespace
 * @control: the control connection
 * @dir: direction of the answer
 * @told: what that told
 * @peer: what its sender was told of the other side's id
 * @peer_id: the other side's id
 *
 * The answer may be sent again, and its sender may say by its own id that the
 * session has ended.
 *
 * Context: nf_vpn_net.lock held.
 * Return: false if the other side cannot be told so.
 */
bool nf_vpn_deny_answer(struct nf_vpn_net *vn, struct nf_vpn_control *control,
			enum ip_conntrack_dir dir,
			const struct nf_vpn_told *told, u32 peer, u32 peer_id)
{
	if (!is_deniable(told))
		return false;
	note(control, !dir, told->space, peer_id, peer);
	if (told->id && !by_id(control, dir, told->space, told->id))
		note(control, dir, told->space, told->id,
		     nf_vpn_idle_id(vn, control, !dir, told));
	return true;
}

/**
 * nf_vpn_denied_id - which session that was refused is it about?
 * @control: the control connection
 * @dir: direction of what asked for it
 * @space: key space of @alias
 * @alias: what the other side calls it
 * @id: set to the id that who asked chose for itself
 *
 * A session that was asked for later may have that id as well.
 *
 * Context: nf_vpn_net.lock held.
 * Return: false if about none.
 */
bool nf_vpn_denied_id(const struct nf_vpn_control *control,
		      enum ip_conntrack_dir dir, u8 space, u32 alias, u32 *id)
{
	const struct nf_vpn_denied *d = control->denied;

	for (; d < control->denied + NF_VPN_DENIED; d++) {
		if (!d->alias || d->alias != alias || d->dir != dir ||
		    d->space != space)
			continue;
		*id = d->id;
		return true;
	}
	return false;
}

/**
 * nf_vpn_denied_alias - what was the other side told of a refused session?
 * @control: the control connection
 * @dir: direction of what asked for it
 * @space: key space of @id
 * @id: the id that who asked chose for itself
 * @alias: set to what the other side was told
 *
 * Context: nf_vpn_net.lock held.
 * Return: false if there is none.
 */
bool nf_vpn_denied_alias(struct nf_vpn_control *control,
			 enum ip_conntrack_dir dir, u8 space, u32 id,
			 u32 *alias)
{
	const struct nf_vpn_denied *d = by_id(control, dir, space, id);

	if (d)
		*alias = d->alias;
	return d;
}
