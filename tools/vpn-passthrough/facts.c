// SPDX-License-Identifier: GPL-2.0-only
/* Reads what is known about a client and a server. */

#include <string.h>

#include "attr.h"
#include "facts.h"

static int take_mode(const struct nlmsghdr *nlh, const struct nlattr **tb,
		     void *data)
{
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	struct facts *facts = data;
	struct mode_facts *mode;

	(void)nlh;
	if (proto > NF_VPN_MAX)
		return 0;
	mode = &facts->modes[proto];
	mode->available = tb[NF_VPN_A_AVAILABLE];
	mode->mode = attr_u32(tb[NF_VPN_A_MODE]);
	mode->timed = tb[NF_VPN_A_LEFT_MS];
	mode->left_ms = attr_u64(tb[NF_VPN_A_LEFT_MS]);
	mode->next = attr_u32(tb[NF_VPN_A_NEXT_MODE]);
	mode->policy = tb[NF_VPN_A_POLICY] ?
		       (int)attr_u32(tb[NF_VPN_A_POLICY]) : -1;
	return 0;
}

static int take_limits(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       void *data)
{
	struct facts *facts = data;

	(void)nlh;
	facts->max_ids = attr_u32(tb[NF_VPN_A_MAX_IDS]);
	facts->ids = attr_u32(tb[NF_VPN_A_IDS]);
	facts->max_per_client = attr_u32(tb[NF_VPN_A_MAX_PER_CLIENT]);
	facts->max_per_server = attr_u32(tb[NF_VPN_A_MAX_PER_SERVER]);
	facts->probe_ms = attr_u32(tb[NF_VPN_A_PROBE_MS]);
	return 0;
}

static int count_client(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	struct facts *facts = data;

	(void)nlh;
	(void)tb;
	facts->client_tunnels++;
	return 0;
}

static void take_own(struct facts *facts, const struct nlattr **tb)
{
	struct tunnel_facts *tunnel;

	if (facts->n_tunnels == FACTS_MAX)
		return;
	tunnel = &facts->tunnels[facts->n_tunnels++];
	tunnel->proto = attr_u32(tb[NF_VPN_A_PROTO]);
	tunnel->state = attr_u32(tb[NF_VPN_A_STATE]);
	tunnel->public = attr_addr(tb[NF_VPN_A_PUBLIC]);
	tunnel->has_idle = tb[NF_VPN_A_IDLE_MS];
	tunnel->idle_ms = attr_u64(tb[NF_VPN_A_IDLE_MS]);
	tunnel->tries = attr_u32(tb[NF_VPN_A_TRIES]);
}

/* A tunnel to the server, the client's or another's. */
static int take_tunnel(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       void *data)
{
	struct addr client = attr_addr(tb[NF_VPN_A_CLIENT]);
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	uint32_t state = attr_u32(tb[NF_VPN_A_STATE]);
	struct facts *facts = data;

	(void)nlh;
	facts->server_tunnels++;
	if (!addr_cmp(&client, &facts->client))
		take_own(facts, tb);
	else if (proto <= NF_VPN_MAX && state <= NF_VPN_STATE_MAX)
		facts->modes[proto].others[state]++;
	return 0;
}

static int take_binding(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	struct addr client = attr_addr(tb[NF_VPN_A_CLIENT]);
	struct addr server = attr_addr(tb[NF_VPN_A_SERVER]);
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	struct facts *facts = data;

	(void)nlh;
	if (proto <= NF_VPN_MAX && !addr_cmp(&client, &facts->client) &&
	    !addr_cmp(&server, &facts->server))
		facts->modes[proto].bindings++;
	return 0;
}

static int take_refusal(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	struct refusal_facts *refusal;
	struct facts *facts = data;
	const struct nlattr *id;

	(void)nlh;
	if (facts->n_refusals == FACTS_MAX)
		return 0;
	id = tb[NF_VPN_A_ID_IN] ? tb[NF_VPN_A_ID_IN] : tb[NF_VPN_A_ID_OUT];
	refusal = &facts->refusals[facts->n_refusals++];
	refusal->proto = attr_u32(tb[NF_VPN_A_PROTO]);
	refusal->why = attr_u32(tb[NF_VPN_A_COUNTER]);
	refusal->has_id = id;
	refusal->id = attr_u32(id);
	refusal->owner = attr_addr(tb[NF_VPN_A_CLASHES_WITH]);
	refusal->n = attr_u64(tb[NF_VPN_A_VALUE]);
	refusal->ago_ms = attr_u64(tb[NF_VPN_A_IDLE_MS]);
	return 0;
}

static int read_modes(struct facts *facts, struct nl *nl)
{
	nl_dump_request(nl, NF_VPN_CMD_MODE_GET);
	if (nl_talk(nl, take_mode, facts))
		return -1;
	nl_request(nl, NF_VPN_CMD_LIMIT_GET);
	return nl_talk(nl, take_limits, facts);
}

static int read_tunnels(struct facts *facts, struct nl *nl)
{
	struct selection of_client = { .client = facts->client };
	struct selection of_server = { .server = facts->server };

	attr_put_selection(nl_dump_request(nl, NF_VPN_CMD_TUNNEL_GET),
			   &of_client);
	if (nl_talk(nl, count_client, facts))
		return -1;
	attr_put_selection(nl_dump_request(nl, NF_VPN_CMD_TUNNEL_GET),
			   &of_server);
	return nl_talk(nl, take_tunnel, facts);
}

/**
 * facts_read - read what is known about a client and a server
 * @facts: result, with both addresses set and everything else zero
 * @nl: socket
 *
 * Return: 0, or -1 after complaining.
 */
int facts_read(struct facts *facts, struct nl *nl)
{
	struct selection both = {
		.client = facts->client, .server = facts->server,
	};

	if (read_modes(facts, nl) || read_tunnels(facts, nl))
		return -1;
	nl_dump_request(nl, NF_VPN_CMD_BIND_GET);
	if (nl_talk(nl, take_binding, facts))
		return -1;
	attr_put_selection(nl_dump_request(nl, NF_VPN_CMD_REFUSAL_GET), &both);
	if (nl_talk(nl, take_refusal, facts))
		return -1;
	return ct_pair_read(&facts->ct, &facts->client, &facts->server);
}
