/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_NL_H
#define VPN_PASSTHROUGH_NL_H

#include <libmnl/libmnl.h>
#include <stdint.h>

#include "attr.h"
#include "reply.h"

/* Longest request is a tunnel with all ids that it can have, 1.9 kB. */
#define NL_REQUEST_SIZE	4096
/* The kernel fills a dump's messages up to 32 KiB. */
#define NL_REPLY_SIZE	32768

/**
 * union nl_request - room for a request
 * @header: how it begins
 * @room: attributes follow up to the end of this
 */
union nl_request {
	struct nlmsghdr	header;
	char		room[NL_REQUEST_SIZE];
};

/**
 * struct nl - a socket to the kernel modules
 * @sock: the socket
 * @family: message type of the generic netlink family
 * @version: version of the family
 * @events: number of its multicast group "events", 0 if it has none
 * @seq: sequence number of the latest request
 * @request: the request
 */
struct nl {
	struct mnl_socket	*sock;
	uint16_t		family;
	uint32_t		version;
	uint32_t		events;
	uint32_t		seq;
	union nl_request	request;
};

/**
 * typedef nl_cb - takes one message of an answer
 * @nlh: the message
 * @tb: its attributes, checked
 * @data: of the caller
 *
 * Return: 0, or -1 after complaining.
 */
typedef int (*nl_cb)(const struct nlmsghdr *nlh, const struct nlattr **tb,
		     void *data);

int nl_open(struct nl *nl);
void nl_close(struct nl *nl);
struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd);
struct nlmsghdr *nl_dump_request(struct nl *nl, uint8_t cmd);
int nl_ask(struct nl *nl, struct reply *reply);
int nl_deliver(const struct reply *reply, nl_cb cb, void *data);
int nl_talk(struct nl *nl, nl_cb cb, void *data);
int nl_subscribe(struct nl *nl);

#endif
