// SPDX-License-Identifier: GPL-2.0-only
/* export: live tunnels and static bindings, for import. */

#include <linux/genetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "out.h"
#include "session.h"

/**
 * struct tally - what became of the tunnels
 * @lines: lines written
 * @left: tunnels that cannot be exported
 */
struct tally {
	unsigned int	lines;
	unsigned int	left;
};

static void print_addr(const char *key, const struct nlattr *attr)
{
	struct addr addr = attr_addr(attr);
	char text[INET6_ADDRSTRLEN];

	if (attr)
		printf(" %s %s", key, addr_text(&addr, text));
}

static void print_begin(const char *what, const struct nlattr **tb)
{
	printf("%s %s", what, name_of(&proto_names,
				      attr_u32(tb[NF_VPN_A_PROTO])));
	print_addr("client", tb[NF_VPN_A_CLIENT]);
	print_addr("server", tb[NF_VPN_A_SERVER]);
	if (attr_u16(tb[NF_VPN_A_ZONE]))
		printf(" zone %u", attr_u16(tb[NF_VPN_A_ZONE]));
}

static const char *word_of(const struct nlattr **id)
{
	if (attr_u32(id[NF_VPN_ID_A_DIR]) == NF_VPN_DIR_OUT)
		return "out";
	return attr_u32(id[NF_VPN_ID_A_STATE]) == NF_VPN_STATE_PROVISIONAL ?
	       "provisional" : "in";
}

/**
 * walk_ids - look at the ids of a tunnel
 * @nlh: message about it
 * @print: write them, too
 * @n: set to how many there are, per direction
 *
 * Return: 0, or -1 after complaining.
 */
static int walk_ids(const struct nlmsghdr *nlh, bool print, unsigned int n[2])
{
	const struct nlattr *id[NF_VPN_ID_A_MAX + 1];
	const struct nlattr *attr;

	n[NF_VPN_DIR_OUT] = 0;
	n[NF_VPN_DIR_IN] = 0;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != NF_VPN_A_WIRE_ID)
			continue;
		if (attr_parse_id(attr, id)) {
			complain("netlink: malformed wire id");
			return -1;
		}
		n[attr_u32(id[NF_VPN_ID_A_DIR]) == NF_VPN_DIR_IN]++;
		if (print)
			printf(" %s 0x%08x", word_of(id),
			       attr_u32(id[NF_VPN_ID_A_ID]));
	}
	return 0;
}

/* Those that a control connection tells of begin anew with it. */
static bool is_found_out(const struct nlattr **tb)
{
	uint8_t l4proto = attr_u8(tb[NF_VPN_A_L4PROTO]);

	if (l4proto == IPPROTO_ESP)
		return true;
	return attr_u32(tb[NF_VPN_A_PROTO]) == NF_VPN_L2TP &&
	       l4proto == 115 && !tb[NF_VPN_A_COOKIE_LEN];
}

static int print_tunnel(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	struct tally *tally = data;
	unsigned int n[2];

	if (walk_ids(nlh, false, n))
		return -1;
	if (!is_found_out(tb) || !tb[NF_VPN_A_PUBLIC] || !n[0] || !n[1]) {
		tally->left++;
		return 0;
	}
	print_begin("tunnel", tb);
	if (attr_u16(tb[NF_VPN_A_ZONE]))
		printf(" zone-dir %u", attr_u8(tb[NF_VPN_A_ZONE_DIR]));
	print_addr("peer", tb[NF_VPN_A_PEER]);
	print_addr("public", tb[NF_VPN_A_PUBLIC]);
	if (walk_ids(nlh, true, n))
		return -1;
	putchar('\n');
	tally->lines++;
	return 0;
}

static int print_binding(const struct nlmsghdr *nlh, const struct nlattr **tb,
			 void *data)
{
	struct tally *tally = data;

	(void)nlh;
	print_begin("binding", tb);
	printf(" in 0x%08x", attr_u32(tb[NF_VPN_A_ID_IN]));
	if (tb[NF_VPN_A_ID_OUT])
		printf(" out 0x%08x", attr_u32(tb[NF_VPN_A_ID_OUT]));
	putchar('\n');
	tally->lines++;
	return 0;
}

static int print_all(struct nl *nl, struct tally *tally)
{
	printf(EXPORT_HEADER " %u\n", EXPORT_FORM);
	/* First, so that their ids are nobody else's when tunnels come. */
	nl_dump_request(nl, NF_VPN_CMD_BIND_GET);
	if (nl_talk(nl, print_binding, tally))
		return -1;
	nl_dump_request(nl, NF_VPN_CMD_TUNNEL_GET);
	if (nl_talk(nl, print_tunnel, tally))
		return -1;
	printf("end %u\n", tally->lines);
	return 0;
}

/**
 * cmd_export - write live tunnels and static bindings, for import
 * @args: none
 *
 * Return: exit status.
 */
int cmd_export(struct args *args)
{
	struct tally tally = { 0 };
	struct nl nl;
	int ret;

	if (!args_end(args))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	ret = print_all(&nl, &tally);
	nl_close(&nl);
	if (!ret && tally.left)
		complain("%u tunnels are left out: not settled, or told of by a control connection",
			 tally.left);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
