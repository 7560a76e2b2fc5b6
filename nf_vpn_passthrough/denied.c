// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions that were asked for, and refused: for want of room, say.
 *
 * To drop what asks would end the whole control connection, whose messages come
 * one after the other.  So the other side is asked, too, but told of an id that
 * is nobody's.
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
 * Return: the id.
 */
u32 nf_vpn_idle_id(struct nf_vpn_net *vn, const struct nf_vpn_control *control,
		   enum ip_conntrack_dir from, const struct nf_vpn_told *told)
{
	struct nf_vpn_key key;
	unsigned int i;
	u32 id;

	wire_key(control, from, told->space, &key);
	for (i = 0; i < IDLE_TRIES; i++) {
		id = nf_vpn_random_id(told->id_max);
		if (!id || is_idle(vn, &key, id))
			break;
	}
	return id;
}
