// SPDX-License-Identifier: GPL-2.0-only
/* tunnels: who talks to which server, and how far each tunnel has come. */

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "ct.h"
#include "ids.h"
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
 * struct columns - columns that only some tables need
 * @zones: a tunnel has a conntrack zone
 * @kinds: a tunnel is of a protocol that has several kinds
 * @cookies: a tunnel has a cookie
 */
struct columns {
	bool	zones;
	bool	kinds;
	bool	cookies;
};

/**
 * struct tunnels - all tunnels that were selected
 * @tab: the tunnels
 * @n: their number
 * @size: size of @tab
 * @columns: what they need
 */
struct tunnels {
	struct tunnel	*tab;
	size_t		n;
	size_t		size;
	struct columns	columns;
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

static void set_flow(struct tunnel *t)
{
	const struct nlattr **tb = t->tb;
	struct ct_flow *flow = &t->flow;

	flow->client = attr_addr(tb[NF_VPN_A_CLIENT]);
	flow->server = attr_addr(tb[NF_VPN_A_SERVER]);
	flow->client_port = attr_u16(tb[NF_VPN_A_CLIENT_PORT]);
	flow->server_port = attr_u16(tb[NF_VPN_A_SERVER_PORT]);
	flow->l4proto = attr_u8(tb[NF_VPN_A_L4PROTO]);
	flow->flow_id = attr_u16(tb[NF_VPN_A_FLOW_ID]);
	if (attr_u8(tb[NF_VPN_A_ZONE_DIR]) & ZONE_ORIGINAL)
		flow->zone = attr_u16(tb[NF_VPN_A_ZONE]);
}

static int tunnel_add(const struct nlmsghdr *nlh, const struct nlattr **tb,
		      void *data)
{
	struct tunnels *all = data;
	struct tunnel *t = tunnel_new(all);

	if (!t)
		return -1;
	memcpy(t->tb, tb, sizeof(t->tb));
	t->nlh = nlh;
	set_flow(t);
	if (attr_u16(tb[NF_VPN_A_ZONE]))
		all->columns.zones = true;
	if (tb[NF_VPN_A_KIND])
		all->columns.kinds = true;
	if (attr_u8(tb[NF_VPN_A_COOKIE_LEN]))
		all->columns.cookies = true;
	return 0;
}

/* A control connection stands before its sessions. */
static int kind_rank(const struct tunnel *t)
{
	if (!t->tb[NF_VPN_A_KIND])
		return 2;
	return attr_u32(t->tb[NF_VPN_A_KIND]) != NF_VPN_KIND_CONTROL;
}

static int peers_cmp(const struct ct_flow *a, const struct ct_flow *b)
{
	int cmp = addr_cmp(&a->client, &b->client);

	if (!cmp)
		cmp = addr_cmp(&a->server, &b->server);
	if (!cmp)
		cmp = a->client_port - b->client_port;
	return cmp ? cmp : a->server_port - b->server_port;
}

static int tunnel_cmp(const void *left, const void *right)
{
	const struct tunnel *a = left, *b = right;
	uint32_t a_proto = attr_u32(a->tb[NF_VPN_A_PROTO]);
	uint32_t b_proto = attr_u32(b->tb[NF_VPN_A_PROTO]);
	int cmp;

	if (a_proto != b_proto)
		return a_proto < b_proto ? -1 : 1;
	cmp = peers_cmp(&a->flow, &b->flow);
	if (!cmp)
		cmp = kind_rank(a) - kind_rank(b);
	/* Otherwise in the kernel's order, which is that of the answer. */
	return cmp ? cmp : (a->nlh > b->nlh) - (a->nlh < b->nlh);
}

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

static void show_port_json(const char *key, const struct nlattr *port)
{
	if (port)
		out_num(key, attr_u16(port));
}

static void show_kind_json(const struct tunnel *t)
{
	uint8_t version = attr_u8(t->tb[NF_VPN_A_VERSION]);

	if (!t->tb[NF_VPN_A_KIND])
		return;
	out_str("kind", name_of(&kind_names, attr_u32(t->tb[NF_VPN_A_KIND])));
	if (version)
		out_num("version", version);
	else
		out_none("version");
	out_num("cookie_len", attr_u8(t->tb[NF_VPN_A_COOKIE_LEN]));
	show_port_json("client_port", t->tb[NF_VPN_A_CLIENT_PORT]);
	show_port_json("server_port", t->tb[NF_VPN_A_SERVER_PORT]);
	show_port_json("public_port", t->tb[NF_VPN_A_PUBLIC_PORT]);
}

/* What text has no room for, or writes in another way. */
static void show_details(const struct tunnel *t)
{
	if (!out_is_json())
		return;
	out_num("l4proto", t->flow.l4proto);
	out_num("flow_id", t->flow.flow_id);
	out_num("zone_dir", attr_u8(t->tb[NF_VPN_A_ZONE_DIR]));
	out_msecs("age_ms", attr_u64(t->tb[NF_VPN_A_AGE_MS]));
	out_num("tries", attr_u32(t->tb[NF_VPN_A_TRIES]));
	show_kind_json(t);
}

static void show_version(const struct tunnel *t)
{
	uint8_t version = attr_u8(t->tb[NF_VPN_A_VERSION]);

	if (version)
		out_text("L2TPv%u\t", version);
	else
		out_text("-\t");
}

static void show_encapsulation(const struct tunnel *t)
{
	if (attr_u32(t->tb[NF_VPN_A_PROTO]) != NF_VPN_L2TP)
		out_text("-\t");
	else if (t->flow.l4proto == IPPROTO_UDP)
		out_text("udp\t");
	else
		out_text("%u\t", t->flow.l4proto);
}

static void show_cookie(const struct tunnel *t)
{
	uint8_t len = attr_u8(t->tb[NF_VPN_A_COOKIE_LEN]);

	if (len)
		out_text("%u\t", len);
	else
		out_text("-\t");
}

static void show_kind_text(const struct tunnel *t,
			   const struct columns *columns)
{
	const struct nlattr *kind = t->tb[NF_VPN_A_KIND];

	if (columns->kinds) {
		out_text("%s\t", kind ? name_of(&kind_names, attr_u32(kind)) :
					"-");
		show_version(t);
		show_encapsulation(t);
	}
	if (columns->cookies)
		show_cookie(t);
}

/* In text the port follows its address. */
static void show_peer(const char *key, const struct addr *addr,
		      const struct nlattr *port)
{
	bool brackets = port && addr->family == AF_INET6;

	out_text("%s", brackets ? "[" : "");
	out_addr(key, addr);
	out_text("%s", brackets ? "]" : "");
	if (port && addr_len(addr))
		out_text(":%u", attr_u16(port));
	out_text("\t");
}

static void show_who(const struct tunnel *t, const struct columns *columns)
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
	show_peer("client", &t->flow.client, t->tb[NF_VPN_A_CLIENT_PORT]);
	show_peer("server", &t->flow.server, t->tb[NF_VPN_A_SERVER_PORT]);
	show_peer("public", &public, t->tb[NF_VPN_A_PUBLIC_PORT]);
	if (columns->zones || out_is_json()) {
		out_num("zone", attr_u16(t->tb[NF_VPN_A_ZONE]));
		out_text("\t");
	}
}

static int show_tunnel(const struct tunnel *t, const struct columns *columns)
{
	const struct ct_flow *flow = &t->flow;
	int ret;

	out_obj(NULL);
	show_who(t, columns);
	show_details(t);
	show_kind_text(t, columns);
	ret = ids_show(t->nlh, t->tb);
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
	const struct columns *columns = &all->columns;
	int ret = 0;
	size_t i;

	join(all);
	if (all->n)
		qsort(all->tab, all->n, sizeof(*all->tab), tunnel_cmp);
	out_arr(NULL);
	out_table("PROTO\tSTATE\tCLIENT\tSERVER\tPUBLIC\t");
	out_text("%s", columns->zones ? "ZONE\t" : "");
	out_text("%s", columns->kinds ? "KIND\tVERSION\tOVER\t" : "");
	out_text("%s", columns->cookies ? "COOKIE\t" : "");
	out_text("OUT-IDS\tIN-IDS\tPACKETS-OUT/IN\tBYTES-OUT/IN\tIDLE\tTIMEOUT\n");
	for (i = 0; i < all->n && !ret; i++)
		ret = show_tunnel(&all->tab[i], columns);
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
