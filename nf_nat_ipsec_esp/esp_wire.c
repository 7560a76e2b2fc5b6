// SPDX-License-Identifier: GPL-2.0-only
/* ESP headers: bytes to values. */
#include <linux/errno.h>
#include "esp_wire.h"

static u32 read_be32(const u8 *data)
{
	return (u32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

/**
 * esp_wire_parse - read an ESP header
 * @data: the header
 * @len: bytes at @data
 * @esp: filled in on success, and on -ERANGE
 *
 * RFC 4303, 2.1 and 2.2.
 *
 * Return: 0; -ENODATA if it is cut short; -ERANGE if the SPI is a reserved one.
 */
int esp_wire_parse(const u8 *data, size_t len, struct esp_wire *esp)
{
	if (len < ESP_WIRE_LEN)
		return -ENODATA;
	esp->spi = read_be32(data);
	esp->seq = read_be32(data + 4);
	return esp->spi <= ESP_SPI_RESERVED ? -ERANGE : 0;
}
