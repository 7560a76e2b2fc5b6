// SPDX-License-Identifier: GPL-2.0-only
/* vpn-passthrough: watch and control VPN passthrough. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "netns.h"
#include "out.h"

#define SELECTION	"[PROTO] [client ADDR] [server ADDR]"
#define BINDING		\
	"PROTO client ADDR server ADDR in ID\n" \
	"                              [out ID] [zone N]"

static int cmd_help(struct args *args);
static int cmd_version(struct args *args);

static const struct cmd cmds[] = {
	{ "show", cmd_show, "show",
	  "modes, limits and how much of them is used",
	  "A protocol whose kernel module is absent is \"not loaded\".\n" },
	{ "set", cmd_set,
	  "set PROTO [MODE] [--preserve-port | --no-preserve-port]",
	  "set the mode of a protocol",
	  "PROTO  pptp    TCP port 1723 and GRE version 1\n"
	  "       ipsec   ESP, AH, UDP ports 500 and 4500\n"
	  "       l2tp    UDP port 1701 and IP protocol 115\n"
	  "MODE   off     0, refuse to forward the protocol\n"
	  "       on      1, track and translate\n"
	  "       bypass  2, hands off, as if the module were not loaded\n"
	  "       observe 3, look, count and report, change nothing\n"
	  "--preserve-port     all clients keep source port 1701, and are told\n"
	  "                    apart by their Tunnel IDs (l2tp only)\n"
	  "--no-preserve-port  each gets a port of its own, the default\n"
	  "Either stands alone, or beside MODE. Tunnels that are up stay as they\n"
	  "are.\n" },
	{ "limits", cmd_limits, "limits [NAME VALUE]...",
	  "show or change limits",
	  "max-ids         most wire ids in the namespace, 16 to 1048576\n"
	  "max-per-client  most tunnels of one client, 1 to 65535\n"
	  "max-per-server  most tunnels between one public address and one\n"
	  "                server, 1 to 65535\n"
	  "probe-ms        how long a probe waits, 10 to 60000 milliseconds\n"
	  "Those that are not named stay as they are.\n" },
	{ "tunnels", cmd_tunnels, "tunnels " SELECTION,
	  "tunnels, with their packets, bytes and timeouts",
	  "Packets, bytes and timeout come from conntrack. Packets and bytes\n"
	  "are \"-\" while the sysctl net.netfilter.nf_conntrack_acct is 0.\n"
	  "L2TP tunnels between the same client and server share an entry.\n"
	  "An L2TPv2 session's id is its Tunnel ID / Session ID. A rewritten id\n"
	  "is shown as inside/outside; for L2TP as inside->outside.\n" },
	{ "stats", cmd_stats, "stats [-a | --all] [PROTO]",
	  "counters and what they mean",
	  "-a, --all  also those that are zero\n" },
	{ "flush", cmd_flush, "flush " SELECTION,
	  "forget tunnels and remove their conntrack entries",
	  "Without a selection: all of them.\n" },
	{ "bind", cmd_bind, "bind " BINDING, "give a wire id to a client",
	  "ID is an SPI for ipsec, a Session ID of IP protocol 115 for l2tp;\n"
	  "decimal, or hexadecimal with 0x.\n"
	  "Without \"out\", whichever id the client sends with.\n" },
	{ "unbind", cmd_unbind, "unbind " BINDING, "take it away again",
	  "The same words as for bind.\n" },
	{ "bindings", cmd_bindings, "bindings",
	  "list what bind has given", "" },
	{ "monitor", cmd_monitor, "monitor [-c COUNT] [-t SECONDS]",
	  "events as they happen, until interrupted",
	  "-c, --count COUNT      end after so many events\n"
	  "-t, --timeout SECONDS  end after so much time\n"
	  "Once it is subscribed it says \"listening\" on stderr.\n" },
	{ "help", cmd_help, "help [VERB]", "this text, or that of a verb", "" },
	{ "version", cmd_version, "version", "the version of this tool", "" },
};

static const struct cmd *cmd_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		if (!strcmp(cmds[i].name, name))
			return &cmds[i];
	return NULL;
}

static void usage(FILE *file)
{
	unsigned int i;

	fputs("Usage: vpn-passthrough [OPTIONS] VERB [ARGUMENTS]\n\n"
	      "Options:\n"
	      "  -j, --json         write JSON\n"
	      "  -p, --pretty       write JSON, indented\n"
	      "  -n, --netns NETNS  work in this network namespace: a name of\n"
	      "                     \"ip netns\", or a path\n"
	      "  -h, --help         this text\n"
	      "  -V, --version      the version of this tool\n\n"
	      "Verbs:\n", file);
	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		fprintf(file, "  %-9s  %s\n", cmds[i].name, cmds[i].brief);
}

static void usage_cmd(FILE *file, const struct cmd *cmd)
{
	fprintf(file, "Usage: vpn-passthrough %s\n", cmd->usage);
}

static int cmd_help(struct args *args)
{
	const char *name = args_next(args);
	const struct cmd *cmd;

	if (!args_end(args))
		return EXIT_USAGE;
	if (!name) {
		usage(stdout);
		return EXIT_SUCCESS;
	}
	cmd = cmd_find(name);
	if (!cmd) {
		complain("unknown verb '%s'", name);
		return EXIT_USAGE;
	}
	usage_cmd(stdout, cmd);
	printf("\n%s\n%s%s", cmd->brief, *cmd->help ? "\n" : "", cmd->help);
	return EXIT_SUCCESS;
}

static int cmd_version(struct args *args)
{
	if (!args_end(args))
		return EXIT_USAGE;
	puts("vpn-passthrough " VERSION);
	return EXIT_SUCCESS;
}

static int run(const struct cmd *cmd, struct args *args)
{
	int ret;

	if (args->n == 1 && (!strcmp(args->v[0], "-h") ||
			     !strcmp(args->v[0], "--help"))) {
		*args->v = (char *)cmd->name;
		return cmd_help(args);
	}
	ret = cmd->run(args);
	if (ret == EXIT_USAGE)
		usage_cmd(stderr, cmd);
	return ret;
}

static bool take_option(struct args *args, const char *brief, const char *full)
{
	return args_take(args, brief) || args_take(args, full);
}

/* Return: whether there was one more option. */
static bool parse_option(struct args *args)
{
	if (take_option(args, "-j", "--json"))
		out_format(OUT_JSON);
	else if (take_option(args, "-p", "--pretty"))
		out_format(OUT_PRETTY);
	else if (args->n > 1 && take_option(args, "-n", "--netns"))
		netns_choose(args_next(args));
	else
		return false;
	return true;
}

/* Return: the verb, or NULL after complaining. */
static const struct cmd *parse(struct args *args)
{
	const struct cmd *cmd = NULL;
	const char *word;

	while (parse_option(args))
		;
	if (take_option(args, "-h", "--help"))
		return cmd_find("help");
	if (take_option(args, "-V", "--version"))
		return cmd_find("version");
	word = args_next(args);
	if (word)
		cmd = cmd_find(word);
	if (!word)
		complain("verb missing");
	else if (!strcmp(word, "-n") || !strcmp(word, "--netns"))
		complain("namespace missing after '%s'", word);
	else if (!cmd)
		complain("unknown %s '%s'", *word == '-' ? "option" : "verb",
			 word);
	return cmd;
}

int main(int argc, char **argv)
{
	struct args args = { argc - 1, argv + 1 };
	const struct cmd *cmd = parse(&args);
	int status = EXIT_USAGE;

	if (cmd)
		status = run(cmd, &args);
	else
		usage(stderr);
	if (out_close() && status == EXIT_SUCCESS)
		status = EXIT_FAILURE;
	return status;
}
