// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends the ESP packets of many tunnels through the router, from both sides,
 * and tells what one packet cost.  Each tunnel has a client of its own.  That
 * packets go to and fro binds it.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "flood.h"

#define SPI_OUT		0x10000000
#define SPI_IN		0x20000000
#define GENERATION	0x10000		/* from old SPIs to new ones */

static void fill_esp(uint8_t *payload, uint64_t id)
{
	uint32_t spi = htonl(id);

	memcpy(payload, &spi, sizeof(spi));
}

/* SPI and sequence number, IV, 64 bytes of payload, integrity check value. */
static const struct protocol esp = {
	.number	= IPPROTO_ESP,
	.length	= 4 + 4 + 8 + 64 + 12,
	.seq	= 4,
	.fill	= fill_esp,
};

static struct flow *make_tunnels(unsigned int count, unsigned int generation)
{
	struct flow *tunnels = allocate(count, sizeof(*tunnels)), *t;
	unsigned int i;

	for (i = 0; i < count; i++) {
		t = &tunnels[i];
		t->client = client_address(i);
		t->sent[INSIDE] = SPI_OUT + generation * GENERATION + i;
		t->sent[OUTSIDE] = SPI_IN + generation * GENERATION + i;
		memcpy(t->seen, t->sent, sizeof(t->seen));
	}
	return tunnels;
}

int main(int argc, char **argv)
{
	unsigned int count, generation;

	if (argc < 5 || argc > 6)
		errx(2, "usage: esp_flood nat|plain TUNNELS PACKETS REPEATS [GENERATION]");
	count = number(argv[2]);
	generation = argc > 5 ? number(argv[5]) : 0;
	flood_prepare(&esp, make_tunnels(count, generation), count,
		      !strcmp(argv[1], "nat"));
	flood_look();
	flood_run(number(argv[3]), number(argv[4]));
	return 0;
}
