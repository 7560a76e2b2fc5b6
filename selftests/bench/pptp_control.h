/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Both ends of PPTP control connections through the router, in one process.
 * Messages and fields: RFC 2637, section 2.
 */
#ifndef _BENCH_PPTP_CONTROL_H
#define _BENCH_PPTP_CONTROL_H

#include <stdint.h>

#include "flood.h"

/**
 * enum control_kind - messages whose way through the router is timed
 * @CALL_REQUEST: Outgoing-Call-Request
 * @CALL_REPLY: Outgoing-Call-Reply
 * @ECHO_REQUEST: Echo-Request
 * @ECHO_REPLY: Echo-Reply
 * @CONTROL_KINDS: how many there are
 */
enum control_kind {
	CALL_REQUEST, CALL_REPLY, ECHO_REQUEST, ECHO_REPLY, CONTROL_KINDS
};

/**
 * struct control - a control connection
 * @client: address of the client
 * @server: address of the server
 * @fd: its sockets on both sides
 */
struct control {
	uint32_t	client;
	uint32_t	server;
	int		fd[2];
};

void control_open(struct control *c, uint32_t client, uint32_t server);
void control_echo(const struct control *c);
void control_call(const struct control *c, struct flow *call,
		  uint16_t client_id, uint16_t server_id);
void control_print_costs(void);

#endif /* _BENCH_PPTP_CONTROL_H */
