// SPDX-License-Identifier: GPL-2.0-only
/* PPTP messages and enhanced GRE, RFC 2637. */
#include <errno.h>
#include <exact.h>
#include "pptp_wire.h"
#include "ktap.h"

#define UNTOUCHED	0xa5
#define OWN		0x1234
#define PEER		0xfedc
#define RESULT		0x05
#define ROOM		600	/* more than PPTP_MESSAGE_MAX */

/* What the RFC says of each type: its length, and where its fields are. */
static const struct expected {
	u16	len;
	u8	own;
	u8	peer;
	u8	result;
	u8	least;
} expected[] = {
	[0]  = { 12, 0, 0, 0, 12 },
	[1]  = { 156, 0, 0, 0, 12 },
	[2]  = { 156, 0, 0, 0, 12 },
	[3]  = { 16, 0, 0, 0, 12 },
	[4]  = { 16, 0, 0, 0, 12 },
	[5]  = { 16, 0, 0, 0, 12 },
	[6]  = { 20, 0, 0, 0, 12 },
	[7]  = { 168, 12, 0, 0, 168 },
	[8]  = { 32, 12, 14, 16, 32 },
	[9]  = { 220, 12, 0, 0, 220 },
	[10] = { 24, 12, 14, 16, 24 },
	[11] = { 28, 0, 12, 0, 28 },
	[12] = { 16, 12, 0, 0, 16 },
	[13] = { 148, 12, 0, 0, 148 },
	[14] = { 40, 0, 12, 0, 40 },
	[15] = { 24, 0, 12, 0, 24 },
	[16] = { 12, 0, 0, 0, 12 },
};

static bool is_untouched(const void *data, size_t len)
{
	const u8 *bytes = data;

	while (len)
		if (bytes[--len] != UNTOUCHED)
			return false;
	return true;
}

static int parse_gre(const void *data, size_t len, struct pptp_gre *gre)
{
	u8 *copy = exact_copy(data, len);
	int ret;

	memset(gre, UNTOUCHED, sizeof(*gre));
	ret = pptp_gre_parse(copy, len, gre);
	exact_free(copy, len);
	return ret;
}

static int parse_length(const void *data, size_t len)
{
	u8 *copy = exact_copy(data, len);
	int ret = pptp_length_parse(copy, len);

	exact_free(copy, len);
	return ret;
}

static int parse_head(const void *data, size_t len, struct pptp_head *head)
{
	u8 *copy = exact_copy(data, len);
	int ret;

	memset(head, UNTOUCHED, sizeof(*head));
	ret = pptp_head_parse(copy, len, head);
	exact_free(copy, len);
	return ret;
}

static const u8 gre_header[16] = {
	0x30, 0x81,			/* K, S; A; version */
	0x88, 0x0b,			/* PPP */
	0x01, 0x02,			/* payload length */
	0xfe, 0xdc,			/* Call ID */
	0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77, 0x77,
};

static void gre_whole(void)
{
	struct pptp_gre gre;
	size_t len;

	for (len = PPTP_GRE_LEN; len <= sizeof(gre_header); len++) {
		ktap_check(!parse_gre(gre_header, len, &gre), "%zu bytes", len);
		ktap_check(gre.call_id == 0xfedc, "%zu bytes: %#x", len,
			   gre.call_id);
		ktap_check(gre.payload_len == 0x0102, "%zu bytes: %#x", len,
			   gre.payload_len);
	}
}

static void gre_truncated(void)
{
	struct pptp_gre gre;
	size_t len;

	for (len = 0; len < PPTP_GRE_LEN; len++) {
		ktap_check(parse_gre(gre_header, len, &gre) == -ENODATA,
			   "%zu bytes", len);
		ktap_check(is_untouched(&gre, sizeof(gre)), "%zu bytes", len);
	}
}

/* All flags, versions, and what else the first two bytes have. */
static void gre_versions(void)
{
	struct pptp_gre gre;
	u8 data[PPTP_GRE_LEN];
	unsigned int i;
	int want;

	memcpy(data, gre_header, sizeof(data));
	for (i = 0; i <= 0xffff; i++) {
		data[0] = i >> 8;
		data[1] = i;
		want = i % 8 == 1 ? 0 : -EPROTONOSUPPORT;
		ktap_check(parse_gre(data, sizeof(data), &gre) == want, "%#x",
			   i);
		ktap_check(!want || is_untouched(&gre, sizeof(gre)), "%#x", i);
	}
}

/* Another version counts first: what carries IP may be version 0. */
static void gre_protocols(void)
{
	struct pptp_gre gre;
	u8 data[PPTP_GRE_LEN];
	unsigned int i;
	int want;

	memcpy(data, gre_header, sizeof(data));
	for (i = 0; i <= 0xffff; i++) {
		data[2] = i >> 8;
		data[3] = i;
		want = i == 0x880b ? 0 : -EBADMSG;
		ktap_check(parse_gre(data, sizeof(data), &gre) == want, "%#x",
			   i);
		ktap_check(!want || is_untouched(&gre, sizeof(gre)), "%#x", i);
	}
	data[1] = 0;
	ktap_check(parse_gre(data, sizeof(data), &gre) == -EPROTONOSUPPORT,
		   "version 0");
}

/* A message of ROOM bytes, of which @len count. */
static void fill(u8 *data, u16 kind, u16 type, u16 len)
{
	const u8 header[] = {
		len >> 8, len, kind >> 8, kind, 0x1a, 0x2b, 0x3c, 0x4d,
		type >> 8, type, 0, 0,
	};

	memset(data, 0x77, ROOM);
	memcpy(data, header, sizeof(header));
}

/* The same with its fields: others than in all bytes around. */
static void fill_fields(u8 *data, const struct expected *fields, u16 type)
{
	fill(data, PPTP_CONTROL, type, fields->len);
	if (fields->own) {
		data[fields->own] = OWN >> 8;
		data[fields->own + 1] = OWN & 0xff;
	}
	if (fields->peer) {
		data[fields->peer] = PEER >> 8;
		data[fields->peer + 1] = PEER & 0xff;
	}
	if (fields->result)
		data[fields->result] = RESULT;
}

static void lengths(void)
{
	struct pptp_head head;
	u8 data[ROOM];
	u16 type, len;
	int want;

	for (type = 0; type < ARRAY_SIZE(expected); type++) {
		for (len = 0; len < ROOM; len++) {
			want = len < expected[type].least || len > 512 ?
			       -EBADMSG : len;
			fill(data, PPTP_CONTROL, type, len);
			ktap_check(parse_length(data, 12) == want,
				   "type %u, %u bytes", type, len);
			ktap_check(parse_head(data, 18, &head) ==
				   (want < 0 ? want : 0),
				   "type %u, %u bytes", type, len);
		}
		fill(data, PPTP_CONTROL, type, 0x8000 | expected[type].len);
		ktap_check(parse_length(data, 12) == -EBADMSG, "type %u", type);
	}
}

static void management_lengths(void)
{
	u8 data[ROOM];
	u16 type, len;

	for (type = 0; type < ARRAY_SIZE(expected); type++) {
		for (len = 0; len < ROOM; len++) {
			fill(data, PPTP_MANAGEMENT, type, len);
			ktap_check(parse_length(data, 12) ==
				   (len < 12 || len > 512 ? -EBADMSG : len),
				   "type %u, %u bytes", type, len);
		}
	}
}

static void truncated(void)
{
	struct pptp_head head;
	u8 data[ROOM];
	size_t len;
	u16 type;

	for (type = 0; type < ARRAY_SIZE(expected); type++) {
		fill(data, PPTP_CONTROL, type, expected[type].len);
		for (len = 0; len < PPTP_HEADER_LEN; len++) {
			ktap_check(parse_length(data, len) == -ENODATA,
				   "type %u, %zu bytes", type, len);
			ktap_check(parse_head(data, len, &head) == -ENODATA,
				   "type %u, %zu bytes", type, len);
			ktap_check(is_untouched(&head, sizeof(head)),
				   "type %u, %zu bytes", type, len);
		}
	}
}

static void kinds(void)
{
	struct pptp_head head;
	u8 data[ROOM];
	u32 kind;
	int want;

	for (kind = 0; kind <= 0xffff; kind++) {
		want = kind == 1 || kind == 2 ? 32 : -EBADMSG;
		fill(data, kind, PPTP_OUT_CALL_REPLY, 32);
		ktap_check(parse_length(data, 12) == want, "%#x", kind);
		ktap_check(parse_head(data, 18, &head) == (want < 0 ? want : 0),
			   "%#x", kind);
		ktap_check(want > 0 || is_untouched(&head, sizeof(head)), "%#x",
			   kind);
	}
}

static void magic_cookies(void)
{
	struct pptp_head head;
	unsigned int bit;
	u8 data[ROOM];

	for (bit = 0; bit < 32; bit++) {
		fill(data, PPTP_CONTROL, PPTP_OUT_CALL_REPLY, 32);
		data[4 + bit / 8] ^= 1 << bit % 8;
		ktap_check(parse_length(data, 12) == -EBADMSG, "bit %u", bit);
		ktap_check(parse_head(data, 18, &head) == -EBADMSG, "bit %u",
			   bit);
		ktap_check(is_untouched(&head, sizeof(head)), "bit %u", bit);
	}
}

/* All of its 16 bits count. */
static void types(void)
{
	struct pptp_head head;
	u8 data[ROOM];
	u32 type;
	bool ids;

	for (type = 0; type <= 0xffff; type++) {
		ids = type >= 7 && type <= 15;
		ktap_check(pptp_has_ids(type) == ids, "type %u", type);
		fill(data, PPTP_CONTROL, type, 220);
		ktap_check(pptp_header_has_ids(data) == ids, "type %u", type);
		ktap_check(!parse_head(data, 18, &head), "type %u", type);
		ktap_check(head.type == type, "type %u: %u", type, head.type);
		ktap_check((head.has_own || head.has_peer) == ids, "type %u",
			   type);
	}
}

static void check_head(const struct expected *want, u16 type, size_t len)
{
	bool told = want->result && len > want->result;
	struct pptp_head head;
	u8 data[ROOM];

	fill_fields(data, want, type);
	ktap_check(!parse_head(data, len, &head), "type %u, %zu bytes", type,
		   len);
	ktap_check(head.type == type, "%u: %u", type, head.type);
	ktap_check(head.len == want->len, "type %u: %u", type, head.len);
	ktap_check(head.has_own == !!want->own, "type %u", type);
	ktap_check(head.has_peer == !!want->peer, "type %u", type);
	ktap_check(head.own == (want->own ? OWN : 0), "type %u: %#x", type,
		   head.own);
	ktap_check(head.peer == (want->peer ? PEER : 0), "type %u: %#x", type,
		   head.peer);
	ktap_check(head.peer_off == want->peer, "type %u: %u", type,
		   head.peer_off);
	ktap_check(head.result == (told ? RESULT : 0),
		   "type %u, %zu bytes: %u", type, len, head.result);
}

static void heads(void)
{
	const struct expected *want;
	struct pptp_head head;
	u8 data[ROOM];
	size_t len;
	u16 type;

	for (type = 0; type < ARRAY_SIZE(expected); type++) {
		want = &expected[type];
		for (len = 12; len <= 18 && len <= want->len; len++) {
			if (len >= 16 || !(want->own || want->peer)) {
				check_head(want, type, len);
				continue;
			}
			fill_fields(data, want, type);
			ktap_check(parse_head(data, len, &head) == -ENODATA,
				   "type %u, %zu bytes", type, len);
			ktap_check(is_untouched(&head, sizeof(head)),
				   "type %u, %zu bytes", type, len);
		}
	}
}

static void results(void)
{
	unsigned int result;
	struct pptp_head head;
	u8 data[ROOM];

	for (result = 0; result <= 0xff; result++) {
		fill(data, PPTP_CONTROL, PPTP_OUT_CALL_REPLY, 32);
		data[16] = result;
		ktap_check(!parse_head(data, 18, &head), "%u", result);
		ktap_check(head.result == result, "%u: %u", result,
			   head.result);
	}
}

static void ids(void)
{
	struct pptp_head head;
	u8 data[ROOM];
	u32 id;

	for (id = 0; id <= 0xffff; id++) {
		fill(data, PPTP_CONTROL, PPTP_IN_CALL_REPLY, 24);
		data[12] = id >> 8;
		data[13] = id;
		data[14] = ~id >> 8;
		data[15] = ~id;
		ktap_check(!parse_head(data, 18, &head), "%#x", id);
		ktap_check(head.own == id, "%#x: %#x", id, head.own);
		ktap_check(head.peer == (u16)~id, "%#x: %#x", id, head.peer);
	}
}

static void management(void)
{
	struct pptp_head head;
	u8 data[ROOM];
	size_t len;
	u16 type;

	for (type = 0; type < ARRAY_SIZE(expected); type++) {
		fill(data, PPTP_MANAGEMENT, type, 32);
		ktap_check(!pptp_header_has_ids(data), "type %u", type);
		for (len = 12; len <= 18; len++) {
			ktap_check(!parse_head(data, len, &head), "type %u",
				   type);
			ktap_check(!head.has_own && !head.has_peer, "type %u",
				   type);
			ktap_check(!head.type && !head.result, "type %u", type);
			ktap_check(head.len == 32, "type %u: %u", type,
				   head.len);
		}
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "pptp: Call ID and length of GRE are read", gre_whole },
		{ "pptp: every truncated GRE header is refused",
		  gre_truncated },
		{ "pptp: GRE of version 1 alone is taken, whatever its flags",
		  gre_versions },
		{ "pptp: GRE of version 1 carries PPP", gre_protocols },
		{ "pptp: a message is as long as its type needs, at most 512",
		  lengths },
		{ "pptp: a management message needs a header only",
		  management_lengths },
		{ "pptp: every truncated header is refused", truncated },
		{ "pptp: messages are control or management messages", kinds },
		{ "pptp: every wrong magic cookie is refused", magic_cookies },
		{ "pptp: types 7 to 15 have Call IDs, no others", types },
		{ "pptp: every type's fields are read, if they are there",
		  heads },
		{ "pptp: every result is read", results },
		{ "pptp: every Call ID is read", ids },
		{ "pptp: a management message has no fields", management },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
