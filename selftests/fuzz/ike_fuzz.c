// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as IKE messages, one after the other: a byte that tells direction
 * (1), trust (2), and whether it is cut short (4) or longer than read (8), then a
 * header.
 */
#include <assert.h>
#include <errno.h>
#include <exact.h>
#include "ike_wire.h"

#define RECORD	(1 + IKE_WIRE_LEN)

int fuzz_one_input(const u8 *data, size_t len);

static void check_parsed(int ret, const struct ike_wire *ike, size_t len,
			 size_t total)
{
	switch (ret) {
	case 0:
		assert(ike->version == 1 || ike->version == 2);
		assert(ike->len >= IKE_WIRE_LEN && ike->len <= total);
		break;
	case -ENODATA:
		assert(len < IKE_WIRE_LEN || total < IKE_WIRE_LEN);
		break;
	case -ENOMSG:
		assert(total == 1);
		break;
	case -EPROTONOSUPPORT:
		assert(ike->version != 1 && ike->version != 2);
		break;
	default:
		assert(ret == -EBADMSG);
	}
}

static void check_news(enum ike_news news, const struct ike_wire *ike,
		       bool trust)
{
	bool response = ike->flags & IKE_V2_FLAG_RESPONSE;

	switch (news) {
	case IKE_NOTHING:
		break;
	case IKE_ANNOUNCED:
	case IKE_REPEATED:
		assert(ike->len > IKE_WIRE_LEN);
		assert(ike->version == 1 ? ike->exchange == IKE_V1_QUICK :
					   response);
		break;
	case IKE_REFUSED:
		assert(ike->version == 2 && response);
		break;
	case IKE_UNASKED:
		assert(ike->version == 2 && response && !trust);
		break;
	default:
		assert(0);
	}
}

static void one(struct ike_track *track, const u8 *data, size_t len)
{
	size_t total = data[0] & 8 ? 8 * len + 1 : len - 1;
	unsigned int dir = data[0] & 1;
	struct ike_wire ike = {};
	bool trust = data[0] & 2;
	enum ike_news news;
	int ret;

	ret = ike_wire_parse(data + 1, len - 1, total, &ike);
	check_parsed(ret, &ike, len - 1, total);
	if (ret)
		return;
	ike_wire_begins(&ike);
	ike_wire_knows_sa(&ike);
	assert(!ike_wire_asks(track, &ike) || !ike_wire_answers(&ike));
	news = ike_wire_track(track, &ike, dir, trust);
	check_news(news, &ike, trust);
	/* Nothing is told twice. */
	news = ike_wire_track(track, &ike, dir, trust);
	assert(news != IKE_ANNOUNCED && news != IKE_REPEATED);
}

int fuzz_one_input(const u8 *data, size_t len)
{
	struct ike_track track = {};
	size_t at, n;
	u8 *copy;

	for (at = 0; at < len; at += n) {
		n = len - at < RECORD ? len - at : RECORD;
		if (data[at] & 4 && n > 2)
			n = 2;
		copy = exact_copy(data + at, n);
		one(&track, copy, n);
		exact_free(copy, n);
	}
	return 0;
}
