// SPDX-License-Identifier: GPL-2.0-only
/* Tunnels, as the modules and conntrack know them. */

#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "tunnel.h"

/* Bit of NF_VPN_A_ZONE_DIR. */
#define ZONE_ORIGINAL	1

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
	size_t i;

	if (!flows)
		return;
	for (i = 0; i < all->n; i++)
		flows[i] = &all->tab[i].flow;
	ct_join(flows, all->n);
	for (i = 0; i < all->n; i++)
		if (flows[i]->found && !flows[i]->counted)
			all->uncounted = true;
	free(flows);
}

/**
 * tunnels_read - find tunnels
 * @nl: socket
 * @sel: which
 * @all: result, sorted, to be freed with tunnels_free() whatever is returned
 *
 * Return: 0, or -1 after complaining.
 */
int tunnels_read(struct nl *nl, const struct selection *sel,
		 struct tunnels *all)
{
	memset(all, 0, sizeof(*all));
	attr_put_selection(nl_dump_request(nl, NF_VPN_CMD_TUNNEL_GET), sel);
	if (nl_ask(nl, &all->reply) ||
	    nl_deliver(&all->reply, tunnel_add, all))
		return -1;
	join(all);
	if (all->n)
		qsort(all->tab, all->n, sizeof(*all->tab), tunnel_cmp);
	return 0;
}

/**
 * tunnels_free - free tunnels
 * @all: the tunnels
 */
void tunnels_free(struct tunnels *all)
{
	free(all->tab);
	reply_free(&all->reply);
	all->tab = NULL;
}
