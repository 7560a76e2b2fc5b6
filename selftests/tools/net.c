// SPDX-License-Identifier: GPL-2.0-only
/* What the helpers of the selftests share. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net.h"

volatile int stopped;

/**
 * die - say why, and end with status 2
 * @fmt: as printf()
 */
void die(const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, " (%s)\n", strerror(err));
	exit(2);
}

/**
 * enter_netns - go to a network namespace
 * @name: its name as "ip netns" knows it; "" stays
 */
void enter_netns(const char *name)
{
	char path[256];
	int fd;

	if (!*name)
		return;
	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("cannot enter network namespace %s", name);
	close(fd);
}

/**
 * addr_parse - read an address
 * @text: the text
 * @addr: set
 */
void addr_parse(const char *text, struct addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, text, &addr->u.in.sin_addr) == 1) {
		addr->u.in.sin_family = AF_INET;
		addr->len = sizeof(addr->u.in);
	} else if (inet_pton(AF_INET6, text, &addr->u.in6.sin6_addr) == 1) {
		addr->u.in6.sin6_family = AF_INET6;
		addr->len = sizeof(addr->u.in6);
	} else {
		die("not an address: %s", text);
	}
}

/**
 * addr_is6 - is it IPv6?
 * @addr: the address
 */
bool addr_is6(const struct addr *addr)
{
	return addr->u.sa.sa_family == AF_INET6;
}

/**
 * addr_text - an address as text
 * @addr: the address
 * @buf: where to
 * @len: room there
 *
 * Return: @buf.
 */
const char *addr_text(const struct addr *addr, char *buf, size_t len)
{
	return addr_is6(addr) ?
	       inet_ntop(AF_INET6, &addr->u.in6.sin6_addr, buf, len) :
	       inet_ntop(AF_INET, &addr->u.in.sin_addr, buf, len);
}

/**
 * raw_socket - a raw socket in the current namespace
 * @local: address to bind to
 * @proto: IP protocol
 *
 * Return: the socket, not blocking.
 */
int raw_socket(const struct addr *local, int proto)
{
	int fd, size = 4 << 20, on = 1;

	fd = socket(local->u.sa.sa_family, SOCK_RAW | SOCK_NONBLOCK, proto);
	if (fd < 0)
		die("raw socket");
	/* The address may still be tentative, or not be ours at all. */
	if (addr_is6(local))
		setsockopt(fd, SOL_IPV6, IPV6_FREEBIND, &on, sizeof(on));
	else
		setsockopt(fd, SOL_IP, IP_FREEBIND, &on, sizeof(on));
	if (bind(fd, &local->u.sa, local->len))
		die("bind");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return fd;
}

/**
 * checksum - the Internet checksum
 * @data: what it is about; zero where it will stand
 * @len: bytes at @data
 *
 * Return: as it stands in the packet.
 */
uint16_t checksum(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

/**
 * number - read a number
 * @text: decimal, or hexadecimal with 0x
 */
uint32_t number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (end == text)
		die("not a number: %s", text);
	return n;
}

/**
 * now_us - monotonic time in microseconds
 */
int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

/**
 * stop_on_signal - let SIGINT and SIGTERM set @stopped
 */
void stop_on_signal(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}
