// SPDX-License-Identifier: GPL-2.0-only
/* limits: show and change them. */

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "limits.h"
#include "nl.h"
#include "out.h"

const struct limit limits[LIMITS] = {
	{ NF_VPN_A_MAX_IDS, 16, 1048576, "max-ids", "max_ids",
	  "most wire ids in the namespace" },
	{ NF_VPN_A_MAX_PER_CLIENT, 1, 65535, "max-per-client",
	  "max_per_client", "most tunnels of one client" },
	{ NF_VPN_A_MAX_PER_SERVER, 1, 65535, "max-per-server",
	  "max_per_server",
	  "most tunnels between one public address and one server" },
	{ NF_VPN_A_PROBE_MS, 10, 60000, "probe-ms", "probe_ms",
	  "how long a probe waits for its answer" },
};

static const struct limit *limit_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < LIMITS; i++)
		if (!strcmp(limits[i].name, name))
			return &limits[i];
	return NULL;
}

static void show_limit(const struct limit *limit, const struct nlattr **tb)
{
	out_text("%s\t", limit->name);
	if (tb[limit->attr])
		out_num(limit->key, attr_u32(tb[limit->attr]));
	else
		out_none(limit->key);
	if (limit->attr == NF_VPN_A_MAX_IDS && tb[NF_VPN_A_IDS])
		out_text("\t%u", attr_u32(tb[NF_VPN_A_IDS]));
	else
		out_text("\t-");
	out_text("\t%s\n", limit->help);
}

static int show_limits(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       void *data)
{
	const char *key = data;
	unsigned int i;

	(void)nlh;
	out_obj(key);
	out_table("LIMIT\tVALUE\tUSED\tMEANING\n");
	for (i = 0; i < LIMITS; i++)
		show_limit(&limits[i], tb);
	if (out_is_json())
		out_num("ids", attr_u32(tb[NF_VPN_A_IDS]));
	out_text("tunnels\t-\t");
	out_num("tunnels", attr_u32(tb[NF_VPN_A_TUNNELS]));
	out_text("\ttunnels in the namespace now\n");
	out_table_end();
	out_obj_end();
	return 0;
}

/**
 * limits_show - show limits, and how much of them is used
 * @nl: socket
 * @key: key of the JSON object, NULL at the top
 *
 * Return: 0, or -1 after complaining.
 */
int limits_show(struct nl *nl, const char *key)
{
	nl_request(nl, NF_VPN_CMD_LIMIT_GET);
	return nl_talk(nl, show_limits, (void *)key);
}

/**
 * limits_parse - read limits
 * @args: [NAME VALUE]...
 * @values: result
 *
 * Return: true, or false after complaining.
 */
bool limits_parse(struct args *args, struct limit_values *values)
{
	const struct limit *limit;
	const char *name;
	size_t i;

	memset(values, 0, sizeof(*values));
	while ((name = args_next(args))) {
		limit = limit_find(name);
		if (!limit) {
			complain("unknown limit '%s'", name);
			return false;
		}
		i = limit - limits;
		if (values->given[i]) {
			complain("'%s' given twice", name);
			return false;
		}
		values->given[i] = true;
		if (!args_number(args, name, UINT32_MAX, &values->value[i]))
			return false;
	}
	return true;
}

/**
 * limits_set - have the kernel change limits, all of those given or none
 * @nl: socket
 * @values: the limits
 *
 * Return: 0, or -1 after complaining.
 */
int limits_set(struct nl *nl, const struct limit_values *values)
{
	struct nlmsghdr *req = nl_request(nl, NF_VPN_CMD_LIMIT_SET);
	unsigned int i;

	for (i = 0; i < LIMITS; i++)
		if (values->given[i])
			mnl_attr_put_u32(req, limits[i].attr, values->value[i]);
	return nl_talk(nl, NULL, NULL);
}

/**
 * cmd_limits - show or change limits
 * @args: [NAME VALUE]...
 *
 * All changes go in one request: the kernel makes all of them or none.
 *
 * Return: exit status.
 */
int cmd_limits(struct args *args)
{
	struct limit_values values;
	bool show = !args->n;
	struct nl nl;
	int ret;

	if (!limits_parse(args, &values))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	ret = show ? limits_show(&nl, NULL) : limits_set(&nl, &values);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
