// SPDX-License-Identifier: GPL-2.0-only
/* tunnels: who talks to which server, and how far each tunnel has come. */

#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "ct.h"
#include "nl.h"
#include "out.h"

static const char uncounted_hint[] =
	"to count packets of new tunnels: sysctl -w net.netfilter.nf_conntrack_acct=1";

/* Bit of NF_VPN_A_ZONE_DIR. */
#define ZONE_ORIGINAL	1

/**
 * struct tunnel - a tunnel as the kernel described it
 * @tb: attributes, which point into the answer
 * @nlh: message with all of them
 * @flow: what conntrack knows
 */
struct tunnel {
	const struct nlattr	*tb[NF_VPN_A_MAX + 1];
	const struct nlmsghdr	*nlh;
	struct ct_flow		flow;
};

/**
 * struct tunnels - all tunnels that were selected
 * @tab: the tunnels
 * @n: their number
 * @size: size of @tab
 * @zones: one of them has a conntrack zone
 */
struct tunnels {
	struct tunnel	*tab;
	size_t		n;
	size_t		size;
	bool		zones;
};

static struct tunnel *tunnel_new(struct tunnels *all)
{
	struct tunnel *tab;

	if (all->n == all->size) {
		all->size = all->size * 2 + 64;
		tab = realloc(all->tab, all->size * sizeof(*tab));
		if (!tab) {
			complain("out of memory");
			return NULL;
		}
		all->tab = tab;
	}
	return memset(&all->tab[all->n++], 0, sizeof(*tab));
}

static int tunnel_add(const struct nlmsghdr *nlh, const struct nlattr **tb,
		      void *data)
{
	uint16_t zone = attr_u16(tb[NF_VPN_A_ZONE]);
	struct tunnels *all = data;
	struct tunnel *t = tunnel_new(all);

	if (!t)
		return -1;
	memcpy(t->tb, tb, sizeof(t->tb));
	t->nlh = nlh;
	t->flow.client = attr_addr(tb[NF_VPN_A_CLIENT]);
	t->flow.server = attr_addr(tb[NF_VPN_A_SERVER]);
	t->flow.l4proto = attr_u8(tb[NF_VPN_A_L4PROTO]);
	t->flow.flow_id = attr_u16(tb[NF_VPN_A_FLOW_ID]);
	if (attr_u8(tb[NF_VPN_A_ZONE_DIR]) & ZONE_ORIGINAL)
		t->flow.zone = zone;
	if (zone)
		all->zones = true;
	return 0;
}

static int tunnel_cmp(const void *left, const void *right)
{
	const struct tunnel *a = left, *b = right;
	uint32_t a_proto = attr_u32(a->tb[NF_VPN_A_PROTO]);
	uint32_t b_proto = attr_u32(b->tb[NF_VPN_A_PROTO]);
	int cmp;

	if (a_proto != b_proto)
		return a_proto < b_proto ? -1 : 1;
	cmp = addr_cmp(&a->flow.client, &b->flow.client);
	return cmp ? cmp : addr_cmp(&a->flow.server, &b->flow.server);
}

/* Takes the attributes of one wire id. */
typedef int (*id_cb)(const struct nlattr **id, void *data);

/* Without conntrack the tunnels are shown all the same. */
static void join(struct tunnels *all)
{
	struct ct_flow **flows = calloc(all->n + 1, sizeof(*flows));
	bool uncounted = false;
	size_t i;

	if (!flows)
		return;
	for (i = 0; i < all->n; i++)
		flows[i] = &all->tab[i].flow;
	ct_join(flows, all->n);
	for (i = 0; i < all->n; i++)
		if (flows[i]->found && !flows[i]->counted)
			uncounted = true;
	if (uncounted)
		complain("%s", uncounted_hint);
	free(flows);
}

static int show_id_json(const struct nlattr **id, void *data)
{
	(void)data;
	out_obj(NULL);
	out_str("dir", name_of(&dir_names, attr_u32(id[NF_VPN_ID_A_DIR])));
	out_num("id", attr_u32(id[NF_VPN_ID_A_ID]));
	if (id[NF_VPN_ID_A_INSIDE_ID])
		out_num("inside_id", attr_u32(id[NF_VPN_ID_A_INSIDE_ID]));
	if (id[NF_VPN_ID_A_STATE])
		out_str("state", name_of(&state_names,
					 attr_u32(id[NF_VPN_ID_A_STATE])));
	if (id[NF_VPN_ID_A_IDLE_MS])
		out_msecs("idle_ms", attr_u64(id[NF_VPN_ID_A_IDLE_MS]));
	out_obj_end();
	return 0;
}

/**
 * struct ids_cell - which ids a cell shows
 * @proto: enum nf_vpn_proto
 * @dir: enum nf_vpn_dir
 * @n: how many it shows so far
 */
struct ids_cell {
	uint32_t	proto;
	uint32_t	dir;
	unsigned int	n;
};

/* One that is rewritten is shown as it is inside, and as it is outside. */
static int show_id_text(const struct nlattr **id, void *data)
{
	const struct nlattr *inside = id[NF_VPN_ID_A_INSIDE_ID];
	uint32_t outside = attr_u32(id[NF_VPN_ID_A_ID]);
	struct ids_cell *cell = data;

	if (attr_u32(id[NF_VPN_ID_A_DIR]) != cell->dir)
		return 0;
	out_text("%s", cell->n++ ? "," : "");
	if (inside && attr_u32(inside) != outside) {
		out_id(NULL, cell->proto, attr_u32(inside));
		out_text("/");
	}
	out_id(NULL, cell->proto, outside);
	return 0;
}

static int walk_ids(const struct tunnel *t, id_cb cb, void *data)
{
	const struct nlattr *id[NF_VPN_ID_A_MAX + 1];
	const struct nlattr *attr;

	mnl_attr_for_each(attr, t->nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != NF_VPN_A_WIRE_ID)
			continue;
		if (attr_parse_id(attr, id)) {
			complain("netlink: malformed wire id");
			return -1;
		}
		if (cb(id, data))
			return -1;
	}
	return 0;
}

static int show_ids_text(const struct tunnel *t)
{
	struct ids_cell cell = { attr_u32(t->tb[NF_VPN_A_PROTO]), 0, 0 };

	for (; cell.dir <= NF_VPN_DIR_MAX; cell.dir++) {
		cell.n = 0;
		if (walk_ids(t, show_id_text, &cell))
			return -1;
		out_text("%s\t", cell.n ? "" : "-");
	}
	return 0;
}

static int show_ids(const struct tunnel *t)
{
	int ret;

	if (!out_is_json())
		return show_ids_text(t);
	out_arr("wire_id");
	ret = walk_ids(t, show_id_json, NULL);
	out_arr_end();
	return ret;
}

static void show_pair(const struct ct_flow *flow, const char *key_out,
		      const char *key_in, const uint64_t value[2])
{
	if (flow->counted) {
		out_num(key_out, value[NF_VPN_DIR_OUT]);
		out_text("/");
		out_num(key_in, value[NF_VPN_DIR_IN]);
	} else if (out_is_json()) {
		out_none(key_out);
		out_none(key_in);
	} else {
		out_none(NULL);
	}
	out_text("\t");
}

/* What text has no room for. */
static void show_details(const struct tunnel *t)
{
	if (!out_is_json())
		return;
	out_num("l4proto", t->flow.l4proto);
	out_num("flow_id", t->flow.flow_id);
	out_num("zone_dir", attr_u8(t->tb[NF_VPN_A_ZONE_DIR]));
	out_msecs("age_ms", attr_u64(t->tb[NF_VPN_A_AGE_MS]));
	out_num("tries", attr_u32(t->tb[NF_VPN_A_TRIES]));
}

static void show_who(const struct tunnel *t, bool zones)
{
	struct addr public = attr_addr(t->tb[NF_VPN_A_PUBLIC]);

	out_str("proto", name_of(&proto_names,
				 attr_u32(t->tb[NF_VPN_A_PROTO])));
	out_text("\t");
	if (t->tb[NF_VPN_A_STATE])
		out_str("state", name_of(&state_names,
					 attr_u32(t->tb[NF_VPN_A_STATE])));
	else
		out_none("state");
	out_text("\t");
	out_addr("client", &t->flow.client);
	out_text("\t");
	out_addr("server", &t->flow.server);
	out_text("\t");
	out_addr("public", &public);
	out_text("\t");
	if (zones || out_is_json()) {
		out_num("zone", attr_u16(t->tb[NF_VPN_A_ZONE]));
		out_text("\t");
	}
}

static int show_tunnel(const struct tunnel *t, bool zones)
{
	const struct ct_flow *flow = &t->flow;
	int ret;

	out_obj(NULL);
	show_who(t, zones);
	show_details(t);
	ret = show_ids(t);
	show_pair(flow, "packets_out", "packets_in", flow->packets);
	show_pair(flow, "bytes_out", "bytes_in", flow->bytes);
	if (t->tb[NF_VPN_A_IDLE_MS])
		out_msecs("idle_ms", attr_u64(t->tb[NF_VPN_A_IDLE_MS]));
	else
		out_none("idle_ms");
	out_text("\t");
	if (flow->found)
		out_secs("timeout", flow->timeout);
	else
		out_none("timeout");
	out_text("\n");
	out_obj_end();
	return ret;
}

static int show_tunnels(struct tunnels *all)
{
	int ret = 0;
	size_t i;

	join(all);
	if (all->n)
		qsort(all->tab, all->n, sizeof(*all->tab), tunnel_cmp);
	out_arr(NULL);
	out_table("PROTO\tSTATE\tCLIENT\tSERVER\tPUBLIC\t");
	out_text("%sOUT-IDS\tIN-IDS\t", all->zones ? "ZONE\t" : "");
	out_text("PACKETS-OUT/IN\tBYTES-OUT/IN\tIDLE\tTIMEOUT\n");
	for (i = 0; i < all->n && !ret; i++)
		ret = show_tunnel(&all->tab[i], all->zones);
	out_table_end();
	out_arr_end();
	return ret;
}

/**
 * cmd_tunnels - show tunnels
 * @args: [PROTO] [client ADDR] [server ADDR]
 *
 * Return: exit status.
 */
int cmd_tunnels(struct args *args)
{
	struct tunnels all = { 0 };
	struct selection sel;
	struct reply reply;
	struct nl nl;
	int ret;

	if (!args_selection(args, &sel))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	attr_put_selection(nl_dump_request(&nl, NF_VPN_CMD_TUNNEL_GET), &sel);
	ret = nl_ask(&nl, &reply);
	if (!ret)
		ret = nl_deliver(&reply, tunnel_add, &all);
	if (!ret)
		ret = show_tunnels(&all);
	free(all.tab);
	reply_free(&reply);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
