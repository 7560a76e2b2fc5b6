/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_FACTS_H
#define VPN_PASSTHROUGH_FACTS_H

#include <linux/nf_vpn_passthrough.h>
#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "ct_pair.h"
#include "nl.h"

#define FACTS_MAX	32	/* tunnels and refusals that are looked at */

/**
 * struct mode_facts - a protocol
 * @available: its module is loaded
 * @timed: its mode lasts for a time
 * @mode: enum nf_vpn_mode
 * @next: what returns then
 * @left_ms: when
 * @policy: enum nf_vpn_policy, or -1
 * @others: other clients' tunnels to the server, per enum nf_vpn_state
 * @bindings: static bindings of the pair
 */
struct mode_facts {
	bool		available;
	bool		timed;
	uint32_t	mode;
	uint32_t	next;
	uint64_t	left_ms;
	int		policy;
	unsigned int	others[NF_VPN_STATE_MAX + 1];
	unsigned int	bindings;
};

/**
 * struct tunnel_facts - a tunnel of the pair
 * @proto: enum nf_vpn_proto
 * @state: enum nf_vpn_state
 * @public: its public address
 * @has_idle: @idle_ms is known
 * @idle_ms: time since its last packet
 * @tries: probes in a row that nobody answered
 */
struct tunnel_facts {
	uint32_t	proto;
	uint32_t	state;
	struct addr	public;
	bool		has_idle;
	uint64_t	idle_ms;
	uint32_t	tries;
};

/**
 * struct refusal_facts - something that was refused to the pair
 * @proto: enum nf_vpn_proto
 * @why: enum nf_vpn_counter
 * @has_id: it is about an id
 * @id: that
 * @owner: whose that is, if anybody's
 * @n: how often it was refused
 * @ago_ms: when last
 */
struct refusal_facts {
	uint32_t	proto;
	uint32_t	why;
	bool		has_id;
	uint32_t	id;
	struct addr	owner;
	uint64_t	n;
	uint64_t	ago_ms;
};

/**
 * struct facts - all that is known about a client and a server
 * @client: the client
 * @server: the server
 * @modes: per enum nf_vpn_proto
 * @max_ids: limit of the namespace
 * @ids: how many there are
 * @max_per_client: limit of a client
 * @client_tunnels: how many the client has
 * @max_per_server: limit of a server
 * @server_tunnels: how many the server has
 * @probe_ms: how long a probe waits
 * @n_tunnels: length of @tunnels
 * @tunnels: tunnels of the pair
 * @n_refusals: length of @refusals
 * @refusals: what was refused to the pair
 * @ct: what conntrack has of the pair
 */
struct facts {
	struct addr		client;
	struct addr		server;
	struct mode_facts	modes[NF_VPN_MAX + 1];
	uint32_t		max_ids;
	uint32_t		ids;
	uint32_t		max_per_client;
	uint32_t		client_tunnels;
	uint32_t		max_per_server;
	uint32_t		server_tunnels;
	uint32_t		probe_ms;
	unsigned int		n_tunnels;
	struct tunnel_facts	tunnels[FACTS_MAX];
	unsigned int		n_refusals;
	struct refusal_facts	refusals[FACTS_MAX];
	struct ct_pair		ct;
};

int facts_read(struct facts *facts, struct nl *nl);

#endif
