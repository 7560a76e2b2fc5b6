// SPDX-License-Identifier: GPL-2.0-only
/* bind, unbind, bindings: wire ids that the administrator gives to a client. */

#include <stdlib.h>
#include <string.h>

#include "binding.h"
#include "cmd.h"
#include "list.h"
#include "out.h"

static bool parse_once(struct args *args, const char *what, uint32_t max,
		       bool *has, uint32_t *value)
{
	if (*has) {
		complain("'%s' given twice", what);
		return false;
	}
	*has = true;
	return args_number(args, what, max, value);
}

static bool parse_part(struct args *args, struct binding *b)
{
	if (args_take(args, "client"))
		return args_addr(args, "client", &b->client);
	if (args_take(args, "server"))
		return args_addr(args, "server", &b->server);
	if (args_take(args, "in"))
		return parse_once(args, "in", UINT32_MAX, &b->has.in, &b->in);
	if (args_take(args, "out"))
		return parse_once(args, "out", UINT32_MAX, &b->has.out,
				  &b->out);
	if (args_take(args, "zone"))
		return parse_once(args, "zone", UINT16_MAX, &b->has.zone,
				  &b->zone);
	return args_end(args);
}

/**
 * binding_parse - read a binding
 * @args: PROTO client ADDR server ADDR in ID [out ID] [zone N]
 * @b: result
 *
 * Return: true, or false after complaining.
 */
bool binding_parse(struct args *args, struct binding *b)
{
	memset(b, 0, sizeof(*b));
	if (!args_name(args, &proto_names, &b->proto))
		return false;
	while (args->n)
		if (!parse_part(args, b))
			return false;
	if (!addr_len(&b->client))
		complain("'client ADDR' missing");
	else if (!addr_len(&b->server))
		complain("'server ADDR' missing");
	else if (!b->has.in)
		complain("'in ID' missing");
	else
		return args_pair_ok(&b->client, &b->server);
	return false;
}

/**
 * binding_put - add a binding to a request
 * @req: the request
 * @b: the binding
 */
void binding_put(struct nlmsghdr *req, const struct binding *b)
{
	mnl_attr_put_u32(req, NF_VPN_A_PROTO, b->proto);
	attr_put_addr(req, NF_VPN_A_CLIENT, &b->client);
	attr_put_addr(req, NF_VPN_A_SERVER, &b->server);
	if (b->has.zone)
		mnl_attr_put_u16(req, NF_VPN_A_ZONE, b->zone);
	if (b->has.out)
		mnl_attr_put_u32(req, NF_VPN_A_ID_OUT, b->out);
	mnl_attr_put_u32(req, NF_VPN_A_ID_IN, b->in);
}

static int change(struct args *args, uint8_t cmd)
{
	struct binding b;
	struct nl nl;
	int ret;

	if (!binding_parse(args, &b))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	binding_put(nl_request(&nl, cmd), &b);
	ret = nl_talk(&nl, NULL, NULL);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}

/**
 * cmd_bind - add a static binding
 * @args: PROTO client ADDR server ADDR in ID [out ID] [zone N]
 *
 * Return: exit status.
 */
int cmd_bind(struct args *args)
{
	return change(args, NF_VPN_CMD_BIND_ADD);
}

/**
 * cmd_unbind - remove a static binding
 * @args: PROTO client ADDR server ADDR in ID [out ID] [zone N]
 *
 * Return: exit status.
 */
int cmd_unbind(struct args *args)
{
	return change(args, NF_VPN_CMD_BIND_DEL);
}

static void show_id(const char *key, uint32_t proto, const struct nlattr *id)
{
	if (id)
		out_id(key, proto, attr_u32(id));
	else
		out_none(key);
}

static int show_binding(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	struct addr client = attr_addr(tb[NF_VPN_A_CLIENT]);
	struct addr server = attr_addr(tb[NF_VPN_A_SERVER]);

	(void)nlh;
	(void)data;
	out_obj(NULL);
	out_str("proto", name_of(&proto_names, proto));
	out_text("\t");
	out_addr("client", &client);
	out_text("\t");
	out_addr("server", &server);
	out_text("\t");
	out_num("zone", attr_u16(tb[NF_VPN_A_ZONE]));
	out_text("\t");
	show_id("id_out", proto, tb[NF_VPN_A_ID_OUT]);
	out_text("\t");
	show_id("id_in", proto, tb[NF_VPN_A_ID_IN]);
	out_text("\n");
	out_obj_end();
	return 0;
}

/**
 * cmd_bindings - list static bindings
 * @args: none
 *
 * Return: exit status.
 */
int cmd_bindings(struct args *args)
{
	if (!args_end(args))
		return EXIT_USAGE;
	return list_verb(NF_VPN_CMD_BIND_GET,
			 "PROTO\tCLIENT\tSERVER\tZONE\tOUT-ID\tIN-ID\n",
			 show_binding, NULL);
}
