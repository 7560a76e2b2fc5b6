/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_BINDING_H
#define VPN_PASSTHROUGH_BINDING_H

#include "addr.h"
#include "args.h"
#include "nl.h"

/**
 * struct binding - a static binding
 * @proto: enum nf_vpn_proto
 * @client: address of the client
 * @server: address of the server
 * @has: which of the following were given
 * @in: inbound id
 * @out: outbound id
 * @zone: conntrack zone
 */
struct binding {
	uint32_t	proto;
	struct addr	client;
	struct addr	server;
	struct {
		bool	in, out, zone;
	} has;
	uint32_t	in;
	uint32_t	out;
	uint32_t	zone;
};

bool binding_parse(struct args *args, struct binding *b);
void binding_put(struct nlmsghdr *req, const struct binding *b);

#endif
