// SPDX-License-Identifier: GPL-2.0-only
/* IKE headers and exchanges, RFC 7296, RFC 2408 and RFC 2409. */
#include <errno.h>
#include <exact.h>
#include "ike_wire.h"
#include "ktap.h"

#define CLIENT		0
#define GATEWAY		1
#define UNTOUCHED	0xa5a5a5a5
#define LONG		248	/* may hold an SA */
#define SHORT		76	/* may hold an error */
#define SA_LEN_MIN	120

/* Offsets in the header */
#define AT_RESPONDER	8
#define AT_NEXT		16
#define AT_VERSION	17
#define AT_EXCHANGE	18
#define AT_LEN		24

static const u8 header[IKE_WIRE_LEN] = {
	1, 2, 3, 4, 5, 6, 7, 8,		/* initiator */
	9, 10, 11, 12, 13, 14, 15, 16,	/* responder */
	46, 0x20, 35, 0x28,		/* next, version, exchange, flags */
	0x89, 0xab, 0xcd, 0xef,		/* Message ID */
	0x00, 0x00, 0x00, 0x1c,		/* length */
};

static int parse(const u8 *data, size_t len, size_t total,
		 struct ike_wire *ike)
{
	u8 *copy = exact_copy(data, len);
	int ret;

	memset(ike, 0xa5, sizeof(*ike));
	ret = ike_wire_parse(copy, len, total, ike);
	exact_free(copy, len);
	return ret;
}

/* The header with some bytes replaced, in a message of so many bytes. */
static int parse_with(size_t at, const void *bytes, size_t n, size_t total)
{
	struct ike_wire ike;
	u8 data[IKE_WIRE_LEN];

	memcpy(data, header, sizeof(data));
	memcpy(data + at, bytes, n);
	return parse(data, sizeof(data), total, &ike);
}

static void fields(void)
{
	struct ike_wire ike;

	ktap_check(!parse(header, sizeof(header), sizeof(header), &ike), "all");
	ktap_check(!memcmp(ike.initiator, header, IKE_COOKIE_LEN), "initiator");
	ktap_check(!memcmp(ike.responder, header + 8, IKE_COOKIE_LEN),
		   "responder");
	ktap_check(ike.next == 46, "%u", ike.next);
	ktap_check(ike.version == 2, "%u", ike.version);
	ktap_check(ike.exchange == IKE_V2_AUTH, "%u", ike.exchange);
	ktap_check(ike.flags == 0x28, "%#x", ike.flags);
	ktap_check(ike.id == 0x89abcdef, "%#x", ike.id);
	ktap_check(ike.len == IKE_WIRE_LEN, "%u", ike.len);
}

static void truncated(void)
{
	struct ike_wire ike;
	size_t len;

	for (len = 0; len < IKE_WIRE_LEN; len++) {
		ktap_check(parse(header, len, len, &ike) == -ENODATA,
			   "%zu bytes", len);
		ktap_check(ike.id == UNTOUCHED && ike.len == UNTOUCHED,
			   "%zu bytes", len);
		ktap_check(parse(header, len, 1000, &ike) == -ENODATA,
			   "%zu bytes of more", len);
	}
	/* More was read than belongs to the message. */
	for (len = 0; len < IKE_WIRE_LEN; len++)
		ktap_check(parse(header, sizeof(header), len, &ike) == -ENODATA,
			   "a message of %zu bytes", len);
}

static int parse_len(u32 len, size_t total)
{
	u8 bytes[4] = { len >> 24, len >> 16, len >> 8, len };

	return parse_with(AT_LEN, bytes, sizeof(bytes), total);
}

static void lengths(void)
{
	static const u32 lies[] = {
		501, 512, 1000, 0x10000, 0x010001f4, 0x7fffffff, 0x80000000,
		0xffffffff,
	};
	u32 len;

	for (len = 0; len < IKE_WIRE_LEN; len++)
		ktap_check(parse_len(len, 500) == -EBADMSG, "length %u", len);
	for (len = IKE_WIRE_LEN; len <= 500; len++)
		ktap_check(!parse_len(len, 500), "length %u", len);
	for (len = 0; len < ARRAY_SIZE(lies); len++)
		ktap_check(parse_len(lies[len], 500) == -EBADMSG,
			   "length %u", lies[len]);
}

static void cookies(void)
{
	static const u8 none[IKE_COOKIE_LEN];
	u8 cookie[IKE_COOKIE_LEN] = {};
	unsigned int i;

	ktap_check(parse_with(0, none, sizeof(none), 28) == -EBADMSG,
		   "no initiator");
	ktap_check(!parse_with(AT_RESPONDER, none, sizeof(none), 28),
		   "no responder");
	for (i = 0; i < sizeof(cookie); i++) {
		cookie[i] = 1;
		ktap_check(!parse_with(0, cookie, sizeof(cookie), 28),
			   "byte %u is not zero", i);
		cookie[i] = 0;
	}
}

static void versions(void)
{
	unsigned int version, want;
	u8 byte;

	for (version = 0; version <= 0xff; version++) {
		byte = version;
		want = version >> 4 == 1 || version >> 4 == 2;
		ktap_check(parse_with(AT_VERSION, &byte, 1, 28) ==
			   (want ? 0 : -EPROTONOSUPPORT), "%#x", version);
	}
}

static void keepalive(void)
{
	static const u8 ff[] = { 0xff, 0xff };
	struct ike_wire ike;
	u8 byte;

	ktap_check(parse(ff, 1, 1, &ike) == -ENOMSG, "one byte");
	ktap_check(parse(ff, 2, 2, &ike) == -ENODATA, "two bytes");
	ktap_check(parse(ff, 0, 1, &ike) == -ENODATA, "not to be read");
	for (byte = 0; byte < 0xff; byte++)
		ktap_check(parse(&byte, 1, 1, &ike) == -ENODATA, "%u", byte);
}

static void begins(void)
{
	struct ike_wire ike = { .initiator = { 1 } };
	unsigned int i;

	ktap_check(ike_wire_begins(&ike), "no responder");
	for (i = 0; i < IKE_COOKIE_LEN; i++) {
		ike.responder[i] = 0x80;
		ktap_check(!ike_wire_begins(&ike), "byte %u", i);
		ike.responder[i] = 0;
	}
}

static bool knows(u8 version, u8 exchange, u8 next)
{
	struct ike_wire ike = {
		.version = version, .exchange = exchange, .next = next,
	};

	return ike_wire_knows_sa(&ike);
}

/* In clear, of an exchange of its own: nothing but "invalid SPI". */
static void knows_sa(void)
{
	unsigned int exchange, next;

	for (exchange = 0; exchange <= 0xff; exchange++)
		for (next = 0; next <= 0xff; next++) {
			ktap_check(knows(1, exchange, next) ==
				   !(exchange == 5 && next == 11),
				   "1: %u, %u", exchange, next);
			ktap_check(knows(2, exchange, next) ==
				   !(exchange == 37 && next == 41),
				   "2: %u, %u", exchange, next);
		}
}

/* --- exchanges ------------------------------------------------------------- */

/**
 * struct step - a message, and what it should tell
 * @dir: who sends it
 * @exchange: an enum ike_exchange
 * @response: its flag
 * @id: Message ID
 * @len: its length
 * @want: the news
 * @trust: it may answer what was not seen
 */
struct step {
	unsigned int	dir;
	u8		exchange;
	bool		response;
	u32		id;
	u32		len;
	enum ike_news	want;
	bool		trust;
};

#define ASKS(dir, exchange, id) \
	{ dir, exchange, false, id, LONG, IKE_NOTHING, false }
#define ANSWERS(dir, exchange, id, len, want) \
	{ dir, exchange, true, id, len, want, false }
#define TRUSTED(dir, exchange, id, len, want) \
	{ dir, exchange, true, id, len, want, true }
#define QUICK(dir, id, len, want) \
	{ dir, IKE_V1_QUICK, false, id, len, want, false }

static void take(struct ike_track *track, const struct step *step,
		 u8 version, unsigned int flip, unsigned int i)
{
	struct ike_wire ike = {
		.initiator = { 1 }, .responder = { 2 }, .version = version,
		.exchange = step->exchange, .id = step->id, .len = step->len,
		.flags = step->response ? IKE_V2_FLAG_RESPONSE : 0,
	};
	enum ike_news news;

	news = ike_wire_track(track, &ike, step->dir ^ flip, step->trust);
	ktap_check(news == step->want, "message %u, roles %s: %u, not %u", i,
		   flip ? "swapped" : "kept", news, step->want);
}

/* What holds of one side holds of the other. */
static void play(u8 version, const struct step *steps, unsigned int n)
{
	unsigned int flip, i;

	for (flip = 0; flip < 2; flip++) {
		struct ike_track track = {};

		for (i = 0; i < n; i++)
			take(&track, &steps[i], version, flip, i);
	}
}

#define PLAY(version, ...) do {						\
	static const struct step steps[] = { __VA_ARGS__ };		\
	play(version, steps, ARRAY_SIZE(steps));			\
} while (0)

static void v2_first_tunnel(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_SA_INIT, 0),
	     ANSWERS(GATEWAY, IKE_V2_SA_INIT, 0, 400, IKE_NOTHING),
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_ANNOUNCED));
}

static void v2_repeated(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_SA_INIT, 0),
	     ASKS(CLIENT, IKE_V2_SA_INIT, 0),
	     ANSWERS(GATEWAY, IKE_V2_SA_INIT, 0, 400, IKE_NOTHING),
	     ANSWERS(GATEWAY, IKE_V2_SA_INIT, 0, 400, IKE_NOTHING),
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_ANNOUNCED),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_NOTHING),
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_NOTHING));
}

/* Each side counts its own requests. */
static void v2_rekeys(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_ANNOUNCED),
	     ASKS(GATEWAY, IKE_V2_CREATE_CHILD, 1),
	     ANSWERS(CLIENT, IKE_V2_CREATE_CHILD, 1, LONG, IKE_ANNOUNCED),
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 2),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, LONG, IKE_ANNOUNCED),
	     ASKS(CLIENT, IKE_V2_INFORMATIONAL, 3),
	     ANSWERS(GATEWAY, IKE_V2_INFORMATIONAL, 3, LONG, IKE_NOTHING),
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 4),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 4, LONG, IKE_ANNOUNCED));
}

static void v2_crossing(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 2),
	     ASKS(GATEWAY, IKE_V2_CREATE_CHILD, 2),
	     ANSWERS(CLIENT, IKE_V2_CREATE_CHILD, 2, LONG, IKE_ANNOUNCED),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, LONG, IKE_ANNOUNCED));
}

/* A late answer, and one that comes before its request. */
static void v2_reordered(void)
{
	PLAY(2,
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_UNASKED),
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(CLIENT, IKE_V2_AUTH, 1, LONG, IKE_UNASKED),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 2, LONG, IKE_UNASKED),
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 2),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, LONG, IKE_NOTHING),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 3, LONG, IKE_UNASKED),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, LONG, IKE_ANNOUNCED));
}

static void v2_trust(void)
{
	PLAY(2,
	     TRUSTED(CLIENT, IKE_V2_CREATE_CHILD, 7, LONG, IKE_ANNOUNCED),
	     TRUSTED(CLIENT, IKE_V2_CREATE_CHILD, 7, LONG, IKE_NOTHING),
	     ANSWERS(CLIENT, IKE_V2_CREATE_CHILD, 8, LONG, IKE_UNASKED),
	     TRUSTED(CLIENT, IKE_V2_CREATE_CHILD, 8, SHORT, IKE_REFUSED),
	     ASKS(GATEWAY, IKE_V2_CREATE_CHILD, 9),
	     TRUSTED(CLIENT, IKE_V2_CREATE_CHILD, 20, LONG, IKE_ANNOUNCED));
}

static void v2_eap(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, 1200, IKE_ANNOUNCED),
	     ASKS(CLIENT, IKE_V2_AUTH, 2),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 2, SHORT, IKE_REFUSED),
	     ASKS(CLIENT, IKE_V2_AUTH, 3),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 3, SA_LEN_MIN, IKE_REPEATED),
	     ASKS(CLIENT, IKE_V2_AUTH, 4),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 4, LONG, IKE_REPEATED));
}

static void v2_followup(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 2),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, LONG, IKE_ANNOUNCED),
	     ASKS(CLIENT, IKE_V2_FOLLOWUP_KE, 3),
	     ANSWERS(GATEWAY, IKE_V2_FOLLOWUP_KE, 3, LONG, IKE_REPEATED));
}

/* Fragments of an answer have its Message ID, and the last one may be short and
 * come first (RFC 7383).
 */
static void v2_lengths(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_AUTH, 1),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, IKE_WIRE_LEN, IKE_REFUSED),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, SHORT, IKE_REFUSED),
	     ANSWERS(GATEWAY, IKE_V2_AUTH, 1, SA_LEN_MIN - 1, IKE_REFUSED),
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 2),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, SA_LEN_MIN - 1,
		     IKE_REFUSED),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, SA_LEN_MIN,
		     IKE_ANNOUNCED),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, SHORT, IKE_NOTHING),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 2, 0xffffffff,
		     IKE_NOTHING),
	     ASKS(CLIENT, IKE_V2_INFORMATIONAL, 3),
	     ANSWERS(GATEWAY, IKE_V2_INFORMATIONAL, 3, SHORT, IKE_NOTHING));
}

static void v2_wrap(void)
{
	PLAY(2,
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 0xffffffff),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 0, LONG, IKE_UNASKED),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 0xffffffff, LONG,
		     IKE_ANNOUNCED),
	     ASKS(CLIENT, IKE_V2_CREATE_CHILD, 0),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 0xffffffff, LONG,
		     IKE_NOTHING),
	     ANSWERS(GATEWAY, IKE_V2_CREATE_CHILD, 0, LONG, IKE_ANNOUNCED));
}

/* Of all exchanges, two tell something, and a third that it goes on. */
static void v2_exchanges(void)
{
	unsigned int exchange;

	for (exchange = 0; exchange <= 0xff; exchange++) {
		struct ike_track track = {};
		const struct step steps[] = {
			ASKS(CLIENT, exchange, 1),
			ANSWERS(GATEWAY, exchange, 1, LONG,
				exchange == 35 || exchange == 36 ?
				IKE_ANNOUNCED : exchange == 44 ?
				IKE_REPEATED : IKE_NOTHING),
		};

		take(&track, &steps[0], 2, 0, exchange);
		take(&track, &steps[1], 2, 0, exchange);
	}
}

static void v1_quick(void)
{
	PLAY(1,
	     QUICK(CLIENT, 0x1111, LONG, IKE_NOTHING),
	     QUICK(GATEWAY, 0x1111, LONG, IKE_ANNOUNCED),
	     QUICK(CLIENT, 0x1111, SHORT, IKE_NOTHING),
	     QUICK(GATEWAY, 0x2222, LONG, IKE_NOTHING),
	     QUICK(CLIENT, 0x2222, LONG, IKE_ANNOUNCED),
	     QUICK(GATEWAY, 0x2222, SHORT, IKE_NOTHING),
	     /* With the commit bit the answerer has the last word. */
	     QUICK(CLIENT, 0x2222, SHORT, IKE_NOTHING));
}

static void v1_repeated(void)
{
	PLAY(1,
	     QUICK(CLIENT, 0x1111, LONG, IKE_NOTHING),
	     QUICK(CLIENT, 0x1111, LONG, IKE_NOTHING),
	     QUICK(GATEWAY, 0x1111, LONG, IKE_ANNOUNCED),
	     QUICK(GATEWAY, 0x1111, LONG, IKE_NOTHING),
	     QUICK(CLIENT, 0x1111, SHORT, IKE_NOTHING),
	     QUICK(CLIENT, 0x1111, LONG, IKE_NOTHING),
	     QUICK(GATEWAY, 0x1111, LONG, IKE_NOTHING));
}

static void v1_lengths(void)
{
	PLAY(1,
	     QUICK(CLIENT, 0x1111, LONG, IKE_NOTHING),
	     QUICK(GATEWAY, 0x1111, SA_LEN_MIN - 1, IKE_NOTHING),
	     QUICK(GATEWAY, 0x1111, SA_LEN_MIN, IKE_ANNOUNCED));
}

static void v1_zero(void)
{
	PLAY(1,
	     QUICK(CLIENT, 0, LONG, IKE_NOTHING),
	     QUICK(GATEWAY, 0, LONG, IKE_NOTHING));
}

/* Of version 1 nothing but Quick Mode is about tunnels; and a number is none of
 * both versions.
 */
static void v1_exchanges(void)
{
	unsigned int exchange;

	for (exchange = 0; exchange <= 0xff; exchange++) {
		struct ike_track track = {};
		const struct step steps[] = {
			ASKS(CLIENT, exchange, 7),
			ANSWERS(GATEWAY, exchange, 7, LONG,
				exchange == IKE_V1_QUICK ? IKE_ANNOUNCED :
							   IKE_NOTHING),
		};

		take(&track, &steps[0], 1, 0, exchange);
		take(&track, &steps[1], 1, 0, exchange);
	}
}

static bool asks(const struct ike_track *track, u8 version, u8 exchange,
		 u8 flags, u32 id)
{
	struct ike_wire ike = {
		.version = version, .exchange = exchange, .flags = flags,
		.id = id,
	};

	return ike_wire_asks(track, &ike);
}

static void v2_asks(void)
{
	struct ike_track track = {};
	unsigned int exchange;

	for (exchange = 0; exchange <= 0xff; exchange++) {
		ktap_check(asks(&track, 2, exchange, 0x08, 1) ==
			   (exchange == 35 || exchange == 36), "%u", exchange);
		ktap_check(!asks(&track, 2, exchange, 0x28, 1),
			   "answer, %u", exchange);
	}
}

static void v1_asks(void)
{
	struct ike_track track = { .quick = 0x1111, .quick_by = 1 };
	unsigned int exchange;

	for (exchange = 0; exchange <= 0xff; exchange++) {
		ktap_check(asks(&track, 1, exchange, 1, 0x2222) ==
			   (exchange == IKE_V1_QUICK), "%u", exchange);
		ktap_check(!asks(&track, 1, exchange, 1, 0x1111),
			   "going on, %u", exchange);
		ktap_check(!asks(&track, 1, exchange, 1, 0), "zero, %u",
			   exchange);
	}
}

static void answers(void)
{
	unsigned int flags;

	for (flags = 0; flags <= 0xff; flags++) {
		const struct ike_wire v1 = { .version = 1, .flags = flags };
		const struct ike_wire v2 = { .version = 2, .flags = flags };

		ktap_check(!ike_wire_answers(&v1), "1: %#x", flags);
		ktap_check(ike_wire_answers(&v2) == !!(flags & 0x20),
			   "2: %#x", flags);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "ike: all fields are read", fields },
		{ "ike: every truncated header is refused", truncated },
		{ "ike: a length is from the header to the message's",
		  lengths },
		{ "ike: there is an initiator", cookies },
		{ "ike: versions 1 and 2 are known, whatever minor", versions },
		{ "ike: a NAT keepalive is no message", keepalive },
		{ "ike: the first message has no responder", begins },
		{ "ike: who says in clear that it knows no such SA",
		  knows_sa },
		{ "ike: an answer of version 2 is flagged as one", answers },
		{ "ikev2: who asks for a tunnel", v2_asks },
		{ "ikev2: the tunnel that comes with the SA", v2_first_tunnel },
		{ "ikev2: what is sent again tells nothing", v2_repeated },
		{ "ikev2: re-keys of both sides", v2_rekeys },
		{ "ikev2: re-keys that cross each other", v2_crossing },
		{ "ikev2: answers early, late and from the asker",
		  v2_reordered },
		{ "ikev2: answers to what was not seen", v2_trust },
		{ "ikev2: EAP announces one tunnel", v2_eap },
		{ "ikev2: several key exchanges", v2_followup },
		{ "ikev2: an error is shorter than a tunnel", v2_lengths },
		{ "ikev2: Message IDs wrap", v2_wrap },
		{ "ikev2: no other exchange tells anything", v2_exchanges },
		{ "ikev1: who asks for a tunnel, for the first time", v1_asks },
		{ "ikev1: Quick Mode of both sides", v1_quick },
		{ "ikev1: what is sent again tells nothing", v1_repeated },
		{ "ikev1: a message too short for an SA", v1_lengths },
		{ "ikev1: zero is no Message ID of Quick Mode", v1_zero },
		{ "ikev1: no other exchange tells anything", v1_exchanges },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
