// SPDX-License-Identifier: GPL-2.0-only
/* flush: forget tunnels. */

#include <stdlib.h>

#include "cmd.h"
#include "nl.h"
#include "out.h"

static int show_removed(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	uint32_t removed = attr_u32(tb[NF_VPN_A_REMOVED]);

	(void)nlh;
	(void)data;
	out_obj(NULL);
	out_num("removed", removed);
	out_text(" tunnel%s removed\n", removed == 1 ? "" : "s");
	out_obj_end();
	return 0;
}

/**
 * cmd_flush - forget tunnels and remove their conntrack entries
 * @args: [PROTO] [client ADDR] [server ADDR]
 *
 * Return: exit status.
 */
int cmd_flush(struct args *args)
{
	struct selection sel;
	struct nl nl;
	int ret;

	if (!args_selection(args, &sel))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	attr_put_selection(nl_request(&nl, NF_VPN_CMD_FLUSH), &sel);
	ret = nl_talk(&nl, show_removed, NULL);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
