/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_TUNNEL_H
#define VPN_PASSTHROUGH_TUNNEL_H

#include <linux/nf_vpn_passthrough.h>

#include "args.h"
#include "ct.h"
#include "nl.h"

/**
 * struct tunnel - a tunnel as the kernel described it
 * @tb: attributes, which point into the answer
 * @nlh: message with all of them
 * @flow: what conntrack knows
 */
struct tunnel {
	const struct nlattr	*tb[NF_VPN_A_MAX + 1];
	const struct nlmsghdr	*nlh;
	struct ct_flow		flow;
};

/**
 * struct columns - columns that only some tables need
 * @zones: a tunnel has a conntrack zone
 * @kinds: a tunnel is of a protocol that has several kinds
 * @cookies: a tunnel has a cookie
 */
struct columns {
	bool	zones;
	bool	kinds;
	bool	cookies;
};

/**
 * struct tunnels - all tunnels that were selected
 * @tab: the tunnels
 * @n: their number
 * @size: size of @tab
 * @columns: what they need
 * @uncounted: conntrack does not count packets of one of them
 * @reply: what @tab points into
 */
struct tunnels {
	struct tunnel	*tab;
	size_t		n;
	size_t		size;
	struct columns	columns;
	bool		uncounted;
	struct reply	reply;
};

extern const char tunnels_uncounted[];

int tunnels_read(struct nl *nl, const struct selection *sel,
		 struct tunnels *all);
void tunnels_free(struct tunnels *all);
void tunnel_show_peer(const char *key, const struct addr *addr,
		      const struct nlattr *port);
int tunnel_show(const struct tunnel *t, const struct columns *columns);

#endif
