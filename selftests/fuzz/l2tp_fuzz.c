// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as an L2TP packet, and its AVPs.
 *
 * The input: a byte that is odd for a packet over IP, even over UDP; the packet.
 */
#include <assert.h>
#include <errno.h>
#include <exact.h>
#include "l2tp_wire.h"

#define UNTOUCHED	0xa5
#define V2_HEADER_MAX	14

int fuzz_one_input(const u8 *data, size_t len);

struct input {
	bool		ip;
	const u8	*data;
	size_t		len;
};

static u16 be16(const u8 *data)
{
	return data[0] << 8 | data[1];
}

static u32 be32(const u8 *data)
{
	return (u32)be16(data) << 16 | be16(data + 2);
}

static bool is_untouched(const void *data, size_t len)
{
	const u8 *bytes = data;

	while (len)
		if (bytes[--len] != UNTOUCHED)
			return false;
	return true;
}

static int parse(const struct input *input, size_t have, struct l2tp_head *head)
{
	u8 *copy = exact_copy(input->data, have);
	int ret;

	memset(head, UNTOUCHED, sizeof(*head));
	ret = input->ip ? l2tp_ip_parse(copy, have, input->len, head) :
	      l2tp_udp_parse(copy, have, input->len, head);
	exact_free(copy, have);
	assert(!ret || is_untouched(head, sizeof(*head)));
	return ret;
}

static int parse_msg(const u8 *data, const struct l2tp_head *head,
		     struct l2tp_msg *msg)
{
	u8 *copy = exact_copy(data, head->end);
	int ret;

	memset(msg, UNTOUCHED, sizeof(*msg));
	ret = l2tp_msg_parse(copy, head, msg);
	exact_free(copy, head->end);
	assert(!ret || is_untouched(msg, sizeof(*msg)));
	return ret;
}

/* The length of the header that the flags of data of version 2 promise. */
static size_t v2_header(u16 flags)
{
	return 6 + (flags & 0x4000 ? 2 : 0) + (flags & 0x0800 ? 4 : 0) +
	       (flags & 0x0200 ? 2 : 0);
}

static void check_v2_data(const struct input *input,
			  const struct l2tp_head *head)
{
	u16 flags = be16(input->data), ids = flags & 0x4000 ? 4 : 2;
	size_t header = v2_header(flags), end = input->len;

	assert(!input->ip && (flags & 0x800f) == 2);
	if (flags & 0x4000)
		end = be16(input->data + 2);
	assert(head->end == (flags & 0x4000 ? end : 0));
	assert(header <= end && end <= input->len);
	if (flags & 0x0200)
		assert(header + be16(input->data + header - 2) <= end);
	assert(head->tunnel == be16(input->data + ids));
	assert(head->session == be16(input->data + ids + 2));
	assert(head->id_off == ids && !head->payload && !head->avps);
}

static void check_v3_data(const struct input *input,
			  const struct l2tp_head *head)
{
	u16 at = input->ip ? 0 : 4;

	assert(head->id_off == at && head->payload == at + 4);
	assert(head->payload <= input->len);
	assert(head->session == be32(input->data + at) && !head->tunnel);
	assert(!head->end && !head->avps);
	if (input->ip)
		assert(head->session);
	else
		assert((be16(input->data) & 0x800f) == 3);
}

static void check_control(const struct input *input,
			  const struct l2tp_head *head)
{
	u16 at = input->ip ? 4 : 0, flags = be16(input->data + at);
	u32 ids = be32(input->data + at + 4);

	assert((flags & 0xc800) == 0xc800 && (flags & 15) == head->version);
	assert(head->version == 3 || !(flags & 0x0300));
	assert(head->end == at + be16(input->data + at + 2));
	assert(head->end <= input->len && head->avps <= head->end);
	assert(head->avps == at + 12 && head->id_off == at + 4);
	assert(!head->payload);
	if (input->ip)
		assert(!be32(input->data) && head->version == 3);
	if (head->version == 3)
		assert(head->tunnel == ids && !head->session);
	else
		assert(head->tunnel == ids >> 16 &&
		       head->session == (ids & 0xffff));
}

static bool is_other_version(const struct input *input)
{
	u16 at = input->ip ? 4 : 0, version;

	if (input->len < (input->ip ? 16 : 4))
		return false;
	if (input->ip && be32(input->data))
		return false;
	version = be16(input->data + at) & 15;
	return version != 3 && (input->ip || version != 2);
}

static void check_refused(const struct input *input, int ret)
{
	assert(ret == -ENODATA || ret == -EPROTONOSUPPORT || ret == -EBADMSG);
	assert((ret == -EPROTONOSUPPORT) == is_other_version(input));
	if (input->len >= L2TP_HEAD_MAX)
		assert(ret != -ENODATA);
	if (ret == -EBADMSG && !input->ip && !(input->data[0] & 0x80))
		assert((input->data[1] & 15) == 2 &&
		       input->data[0] & 0x42);
}

/* Fewer readable bytes may hide something, but do not change it. */
static void check_have(const struct input *input, int whole,
		       const struct l2tp_head *head)
{
	struct l2tp_head part;
	size_t have;
	int ret;

	for (have = 0; have <= input->len && have <= L2TP_HEAD_MAX + 1; have++) {
		ret = parse(input, have, &part);
		if (have >= L2TP_HEAD_MAX)
			assert(ret == whole);
		if (ret == -ENODATA)
			continue;
		if (whole == -EBADMSG && !ret) {
			assert(part.version == 2 && !part.control);
			assert(input->data[0] & 2 && have < V2_HEADER_MAX);
			continue;
		}
		assert(ret == whole);
		assert(ret || !memcmp(&part, head, sizeof(part)));
	}
}

/* What the AVPs are, told apart from l2tp_msg_parse(). */
struct told {
	unsigned int	n;
	unsigned int	ids;		/* in clear */
	unsigned int	hidden;		/* ids */
	unsigned int	cookies;
	unsigned int	nonces;
	unsigned int	digests;
	unsigned int	types;
	bool		unknown;
};

static bool is_id(u16 type)
{
	return type == 9 || type == 14 || type == 61 || type == 63 ||
	       type == 64;
}

static void tell(const struct l2tp_avp *avp, u8 first, struct told *told)
{
	bool defined = avp->type < 40 ? avp->type != 20 :
		       avp->type > 57 && avp->type < 76 && avp->type != 67;

	told->n++;
	if (avp->mandatory && (avp->vendor || !defined || first & 0x3c))
		told->unknown = true;
	if (avp->vendor)
		return;
	told->types += !avp->type;
	told->digests += avp->type == 59;
	told->cookies += avp->type == 65;
	told->nonces += avp->type == 73;
	if (!is_id(avp->type))
		return;
	if (avp->hidden)
		told->hidden++;
	else
		told->ids++;
}

static void check_avp(const u8 *data, size_t pos, size_t end,
		      const struct l2tp_avp *avp)
{
	u16 flags = be16(data + pos);

	assert(avp->mandatory == (flags >> 15));
	assert(avp->hidden == (flags >> 14 & 1));
	assert(avp->len == (flags & 0x3ff) - 6 && avp->off == pos + 6);
	assert((size_t)avp->off + avp->len <= end);
	assert(avp->vendor == be16(data + pos + 2));
	assert(avp->type == be16(data + pos + 4));
}

static int walk(const u8 *data, const struct l2tp_head *head, struct told *told)
{
	u8 *copy = exact_copy(data, head->end);
	size_t pos = head->avps, before;
	struct l2tp_avp avp;
	int ret;

	memset(told, 0, sizeof(*told));
	for (;;) {
		before = pos;
		memset(&avp, UNTOUCHED, sizeof(avp));
		ret = l2tp_avp_next(copy, head->end, &pos, &avp);
		if (ret <= 0)
			break;
		assert(ret == 1);
		check_avp(copy, before, head->end, &avp);
		assert(pos == (size_t)avp.off + avp.len);
		tell(&avp, copy[before], told);
	}
	exact_free(copy, head->end);
	assert(pos == before && is_untouched(&avp, sizeof(avp)));
	assert(ret ? ret == -EBADMSG && pos < head->end : pos == head->end);
	return ret;
}

/* The AVP that has its value at @off. */
static const u8 *avp_at(const u8 *data, const struct l2tp_head *head, u16 off,
			u16 type)
{
	const u8 *avp = data + off - 6;

	assert(off >= head->avps + 6 && off <= head->end);
	assert(!be16(avp + 2) && be16(avp + 4) == type);
	assert(!(be16(avp) & 0x4000));
	return avp;
}

/* Whether it is there. */
static unsigned int check_id(const u8 *data, const struct l2tp_head *head,
			     const struct l2tp_id *id, u16 type, u16 len)
{
	const u8 *avp;

	if (!id->off) {
		assert(!id->value);
		return 0;
	}
	avp = avp_at(data, head, id->off, type);
	assert((be16(avp) & 0x3ff) == 6 + len && id->off + len <= head->end);
	assert(id->value == (len == 2 ? be16(avp + 6) : be32(avp + 6)));
	return 1;
}

static void check_digest(const u8 *data, const struct l2tp_head *head,
			 const struct l2tp_msg *msg)
{
	const u8 *avp;

	if (!msg->digest) {
		assert(!msg->digest_type && !msg->digest_len);
		return;
	}
	avp = avp_at(data, head, msg->digest - 1, 59);
	assert(avp == data + head->avps + 8 && avp[6] == msg->digest_type);
	assert(msg->digest_len == (msg->digest_type == 0 ? 16 :
				   msg->digest_type == 1 ? 20 : 0));
	assert(msg->digest + msg->digest_len <= head->end);
	if (msg->digest_len)
		assert((be16(avp) & 0x3ff) == 7 + msg->digest_len);
}

static void check_cookie(const u8 *data, const struct l2tp_head *head,
			 const struct l2tp_msg *msg)
{
	u8 none[L2TP_COOKIE_MAX] = {};

	if (msg->nonce)
		assert((be16(avp_at(data, head, msg->nonce, 73)) & 0x3ff) ==
		       6 + msg->nonce_len);
	else
		assert(!msg->nonce_len);
	assert(msg->nonce + msg->nonce_len <= head->end);
	assert(msg->has_cookie || !msg->cookie_len);
	assert(msg->cookie_len == 0 || msg->cookie_len == 4 ||
	       msg->cookie_len == 8);
	assert(!memcmp(msg->cookie + msg->cookie_len, none,
		       sizeof(none) - msg->cookie_len));
}

static void check_status(const u8 *data, const struct l2tp_head *head,
			 const struct l2tp_msg *msg)
{
	const u8 *avp;

	if (!msg->status)
		return;
	avp = avp_at(data, head, msg->status, 71);
	assert((be16(avp) & 0x3ff) == 8 && msg->status + 2 <= head->end);
	/* Not the Message Type, which is changed along with it. */
	assert(avp >= data + head->avps + 8);
}

static void check_ids(const u8 *data, const struct l2tp_head *head,
		      const struct l2tp_msg *msg, const struct told *told)
{
	unsigned int n = check_id(data, head, &msg->tunnel, 9, 2);

	n += check_id(data, head, &msg->call, 14, 2);
	n += check_id(data, head, &msg->ccid, 61, 4);
	n += check_id(data, head, &msg->local, 63, 4);
	n += check_id(data, head, &msg->remote, 64, 4);
	assert(n == told->ids);
	assert(n + told->hidden <= 5 && msg->hidden == !!told->hidden);
}

static void check_read(const u8 *data, const struct l2tp_head *head,
		       const struct l2tp_msg *msg, const struct told *told)
{
	if (!told->n) {
		assert(head->avps == head->end && !msg->type);
	} else {
		assert(told->types == 1);
		assert(msg->type == be16(avp_at(data, head, head->avps + 6, 0)
					 + 6));
	}
	check_ids(data, head, msg, told);
	check_digest(data, head, msg);
	check_cookie(data, head, msg);
	check_status(data, head, msg);
	assert(told->digests == !!msg->digest);
	assert(told->cookies >= msg->has_cookie && told->cookies <= 1);
	assert(told->nonces >= !!msg->nonce && told->nonces <= 1);
	assert(msg->unknown == told->unknown);
}

/* Without what must be right there is nothing to refuse but the first AVP. */
static bool must_be_read(const u8 *data, const struct l2tp_head *head,
			 const struct told *told)
{
	static const u8 type[] = { 0, 8, 0, 0, 0, 0 };
	const u8 *avp = data + head->avps;

	if (!told->n)
		return true;
	return (avp[0] & 0x43) == type[0] && !memcmp(avp + 1, type + 1, 5) &&
	       told->types == 1 && !told->ids && !told->digests &&
	       !told->cookies && !told->nonces && told->hidden <= 1;
}

static void check_msg(const u8 *data, const struct l2tp_head *head)
{
	int ret, walked;
	struct l2tp_msg msg;
	struct told told;

	walked = walk(data, head, &told);
	ret = parse_msg(data, head, &msg);
	assert(ret == 0 || ret == -EBADMSG);
	if (walked)
		assert(ret);
	else if (ret)
		assert(!must_be_read(data, head, &told));
	if (!ret)
		check_read(data, head, &msg, &told);
}

int fuzz_one_input(const u8 *data, size_t len)
{
	struct l2tp_head head;
	struct input input;
	int ret;

	if (!len)
		return 0;
	input.ip = data[0] & 1;
	input.data = data + 1;
	input.len = len - 1;
	ret = parse(&input, input.len, &head);
	check_have(&input, ret, &head);
	if (ret) {
		check_refused(&input, ret);
	} else if (head.control) {
		check_control(&input, &head);
		check_msg(input.data, &head);
	} else if (head.version == 2) {
		check_v2_data(&input, &head);
	} else {
		check_v3_data(&input, &head);
	}
	return 0;
}
