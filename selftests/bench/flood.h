/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends the packets of many flows through the router, from both sides, and
 * tells what one packet cost.
 *
 *   namespace "inside"                       namespace "outside"
 *   if0 02:00:00:00:00:11 --- router --- if0 02:00:00:00:00:12
 *
 * A protocol prepares its flows, has each of them looked at on the other side,
 * and only then sends for the clock, which counts instructions in the VM.
 */
#ifndef _BENCH_FLOOD_H
#define _BENCH_FLOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVER		0xc0000202	/* 192.0.2.2, the first of them */
#define PUBLIC		0xc0000201	/* 192.0.2.1 */
#define CLIENTS		0x0a000000	/* 10.0.0.0/16, the first is 10.0.0.1 */
#define MAX_CLIENTS	65000
#define MAX_PAYLOAD	1440		/* of a packet, after the IP header */

enum side { INSIDE, OUTSIDE };

/**
 * struct protocol - what the packets of a protocol are like
 * @number: in the IP header
 * @length: bytes after the IP header, %MAX_PAYLOAD at most
 * @seq: offset of the 32 bit sequence number in these
 * @fill: write a packet with this id and sequence number 0; the rest is zeroed
 */
struct protocol {
	uint8_t		number;
	unsigned int	length;
	unsigned int	seq;
	void		(*fill)(uint8_t *payload, uint64_t id);
};

/**
 * struct flow - a tunnel, a call or a session
 * @client: address inside
 * @server: address outside
 * @sent: the id in packets of each side, as it sends them; a number for all
 *	that tells flows apart, as the protocol's fill() understands it
 * @seen: the same, as they arrive on the other side
 */
struct flow {
	uint32_t	client;
	uint32_t	server;
	uint64_t	sent[2];
	uint64_t	seen[2];
};

void *allocate(size_t number, size_t size);
unsigned int number(const char *text);
uint32_t client_address(unsigned int index);
void enter(enum side side);
double now(void);

void flood_prepare(const struct protocol *proto, const struct flow *flows,
		   unsigned int count, bool nat);
double flood_first(void);
void flood_look(void);
void flood_run(unsigned int packets, unsigned int repeats);
double flood_for(enum side side, double seconds);

#endif /* _BENCH_FLOOD_H */
