// SPDX-License-Identifier: GPL-2.0-only
/* show, set: the modes of the protocols. */

#include <stdlib.h>

#include "cmd.h"
#include "limits.h"
#include "list.h"
#include "out.h"

static void show_preserve_port(const struct nlattr *attr)
{
	if (out_is_json() && attr)
		out_bool("preserve_port", attr_u32(attr));
	else if (attr_u32(attr))
		out_text("; clients keep their source port (preserve-port)");
}

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
	out_text("\t%s", available ? name_help(&mode_names, mode) : "-");
	if (out_is_json())
		out_bool("available", available);
	show_preserve_port(tb[NF_VPN_A_PRESERVE_PORT]);
	out_text("\n");
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
 * struct setting - what is to be set
 * @proto: enum nf_vpn_proto
 * @has: which of the following were given
 * @mode: enum nf_vpn_mode
 * @preserve: whether clients keep the well-known source port
 */
struct setting {
	uint32_t	proto;
	struct {
		bool	mode, preserve;
	} has;
	uint32_t	mode;
	bool		preserve;
};

/* Return: whether there was such an option. */
static bool take_preserve(struct args *args, bool *preserve)
{
	*preserve = args_take(args, "--preserve-port");
	return *preserve || args_take(args, "--no-preserve-port");
}

static bool parse_part(struct args *args, struct setting *set)
{
	bool preserve;

	if (take_preserve(args, &preserve)) {
		if (set->has.preserve) {
			complain("whether to preserve the port given twice");
			return false;
		}
		set->has.preserve = true;
		set->preserve = preserve;
		return true;
	}
	if (set->has.mode)
		return args_end(args);
	set->has.mode = args_name(args, &mode_names, &set->mode);
	return set->has.mode;
}

/* The mode or the option, or both. */
static bool parse_setting(struct args *args, struct setting *set)
{
	if (!args_name(args, &proto_names, &set->proto))
		return false;
	do {
		if (!parse_part(args, set))
			return false;
	} while (args->n);
	return true;
}

/**
 * cmd_set - set the mode of a protocol, how it translates ports, or both
 * @args: PROTO [MODE] [--preserve-port | --no-preserve-port]
 *
 * Return: exit status.
 */
int cmd_set(struct args *args)
{
	struct setting set = { 0 };
	struct nlmsghdr *req;
	struct nl nl;
	int ret;

	if (!parse_setting(args, &set))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	req = nl_request(&nl, NF_VPN_CMD_MODE_SET);
	mnl_attr_put_u32(req, NF_VPN_A_PROTO, set.proto);
	if (set.has.mode)
		mnl_attr_put_u32(req, NF_VPN_A_MODE, set.mode);
	if (set.has.preserve)
		mnl_attr_put_u32(req, NF_VPN_A_PRESERVE_PORT, set.preserve);
	ret = nl_talk(&nl, NULL, NULL);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
