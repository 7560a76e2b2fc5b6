// SPDX-License-Identifier: GPL-2.0-only
/* show, set: the modes of the protocols. */

#include <stdlib.h>

#include "cmd.h"
#include "limits.h"
#include "list.h"
#include "out.h"

static int show_mode(const struct nlmsghdr *nlh, const struct nlattr **tb,
		     void *data)
{
	uint32_t mode = attr_u32(tb[NF_VPN_A_MODE]);
	bool available = tb[NF_VPN_A_AVAILABLE];

	(void)nlh;
	(void)data;
	out_obj(NULL);
	out_str("proto", name_of(&proto_names, attr_u32(tb[NF_VPN_A_PROTO])));
	out_text("\t");
	if (available || out_is_json())
		out_str("mode", name_of(&mode_names, mode));
	else
		out_text("not loaded");
	out_text("\t%s\n", available ? name_help(&mode_names, mode) : "-");
	if (out_is_json())
		out_bool("available", available);
	out_obj_end();
	return 0;
}

static int show_all(struct nl *nl)
{
	nl_dump_request(nl, NF_VPN_CMD_MODE_GET);
	if (list(nl, "modes", "PROTO\tMODE\tMEANING\n", show_mode, NULL))
		return -1;
	out_text("\n");
	return limits_show(nl, "limits");
}

/**
 * cmd_show - show modes and limits
 * @args: none
 *
 * Return: exit status.
 */
int cmd_show(struct args *args)
{
	struct nl nl;
	int ret;

	if (!args_end(args))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	out_obj(NULL);
	ret = show_all(&nl);
	out_obj_end();
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}

/**
 * cmd_set - set the mode of a protocol
 * @args: PROTO MODE
 *
 * Return: exit status.
 */
int cmd_set(struct args *args)
{
	struct nlmsghdr *req;
	uint32_t proto, mode;
	struct nl nl;
	int ret;

	if (!args_name(args, &proto_names, &proto) ||
	    !args_name(args, &mode_names, &mode) || !args_end(args))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	req = nl_request(&nl, NF_VPN_CMD_MODE_SET);
	mnl_attr_put_u32(req, NF_VPN_A_PROTO, proto);
	mnl_attr_put_u32(req, NF_VPN_A_MODE, mode);
	ret = nl_talk(&nl, NULL, NULL);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
