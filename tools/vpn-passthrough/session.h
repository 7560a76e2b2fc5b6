/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_SESSION_H
#define VPN_PASSTHROUGH_SESSION_H

#include <linux/nf_vpn_passthrough.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "args.h"
#include "nl.h"

#define SESSION_IDS	64	/* the kernel has no more in a tunnel */

/* First word of an export, and the form that it has. */
#define EXPORT_HEADER	"vpn-passthrough-export"
#define EXPORT_FORM	1

/**
 * struct session_id - an id of a tunnel
 * @dir: enum nf_vpn_dir
 * @state: NF_VPN_STATE_BOUND or NF_VPN_STATE_PROVISIONAL
 * @id: the id
 */
struct session_id {
	uint32_t	dir;
	uint32_t	state;
	uint32_t	id;
};

/**
 * struct session - a tunnel or a static binding, as it is exported
 * @line: line of the file that it is from
 * @binding: it is a binding
 * @proto: enum nf_vpn_proto
 * @client: address of the client
 * @server: address of the server
 * @peer: that on its side of the router, if it differs
 * @public: public address of the client
 * @zone: conntrack zone
 * @zone_dir: directions that it applies to
 * @n: length of @ids
 * @ids: the ids
 */
struct session {
	unsigned int		line;
	bool			binding;
	uint32_t		proto;
	struct addr		client;
	struct addr		server;
	struct addr		peer;
	struct addr		public;
	uint32_t		zone;
	uint32_t		zone_dir;
	unsigned int		n;
	struct session_id	ids[SESSION_IDS];
};

bool session_parse(struct args *args, struct session *session);
void session_put(struct nlmsghdr *req, const struct session *session);

#endif
