/* SPDX-License-Identifier: GPL-2.0-only */
/* What the helpers of the selftests share: namespaces, addresses, sockets. */
#ifndef _SELFTESTS_NET_H
#define _SELFTESTS_NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

/**
 * struct addr - an IPv4 or IPv6 address, usable as a socket address
 * @u: the address
 * @len: its length
 */
struct addr {
	union {
		struct sockaddr		sa;
		struct sockaddr_in	in;
		struct sockaddr_in6	in6;
	} u;
	socklen_t	len;
};

void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void enter_netns(const char *name);
void addr_parse(const char *text, struct addr *addr);
bool addr_is6(const struct addr *addr);
const char *addr_text(const struct addr *addr, char *buf, size_t len);
int raw_socket(const struct addr *local, int proto);
uint16_t checksum(const void *data, size_t len);
uint32_t number(const char *text);
int64_t now_us(void);

/* Set by SIGINT and SIGTERM. */
extern volatile int stopped;
void stop_on_signal(void);

#endif /* _SELFTESTS_NET_H */
