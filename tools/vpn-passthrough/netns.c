// SPDX-License-Identifier: GPL-2.0-only
/* The network namespace that the tool works in. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"
#include "out.h"
#include "status.h"

/* Where "ip netns" keeps its names. */
#define NETNS_DIR	"/run/netns"

static const char *chosen;

/**
 * netns_choose - choose a network namespace
 * @name: its name as of "ip netns", or a path if it has a slash
 */
void netns_choose(const char *name)
{
	chosen = name;
}

/**
 * netns_chosen - whether the tool works in another network namespace
 *
 * Return: whether it was told to.
 */
bool netns_chosen(void)
{
	return chosen;
}

static void refuse(const char *what, const char *why)
{
	status_errno(errno);
	status_note(EXIT_NETNS);
	complain("%s '%s': %s", what, chosen, why);
}

/**
 * netns_enter - enter the network namespace that was chosen, if any
 *
 * To be called before any socket is opened.
 *
 * Return: 0, or -1 after complaining.
 */
int netns_enter(void)
{
	char path[PATH_MAX];
	int fd, ret;

	if (!chosen)
		return 0;
	ret = snprintf(path, sizeof(path), "%s%s",
		       strchr(chosen, '/') ? "" : NETNS_DIR "/", chosen);
	errno = ENAMETOOLONG;
	fd = ret < (int)sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0) {
		refuse("no network namespace", strerror(errno));
		return -1;
	}
	ret = setns(fd, CLONE_NEWNET);
	/* The file stays where a mount went, as of a name that is half gone. */
	if (ret && errno == EINVAL)
		refuse("no network namespace",
		       "only its name is left (ip netns del)");
	else if (ret)
		refuse("cannot enter network namespace", strerror(errno));
	close(fd);
	return ret;
}
