// SPDX-License-Identifier: GPL-2.0-only
/* monitor: events as they happen. */

#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "cmd.h"
#include "nl.h"
#include "out.h"

/* A burst of events must fit while the terminal is slow. */
#define RECEIVE_BUFFER	1048576

/**
 * struct watch - how long to listen
 * @count: events left, 0 for no limit
 * @timed: whether @deadline counts
 * @deadline: milliseconds of the monotonic clock
 */
struct watch {
	uint32_t	count;
	bool		timed;
	int64_t		deadline;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Local time as of RFC 3339, with milliseconds. */
static void show_time(void)
{
	char date[32], offset[8], text[64];
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(offset, sizeof(offset), "%z", &tm);
	snprintf(text, sizeof(text), "%s.%03ld%.3s:%s", date,
		 ts.tv_nsec / 1000000, offset, offset + 3);
	out_str("time", text);
}

static void begin(const char *name)
{
	out_obj(NULL);
	show_time();
	out_text(" ");
	out_str("name", name);
}

static void end(void)
{
	out_text("\n");
	out_obj_end();
	fflush(stdout);
}

static void show_name(const char *label, const char *key,
		      const struct names *names, const struct nlattr *attr)
{
	if (!attr)
		return;
	out_text("%s", label);
	out_str(key, name_of(names, attr_u32(attr)));
}

static void show_addr(const char *label, const char *key,
		      const struct nlattr *attr)
{
	struct addr addr = attr_addr(attr);

	if (!attr)
		return;
	out_text("%s", label);
	out_addr(key, &addr);
}

static void show_num(const char *label, const char *key, uint32_t value,
		     bool given)
{
	if (!given)
		return;
	out_text("%s", label);
	out_num(key, value);
}

static void show_id(const char *label, const char *key,
		    const struct nlattr **tb, unsigned int type)
{
	if (!tb[type])
		return;
	out_text("%s", label);
	out_id(key, attr_u32(tb[NF_VPN_A_PROTO]), attr_u32(tb[type]));
}

static void show_mode(const struct nlattr **tb)
{
	const struct nlattr *comm = tb[NF_VPN_A_COMM];

	show_name(" ", "proto", &proto_names, tb[NF_VPN_A_PROTO]);
	show_name(" ", "old_mode", &mode_names, tb[NF_VPN_A_OLD_MODE]);
	show_name(" -> ", "mode", &mode_names, tb[NF_VPN_A_MODE]);
	show_num(" uid ", "uid", attr_u32(tb[NF_VPN_A_UID]),
		 tb[NF_VPN_A_UID]);
	show_num(" pid ", "pid", attr_u32(tb[NF_VPN_A_PID]),
		 tb[NF_VPN_A_PID]);
	if (!comm)
		return;
	out_text(" comm ");
	out_strn("comm", mnl_attr_get_payload(comm),
		 strnlen(mnl_attr_get_payload(comm),
			 mnl_attr_get_payload_len(comm)));
}

/* What tunnel and refusal have in common. */
static void show_flow(const struct nlattr **tb)
{
	show_name(" ", "proto", &proto_names, tb[NF_VPN_A_PROTO]);
	show_addr(" client ", "client", tb[NF_VPN_A_CLIENT]);
	show_addr(" server ", "server", tb[NF_VPN_A_SERVER]);
	show_addr(" public ", "public", tb[NF_VPN_A_PUBLIC]);
	show_num(" zone ", "zone", attr_u16(tb[NF_VPN_A_ZONE]),
		 attr_u16(tb[NF_VPN_A_ZONE]));
	show_num(" l4proto ", "l4proto", attr_u8(tb[NF_VPN_A_L4PROTO]),
		 tb[NF_VPN_A_L4PROTO]);
	show_id(" out ", "id_out", tb, NF_VPN_A_ID_OUT);
	show_id(" in ", "id_in", tb, NF_VPN_A_ID_IN);
}

static void show_tunnel(const struct nlattr **tb)
{
	show_name(" ", "event", &event_names, tb[NF_VPN_A_EVENT]);
	show_flow(tb);
}

static void show_refused(const struct nlattr **tb)
{
	const struct nlattr *counter = tb[NF_VPN_A_COUNTER];

	show_name(" ", "counter", &counter_names, counter);
	show_flow(tb);
	show_addr(" clashes-with ", "clashes_with", tb[NF_VPN_A_CLASHES_WITH]);
	if (!counter)
		return;
	out_text(" (");
	out_str("explanation", name_help(&counter_names, attr_u32(counter)));
	out_text(")");
}

static const struct {
	uint8_t		cmd;
	const char	*name;
	void		(*show)(const struct nlattr **tb);
} events[] = {
	{ NF_VPN_CMD_MODE_NTF, "mode", show_mode },
	{ NF_VPN_CMD_TUNNEL_NTF, "tunnel", show_tunnel },
	{ NF_VPN_CMD_REFUSED_NTF, "refused", show_refused },
};

/* Return: MNL_CB_STOP after the last event that was asked for. */
static int show_event(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[NF_VPN_A_MAX + 1];
	struct watch *watch = data;
	unsigned int i;

	if (attr_parse(nlh, tb)) {
		complain("netlink: malformed event");
		return MNL_CB_OK;
	}
	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].cmd == genl->cmd)
			break;
	if (i == ARRAY_SIZE(events))
		return MNL_CB_OK;
	begin(events[i].name);
	events[i].show(tb);
	end();
	return watch->count && !--watch->count ? MNL_CB_STOP : MNL_CB_OK;
}

static void show_lost(void)
{
	begin("events-lost");
	out_text(": they came faster than they could be read");
	end();
}

/* Return: MNL_CB_OK to go on, MNL_CB_STOP at the end, or MNL_CB_ERROR. */
static int receive(struct nl *nl, struct watch *watch)
{
	char buf[NL_REPLY_SIZE] ATTRIBUTE(aligned(8));
	ssize_t len;

	len = mnl_socket_recvfrom(nl->sock, buf, sizeof(buf));
	if (len >= 0)
		return mnl_cb_run(buf, len, 0, 0, show_event, watch);
	if (errno == EINTR || errno == EAGAIN)
		return MNL_CB_OK;
	if (errno != ENOBUFS)
		return MNL_CB_ERROR;
	show_lost();
	return MNL_CB_OK;
}

/* Return: as poll(), 0 after the deadline. */
static int wait_for_event(const struct nl *nl, const struct watch *watch)
{
	struct pollfd pfd = {
		.fd = mnl_socket_get_fd(nl->sock),
		.events = POLLIN,
	};
	int64_t left = -1;

	if (watch->timed) {
		/* Asked first: a flood of events must not outlast it. */
		left = watch->deadline - now_ms();
		if (left <= 0)
			return 0;
		if (left > INT32_MAX)
			left = INT32_MAX;
	}
	return poll(&pfd, 1, left);
}

static int listen_on(struct nl *nl, struct watch *watch)
{
	int ret = MNL_CB_OK;

	while (ret == MNL_CB_OK) {
		ret = wait_for_event(nl, watch);
		if (ret > 0)
			ret = receive(nl, watch);
		else if (ret < 0 && errno == EINTR)
			ret = MNL_CB_OK;
	}
	if (ret < 0)
		complain("netlink: %s", strerror(errno));
	return ret < 0 ? -1 : 0;
}

static bool parse_watch(struct args *args, struct watch *watch)
{
	uint32_t seconds;

	while (args->n) {
		if (args_take(args, "-c") || args_take(args, "--count")) {
			if (!args_number(args, "count", UINT32_MAX,
					 &watch->count))
				return false;
			if (watch->count)
				continue;
			complain("the count must be at least 1");
			return false;
		}
		if (!args_take(args, "-t") && !args_take(args, "--timeout"))
			return args_end(args);
		if (!args_number(args, "timeout", INT32_MAX / 1000, &seconds))
			return false;
		watch->timed = true;
		watch->deadline = now_ms() + seconds * 1000LL;
	}
	return true;
}

/**
 * cmd_monitor - show events until interrupted
 * @args: [-c COUNT] [-t SECONDS]
 *
 * Return: exit status.
 */
int cmd_monitor(struct args *args)
{
	struct watch watch = { 0 };
	int size = RECEIVE_BUFFER;
	struct nl nl;
	int ret;

	if (!parse_watch(args, &watch))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	/* Best effort: the forced size takes CAP_NET_ADMIN. */
	setsockopt(mnl_socket_get_fd(nl.sock), SOL_SOCKET, SO_RCVBUFFORCE,
		   &size, sizeof(size));
	ret = nl_subscribe(&nl);
	if (!ret) {
		fputs("listening\n", stderr);
		ret = listen_on(&nl, &watch);
	}
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
