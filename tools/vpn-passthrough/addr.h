/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_ADDR_H
#define VPN_PASSTHROUGH_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct addr - an address of either family
 * @family: AF_INET, AF_INET6, or AF_UNSPEC (0) for none
 * @bytes: network byte order; zero behind an IPv4 address
 */
struct addr {
	int		family;
	unsigned char	bytes[16];
};

bool addr_parse(const char *text, struct addr *addr);
bool addr_set(struct addr *addr, const void *bytes, size_t len);
size_t addr_len(const struct addr *addr);
int addr_cmp(const struct addr *a, const struct addr *b);
const char *addr_text(const struct addr *addr, char text[INET6_ADDRSTRLEN]);

#endif
