/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_CT_H
#define VPN_PASSTHROUGH_CT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

/**
 * struct ct_flow - a tunnel as conntrack knows it
 * @client: source of the original direction
 * @server: its destination
 * @client_port: UDP port of @client, 0 where it is not UDP or not known
 * @server_port: likewise, of @server
 * @l4proto: IP protocol
 * @zone: zone of the original direction
 * @flow_id: port or key that its replies come to, 0 where there is none
 * @found: conntrack has it
 * @counted: conntrack counts its packets
 * @packets: per enum nf_vpn_dir
 * @bytes: per enum nf_vpn_dir
 * @timeout: seconds left
 */
struct ct_flow {
	struct addr	client;
	struct addr	server;
	uint16_t	client_port;
	uint16_t	server_port;
	uint8_t		l4proto;
	uint16_t	zone;
	uint16_t	flow_id;

	bool		found;
	bool		counted;
	uint64_t	packets[2];
	uint64_t	bytes[2];
	uint32_t	timeout;
};

int ct_join(struct ct_flow **flows, size_t n);

#endif
