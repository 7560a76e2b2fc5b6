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
	  "set PROTO [MODE [--for TIME]] [--policy POLICY]\n"
	  "                           [--[no-]preserve-port] [--[no-]fast-path]",
	  "set the mode of a protocol, and how it binds ids and maps ports",
	  "PROTO   pptp (TCP 1723, GRE version 1), ipsec (ESP, AH, UDP 500, 4500)\n"
	  "        or l2tp (UDP 1701, IP protocol 115)\n"
	  "MODE    off        0, refuse to forward the protocol\n"
	  "        on         1, track and translate\n"
	  "        bypass     2, hands off, as if the module were not loaded\n"
	  "        observe    3, look, count and report, change nothing\n"
	  "TIME    30s, 15m, 2h or 1d; then the mode before returns by itself\n"
	  "POLICY  whose an inbound id is that is negotiated under encryption:\n"
	  "        ike        0, whose key exchange announced it, else as the next;\n"
	  "                   default of ipsec, and for it only\n"
	  "        serialize  1, who asks, one at a time; default of l2tp\n"
	  "        fifo       2, who has asked for longest, and all ask at once\n"
	  "        strict     3, who alone can be meant, else nobody's\n"
	  "--preserve-port     all clients keep their source port and are told\n"
	  "                    apart by ids: 1701 for l2tp, 500 for ipsec\n"
	  "--fast-path         packets of tunnels that work leave where they\n"
	  "                    come in, and rules see one of them a second\n"
	  "--no-preserve-port, --no-fast-path  the defaults\n"
	  "One is enough. Tunnels that are up keep what they have.\n" },
	{ "limits", cmd_limits, "limits [NAME VALUE]...",
	  "show or change limits",
	  "max-ids         most wire ids in the namespace, 16 to 1048576\n"
	  "max-per-client  most tunnels of one client, 1 to 65535\n"
	  "max-per-server  most tunnels between one public address and one\n"
	  "                server, 1 to 65535\n"
	  "probe-ms        how long a probe waits, 10 to 60000 milliseconds\n"
	  "Those that are not named stay as they are.\n" },
	{ "tunnels", cmd_tunnels,
	  "tunnels " SELECTION "\n"
	  "                               [--watch [SECONDS]] [-c COUNT]",
	  "tunnels, with their packets, bytes and timeouts",
	  "-w, --watch [SECONDS]  again every so many seconds (2), with bytes and\n"
	  "                       packets per second; on a terminal until q is\n"
	  "                       pressed\n"
	  "-c, --count COUNT      end after so many tables\n"
	  "Packets, bytes and timeout come from conntrack. Packets and bytes\n"
	  "are \"-\" while the sysctl net.netfilter.nf_conntrack_acct is 0.\n"
	  "L2TP tunnels between the same client and server share an entry.\n"
	  "An L2TPv2 session's id is its Tunnel ID / Session ID. A rewritten id\n"
	  "is shown as inside/outside; for L2TP as inside->outside.\n" },
	{ "explain", cmd_explain, "explain CLIENT SERVER",
	  "what happens, or would happen, to a client and a server, and why",
	  "CLIENT and SERVER are addresses, as the client knows them.\n"
	  "Looks at modules, modes, limits, tunnels, bindings, at what was refused\n"
	  "last, and at conntrack. A line for each finding, then what to do.\n"
	  "ok       as it should be\n"
	  "note     worth knowing\n"
	  "problem  in the way\n" },
	{ "stats", cmd_stats,
	  "stats [-a | --all] [PROTO]\n"
	  "       vpn-passthrough stats --prometheus [FILE]",
	  "counters and what they mean",
	  "-a, --all     also those that are zero\n"
	  "--prometheus  counters, tunnels, modes and limits in Prometheus' format\n"
	  "FILE          default: standard output; is replaced as a whole\n" },
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
	{ "export", cmd_export, "export",
	  "write live tunnels and static bindings, for import",
	  "Tunnels that a control connection tells of are left out: PPTP, and L2TP\n"
	  "but for sessions of IP protocol 115 that are set up by hand.\n" },
	{ "import", cmd_import, "import [FILE]",
	  "take what export has written, so that tunnels go on",
	  "FILE  default: standard input\n"
	  "First set the mode of the protocols to on. The file is read as a whole\n"
	  "before anything is done. Each tunnel is taken with all its ids or not at\n"
	  "all; the exit status is 0 if all were taken.\n" },
	{ "save", cmd_save, "save [FILE]",
	  "write modes, policies, limits and bindings to a file",
	  "FILE  default: /etc/vpn-passthrough.conf; - for standard output\n"
	  "The file is replaced as a whole. It has a command of this tool on each\n"
	  "line, and may be edited; the last line is \"end\". Of a mode that is set\n"
	  "for a time, the one that returns is saved.\n" },
	{ "restore", cmd_restore, "restore [FILE] [--check]",
	  "configure what a file says, all of it or nothing",
	  "FILE     default: /etc/vpn-passthrough.conf; - for standard input\n"
	  "--check  read the file, and do nothing; this needs no kernel module\n"
	  "The file is read as a whole before anything is done. What it does not\n"
	  "name stays as it is. If the kernel refuses something, what was changed\n"
	  "before is put back.\n" },
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
	      "  -j, --json         write JSON; -p, --pretty: indented\n"
	      "  -n, --netns NETNS  work in this network namespace: a name or a path\n"
	      "  -h, --help         this text, or after a verb that of the verb\n"
	      "  -V, --version      the version of this tool\n\n", file);
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
	return status_end(status);
}
