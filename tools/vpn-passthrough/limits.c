// SPDX-License-Identifier: GPL-2.0-only
/* limits: show and change them. */

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "limits.h"
#include "nl.h"
#include "out.h"

/**
 * struct limit - what users see of a limit
 * @attr: enum nf_vpn_attr
 * @name: as it is given on the command line
 * @key: as it is written in JSON
 * @help: one line of explanation
 */
struct limit {
	uint16_t	attr;
	const char	*name;
	const char	*key;
	const char	*help;
};

static const struct limit limits[] = {
	{ NF_VPN_A_MAX_IDS, "max-ids", "max_ids",
	  "most wire ids in the namespace" },
	{ NF_VPN_A_MAX_PER_CLIENT, "max-per-client", "max_per_client",
	  "most tunnels of one client" },
	{ NF_VPN_A_MAX_PER_SERVER, "max-per-server", "max_per_server",
	  "most tunnels between one public address and one server" },
	{ NF_VPN_A_PROBE_MS, "probe-ms", "probe_ms",
	  "how long a probe waits for its answer" },
};

static const struct limit *limit_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++)
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
	for (i = 0; i < ARRAY_SIZE(limits); i++)
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
 * struct limit_values - limits to be set
 * @given: which of limits[] were given
 * @value: their values
 */
struct limit_values {
	bool		given[ARRAY_SIZE(limits)];
	uint32_t	value[ARRAY_SIZE(limits)];
};

static bool parse_limits(struct args *args, struct limit_values *values)
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

static int set_limits(struct nl *nl, const struct limit_values *values)
{
	struct nlmsghdr *req = nl_request(nl, NF_VPN_CMD_LIMIT_SET);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++)
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

	if (!parse_limits(args, &values))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	ret = show ? limits_show(&nl, NULL) : set_limits(&nl, &values);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
