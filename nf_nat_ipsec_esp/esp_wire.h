/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ESP_WIRE_H
#define _ESP_WIRE_H

#include <linux/types.h>

#define ESP_WIRE_LEN		8	/* SPI and sequence number */
#define ESP_SPI_RESERVED	255	/* RFC 4303, 2.1: 0 to 255 */

/**
 * struct esp_wire - the part of an ESP header that is not encrypted
 * @spi: security parameters index, host byte order
 * @seq: sequence number (the low half with ESN), host byte order
 */
struct esp_wire {
	u32	spi;
	u32	seq;
};

int esp_wire_parse(const u8 *data, size_t len, struct esp_wire *esp);

#endif /* _ESP_WIRE_H */
