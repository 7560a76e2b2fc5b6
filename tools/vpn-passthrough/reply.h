/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_REPLY_H
#define VPN_PASSTHROUGH_REPLY_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct reply - the kernel's answer to one request
 * @data: its messages one after the other, without the one that ends it
 * @len: their length
 * @size: size of @data
 * @interrupted: a dump's table changed meanwhile
 * @error: 0, or the negative error that the kernel answered
 * @why: the kernel's words about it, or empty
 * @attr: offset in the request of the attribute that it is about, or 0
 * @missing: type of an attribute that the request lacks, or 0
 */
struct reply {
	char		*data;
	size_t		len;
	size_t		size;
	bool		interrupted;
	int		error;
	char		why[256];
	uint32_t	attr;
	uint32_t	missing;
};

int reply_receive(struct reply *reply, const struct mnl_socket *sock,
		  uint32_t seq);
void reply_complain(const struct reply *reply, const struct nlmsghdr *req);
void reply_free(struct reply *reply);

#endif
