// SPDX-License-Identifier: GPL-2.0-only
/* tunnels: who talks to which server, and how far each tunnel has come. */

#include <netinet/in.h>
#include <stdlib.h>

#include "cmd.h"
#include "ids.h"
#include "out.h"
#include "tunnel.h"
#include "watch.h"

const char tunnels_uncounted[] =
	"to count packets of new tunnels: sysctl -w net.netfilter.nf_conntrack_acct=1";

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

/**
 * tunnel_show_peer - write an address, in text with its port
 * @key: its key
 * @addr: the address
 * @port: the port, or NULL
 */
void tunnel_show_peer(const char *key, const struct addr *addr,
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
	tunnel_show_peer("client", &t->flow.client, t->tb[NF_VPN_A_CLIENT_PORT]);
	tunnel_show_peer("server", &t->flow.server, t->tb[NF_VPN_A_SERVER_PORT]);
	tunnel_show_peer("public", &public, t->tb[NF_VPN_A_PUBLIC_PORT]);
	if (columns->zones || out_is_json()) {
		out_num("zone", attr_u16(t->tb[NF_VPN_A_ZONE]));
		out_text("\t");
	}
}

/**
 * tunnel_show - write all about a tunnel, but for the brackets and the line end
 * @t: the tunnel
 * @columns: what the table has
 *
 * Return: 0, or -1 after complaining.
 */
int tunnel_show(const struct tunnel *t, const struct columns *columns)
{
	const struct ct_flow *flow = &t->flow;
	int ret;

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
	return ret;
}

static int show_tunnels(const struct tunnels *all)
{
	const struct columns *columns = &all->columns;
	int ret = 0;
	size_t i;

	if (all->uncounted)
		complain("%s", tunnels_uncounted);
	out_arr(NULL);
	out_table("PROTO\tSTATE\tCLIENT\tSERVER\tPUBLIC\t");
	out_text("%s", columns->zones ? "ZONE\t" : "");
	out_text("%s", columns->kinds ? "KIND\tVERSION\tOVER\t" : "");
	out_text("%s", columns->cookies ? "COOKIE\t" : "");
	out_text("OUT-IDS\tIN-IDS\tPACKETS-OUT/IN\tBYTES-OUT/IN\tIDLE\tTIMEOUT\n");
	for (i = 0; i < all->n && !ret; i++) {
		out_obj(NULL);
		ret = tunnel_show(&all->tab[i], columns);
		out_text("\n");
		out_obj_end();
	}
	out_table_end();
	out_arr_end();
	return ret;
}

static int list_once(struct nl *nl, const struct selection *sel)
{
	struct tunnels all;
	int ret;

	ret = tunnels_read(nl, sel, &all);
	if (!ret)
		ret = show_tunnels(&all);
	tunnels_free(&all);
	return ret;
}

/**
 * cmd_tunnels - show tunnels
 * @args: [PROTO] [client ADDR] [server ADDR] [--watch [SECONDS]] [-c COUNT]
 *
 * Return: exit status.
 */
int cmd_tunnels(struct args *args)
{
	struct watch_args watch;
	struct selection sel;
	struct nl nl;
	int ret;

	if (!watch_parse(args, &sel, &watch))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	if (watch.seconds)
		ret = watch_tunnels(&nl, &sel, &watch);
	else
		ret = list_once(&nl, &sel);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
