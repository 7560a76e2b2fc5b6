// SPDX-License-Identifier: GPL-2.0-only
/* ESP headers, RFC 4303. */
#include <errno.h>
#include <exact.h>
#include "esp_wire.h"
#include "ktap.h"

#define UNTOUCHED	0xa5a5a5a5

static int parse(const void *data, size_t len, struct esp_wire *esp)
{
	u8 *copy = exact_copy(data, len);
	int ret;

	memset(esp, 0xa5, sizeof(*esp));
	ret = esp_wire_parse(copy, len, esp);
	exact_free(copy, len);
	return ret;
}

static const u8 header[16] = {
	0xde, 0xad, 0xbe, 0xef,		/* SPI */
	0x00, 0x01, 0xff, 0xfe,		/* sequence number */
	0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77,
};

static void whole(void)
{
	struct esp_wire esp;
	size_t len;

	for (len = ESP_WIRE_LEN; len <= sizeof(header); len++) {
		ktap_check(!parse(header, len, &esp), "%zu bytes", len);
		ktap_check(esp.spi == 0xdeadbeef, "%zu bytes: %#x", len,
			   esp.spi);
		ktap_check(esp.seq == 0x0001fffe, "%zu bytes: %#x", len,
			   esp.seq);
	}
}

static void truncated(void)
{
	struct esp_wire esp;
	size_t len;

	for (len = 0; len < ESP_WIRE_LEN; len++) {
		ktap_check(parse(header, len, &esp) == -ENODATA, "%zu bytes",
			   len);
		ktap_check(esp.spi == UNTOUCHED && esp.seq == UNTOUCHED,
			   "%zu bytes", len);
	}
}

static int parse_spi(u32 spi, struct esp_wire *esp)
{
	u8 data[ESP_WIRE_LEN] = {
		spi >> 24, spi >> 16, spi >> 8, spi, 0xff, 0xff, 0xff, 0xff,
	};

	return parse(data, sizeof(data), esp);
}

/* Filled in nevertheless, for whoever wants to say what was refused. */
static void reserved(void)
{
	struct esp_wire esp;
	u32 spi;

	for (spi = 0; spi <= 255; spi++) {
		ktap_check(parse_spi(spi, &esp) == -ERANGE, "SPI %u", spi);
		ktap_check(esp.spi == spi && esp.seq == 0xffffffff, "SPI %u",
			   spi);
	}
}

static void not_reserved(void)
{
	static const u32 spis[] = {
		256, 257, 0x1000, 0x10000, 0x1000000, 0x7fffffff, 0x80000000,
		0x800000ff, 0xff000000, 0xffffffff,
	};
	struct esp_wire esp;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(spis); i++) {
		ktap_check(!parse_spi(spis[i], &esp), "SPI %#x", spis[i]);
		ktap_check(esp.spi == spis[i], "SPI %#x: %#x", spis[i],
			   esp.spi);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "esp: SPI and sequence number are read", whole },
		{ "esp: every truncated header is refused", truncated },
		{ "esp: SPIs 0 to 255 are reserved", reserved },
		{ "esp: SPIs from 256 on are not", not_reserved },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
