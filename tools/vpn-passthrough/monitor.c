// SPDX-License-Identifier: GPL-2.0-only
/* monitor: events as they happen. */

#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "cmd.h"
#include "event.h"
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

static void begin(const char *name)
{
	out_obj(NULL);
	clock_show();
	out_text(" ");
	out_str("name", name);
}

static void end(void)
{
	out_text("\n");
	out_obj_end();
	fflush(stdout);
}

/* Return: MNL_CB_STOP after the last event that was asked for. */
static int show_event(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[NF_VPN_A_MAX + 1];
	struct watch *watch = data;
	const char *name;

	if (attr_parse(nlh, tb)) {
		complain("netlink: malformed event");
		return MNL_CB_OK;
	}
	name = event_name(genl->cmd);
	if (!name)
		return MNL_CB_OK;
	begin(name);
	event_show(genl->cmd, tb);
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
		left = watch->deadline - clock_ms();
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
		watch->deadline = clock_ms() + seconds * 1000LL;
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
