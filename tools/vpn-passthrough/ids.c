// SPDX-License-Identifier: GPL-2.0-only
/* The wire ids of a tunnel. */

#include <linux/genetlink.h>

#include "ids.h"
#include "out.h"

/* Takes the attributes of one wire id. */
typedef int (*id_cb)(const struct nlattr **id, void *data);

/**
 * struct cell - which ids a cell shows
 * @proto: enum nf_vpn_proto
 * @split: an id is a Tunnel ID and a Session ID in one
 * @dir: enum nf_vpn_dir
 * @n: how many it shows so far
 */
struct cell {
	uint32_t	proto;
	bool		split;
	uint32_t	dir;
	unsigned int	n;
};

static uint32_t tunnel_part(uint32_t id)
{
	return id >> 16;
}

static uint32_t session_part(uint32_t id)
{
	return id & 0xffff;
}

/* In L2TPv2 a Session ID means nothing without its Tunnel ID. */
static bool is_split(const struct nlattr * const *tb)
{
	return attr_u32(tb[NF_VPN_A_PROTO]) == NF_VPN_L2TP &&
	       attr_u8(tb[NF_VPN_A_VERSION]) == 2 &&
	       tb[NF_VPN_A_KIND] &&
	       attr_u32(tb[NF_VPN_A_KIND]) == NF_VPN_KIND_SESSION;
}

static void show_numbers_json(const struct nlattr **id, bool split)
{
	const struct nlattr *inside = id[NF_VPN_ID_A_INSIDE_ID];
	uint32_t outside = attr_u32(id[NF_VPN_ID_A_ID]);

	out_num("id", outside);
	if (split) {
		out_num("tunnel", tunnel_part(outside));
		out_num("session", session_part(outside));
	}
	if (!inside)
		return;
	out_num("inside_id", attr_u32(inside));
	if (split) {
		out_num("inside_tunnel", tunnel_part(attr_u32(inside)));
		out_num("inside_session", session_part(attr_u32(inside)));
	}
}

static int show_json(const struct nlattr **id, void *data)
{
	const struct cell *cell = data;

	out_obj(NULL);
	out_str("dir", name_of(&dir_names, attr_u32(id[NF_VPN_ID_A_DIR])));
	show_numbers_json(id, cell->split);
	if (id[NF_VPN_ID_A_STATE])
		out_str("state", name_of(&state_names,
					 attr_u32(id[NF_VPN_ID_A_STATE])));
	if (id[NF_VPN_ID_A_IDLE_MS])
		out_msecs("idle_ms", attr_u64(id[NF_VPN_ID_A_IDLE_MS]));
	out_obj_end();
	return 0;
}

static void show_number(const struct cell *cell, uint32_t id)
{
	if (cell->split)
		out_text("%u/%u", tunnel_part(id), session_part(id));
	else
		out_id(NULL, cell->proto, id);
}

/* One that is rewritten is shown as it is inside, and as it is outside. */
static int show_text(const struct nlattr **id, void *data)
{
	const struct nlattr *inside = id[NF_VPN_ID_A_INSIDE_ID];
	uint32_t outside = attr_u32(id[NF_VPN_ID_A_ID]);
	struct cell *cell = data;

	if (attr_u32(id[NF_VPN_ID_A_DIR]) != cell->dir)
		return 0;
	out_text("%s", cell->n++ ? "," : "");
	if (inside && attr_u32(inside) != outside) {
		show_number(cell, attr_u32(inside));
		out_text(cell->proto == NF_VPN_L2TP ? "->" : "/");
	}
	show_number(cell, outside);
	return 0;
}

static int walk(const struct nlmsghdr *nlh, id_cb cb, struct cell *cell)
{
	const struct nlattr *id[NF_VPN_ID_A_MAX + 1];
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != NF_VPN_A_WIRE_ID)
			continue;
		if (attr_parse_id(attr, id)) {
			complain("netlink: malformed wire id");
			return -1;
		}
		if (cb(id, cell))
			return -1;
	}
	return 0;
}

static int show_cells(const struct nlmsghdr *nlh, struct cell *cell)
{
	for (; cell->dir <= NF_VPN_DIR_MAX; cell->dir++) {
		cell->n = 0;
		if (walk(nlh, show_text, cell))
			return -1;
		out_text("%s\t", cell->n ? "" : "-");
	}
	return 0;
}

/**
 * ids_show - show the wire ids of a tunnel: an array, or a cell per direction
 * @nlh: message about the tunnel
 * @tb: its attributes
 *
 * Return: 0, or -1 after complaining.
 */
int ids_show(const struct nlmsghdr *nlh, const struct nlattr * const *tb)
{
	struct cell cell = {
		.proto = attr_u32(tb[NF_VPN_A_PROTO]),
		.split = is_split(tb),
	};
	int ret;

	if (!out_is_json())
		return show_cells(nlh, &cell);
	out_arr("wire_id");
	ret = walk(nlh, show_json, &cell);
	out_arr_end();
	return ret;
}
