// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the UDP packets of many flows through the router, a first one to and fro
 * each: what conntrack and NAT take for a flow that they know best.  All have
 * ports of their own, so that the router need not choose any.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flood.h"

#define PORT	1024

/* Source and destination port in one. */
static void fill_udp(uint8_t *payload, uint64_t id)
{
	uint32_t ports = htonl(id);
	uint16_t length = htons(8 + 84);

	memcpy(payload, &ports, sizeof(ports));
	memcpy(payload + 4, &length, sizeof(length));
}

/* No checksum, which nobody would have to adapt. */
static const struct protocol udp = {
	.number	= IPPROTO_UDP,
	.length	= 8 + 84,
	.seq	= 8,
	.fill	= fill_udp,
};

int main(int argc, char **argv)
{
	unsigned int count, i;
	struct flow *flows;

	if (argc != 2)
		errx(2, "usage: udp_flood FLOWS");
	count = number(argv[1]);
	flows = allocate(count, sizeof(*flows));
	for (i = 0; i < count; i++) {
		flows[i].client = client_address(i);
		flows[i].server = SERVER;
		flows[i].sent[INSIDE] = (PORT + i) << 16 | PORT;
		flows[i].sent[OUTSIDE] = PORT << 16 | (PORT + i);
		memcpy(flows[i].seen, flows[i].sent, sizeof(flows[i].seen));
	}
	flood_prepare(&udp, flows, count, true);
	printf("first\t%.1f\n", flood_first());
	flood_look();
	return 0;
}
