// SPDX-License-Identifier: GPL-2.0-only
/* show, set: the modes of the protocols. */

#include <stdlib.h>

#include "cmd.h"
#include "limits.h"
#include "list.h"
#include "out.h"
#include "setting.h"

static void show_preserve_port(const struct nlattr *attr)
{
	if (out_is_json() && attr)
		out_bool("preserve_port", attr_u32(attr));
	else if (attr_u32(attr))
		out_text("; clients keep their source port (preserve-port)");
}

/* The attribute is absent where there is none. */
static void show_fast_path(const struct nlattr *attr)
{
	if (out_is_json() && attr)
		out_bool("fast_path", attr_u32(attr));
	else if (attr_u32(attr))
		out_text("; fast path");
}

/* What a protocol follows unless it is told otherwise. */
static uint32_t default_policy(uint32_t proto)
{
	return proto == NF_VPN_IPSEC ? NF_VPN_POLICY_IKE :
				       NF_VPN_POLICY_SERIALIZE;
}

/* The attribute is absent where control messages tell all ids. */
static void show_policy(uint32_t proto, const struct nlattr *attr)
{
	const char *name = name_of(&policy_names, attr_u32(attr));

	if (!out_is_json() && attr && attr_u32(attr) != default_policy(proto))
		out_text("; policy %s", name);
	else if (out_is_json() && attr)
		out_str("policy", name);
	else if (out_is_json())
		out_none("policy");
}

/* How long the mode lasts still, and what follows. */
static void show_timer(const struct nlattr **tb)
{
	const struct nlattr *left = tb[NF_VPN_A_LEFT_MS];

	if (left) {
		out_text("; for ");
		out_msecs("left_ms", attr_u64(left));
		out_text(" more, then ");
		out_str("next_mode", name_of(&mode_names,
					     attr_u32(tb[NF_VPN_A_NEXT_MODE])));
	} else if (out_is_json()) {
		out_none("left_ms");
		out_none("next_mode");
	}
}

static int show_mode(const struct nlmsghdr *nlh, const struct nlattr **tb,
		     void *data)
{
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	uint32_t mode = attr_u32(tb[NF_VPN_A_MODE]);
	bool available = tb[NF_VPN_A_AVAILABLE];

	(void)nlh;
	(void)data;
	out_obj(NULL);
	out_str("proto", name_of(&proto_names, proto));
	out_text("\t");
	if (available || out_is_json())
		out_str("mode", name_of(&mode_names, mode));
	else
		out_text("not loaded");
	out_text("\t%s", available ? name_help(&mode_names, mode) : "-");
	if (out_is_json())
		out_bool("available", available);
	show_timer(tb);
	show_policy(proto, tb[NF_VPN_A_POLICY]);
	show_preserve_port(tb[NF_VPN_A_PRESERVE_PORT]);
	show_fast_path(tb[NF_VPN_A_FAST_PATH]);
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
 * cmd_set - set the mode of a protocol, how it binds ids, translates ports and
 *	forwards
 * @args: PROTO [MODE [--for TIME]] [--policy NAME]
 *	[--preserve-port | --no-preserve-port] [--fast-path | --no-fast-path]
 *
 * Return: exit status.
 */
int cmd_set(struct args *args)
{
	struct setting set;
	struct nl nl;
	int ret;

	if (!setting_parse(args, &set))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	setting_put(nl_request(&nl, NF_VPN_CMD_MODE_SET), &set);
	ret = nl_talk(&nl, NULL, NULL);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
