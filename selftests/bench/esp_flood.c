// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the ESP packets of many tunnels through the router, from both sides,
 * and tells what one packet cost.  Each tunnel has a client of its own.  That
 * packets go to and fro binds it.  With "none", none comes out.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flood.h"

#define SPI_OUT		0x10000000
#define SPI_IN		0x20000000
#define GENERATION	0x100000	/* from old SPIs to new ones */
#define PER_SERVER	50000		/* tunnels; conntrack can tell 65,535 apart */

static void fill_esp(uint8_t *payload, uint64_t id)
{
	uint32_t spi = htonl(id);

	memcpy(payload, &spi, sizeof(spi));
}

/* SPI and sequence number, IV, payload, integrity check value. */
static struct protocol esp = {
	.number	= IPPROTO_ESP,
	.length	= 4 + 4 + 8 + 12,
	.seq	= 4,
	.fill	= fill_esp,
};

static struct flow *make_tunnels(unsigned int count, unsigned int generation)
{
	struct flow *tunnels = allocate(count, sizeof(*tunnels)), *t;
	unsigned int i;

	for (i = 0; i < count; i++) {
		t = &tunnels[i];
		t->client = client_address(i % PER_SERVER);
		t->server = SERVER + i / PER_SERVER;
		t->sent[INSIDE] = SPI_OUT + generation * GENERATION + i;
		t->sent[OUTSIDE] = SPI_IN + generation * GENERATION + i;
		memcpy(t->seen, t->sent, sizeof(t->seen));
	}
	return tunnels;
}

int main(int argc, char **argv)
{
	unsigned int count, generation;

	if (argc < 6 || argc > 7)
		errx(2, "usage: esp_flood nat|plain|none TUNNELS PAYLOAD PACKETS REPEATS [GEN]");
	count = number(argv[2]);
	generation = argc > 6 ? number(argv[6]) : 0;
	esp.length += number(argv[3]);
	if (esp.length > MAX_PAYLOAD)
		errx(2, "a payload of %s bytes is too long", argv[3]);
	flood_prepare(&esp, make_tunnels(count, generation), count,
		      !strcmp(argv[1], "nat"));
	if (strcmp(argv[1], "none")) {
		printf("first\t%.1f\n", flood_first());
		flood_look();
	}
	flood_run(number(argv[4]), number(argv[5]));
	return 0;
}
