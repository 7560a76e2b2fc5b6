// SPDX-License-Identifier: GPL-2.0-only
/* Addresses of either family. */

#include <arpa/inet.h>
#include <string.h>

#include "addr.h"

/**
 * addr_parse - text to address
 * @text: IPv4 in dotted decimal, or IPv6
 * @addr: result
 *
 * Return: whether @text is an address.
 */
bool addr_parse(const char *text, struct addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, text, addr->bytes) == 1)
		addr->family = AF_INET;
	else if (inet_pton(AF_INET6, text, addr->bytes) == 1)
		addr->family = AF_INET6;
	return addr->family != AF_UNSPEC;
}

/**
 * addr_set - bytes to address
 * @addr: result
 * @bytes: address in network byte order
 * @len: its length, which tells the family
 *
 * Return: whether @len is that of an address.
 */
bool addr_set(struct addr *addr, const void *bytes, size_t len)
{
	memset(addr, 0, sizeof(*addr));
	if (len != sizeof(struct in_addr) && len != sizeof(struct in6_addr))
		return false;
	addr->family = len == sizeof(struct in_addr) ? AF_INET : AF_INET6;
	memcpy(addr->bytes, bytes, len);
	return true;
}

/**
 * addr_len - length of an address
 * @addr: the address
 *
 * Return: its length in bytes, 0 for none.
 */
size_t addr_len(const struct addr *addr)
{
	if (addr->family == AF_INET)
		return sizeof(struct in_addr);
	return addr->family == AF_INET6 ? sizeof(struct in6_addr) : 0;
}

/**
 * addr_cmp - order of two addresses: none, then IPv4, then IPv6
 * @a: an address
 * @b: another
 *
 * Return: less than, equal to or greater than 0, as memcmp().
 */
int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (addr_len(a) != addr_len(b))
		return addr_len(a) < addr_len(b) ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/**
 * addr_text - address to text
 * @addr: the address
 * @text: where to write it
 *
 * Return: @text, "-" for none.
 */
const char *addr_text(const struct addr *addr, char text[INET6_ADDRSTRLEN])
{
	if (!addr_len(addr) ||
	    !inet_ntop(addr->family, addr->bytes, text, INET6_ADDRSTRLEN))
		memcpy(text, "-", sizeof("-"));
	return text;
}
