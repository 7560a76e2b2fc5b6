// SPDX-License-Identifier: GPL-2.0-only
/* stats: counters and what they mean. */

#include <stdlib.h>

#include "cmd.h"
#include "list.h"
#include "out.h"
#include "prometheus.h"

/**
 * struct choice - which counters are shown
 * @has_proto: only those of @proto
 * @proto: enum nf_vpn_proto
 * @all: those that are zero, too
 */
struct choice {
	bool		has_proto;
	uint32_t	proto;
	bool		all;
};

static int show_counter(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	uint32_t counter = attr_u32(tb[NF_VPN_A_COUNTER]);
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	uint64_t value = attr_u64(tb[NF_VPN_A_VALUE]);
	const struct choice *choice = data;

	(void)nlh;
	if ((choice->has_proto && proto != choice->proto) ||
	    (!choice->all && !value))
		return 0;
	out_obj(NULL);
	out_str("proto", name_of(&proto_names, proto));
	out_text("\t");
	out_str("counter", name_of(&counter_names, counter));
	out_text("\t");
	out_num("value", value);
	out_text("\t");
	out_str("explanation", name_help(&counter_names, counter));
	out_text("\n");
	out_obj_end();
	return 0;
}

static bool parse_choice(struct args *args, struct choice *choice)
{
	while (args->n) {
		if (args_take(args, "-a") || args_take(args, "--all")) {
			choice->all = true;
			continue;
		}
		if (choice->has_proto)
			return args_end(args);
		if (!args_name(args, &proto_names, &choice->proto))
			return false;
		choice->has_proto = true;
	}
	return true;
}

static int show_prometheus(struct args *args)
{
	const char *file;

	if (!args_file(args, &file) || !args_end(args))
		return EXIT_USAGE;
	return prometheus(file) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/**
 * cmd_stats - show counters
 * @args: [-a | --all] [PROTO], or --prometheus [FILE]
 *
 * Return: exit status.
 */
int cmd_stats(struct args *args)
{
	struct choice choice = { 0 };

	if (args_take(args, "--prometheus"))
		return show_prometheus(args);
	if (!parse_choice(args, &choice))
		return EXIT_USAGE;
	return list_verb(NF_VPN_CMD_STATS_GET,
			 "PROTO\tCOUNTER\tVALUE\tMEANING\n",
			 show_counter, &choice);
}
