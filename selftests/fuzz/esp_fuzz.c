// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as an ESP header. */
#include <assert.h>
#include <errno.h>
#include <exact.h>
#include "esp_wire.h"

int fuzz_one_input(const u8 *data, size_t len);

int fuzz_one_input(const u8 *data, size_t len)
{
	u8 *copy = exact_copy(data, len);
	struct esp_wire esp = {};
	int ret;

	ret = esp_wire_parse(copy, len, &esp);
	assert((ret == -ENODATA) == (len < ESP_WIRE_LEN));
	assert(ret == -ENODATA ||
	       (ret == -ERANGE) == (esp.spi <= ESP_SPI_RESERVED));
	assert(!ret || ret == -ERANGE || ret == -ENODATA);
	exact_free(copy, len);
	return 0;
}
