/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_CT_PAIR_H
#define VPN_PASSTHROUGH_CT_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

/* More entries of one client and one server are counted, and not looked at. */
#define CT_PAIR_MAX	64

/**
 * struct ct_entry - a conntrack entry of a client and a server
 * @l4proto: IP protocol
 * @port: destination port of the original direction, 0 where there is none
 * @public: where its replies come to: the address after source NAT
 * @answered: there were replies
 * @timeout: seconds left
 */
struct ct_entry {
	uint8_t		l4proto;
	uint16_t	port;
	struct addr	public;
	bool		answered;
	uint32_t	timeout;
};

/**
 * struct ct_pair - all conntrack entries of a client and a server
 * @n: how many there are
 * @tab: the first of them
 * @count: entries in the namespace
 * @max: most entries; 0 if neither is known
 */
struct ct_pair {
	size_t		n;
	struct ct_entry	tab[CT_PAIR_MAX];
	uint64_t	count;
	uint64_t	max;
};

int ct_pair_read(struct ct_pair *pair, const struct addr *client,
		 const struct addr *server);
const struct ct_entry *ct_pair_find(const struct ct_pair *pair,
				    uint8_t l4proto, uint16_t port);

#endif
