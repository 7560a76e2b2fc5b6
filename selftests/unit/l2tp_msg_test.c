// SPDX-License-Identifier: GPL-2.0-only
/* AVPs and control messages of L2TP, RFC 2661, 4, and RFC 3931, 5. */
#include <errno.h>
#include <exact.h>
#include "l2tp_wire.h"
#include "ktap.h"

#define UNTOUCHED	0xa5
#define M		0x8000
#define H		0x4000
#define START		12	/* where the AVPs begin */
#define ROOM		2048
#define COOKIE		"\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8"
#define DIGEST		"\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9" \
			"\xfa\xfb\xfc\xfd\xfe\xff\xe0\xe1\xe2\xe3"

/* A message that is being put together. */
struct message {
	u8		data[ROOM];
	struct l2tp_head head;
};

static bool is_untouched(const void *data, size_t len)
{
	const u8 *bytes = data;

	while (len)
		if (bytes[--len] != UNTOUCHED)
			return false;
	return true;
}

static void put16(struct message *message, u16 value)
{
	message->data[message->head.end++] = value >> 8;
	message->data[message->head.end++] = value;
}

static void put(struct message *message, const void *data, size_t len)
{
	memcpy(message->data + message->head.end, data, len);
	message->head.end += len;
}

/* Returns where its value is. */
static u16 add(struct message *message, u16 flags, u16 vendor, u16 type,
	       const void *value, size_t len)
{
	put16(message, flags | (6 + len));
	put16(message, vendor);
	put16(message, type);
	put(message, value, len);
	return message->head.end - len;
}

static u16 add16(struct message *message, u16 type, u16 value)
{
	u8 data[] = { value >> 8, value };

	return add(message, M, 0, type, data, 2);
}

static u16 add32(struct message *message, u16 type, u32 value)
{
	u8 data[] = { value >> 24, value >> 16, value >> 8, value };

	return add(message, M, 0, type, data, 4);
}

static void begin_empty(struct message *message)
{
	memset(message, 0, sizeof(*message));
	message->head.version = 2;
	message->head.control = true;
	message->head.avps = START;
	message->head.end = START;
}

static void begin(struct message *message, u16 type)
{
	begin_empty(message);
	add16(message, 0, type);
}

/* On failure nothing is filled in. */
static int parse(const struct message *message, struct l2tp_msg *msg)
{
	u8 *copy = exact_copy(message->data, message->head.end);
	int ret;

	memset(msg, UNTOUCHED, sizeof(*msg));
	ret = l2tp_msg_parse(copy, &message->head, msg);
	exact_free(copy, message->head.end);
	ktap_check(ret <= 0, "%d", ret);
	ktap_check(!ret || is_untouched(msg, sizeof(*msg)), "%d", ret);
	return ret;
}

static int parse_only(const struct message *message)
{
	struct l2tp_msg msg;

	return parse(message, &msg);
}

static int next(const u8 *data, size_t end, size_t *pos, struct l2tp_avp *avp)
{
	size_t before = *pos;
	u8 *copy = exact_copy(data, end);
	int ret;

	memset(avp, UNTOUCHED, sizeof(*avp));
	ret = l2tp_avp_next(copy, end, pos, avp);
	exact_free(copy, end);
	if (ret <= 0)
		ktap_check(*pos == before && is_untouched(avp, sizeof(*avp)),
			   "%d", ret);
	return ret;
}

/* Every length that can be written, in messages that end before and behind. */
static void avp_lengths(void)
{
	static u8 data[ROOM];
	struct l2tp_avp avp;
	size_t end, pos, n;
	int ret, want;

	for (end = START; end < START + 1030; end++) {
		for (n = 0; n < 1024; n += n < 24 || n > 1000 ? 1 : 61) {
			data[START] = n >> 8;
			data[START + 1] = n;
			pos = START;
			want = end == START ? 0 :
			       n < 6 || START + n > end ? -EBADMSG : 1;
			ret = next(data, end, &pos, &avp);
			ktap_check(ret == want, "%zu of %zu: %d", n, end, ret);
			if (ret <= 0)
				continue;
			ktap_check(pos == START + n, "%zu: %zu", n, pos);
			ktap_check(avp.off == START + 6 && avp.len == n - 6,
				   "%zu: %u, %u", n, avp.off, avp.len);
		}
	}
}

/* All of the first 16 bits: two flags, four reserved bits, the length. */
static void avp_flags(void)
{
	u8 data[1023] = { 0, 0, 0x12, 0x34, 0xfe, 0xdc };
	struct l2tp_avp avp;
	unsigned int flags;
	size_t pos;
	int ret;

	for (flags = 0; flags <= 0xffff; flags += 0x400) {
		data[0] = flags >> 8 | 3;
		data[1] = 0xff;
		pos = 0;
		ret = next(data, sizeof(data), &pos, &avp);
		ktap_check(ret == 1 && pos == 1023, "%#x: %d", flags, ret);
		ktap_check(avp.mandatory == (flags >> 15), "%#x", flags);
		ktap_check(avp.hidden == (flags >> 14 & 1), "%#x", flags);
		ktap_check(avp.vendor == 0x1234, "%#x", avp.vendor);
		ktap_check(avp.type == 0xfedc, "%#x", avp.type);
	}
}

/* Where a message can end at the latest. */
static void avp_at_limit(void)
{
	static u8 data[0xffff];
	struct l2tp_avp avp;
	size_t pos;

	data[0xffff - 7] = 0x80;
	data[0xffff - 6] = 7;
	pos = 0xffff - 7;
	ktap_check(next(data, 0xffff, &pos, &avp) == 1, "%zu", pos);
	ktap_check(avp.off == 0xfffe && avp.len == 1, "%u, %u", avp.off,
		   avp.len);
	ktap_check(next(data, 0xffff, &pos, &avp) == 0, "%zu", pos);
	pos = 0xffff - 6;
	ktap_check(next(data, 0xffff, &pos, &avp) == -EBADMSG, "%zu", pos);
	pos = 0x10000;
	ktap_check(next(data, 0xffff, &pos, &avp) == 0, "%zu", pos);
}

static void check_id(const struct l2tp_id *id, u32 value, u16 off)
{
	ktap_check(id->value == (off ? value : 0), "%#x: %#x", value,
		   id->value);
	ktap_check(id->off == off, "%#x: %u, not %u", value, id->off, off);
}

/* Which ids a message has: a bit for each, in the order of add_ids(). */
enum { TUNNEL = 1, CALL = 2, CCID = 4, LOCAL = 8, REMOTE = 16 };

static void check_ids(struct message *message, u16 type, unsigned int has)
{
	u16 tunnel = 0, call = 0, ccid = 0, local = 0, remote = 0;
	struct l2tp_msg msg;

	if (has & REMOTE)
		remote = add32(message, 64, 0x05060708);
	if (has & LOCAL)
		local = add32(message, 63, 0xf1f2f3f4);
	if (has & CCID)
		ccid = add32(message, 61, 0x89abcdef);
	add(message, M, 0, 7, "peer", 4);
	if (has & CALL)
		call = add16(message, 14, 0xfedc);
	if (has & TUNNEL)
		tunnel = add16(message, 9, 0x1234);
	ktap_check(!parse(message, &msg), "type %u, %#x", type, has);
	ktap_check(msg.type == type, "%u: %u", type, msg.type);
	check_id(&msg.tunnel, 0x1234, tunnel);
	check_id(&msg.call, 0xfedc, call);
	check_id(&msg.ccid, 0x89abcdef, ccid);
	check_id(&msg.local, 0xf1f2f3f4, local);
	check_id(&msg.remote, 0x05060708, remote);
	ktap_check(!msg.hidden && !msg.unknown, "type %u", type);
	ktap_check(!msg.digest && !msg.nonce && !msg.has_cookie, "type %u",
		   type);
}

/* As the RFCs have them, for both versions. */
static void message_types(void)
{
	static const struct {
		enum l2tp_type	type;
		u8		number;
		u8		has[2];
	} types[] = {
		{ L2TP_SCCRQ,	1,	{ TUNNEL, TUNNEL | CCID } },
		{ L2TP_SCCRP,	2,	{ TUNNEL, CCID } },
		{ L2TP_SCCCN,	3,	{ 0, 0 } },
		{ L2TP_STOPCCN,	4,	{ TUNNEL, CCID } },
		{ L2TP_HELLO,	6,	{ 0, 0 } },
		{ L2TP_OCRQ,	7,	{ CALL, LOCAL | REMOTE } },
		{ L2TP_OCRP,	8,	{ CALL, LOCAL | REMOTE } },
		{ L2TP_OCCN,	9,	{ 0, LOCAL | REMOTE } },
		{ L2TP_ICRQ,	10,	{ CALL, LOCAL | REMOTE } },
		{ L2TP_ICRP,	11,	{ CALL, LOCAL | REMOTE } },
		{ L2TP_ICCN,	12,	{ 0, LOCAL | REMOTE } },
		{ L2TP_CDN,	14,	{ CALL, LOCAL | REMOTE } },
		{ L2TP_WEN,	15,	{ 0, LOCAL | REMOTE } },
		{ L2TP_SLI,	16,	{ 0, LOCAL | REMOTE } },
		{ L2TP_ACK,	20,	{ 0, 0 } },
	};
	struct message message;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (j = 0; j < 2; j++) {
			begin(&message, types[i].type);
			check_ids(&message, types[i].number, types[i].has[j]);
		}
	}
}

static void all_types(void)
{
	struct message message;
	unsigned int type;

	for (type = 0; type <= 0xffff; type++) {
		begin(&message, type);
		check_ids(&message, type, type % 32);
	}
}

static void id_values(void)
{
	struct message message;
	struct l2tp_msg msg;
	u16 tunnel, remote;
	unsigned int bit;

	for (bit = 0; bit <= 32; bit++) {
		begin(&message, L2TP_SCCRQ);
		tunnel = add16(&message, 9, bit < 16 ? 1 << bit : 0);
		remote = add32(&message, 64, bit < 32 ? 1U << bit : 0);
		ktap_check(!parse(&message, &msg), "bit %u", bit);
		check_id(&msg.tunnel, bit < 16 ? 1 << bit : 0, tunnel);
		check_id(&msg.remote, bit < 32 ? 1U << bit : 0, remote);
	}
}

static void empty(void)
{
	struct message message;
	struct l2tp_msg msg, none;

	memset(&none, 0, sizeof(none));
	begin_empty(&message);
	ktap_check(!parse(&message, &msg), "no AVPs");
	ktap_check(!memcmp(&msg, &none, sizeof(msg)), "type %u", msg.type);
}

static void first_avp(void)
{
	static const struct {
		u16 flags, vendor, type, len;
		int want;
	} firsts[] = {
		{ M, 0, 0, 2, 0 },	{ 0, 0, 0, 2, 0 },
		{ M | H, 0, 0, 2, -EBADMSG }, { M, 9, 0, 2, -EBADMSG },
		{ M, 0, 1, 2, -EBADMSG }, { M, 0, 7, 2, -EBADMSG },
		{ M, 0, 256, 2, -EBADMSG }, { M, 0, 59, 17, -EBADMSG },
		{ M, 0, 0, 0, -EBADMSG }, { M, 0, 0, 1, -EBADMSG },
		{ M, 0, 0, 3, -EBADMSG }, { M, 0, 0, 4, -EBADMSG },
		{ M, 0, 9, 2, -EBADMSG }, { 0, 9, 9, 2, -EBADMSG },
	};
	struct message message;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(firsts); i++) {
		begin_empty(&message);
		add(&message, firsts[i].flags, firsts[i].vendor,
		    firsts[i].type, "\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		    firsts[i].len);
		ret = parse_only(&message);
		ktap_check(ret == firsts[i].want, "%u: %d", i, ret);
		add16(&message, 0, L2TP_SCCRQ);
		ktap_check(parse_only(&message) == -EBADMSG, "%u, another", i);
	}
}

static const struct {
	u16	type;
	u16	len;
} ids[] = { { 9, 2 }, { 14, 2 }, { 61, 4 }, { 63, 4 }, { 64, 4 } };

static void id_lengths(void)
{
	struct message message;
	unsigned int i, len;
	int ret;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		for (len = 0; len <= 8; len++) {
			begin(&message, L2TP_ICRQ);
			add(&message, M, 0, ids[i].type, COOKIE, len);
			ret = parse_only(&message);
			ktap_check(ret == (len == ids[i].len ? 0 : -EBADMSG),
				   "AVP %u, %u bytes: %d", ids[i].type, len,
				   ret);
		}
	}
}

static void hidden_ids(void)
{
	struct message message;
	struct l2tp_msg msg;
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		for (len = 0; len <= 8; len++) {
			begin(&message, L2TP_ICRQ);
			add(&message, M | H, 0, ids[i].type, COOKIE, len);
			ktap_check(!parse(&message, &msg), "AVP %u, %u bytes",
				   ids[i].type, len);
			ktap_check(msg.hidden && !msg.unknown, "AVP %u",
				   ids[i].type);
			ktap_check(!msg.tunnel.off && !msg.call.off, "AVP %u",
				   ids[i].type);
			ktap_check(!msg.ccid.off && !msg.local.off &&
				   !msg.remote.off, "AVP %u", ids[i].type);
		}
	}
}

static void hidden_others(void)
{
	struct message message;
	struct l2tp_msg msg;

	begin(&message, L2TP_ICRQ);
	add(&message, M | H, 0, 7, COOKIE, 8);
	add(&message, M | H, 0, 65, COOKIE, 8);
	add(&message, M | H, 0, 73, COOKIE, 8);
	add(&message, M | H, 9, 9, COOKIE, 2);
	ktap_check(!parse(&message, &msg), "hidden");
	ktap_check(!msg.hidden, "none of them is an id");
	ktap_check(!msg.has_cookie && !msg.cookie_len, "cookie");
	ktap_check(!msg.nonce && !msg.nonce_len, "nonce");
}

/* Equal or not, in clear or hidden, next to each other or not. */
static void twice(void)
{
	static const u8 types[] = { 9, 14, 61, 63, 64, 65, 73 };
	unsigned int i, how, len;
	struct message message;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		len = types[i] < 20 ? 2 : 4;
		for (how = 0; how < 16; how++) {
			begin(&message, L2TP_ICRQ);
			add(&message, how & 1 ? M | H : M, 0, types[i], COOKIE,
			    len);
			if (how & 2)
				add(&message, M, 0, 7, "peer", 4);
			ktap_check(!parse_only(&message), "AVP %u", types[i]);
			add(&message, how & 4 ? M | H : M, 0, types[i],
			    how & 8 ? COOKIE : DIGEST, len);
			ktap_check(parse_only(&message) == -EBADMSG,
				   "AVP %u, %u", types[i], how);
		}
	}
}

static void others_twice(void)
{
	struct message message;
	unsigned int type;

	for (type = 1; type < 128; type++) {
		begin(&message, L2TP_ICRQ);
		add(&message, 0, 9, type, COOKIE, 8);
		add(&message, 0, 9, type, COOKIE, 7);
		if (type != 9 && type != 14 && type != 59 && type != 61 &&
		    type != 63 && type != 64 && type != 65 && type != 73) {
			add(&message, 0, 0, type, COOKIE, 7);
			add(&message, 0, 0, type, COOKIE, 6);
		}
		ktap_check(!parse_only(&message), "AVP %u", type);
	}
}

/* RFC 2661, 4.4, and RFC 3931, 5.4 */
static bool is_defined(unsigned int type)
{
	static const u8 rfc3931[] = {
		58, 59, 60, 61, 62, 63, 64, 65, 66, 68, 69, 70, 71, 72, 73, 74,
		75,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rfc3931); i++)
		if (rfc3931[i] == type)
			return true;
	return type < 40 && type != 20;
}

/* A value that has the right length for those AVPs that need one. */
static size_t fitting(unsigned int type)
{
	if (type == 59)
		return 17;
	return type == 9 || type == 14 ? 2 : 4;
}

static void check_unknown(u16 flags, u16 vendor, u16 type, bool want)
{
	struct message message;
	struct l2tp_msg msg;

	begin(&message, L2TP_SCCRQ);
	add(&message, flags, vendor, type, "\0" DIGEST, fitting(type));
	ktap_check(!parse(&message, &msg), "%#x, AVP %u of %u", flags, type,
		   vendor);
	ktap_check(msg.unknown == want, "%#x, AVP %u of %u: %u", flags, type,
		   vendor, msg.unknown);
}

static void unknown(void)
{
	unsigned int type;

	for (type = 1; type <= 0xffff; type++) {
		check_unknown(M, 0, type, !is_defined(type));
		check_unknown(0, 0, type, false);
		check_unknown(M, 9, type, true);
		check_unknown(0, 9, type, false);
	}
	check_unknown(M, 9, 0, true);
	check_unknown(0, 0xffff, 0, false);
}

static void reserved_bits(void)
{
	struct message message;
	struct l2tp_msg msg;
	unsigned int bit;

	for (bit = 0x400; bit <= 0x2000; bit <<= 1) {
		check_unknown(M | bit, 0, 7, true);
		check_unknown(bit, 0, 7, false);
		begin(&message, L2TP_SCCRQ);
		add(&message, M | bit, 0, 9, COOKIE, 2);
		ktap_check(!parse(&message, &msg), "%#x", bit);
		check_id(&msg.tunnel, 0xa1a2, message.head.end - 2);
		ktap_check(msg.unknown, "%#x", bit);
		begin_empty(&message);
		add(&message, M | bit, 0, 0, COOKIE, 2);
		ktap_check(!parse(&message, &msg) && msg.unknown, "%#x", bit);
	}
}

static void vendor_ids(void)
{
	struct message message;
	struct l2tp_msg msg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		begin(&message, L2TP_SCCRQ);
		add(&message, 0, 9, ids[i].type, COOKIE, ids[i].len);
		add(&message, 0, 9, 59, COOKIE, 3);
		add(&message, 0, 9, 65, COOKIE, 3);
		add(&message, 0, 9, 73, COOKIE, 3);
		add(&message, 0, 9, 0, COOKIE, 3);
		ktap_check(!parse(&message, &msg), "AVP %u", ids[i].type);
		ktap_check(!msg.tunnel.off && !msg.call.off && !msg.ccid.off &&
			   !msg.local.off && !msg.remote.off, "AVP %u",
			   ids[i].type);
		ktap_check(!msg.digest && !msg.has_cookie && !msg.nonce,
			   "AVP %u", ids[i].type);
	}
}

/* All types, and lengths around those of the two that are known. */
static void digests(void)
{
	unsigned int type, len, want;
	struct message message;
	struct l2tp_msg msg;
	u8 value[24];
	int ret;

	memcpy(value + 1, DIGEST, 20);
	for (type = 0; type <= 0xff; type++) {
		want = type == 0 ? 16 : type == 1 ? 20 : 0;
		for (len = 0; len <= 22; len++) {
			value[0] = type;
			begin(&message, L2TP_SCCRQ);
			add(&message, M, 0, 59, value, len);
			ret = parse(&message, &msg);
			ktap_check(ret == (len && (!want || len == want + 1) ?
				   0 : -EBADMSG), "%u, %u bytes: %d", type,
				   len, ret);
			if (ret)
				continue;
			ktap_check(msg.digest == START + 8 + 7, "%u",
				   msg.digest);
			ktap_check(msg.digest_type == type, "%u: %u", type,
				   msg.digest_type);
			ktap_check(msg.digest_len == want, "%u: %u", type,
				   msg.digest_len);
		}
	}
}

static void digest_elsewhere(void)
{
	struct message message;

	begin(&message, L2TP_SCCRQ);
	add(&message, M, 0, 7, "peer", 4);
	add(&message, M, 0, 59, "\0" DIGEST, 17);
	ktap_check(parse_only(&message) == -EBADMSG, "third");
	begin(&message, L2TP_SCCRQ);
	add(&message, 0, 9, 1, "", 0);
	add(&message, M, 0, 59, "\0" DIGEST, 17);
	ktap_check(parse_only(&message) == -EBADMSG, "behind a vendor's");
	begin(&message, L2TP_SCCRQ);
	add(&message, M, 0, 59, "\0" DIGEST, 17);
	ktap_check(!parse_only(&message), "second");
	add(&message, M, 0, 59, "\0" DIGEST, 17);
	ktap_check(parse_only(&message) == -EBADMSG, "twice");
	begin(&message, L2TP_SCCRQ);
	add(&message, M | H, 0, 59, "\0" DIGEST, 17);
	ktap_check(parse_only(&message) == -EBADMSG, "hidden");
}

static void cookies(void)
{
	u8 want[L2TP_COOKIE_MAX];
	struct message message;
	struct l2tp_msg msg;
	unsigned int len;
	int ret;

	for (len = 0; len <= 20; len++) {
		begin(&message, L2TP_ICRQ);
		add(&message, M, 0, 65, len > 8 ? DIGEST : COOKIE, len);
		ret = parse(&message, &msg);
		ktap_check(ret == (len == 0 || len == 4 || len == 8 ?
			   0 : -EBADMSG), "%u bytes: %d", len, ret);
		if (ret)
			continue;
		memset(want, 0, sizeof(want));
		memcpy(want, COOKIE, len);
		ktap_check(msg.has_cookie && msg.cookie_len == len, "%u: %u",
			   len, msg.cookie_len);
		ktap_check(!memcmp(msg.cookie, want, sizeof(want)), "%u", len);
	}
}

static void nonces(void)
{
	static const u8 value[1017];
	struct message message;
	struct l2tp_msg msg;
	unsigned int len;
	u16 off;

	for (len = 0; len <= sizeof(value); len++) {
		begin(&message, L2TP_SCCRQ);
		off = add(&message, M, 0, 73, value, len);
		ktap_check(!parse(&message, &msg), "%u bytes", len);
		ktap_check(msg.nonce == off && msg.nonce_len == len,
			   "%u bytes: %u, %u", len, msg.nonce, msg.nonce_len);
		ktap_check(!msg.unknown, "%u bytes: no reserved bits", len);
	}
}

/* Of no other length, not hidden, and not a vendor's; any is read over. */
static void statuses(void)
{
	struct message message;
	struct l2tp_msg msg;
	unsigned int len;
	u16 off;

	for (len = 0; len <= 8; len++) {
		begin(&message, L2TP_ICRP);
		off = add(&message, M, 0, 71, COOKIE, len);
		ktap_check(!parse(&message, &msg), "%u bytes", len);
		ktap_check(msg.status == (len == 2 ? off : 0), "%u bytes: %u",
			   len, msg.status);
		begin(&message, L2TP_ICRP);
		add(&message, M | H, 0, 71, COOKIE, len);
		add(&message, M, 9, 71, COOKIE, len);
		ktap_check(!parse(&message, &msg), "hidden, %u bytes", len);
		ktap_check(!msg.status && !msg.hidden, "%u bytes: %u", len,
			   msg.status);
	}
}

/* A message with one of each: it is whole only where an AVP ends. */
static void truncated(void)
{
	u16 ends[11] = { START };
	struct message message;
	size_t end, n = 0;
	int ret;

	begin(&message, L2TP_ICRQ);
	ends[1] = message.head.end;
	ends[2] = add(&message, M, 0, 59, "\1" DIGEST, 21) + 21;
	ends[3] = add16(&message, 9, 1) + 2;
	ends[4] = add16(&message, 14, 2) + 2;
	ends[5] = add32(&message, 61, 3) + 4;
	ends[6] = add32(&message, 63, 4) + 4;
	ends[7] = add32(&message, 64, 5) + 4;
	ends[8] = add(&message, M, 0, 65, COOKIE, 8) + 8;
	ends[9] = add(&message, M, 0, 73, DIGEST, 16) + 16;
	ends[10] = add(&message, 0, 9, 1, "", 0);
	for (end = START; end <= ends[10]; end++) {
		message.head.end = end;
		ret = parse_only(&message);
		ktap_check(ret == (end == ends[n] ? 0 : -EBADMSG), "%zu: %d",
			   end, ret);
		if (end == ends[n])
			n++;
	}
	ktap_check(n == 11, "%zu", n);
}

/* As many AVPs as there is room for, and an id at the very end. */
static void longest(void)
{
	static u8 data[0xffff];
	struct l2tp_head head = { .version = 3, .control = true, .avps = 16,
				  .end = sizeof(data) };
	size_t at, n, last = sizeof(data) - 10;
	struct message message;
	struct l2tp_msg msg;

	begin(&message, L2TP_SCCRP);
	memcpy(data + 16, message.data + START, 8);
	for (at = 16 + 8; at < last; at += n) {
		n = last - at < 12 ? last - at : 6;
		data[at + 1] = n;
		data[at + 5] = 7;
	}
	add32(&message, 61, 0x89abcdef);
	memcpy(data + last, message.data + START + 8, 10);
	ktap_check(!l2tp_msg_parse(data, &head, &msg), "65535 bytes");
	ktap_check(msg.type == L2TP_SCCRP, "%u", msg.type);
	check_id(&msg.ccid, 0x89abcdef, sizeof(data) - 4);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "l2tp: every length of an AVP is checked", avp_lengths },
		{ "l2tp: the flags of an AVP are read", avp_flags },
		{ "l2tp: an AVP may end with the longest message",
		  avp_at_limit },
		{ "l2tp: the ids of each type of message are read",
		  message_types },
		{ "l2tp: ids are read whatever the type", all_types },
		{ "l2tp: every bit of an id is read, and 0 is one",
		  id_values },
		{ "l2tp: a message without AVPs is an acknowledgment", empty },
		{ "l2tp: Message Type comes first, in clear, and once",
		  first_avp },
		{ "l2tp: ids of other lengths are refused", id_lengths },
		{ "l2tp: hidden ids are told, and not read", hidden_ids },
		{ "l2tp: hidden cookies and nonces are as if absent",
		  hidden_others },
		{ "l2tp: two ids, cookies or nonces of a kind are refused",
		  twice },
		{ "l2tp: others may be there twice", others_twice },
		{ "l2tp: mandatory AVPs that no RFC defines are told",
		  unknown },
		{ "l2tp: so are those with reserved bits, and are read",
		  reserved_bits },
		{ "l2tp: a vendor's AVPs are none of ours", vendor_ids },
		{ "l2tp: digests are found, and their lengths checked",
		  digests },
		{ "l2tp: digests elsewhere, twice or hidden are refused",
		  digest_elsewhere },
		{ "l2tp: cookies have 0, 4 or 8 bytes", cookies },
		{ "l2tp: nonces have any length", nonces },
		{ "l2tp: a Circuit Status of 2 bytes is found", statuses },
		{ "l2tp: every truncated message is refused", truncated },
		{ "l2tp: the longest message is read to its end", longest },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
