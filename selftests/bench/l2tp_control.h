/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Both ends of L2TP control connections through the router, in one process.
 * Version 2 is RFC 2661, over UDP; version 3 is RFC 3931, as protocol 115.
 */
#ifndef _BENCH_L2TP_CONTROL_H
#define _BENCH_L2TP_CONTROL_H

#include <netinet/in.h>
#include <stdint.h>

#include "flood.h"

#define L2TP_PORT	1701
#define L2TP_IP		115

/**
 * struct ids - an id of each side
 * @own: by side, the id that it chose
 * @peer: by side, what it was told of the other side's id
 */
struct ids {
	uint32_t	own[2];
	uint32_t	peer[2];
};

/**
 * struct tunnel - a control connection
 * @version: 2 or 3
 * @client: address of the client
 * @port: of the client, as the server sees it; 0 in version 3
 * @ids: Tunnel IDs, or Control Connection IDs
 * @fd: sockets of both sides
 * @to: where each side sends to
 * @sent: how many messages each side has sent
 */
struct tunnel {
	unsigned int		version;
	uint32_t		client;
	uint16_t		port;
	struct ids		ids;
	int			fd[2];
	struct sockaddr_in	to[2];
	uint16_t		sent[2];
};

void tunnel_open(struct tunnel *t, unsigned int version, uint32_t client,
		 uint32_t server, uint32_t client_id, uint32_t server_id);
void tunnel_session(struct tunnel *t, struct ids *session, uint32_t client_id,
		    uint32_t server_id);

#endif /* _BENCH_L2TP_CONTROL_H */
