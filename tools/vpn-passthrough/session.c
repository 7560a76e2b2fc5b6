// SPDX-License-Identifier: GPL-2.0-only
/* A line of an export, read, and as a request. */

#include <string.h>

#include "out.h"
#include "session.h"

#define ZONE_BOTH	3	/* of NF_VPN_A_ZONE_DIR */

/* Return: whether there was such a word, which then is taken. */
static bool take_dir(struct args *args, struct session_id *id)
{
	id->dir = NF_VPN_DIR_IN;
	id->state = NF_VPN_STATE_BOUND;
	if (args_take(args, "in"))
		return true;
	id->state = NF_VPN_STATE_PROVISIONAL;
	if (args_take(args, "provisional"))
		return true;
	id->dir = NF_VPN_DIR_OUT;
	id->state = NF_VPN_STATE_BOUND;
	return args_take(args, "out");
}

static bool parse_id(struct args *args, struct session *session,
		     const struct session_id *like)
{
	struct session_id *id = &session->ids[session->n];

	if (session->n == SESSION_IDS) {
		complain("more than %u ids", SESSION_IDS);
		return false;
	}
	*id = *like;
	session->n++;
	return args_number(args, "id", UINT32_MAX, &id->id);
}

static bool parse_part(struct args *args, struct session *session)
{
	struct session_id like;

	if (args_take(args, "client"))
		return args_addr(args, "client", &session->client);
	if (args_take(args, "server"))
		return args_addr(args, "server", &session->server);
	if (args_take(args, "peer"))
		return args_addr(args, "peer", &session->peer);
	if (args_take(args, "public"))
		return args_addr(args, "public", &session->public);
	if (args_take(args, "zone"))
		return args_number(args, "zone", UINT16_MAX, &session->zone);
	if (args_take(args, "zone-dir"))
		return args_number(args, "zone-dir", ZONE_BOTH,
				   &session->zone_dir);
	if (take_dir(args, &like))
		return parse_id(args, session, &like);
	return args_end(args);
}

/* Return: how many ids it has in that direction. */
static unsigned int count(const struct session *session, uint32_t dir)
{
	unsigned int i, n = 0;

	for (i = 0; i < session->n; i++)
		n += session->ids[i].dir == dir;
	return n;
}

static bool is_complete(const struct session *session)
{
	unsigned int in = count(session, NF_VPN_DIR_IN);
	unsigned int out = count(session, NF_VPN_DIR_OUT);

	if (!addr_len(&session->client) || !addr_len(&session->server))
		complain("'client ADDR' or 'server ADDR' missing");
	else if (session->binding && (in != 1 || out > 1))
		complain("a binding has one 'in ID', and one 'out ID' at most");
	else if (!session->binding && !addr_len(&session->public))
		complain("'public ADDR' missing");
	else if (!session->binding && (!in || !out))
		complain("a tunnel has an id in each direction");
	else
		return args_pair_ok(&session->client, &session->server) &&
		       args_pair_ok(&session->client, &session->public) &&
		       args_pair_ok(&session->client, &session->peer);
	return false;
}

/**
 * session_parse - read a line of an export
 * @args: its words
 * @session: result, with its line number set
 *
 * Return: true, or false after complaining.
 */
bool session_parse(struct args *args, struct session *session)
{
	session->zone_dir = ZONE_BOTH;
	session->binding = args_take(args, "binding");
	if (!session->binding && !args_take(args, "tunnel")) {
		complain("a line begins with 'tunnel', 'binding' or 'end'");
		return false;
	}
	if (!args_name(args, &proto_names, &session->proto))
		return false;
	while (args->n)
		if (!parse_part(args, session))
			return false;
	return is_complete(session);
}

static void put_tunnel_id(struct nlmsghdr *req, const struct session_id *id)
{
	struct nlattr *nest = mnl_attr_nest_start(req, NF_VPN_A_WIRE_ID);

	mnl_attr_put_u32(req, NF_VPN_ID_A_DIR, id->dir);
	mnl_attr_put_u32(req, NF_VPN_ID_A_ID, id->id);
	mnl_attr_put_u32(req, NF_VPN_ID_A_STATE, id->state);
	mnl_attr_nest_end(req, nest);
}

static void put_binding_id(struct nlmsghdr *req, const struct session_id *id)
{
	mnl_attr_put_u32(req, id->dir == NF_VPN_DIR_IN ? NF_VPN_A_ID_IN :
							 NF_VPN_A_ID_OUT,
			 id->id);
}

/**
 * session_put - add a tunnel or a binding to a request
 * @req: the request
 * @session: the tunnel or binding
 */
void session_put(struct nlmsghdr *req, const struct session *session)
{
	unsigned int i;

	mnl_attr_put_u32(req, NF_VPN_A_PROTO, session->proto);
	attr_put_addr(req, NF_VPN_A_CLIENT, &session->client);
	attr_put_addr(req, NF_VPN_A_SERVER, &session->server);
	mnl_attr_put_u16(req, NF_VPN_A_ZONE, session->zone);
	for (i = 0; i < session->n; i++)
		if (session->binding)
			put_binding_id(req, &session->ids[i]);
		else
			put_tunnel_id(req, &session->ids[i]);
	if (session->binding)
		return;
	attr_put_addr(req, NF_VPN_A_PEER, &session->peer);
	attr_put_addr(req, NF_VPN_A_PUBLIC, &session->public);
	mnl_attr_put_u8(req, NF_VPN_A_ZONE_DIR, session->zone_dir);
}
