// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a PPTP message, and as an enhanced GRE header. */
#include <assert.h>
#include <errno.h>
#include <exact.h>
#include "pptp_wire.h"

#define UNTOUCHED	0xa5

int fuzz_one_input(const u8 *data, size_t len);

static u16 be16(const u8 *data)
{
	return data[0] << 8 | data[1];
}

static bool is_untouched(const void *data, size_t len)
{
	const u8 *bytes = data;

	while (len)
		if (bytes[--len] != UNTOUCHED)
			return false;
	return true;
}

static int parse_head(const u8 *data, size_t len, struct pptp_head *head)
{
	u8 *copy = exact_copy(data, len);
	int ret;

	memset(head, UNTOUCHED, sizeof(*head));
	ret = pptp_head_parse(copy, len, head);
	exact_free(copy, len);
	return ret;
}

static int parse_length(const u8 *data, size_t len)
{
	u8 *copy = exact_copy(data, len);
	int ret = pptp_length_parse(copy, len);

	exact_free(copy, len);
	return ret;
}

static void check_gre(const u8 *data, size_t len)
{
	u8 *copy = exact_copy(data, len);
	struct pptp_gre gre;
	int ret;

	memset(&gre, UNTOUCHED, sizeof(gre));
	ret = pptp_gre_parse(copy, len, &gre);
	exact_free(copy, len);
	if (ret) {
		assert(is_untouched(&gre, sizeof(gre)));
		assert((ret == -ENODATA) == (len < 8));
		assert(ret == -ENODATA ||
		       (ret == -EPROTONOSUPPORT) == ((data[1] & 7) != 1));
		assert(ret == -ENODATA || ret == -EPROTONOSUPPORT ||
		       (ret == -EBADMSG && be16(data + 2) != 0x880b));
		return;
	}
	assert(len >= 8 && (data[1] & 7) == 1 && be16(data + 2) == 0x880b);
	assert(gre.payload_len == be16(data + 4));
	assert(gre.call_id == be16(data + 6));
}

/* Nothing behind the header decides about the length. */
static int check_length(const u8 *data, size_t len)
{
	static const u8 cookie[] = { 0x1a, 0x2b, 0x3c, 0x4d };
	int ret = parse_length(data, len);

	assert((ret == -ENODATA) == (len < PPTP_HEADER_LEN));
	if (ret == -ENODATA)
		return ret;
	assert(parse_length(data, PPTP_HEADER_LEN) == ret);
	if (ret < 0) {
		assert(ret == -EBADMSG);
		return ret;
	}
	assert(ret == be16(data) && ret >= 12 && ret <= PPTP_MESSAGE_MAX);
	assert(be16(data + 2) == 1 || be16(data + 2) == 2);
	assert(!memcmp(data + 4, cookie, sizeof(cookie)));
	return ret;
}

static void check_ids(const u8 *data, const struct pptp_head *head)
{
	assert(head->len >= PPTP_IDS_END);
	assert(pptp_has_ids(head->type) && head->type == be16(data + 8));
	assert(head->has_own || head->has_peer);
	if (head->has_own)
		assert(head->own == be16(data + 12));
	if (head->has_peer)
		assert(head->peer == be16(data + head->peer_off));
	assert(head->peer_off == (!head->has_peer ? 0 : head->has_own ? 14 : 12));
	assert(!head->result || (head->len >= 17 && head->has_peer));
}

/* What the ids say is known as soon as they are there. */
static void check_early(const u8 *data, const struct pptp_head *head)
{
	struct pptp_head early;

	assert(!parse_head(data, PPTP_IDS_END, &early));
	assert(!early.result);
	early.result = head->result;
	assert(!memcmp(&early, head, sizeof(early)));
	assert(parse_head(data, PPTP_IDS_END - 1, &early) == -ENODATA);
}

static void check_head(const u8 *data, size_t len)
{
	int length = check_length(data, len), ret;
	struct pptp_head head, again;
	bool ids;

	ret = parse_head(data, len, &head);
	if (ret) {
		assert(is_untouched(&head, sizeof(head)));
		assert(length > 0 ? ret == -ENODATA && len < PPTP_IDS_END :
		       ret == length);
		return;
	}
	assert(head.len == length);
	ids = be16(data + 2) == 1 && pptp_has_ids(be16(data + 8));
	assert(pptp_header_has_ids(data) == ids);
	assert(ids == (head.has_own || head.has_peer));
	if (len > PPTP_HEAD_LEN) {
		assert(!parse_head(data, PPTP_HEAD_LEN, &again));
		assert(!memcmp(&again, &head, sizeof(again)));
	}
	if (!ids) {
		assert(!head.own && !head.peer && !head.result);
		return;
	}
	check_ids(data, &head);
	check_early(data, &head);
}

int fuzz_one_input(const u8 *data, size_t len)
{
	check_gre(data, len);
	check_head(data, len);
	return 0;
}
