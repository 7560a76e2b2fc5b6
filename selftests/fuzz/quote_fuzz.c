// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as what an ICMP error quotes; then on, as the callers do. */
#include <assert.h>
#include <errno.h>
#include <exact.h>
#include <net/nf_vpn_wire.h>
#include "esp_wire.h"

typedef int parser(const u8 *data, size_t len, struct nf_vpn_quote *quote);

int fuzz_one_input(const u8 *data, size_t len);

static int parse(parser *parser, const u8 *data, size_t len,
		 struct nf_vpn_quote *quote)
{
	u8 *copy = exact_copy(data, len);
	struct esp_wire esp;
	int ret;

	memset(quote, 0xa5, sizeof(*quote));
	ret = parser(copy, len, quote);
	if (!ret) {
		assert(quote->payload <= len);
		esp_wire_parse(copy + quote->payload, len - quote->payload,
			       &esp);
	}
	exact_free(copy, len);
	return ret;
}

/* The headers alone give the same as with anything behind them, and a byte
 * less is too short: all that was read counts as header.
 */
static void check_length(parser *parser, const u8 *data,
			 const struct nf_vpn_quote *quote)
{
	struct nf_vpn_quote again;

	assert(!parse(parser, data, quote->payload, &again));
	assert(!memcmp(&again, quote, sizeof(again)));
	assert(parse(parser, data, quote->payload - 1, &again) == -ENODATA);
}

static void check_error(int ret, const struct nf_vpn_quote *quote)
{
	struct nf_vpn_quote untouched;

	assert(ret == -ENODATA || ret == -EINVAL);
	memset(&untouched, 0xa5, sizeof(untouched));
	assert(!memcmp(quote, &untouched, sizeof(untouched)));
}

static void check4(const u8 *data, size_t len)
{
	static const u8 zero[12];
	struct nf_vpn_quote quote;
	int ret = parse(nf_vpn_quote4_parse, data, len, &quote);

	if (ret) {
		check_error(ret, &quote);
		return;
	}
	assert(data[0] >> 4 == 4);
	assert(quote.payload == (data[0] & 0xf) * 4 && quote.payload >= 20);
	assert(quote.l4proto == data[9]);
	assert(!memcmp(quote.src, data + 12, 4));
	assert(!memcmp(quote.dst, data + 16, 4));
	assert(!memcmp(quote.src + 4, zero, 12));
	assert(!memcmp(quote.dst + 4, zero, 12));
	check_length(nf_vpn_quote4_parse, data, &quote);
}

static void check6(const u8 *data, size_t len)
{
	struct nf_vpn_quote quote;
	int ret = parse(nf_vpn_quote6_parse, data, len, &quote);

	if (ret) {
		check_error(ret, &quote);
		return;
	}
	assert(data[0] >> 4 == 6);
	assert(quote.payload >= 40 && quote.payload % 4 == 0);
	assert(quote.payload > 40 || quote.l4proto == data[6]);
	assert(!memcmp(quote.src, data + 8, 16));
	assert(!memcmp(quote.dst, data + 24, 16));
	check_length(nf_vpn_quote6_parse, data, &quote);
}

int fuzz_one_input(const u8 *data, size_t len)
{
	check4(data, len);
	check6(data, len);
	return 0;
}
