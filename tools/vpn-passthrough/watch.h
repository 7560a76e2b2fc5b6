/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_WATCH_H
#define VPN_PASSTHROUGH_WATCH_H

#include "args.h"
#include "nl.h"

/**
 * struct watch_args - how to watch
 * @seconds: from one table to the next, 0 for not at all
 * @count: how many tables, 0 for no end
 */
struct watch_args {
	uint32_t	seconds;
	uint32_t	count;
};

bool watch_parse(struct args *args, struct selection *sel,
		 struct watch_args *watch);
int watch_tunnels(struct nl *nl, const struct selection *sel,
		  const struct watch_args *args);

#endif
