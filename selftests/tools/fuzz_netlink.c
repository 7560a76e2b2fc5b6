// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the module's netlink family what no honest program would:
 *
 *   fuzz_netlink [-s SEED] [-n MESSAGES] [-t SECONDS] NETNS
 *
 * NETNS may be "", for the namespace that it is in.  The same seed makes the same
 * messages.  Prints the seed, then a line for each command: how often it was sent,
 * accepted, refused, and how many messages its answers had.  With -t it stops
 * early when so many seconds have passed.
 *
 * A third of the messages is right, a third has one thing wrong, and the rest
 * has anything in it.
 */

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nf_vpn_passthrough.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "net.h"

#define MAX_CMD		(NF_VPN_CMD_MAX + 3)
#define SEQS		4096
#define ROOM		24576

uint64_t chance_state;

static struct mnl_socket *sock;
static uint32_t family, group, seq;
static uint8_t sent_as[SEQS];	/* commands, by sequence number */

static struct {
	uint32_t sent;
	uint32_t accepted;
	uint32_t refused;
	uint32_t answers;
} counts[MAX_CMD];

/* What each command understands; a list ends with 0. */
static const uint8_t wanted[MAX_CMD][10] = {
	[NF_VPN_CMD_MODE_GET]	= { NF_VPN_A_PROTO },
	[NF_VPN_CMD_MODE_SET]	= { NF_VPN_A_PROTO, NF_VPN_A_MODE,
				    NF_VPN_A_PRESERVE_PORT, NF_VPN_A_POLICY,
				    NF_VPN_A_FOR_SECS },
	[NF_VPN_CMD_LIMIT_SET]	= { NF_VPN_A_MAX_IDS, NF_VPN_A_MAX_PER_CLIENT,
				    NF_VPN_A_MAX_PER_SERVER, NF_VPN_A_PROBE_MS },
	[NF_VPN_CMD_TUNNEL_GET]	= { NF_VPN_A_PROTO, NF_VPN_A_CLIENT,
				    NF_VPN_A_SERVER },
	[NF_VPN_CMD_BIND_ADD]	= { NF_VPN_A_PROTO, NF_VPN_A_CLIENT,
				    NF_VPN_A_SERVER, NF_VPN_A_ZONE,
				    NF_VPN_A_ID_IN, NF_VPN_A_ID_OUT },
	[NF_VPN_CMD_BIND_DEL]	= { NF_VPN_A_PROTO, NF_VPN_A_CLIENT,
				    NF_VPN_A_SERVER, NF_VPN_A_ZONE,
				    NF_VPN_A_ID_IN, NF_VPN_A_ID_OUT },
	[NF_VPN_CMD_FLUSH]	= { NF_VPN_A_PROTO, NF_VPN_A_CLIENT,
				    NF_VPN_A_SERVER },
	[NF_VPN_CMD_REFUSAL_GET] = { NF_VPN_A_PROTO, NF_VPN_A_CLIENT,
				     NF_VPN_A_SERVER },
	[NF_VPN_CMD_TUNNEL_NEW]	= { NF_VPN_A_PROTO, NF_VPN_A_CLIENT,
				    NF_VPN_A_SERVER, NF_VPN_A_PUBLIC,
				    NF_VPN_A_PEER, NF_VPN_A_ZONE,
				    NF_VPN_A_ZONE_DIR, NF_VPN_A_WIRE_ID,
				    NF_VPN_A_WIRE_ID },
};

static bool is_dump(uint8_t cmd)
{
	return cmd == NF_VPN_CMD_TUNNEL_GET || cmd == NF_VPN_CMD_BIND_GET ||
	       cmd == NF_VPN_CMD_STATS_GET || cmd == NF_VPN_CMD_REFUSAL_GET ||
	       (cmd == NF_VPN_CMD_MODE_GET && chance_of(50));
}

static void put_addr(struct nlmsghdr *nlh, uint16_t type, bool is6)
{
	uint8_t addr[16] = { [0] = 0xfd };
	uint32_t last = chance_below(4);

	if (is6) {
		addr[15] = last;
		addr[1] = type;
		mnl_attr_put(nlh, type, 16, addr);
		return;
	}
	addr[0] = type == NF_VPN_A_CLIENT ? 10 : 192;
	addr[3] = last + (type == NF_VPN_A_PUBLIC ? 100 : 1);
	mnl_attr_put(nlh, type, 4, addr);
}

/* An id as TUNNEL_NEW takes it; the first is outbound, so that both occur. */
static void put_wire_id(struct nlmsghdr *nlh, uint16_t type, unsigned int nr)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	mnl_attr_put_u32(nlh, NF_VPN_ID_A_DIR, nr & 1 ? NF_VPN_DIR_IN :
						       NF_VPN_DIR_OUT);
	mnl_attr_put_u32(nlh, NF_VPN_ID_A_ID, 0x1000 + chance_below(64));
	mnl_attr_put_u32(nlh, NF_VPN_ID_A_STATE, NF_VPN_STATE_BOUND);
	if (chance_of(10))
		mnl_attr_put_u32(nlh, chance_below(NF_VPN_ID_A_MAX + 3),
				 chance_u32());
	mnl_attr_nest_end(nlh, nest);
}

/* A value that fits. */
static void put_right(struct nlmsghdr *nlh, uint16_t type, bool is6,
		      unsigned int nr)
{
	switch (type) {
	case NF_VPN_A_PROTO:
		mnl_attr_put_u32(nlh, type, chance_below(NF_VPN_MAX + 1));
		break;
	case NF_VPN_A_MODE:
		mnl_attr_put_u32(nlh, type, chance_below(NF_VPN_MODE_MAX + 1));
		break;
	case NF_VPN_A_POLICY:
		mnl_attr_put_u32(nlh, type, chance_below(NF_VPN_POLICY_MAX + 1));
		break;
	case NF_VPN_A_PRESERVE_PORT:
		mnl_attr_put_u32(nlh, type, chance_below(2));
		break;
	case NF_VPN_A_CLIENT:
	case NF_VPN_A_SERVER:
	case NF_VPN_A_PUBLIC:
	case NF_VPN_A_PEER:
		put_addr(nlh, type, is6);
		break;
	case NF_VPN_A_ZONE:
		mnl_attr_put_u16(nlh, type, chance_below(2));
		break;
	case NF_VPN_A_ZONE_DIR:
		mnl_attr_put_u8(nlh, type, chance_below(4));
		break;
	case NF_VPN_A_WIRE_ID:
		put_wire_id(nlh, type, nr);
		break;
	default:
		mnl_attr_put_u32(nlh, type, 0x100 + chance_below(64));
	}
}

/* Any attribute of any length; it may nest, and lie about its length. */
static void put_wrong(struct nlmsghdr *nlh, unsigned int depth)
{
	static const uint16_t lengths[] = { 0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 64,
					    4096 };
	uint16_t type = chance_below(NF_VPN_A_MAX + 4);
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);
	uint8_t value[4096];
	uint16_t len;
	size_t i;

	if (nlh->nlmsg_len > ROOM)
		return;
	if (chance_of(25))
		type |= chance_of(50) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
	if (depth < 12 && chance_of(30)) {
		mnl_attr_nest_start(nlh, type & NLA_TYPE_MASK);
		put_wrong(nlh, depth + 1);
		put_wrong(nlh, depth + 1);
		mnl_attr_nest_end(nlh, attr);
	} else {
		len = lengths[chance_below(MNL_ARRAY_SIZE(lengths))];
		for (i = 0; i < len; i++)
			value[i] = chance_of(60) ? 0 : chance_below(256);
		mnl_attr_put(nlh, type, len, value);
	}
	if (chance_of(10))
		attr->nla_len = chance_u32();
}

/* TUNNEL_NEW and bindings need most of their attributes, others any. */
static bool is_left_out(uint8_t cmd, uint16_t type)
{
	switch (type) {
	case NF_VPN_A_ZONE:
	case NF_VPN_A_ZONE_DIR:
	case NF_VPN_A_PEER:
	case NF_VPN_A_ID_OUT:
		return chance_of(60);
	case NF_VPN_A_PROTO:
		return chance_of(10);
	default:
		return cmd != NF_VPN_CMD_BIND_ADD &&
		       cmd != NF_VPN_CMD_BIND_DEL &&
		       cmd != NF_VPN_CMD_TUNNEL_NEW && chance_of(40);
	}
}

static void put_known(struct nlmsghdr *nlh, uint8_t cmd)
{
	bool is6 = chance_of(30);
	unsigned int i;

	for (i = 0; wanted[cmd][i]; i++)
		if (!is_left_out(cmd, wanted[cmd][i]))
			put_right(nlh, wanted[cmd][i], is6, i);
}

static struct nlmsghdr *start(char *buf, uint8_t cmd, bool odd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++seq;
	sent_as[seq % SEQS] = cmd;
	if (odd ? chance_of(30) : is_dump(cmd))
		nlh->nlmsg_flags |= NLM_F_DUMP;
	if (odd && chance_of(10))
		nlh->nlmsg_flags |= chance_below(0x10000);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = odd && chance_of(20) ? chance_below(256) :
					       NF_VPN_GENL_VERSION;
	if (odd && chance_of(10))
		genl->reserved = chance_u32();
	return nlh;
}

static struct nlmsghdr *make(char *buf, uint8_t cmd)
{
	unsigned int kind = chance_below(3), i;
	struct nlmsghdr *nlh = start(buf, cmd, kind == 2);
	uint32_t hlen = MNL_NLMSG_HDRLEN + sizeof(struct genlmsghdr);

	if (kind < 2 || chance_of(50))
		put_known(nlh, cmd);
	if (kind == 1 && chance_of(50))
		put_wrong(nlh, 0);
	else if (kind == 1 && nlh->nlmsg_len > hlen)
		chance_spoil((uint8_t *)buf + hlen, nlh->nlmsg_len - hlen);
	for (i = kind == 2 ? chance_below(12) : 0; i; i--)
		put_wrong(nlh, 0);
	if (kind == 2 && chance_of(20) && nlh->nlmsg_len > hlen)
		chance_spoil((uint8_t *)buf + hlen, nlh->nlmsg_len - hlen);
	if (kind == 2 && chance_of(10))
		nlh->nlmsg_len = MNL_NLMSG_HDRLEN +
				 chance_below(nlh->nlmsg_len);
	return nlh;
}

/* What follows a message that lies about its length may look like another one,
 * which netlink itself acknowledges unread.
 */
static bool is_ours(const struct nlmsgerr *err)
{
	return err->msg.nlmsg_type == family &&
	       err->msg.nlmsg_flags & NLM_F_REQUEST;
}

/* Reads what there is: also what was late for an earlier command. */
static void receive(bool one)
{
	char buf[65536];
	const struct nlmsghdr *nlh;
	ssize_t len;
	uint8_t cmd;
	int rest;

	while ((len = recv(mnl_socket_get_fd(sock), buf, sizeof(buf),
			   MSG_DONTWAIT)) > 0) {
		rest = len;
		for (nlh = (void *)buf; mnl_nlmsg_ok(nlh, rest);
		     nlh = mnl_nlmsg_next(nlh, &rest)) {
			cmd = sent_as[nlh->nlmsg_seq % SEQS];
			if (nlh->nlmsg_type == NLMSG_DONE)
				counts[cmd].accepted++;
			else if (nlh->nlmsg_type != NLMSG_ERROR)
				counts[cmd].answers++;
			else if (*(int *)mnl_nlmsg_get_payload(nlh))
				counts[cmd].refused++;
			else if (is_ours(mnl_nlmsg_get_payload(nlh)))
				counts[cmd].accepted++;
		}
		if (one)
			return;
	}
}

static void open_socket(void)
{
	sock = mnl_socket_open(NETLINK_GENERIC);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die("netlink");
}

static void join_or_leave(void)
{
	int opt = chance_of(60) ? NETLINK_ADD_MEMBERSHIP :
				  NETLINK_DROP_MEMBERSHIP;
	uint32_t nr = chance_of(80) ? group : chance_u32();

	mnl_socket_setsockopt(sock, opt, &nr, sizeof(nr));
}

/* To the kernel, seldom to all that listen. */
static void send_one(const struct nlmsghdr *nlh, size_t len)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };

	if (chance_of(3))
		to.nl_groups = 1u << chance_below(32);
	sendto(mnl_socket_get_fd(sock), nlh, len, 0, (void *)&to, sizeof(to));
}

static void fuzz_one(void)
{
	static char buf[65536];
	uint8_t cmd = chance_below(MAX_CMD);
	struct nlmsghdr *nlh;
	size_t len;

	memset(buf, 0, sizeof(struct nlmsghdr) + 16);
	nlh = make(buf, cmd);
	len = nlh->nlmsg_len;
	if (chance_of(2))
		nlh->nlmsg_len = chance_u32();
	counts[cmd].sent++;
	send_one(nlh, len);
	receive(chance_of(5));
	if (chance_of(2))
		join_or_leave();
	/* In the middle of a dump, it may be. */
	if (chance_of(1)) {
		mnl_socket_close(sock);
		open_socket();
	}
}

static void read_group(const struct nlattr *groups)
{
	const struct nlattr *one, *attr;

	mnl_attr_for_each_nested(one, groups)
		mnl_attr_for_each_nested(attr, one)
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				group = mnl_attr_get_u32(attr);
}

static int read_family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	(void)data;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
			read_group(attr);
	}
	return MNL_CB_OK;
}

static void find_family(void)
{
	char buf[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;
	int len;

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NF_VPN_GENL_NAME);
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		die("netlink");
	len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
	if (len < 0 || mnl_cb_run(buf, len, 0, 0, read_family, NULL) < 0 ||
	    !family)
		die("no family %s", NF_VPN_GENL_NAME);
}

int main(int argc, char **argv)
{
	uint32_t n = 10000, seconds = 0, seed = time(NULL) ^ getpid(), i;
	int64_t until;
	int opt;

	while ((opt = getopt(argc, argv, "s:n:t:")) != -1) {
		if (opt == 's')
			seed = number(optarg);
		else if (opt == 'n')
			n = number(optarg);
		else if (opt == 't')
			seconds = number(optarg);
		else
			exit(2);
	}
	if (argc - optind != 1)
		exit(2);
	printf("seed %u\n", seed);
	chance_state = seed;
	enter_netns(argv[optind]);
	open_socket();
	find_family();
	stop_on_signal();
	until = now_us() + seconds * 1000000LL;
	for (i = 0; i < n && !stopped; i++) {
		if (seconds && now_us() > until)
			break;
		fuzz_one();
	}
	for (i = 0; i < MAX_CMD; i++)
		printf("command %u sent %u accepted %u refused %u answers %u\n",
		       i, counts[i].sent, counts[i].accepted, counts[i].refused,
		       counts[i].answers);
	return 0;
}
