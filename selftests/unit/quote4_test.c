// SPDX-License-Identifier: GPL-2.0-only
/* Quoted IPv4 packets, RFC 791 and RFC 792. */
#include <errno.h>
#include <exact.h>
#include <net/nf_vpn_wire.h>
#include "ktap.h"

#define MIN_HEADER	20
#define MAX_HEADER	60
#define QUOTED		8	/* of the payload, RFC 792 */

static int parse(const void *data, size_t len, struct nf_vpn_quote *quote)
{
	u8 *copy = exact_copy(data, len);
	int ret;

	memset(quote, 0xa5, sizeof(*quote));
	ret = nf_vpn_quote4_parse(copy, len, quote);
	exact_free(copy, len);
	return ret;
}

static bool is_untouched(const struct nf_vpn_quote *quote)
{
	struct nf_vpn_quote untouched;

	memset(&untouched, 0xa5, sizeof(untouched));
	return !memcmp(quote, &untouched, sizeof(untouched));
}

/* From 192.0.2.1 to 198.51.100.2, ESP, DF; then options of ones, and the
 * first bytes of the ESP packet.
 */
static size_t fill(u8 *data, unsigned int words)
{
	static const u8 header[MIN_HEADER] = {
		0x40, 0x00, 0x05, 0xdc, 0x12, 0x34, 0x40, 0x00,
		0x3f, 0x32, 0x00, 0x00, 192, 0, 2, 1, 198, 51, 100, 2,
	};

	memset(data, 1, MAX_HEADER + QUOTED);
	memcpy(data, header, sizeof(header));
	data[0] |= words;
	return words * 4 + QUOTED;
}

static void whole(void)
{
	static const u8 src[16] = { 192, 0, 2, 1 };
	static const u8 dst[16] = { 198, 51, 100, 2 };
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	size_t len = fill(data, 5);

	ktap_check(!parse(data, len, &quote), "refused");
	ktap_check(!memcmp(quote.src, src, sizeof(src)), "source");
	ktap_check(!memcmp(quote.dst, dst, sizeof(dst)), "destination");
	ktap_check(quote.l4proto == 50, "%u", quote.l4proto);
	ktap_check(quote.payload == MIN_HEADER, "%zu", quote.payload);
}

static void options(void)
{
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	unsigned int words;
	size_t len;

	for (words = 5; words <= 15; words++) {
		len = fill(data, words);
		ktap_check(!parse(data, len, &quote), "%u words", words);
		ktap_check(quote.payload == words * 4, "%u words: %zu", words,
			   quote.payload);
	}
}

static void truncated(void)
{
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	unsigned int words;
	size_t len, all;
	int want;

	for (words = 5; words <= 15; words++) {
		all = fill(data, words);
		for (len = 0; len <= all; len++) {
			want = len < words * 4 ? -ENODATA : 0;
			ktap_check(parse(data, len, &quote) == want,
				   "%zu bytes of %u words", len, words);
			ktap_check(!want || is_untouched(&quote),
				   "%zu bytes of %u words", len, words);
		}
	}
}

static void short_header(void)
{
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	unsigned int words;

	for (words = 0; words < 5; words++) {
		fill(data, words);
		ktap_check(parse(data, sizeof(data), &quote) == -EINVAL,
			   "%u words", words);
		ktap_check(is_untouched(&quote), "%u words", words);
	}
}

static void version(void)
{
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	size_t len = fill(data, 5);
	unsigned int i;

	for (i = 0; i < 16; i++) {
		data[0] = i << 4 | 5;
		ktap_check(parse(data, len, &quote) == (i == 4 ? 0 : -EINVAL),
			   "%u", i);
	}
}

/* The flags are the upper three bits, the offset all others. */
static void fragments(void)
{
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	size_t len = fill(data, 5);
	unsigned int i;
	int want;

	for (i = 0; i <= 0xffff; i++) {
		data[6] = i >> 8;
		data[7] = i;
		want = i & 0x1fff ? -EINVAL : 0;
		ktap_check(parse(data, len, &quote) == want, "%#x", i);
	}
}

static void protocols(void)
{
	u8 data[MAX_HEADER + QUOTED];
	struct nf_vpn_quote quote;
	size_t len = fill(data, 5);
	unsigned int i;

	for (i = 0; i < 256; i++) {
		data[9] = i;
		ktap_check(!parse(data, len, &quote), "protocol %u", i);
		ktap_check(quote.l4proto == i, "protocol %u: %u", i,
			   quote.l4proto);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "quote4: addresses, protocol and payload are read", whole },
		{ "quote4: options are skipped", options },
		{ "quote4: every truncated header is refused", truncated },
		{ "quote4: a header of less than 20 bytes is refused",
		  short_header },
		{ "quote4: other versions are refused", version },
		{ "quote4: later fragments are refused", fragments },
		{ "quote4: every protocol is told", protocols },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
