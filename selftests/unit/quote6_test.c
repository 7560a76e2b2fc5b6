// SPDX-License-Identifier: GPL-2.0-only
/* Quoted IPv6 packets, RFC 4443, and their extension headers, RFC 8200. */
#include <errno.h>
#include <exact.h>
#include <net/nf_vpn_wire.h>
#include "ktap.h"

#define HEADER		40
#define HOP		0
#define ROUTING		43
#define FRAGMENT	44
#define ESP		50
#define AH		51
#define NONE		59
#define DSTOPTS		60
#define MAX_EXT		6

/* A packet under construction. */
struct packet {
	u8	data[4096];
	size_t	len;
	u8	*next;	/* where the type of the next header goes */
};

static int parse_len(const struct packet *packet, size_t len,
		     struct nf_vpn_quote *quote)
{
	u8 *copy = exact_copy(packet->data, len);
	int ret;

	memset(quote, 0xa5, sizeof(*quote));
	ret = nf_vpn_quote6_parse(copy, len, quote);
	exact_free(copy, len);
	return ret;
}

static int parse(const struct packet *packet, struct nf_vpn_quote *quote)
{
	return parse_len(packet, packet->len, quote);
}

static bool is_untouched(const struct nf_vpn_quote *quote)
{
	struct nf_vpn_quote untouched;

	memset(&untouched, 0xa5, sizeof(untouched));
	return !memcmp(quote, &untouched, sizeof(untouched));
}

static void begin(struct packet *packet)
{
	unsigned int i;

	memset(packet, 0, sizeof(*packet));
	packet->data[0] = 0x60;
	packet->next = &packet->data[6];
	for (i = 8; i < HEADER; i++)
		packet->data[i] = i;
	packet->len = HEADER;
}

/* An extension header with the length that stands in it, in its own units:
 * 8 bytes without the first 8; of AH, 4 bytes without the first 8.
 */
static u8 *extend(struct packet *packet, u8 type, u8 units)
{
	u8 *ext = &packet->data[packet->len];

	*packet->next = type;
	packet->next = ext;
	ext[1] = type == FRAGMENT ? 0 : units;
	if (type == FRAGMENT)
		packet->len += 8;
	else
		packet->len += type == AH ? (units + 2) * 4 : (units + 1) * 8;
	return ext;
}

static void end(struct packet *packet, u8 type)
{
	*packet->next = type;
	memset(&packet->data[packet->len], 0x77, 8);
	packet->len += 8;
}

static void whole(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;

	begin(&packet);
	end(&packet, ESP);
	ktap_check(!parse(&packet, &quote), "refused");
	ktap_check(!memcmp(quote.src, &packet.data[8], 16), "source");
	ktap_check(!memcmp(quote.dst, &packet.data[24], 16), "destination");
	ktap_check(quote.l4proto == ESP, "%u", quote.l4proto);
	ktap_check(quote.payload == HEADER, "%zu", quote.payload);
}

static bool is_ext(unsigned int type)
{
	return type == HOP || type == ROUTING || type == FRAGMENT ||
	       type == AH || type == DSTOPTS;
}

static void protocols(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;
	unsigned int type;

	for (type = 0; type < 256; type++) {
		if (is_ext(type))
			continue;
		begin(&packet);
		end(&packet, type);
		ktap_check(!parse(&packet, &quote), "protocol %u", type);
		ktap_check(quote.l4proto == type, "protocol %u: %u", type,
			   quote.l4proto);
		ktap_check(quote.payload == HEADER, "protocol %u: %zu", type,
			   quote.payload);
	}
}

static void version(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;
	unsigned int i;

	begin(&packet);
	end(&packet, ESP);
	for (i = 0; i < 16; i++) {
		packet.data[0] = i << 4;
		ktap_check(parse(&packet, &quote) == (i == 6 ? 0 : -EINVAL),
			   "%u", i);
		ktap_check(i == 6 || is_untouched(&quote), "%u", i);
	}
}

/* Each kind alone, with each length that fits. */
static void each_kind(void)
{
	static const u8 types[] = { HOP, ROUTING, AH, DSTOPTS };
	struct nf_vpn_quote quote;
	struct packet packet;
	unsigned int i, units;

	for (i = 0; i < sizeof(types); i++) {
		for (units = 0; units < 256; units++) {
			begin(&packet);
			extend(&packet, types[i], units);
			end(&packet, ESP);
			ktap_check(!parse(&packet, &quote), "type %u, %u units",
				   types[i], units);
			ktap_check(quote.l4proto == ESP &&
				   quote.payload == packet.len - 8,
				   "type %u, %u units: %u at %zu", types[i],
				   units, quote.l4proto, quote.payload);
		}
	}
}

/* Longer than what is quoted, by one byte to 2 kB. */
static void lying_length(void)
{
	static const u8 types[] = { HOP, ROUTING, AH, DSTOPTS };
	struct nf_vpn_quote quote;
	struct packet packet;
	unsigned int i, units;
	size_t whole;

	for (i = 0; i < sizeof(types); i++) {
		for (units = 1; units < 256; units++) {
			begin(&packet);
			extend(&packet, types[i], units);
			*packet.next = ESP;
			whole = packet.len;
			ktap_check(parse_len(&packet, whole - 1, &quote) ==
				   -ENODATA, "type %u, %u units", types[i],
				   units);
			ktap_check(parse_len(&packet, HEADER + 8, &quote) ==
				   -ENODATA, "type %u, %u units", types[i],
				   units);
			ktap_check(is_untouched(&quote), "type %u", types[i]);
		}
	}
}

/* The offset is the upper 13 bits; then two reserved ones, and "more". */
static void fragments(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;
	unsigned int i;
	int want;
	u8 *ext;

	begin(&packet);
	ext = extend(&packet, FRAGMENT, 0);
	end(&packet, ESP);
	for (i = 0; i <= 0xffff; i++) {
		ext[2] = i >> 8;
		ext[3] = i;
		want = i & 0xfff8 ? -EINVAL : 0;
		ktap_check(parse(&packet, &quote) == want, "%#x", i);
		ktap_check(want ? is_untouched(&quote) :
			   quote.payload == HEADER + 8, "%#x", i);
	}
}

/* A second byte that would be a length elsewhere is reserved here. */
static void fragment_reserved(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;

	begin(&packet);
	extend(&packet, FRAGMENT, 0)[1] = 0xff;
	end(&packet, ESP);
	ktap_check(!parse(&packet, &quote), "refused");
	ktap_check(quote.payload == HEADER + 8, "%zu", quote.payload);
}

static void later_fragment_behind(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;

	begin(&packet);
	extend(&packet, HOP, 0);
	extend(&packet, ROUTING, 2);
	extend(&packet, FRAGMENT, 0)[2] = 1;
	end(&packet, ESP);
	ktap_check(parse(&packet, &quote) == -EINVAL, "not refused");
}

/* In the order that RFC 8200, 4.1 wants, and as much of each length. */
static void fill_chain(struct packet *packet)
{
	begin(packet);
	extend(packet, HOP, 0);
	extend(packet, DSTOPTS, 1);
	extend(packet, ROUTING, 2);
	extend(packet, FRAGMENT, 0);
	extend(packet, AH, 4);
	extend(packet, DSTOPTS, 0);
	end(packet, ESP);
}

static void chain(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;

	fill_chain(&packet);
	ktap_check(!parse(&packet, &quote), "refused");
	ktap_check(quote.l4proto == ESP, "%u", quote.l4proto);
	ktap_check(quote.payload == 40 + 8 + 16 + 24 + 8 + 24 + 8, "%zu",
		   quote.payload);
}

static void truncated(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;
	size_t len;
	int want;

	fill_chain(&packet);
	for (len = 0; len <= packet.len; len++) {
		want = len < packet.len - 8 ? -ENODATA : 0;
		ktap_check(parse_len(&packet, len, &quote) == want,
			   "%zu bytes", len);
		ktap_check(!want || is_untouched(&quote), "%zu bytes", len);
	}
}

static void too_many(void)
{
	struct nf_vpn_quote quote;
	struct packet packet;
	unsigned int n, i;
	int want;

	for (n = 0; n <= 10; n++) {
		begin(&packet);
		for (i = 0; i < n; i++)
			extend(&packet, DSTOPTS, 0);
		end(&packet, NONE);
		want = n > MAX_EXT ? -EINVAL : 0;
		ktap_check(parse(&packet, &quote) == want, "%u headers", n);
		ktap_check(want || quote.payload == HEADER + n * 8,
			   "%u headers: %zu", n, quote.payload);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "quote6: addresses, protocol and payload are read", whole },
		{ "quote6: every protocol is told", protocols },
		{ "quote6: other versions are refused", version },
		{ "quote6: each extension header is skipped", each_kind },
		{ "quote6: lengths beyond the quote are refused",
		  lying_length },
		{ "quote6: later fragments are refused", fragments },
		{ "quote6: a fragment header has no length",
		  fragment_reserved },
		{ "quote6: a later fragment behind others is refused",
		  later_fragment_behind },
		{ "quote6: a chain of all kinds is followed", chain },
		{ "quote6: every truncated chain is refused", truncated },
		{ "quote6: more than six extension headers are refused",
		  too_many },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
