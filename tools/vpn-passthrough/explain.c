// SPDX-License-Identifier: GPL-2.0-only
/* explain: what happens, or would happen, to a client and a server. */

#include <stdlib.h>

#include "cmd.h"
#include "facts.h"
#include "finding.h"
#include "judge.h"
#include "out.h"

static bool parse_pair(struct args *args, struct facts *facts)
{
	if (!args_addr(args, "explain CLIENT", &facts->client) ||
	    !args_addr(args, "explain CLIENT SERVER", &facts->server))
		return false;
	return args_end(args) &&
	       args_pair_ok(&facts->client, &facts->server);
}

/* Return: what all findings come to. */
static const char *verdict(const struct facts *facts,
			   const struct findings *all)
{
	if (findings_have(all, FINDING_PROBLEM))
		return "problem";
	return facts->n_tunnels || facts->ct.n ? "ok" : "unknown";
}

static void show(const struct facts *facts, const struct findings *all)
{
	out_obj(NULL);
	out_text("client ");
	out_addr("client", &facts->client);
	out_text(", server ");
	out_addr("server", &facts->server);
	out_text(": ");
	out_str("verdict", verdict(facts, all));
	out_text("\n\n");
	findings_show(all);
	out_obj_end();
}

/**
 * cmd_explain - say what happens to a client and a server, and why
 * @args: CLIENT SERVER
 *
 * Return: exit status.
 */
int cmd_explain(struct args *args)
{
	static struct findings all;
	static struct facts facts;
	struct nl nl;
	int ret;

	if (!parse_pair(args, &facts))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	ret = facts_read(&facts, &nl);
	nl_close(&nl);
	if (ret)
		return EXIT_FAILURE;
	judge(&facts, &all);
	show(&facts, &all);
	return EXIT_SUCCESS;
}
