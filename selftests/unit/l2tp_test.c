// SPDX-License-Identifier: GPL-2.0-only
/* Heads of L2TP packets, RFC 2661, 3.1, and RFC 3931, 3.2.1 and 4.1. */
#include <errno.h>
#include <exact.h>
#include "l2tp_wire.h"
#include "ktap.h"

#define UNTOUCHED	0xa5
#define TUNNEL		0x1234
#define SESSION		0xfedc
#define LONG_ID		0x89abcdef
#define PAYLOAD		6
#define ROOM		64

/*
 * A packet that was put together field by field, and what must be read of it:
 * @ids bytes are enough for the ids, @header ones for all fields.
 */
struct packet {
	u8			data[ROOM];
	size_t			len;
	size_t			ids;
	size_t			header;
	size_t			length_at;
	size_t			offset_at;
	int			ret;
	struct l2tp_head	head;
};

static void put16(struct packet *packet, u16 value)
{
	packet->data[packet->len++] = value >> 8;
	packet->data[packet->len++] = value;
}

static void put32(struct packet *packet, u32 value)
{
	put16(packet, value >> 16);
	put16(packet, value);
}

static void set16(struct packet *packet, size_t at, u16 value)
{
	packet->data[at] = value >> 8;
	packet->data[at + 1] = value;
}

static bool is_untouched(const void *data, size_t len)
{
	const u8 *bytes = data;

	while (len)
		if (bytes[--len] != UNTOUCHED)
			return false;
	return true;
}

typedef int parse_fn(const u8 *data, size_t have, size_t len,
		     struct l2tp_head *head);

/* On failure nothing is filled in. */
static int parse(parse_fn *fn, const u8 *data, size_t have, size_t len,
		 struct l2tp_head *head)
{
	u8 *copy = exact_copy(data, have);
	int ret;

	memset(head, UNTOUCHED, sizeof(*head));
	ret = fn(copy, have, len, head);
	exact_free(copy, have);
	ktap_check(!ret || is_untouched(head, sizeof(*head)),
		   "%zu of %zu bytes: %d", have, len, ret);
	return ret;
}

static void check_head(const struct l2tp_head *is, const struct l2tp_head *want,
		       unsigned int which)
{
	ktap_check(is->version == want->version, "%#x: %u", which, is->version);
	ktap_check(is->control == want->control, "%#x: %u", which, is->control);
	ktap_check(is->tunnel == want->tunnel, "%#x: %#x", which, is->tunnel);
	ktap_check(is->session == want->session, "%#x: %#x", which,
		   is->session);
	ktap_check(is->id_off == want->id_off, "%#x: %u", which, is->id_off);
	ktap_check(is->avps == want->avps, "%#x: %u", which, is->avps);
	ktap_check(is->end == want->end, "%#x: %u", which, is->end);
	ktap_check(is->payload == want->payload, "%#x: %u", which,
		   is->payload);
}

/* Payload, and what depends on how long all is. */
static void finish(struct packet *packet, size_t start)
{
	memset(packet->data + packet->len, 0x77, PAYLOAD);
	packet->len += PAYLOAD;
	if (!packet->length_at)
		return;
	set16(packet, packet->length_at, packet->len - start);
	packet->head.end = packet->len;
}

static void build_v2(struct packet *packet, u16 flags)
{
	if (flags & 0x4000) {
		packet->length_at = packet->len;
		put16(packet, 0);
	}
	packet->head.id_off = packet->len;
	put16(packet, TUNNEL);
	put16(packet, SESSION);
	packet->ids = packet->len;
	if (flags & 0x0800)
		put32(packet, 0x00010002);
	if (flags & 0x0200) {
		packet->offset_at = packet->len;
		put16(packet, 0);
	}
	packet->head.tunnel = TUNNEL;
	packet->head.session = SESSION;
}

static void build_v3_control(struct packet *packet)
{
	packet->length_at = packet->len;
	put16(packet, 0);
	packet->head.id_off = packet->len;
	put32(packet, LONG_ID);
	put32(packet, 0x00010002);
	packet->head.tunnel = LONG_ID;
}

static void build_v3_data(struct packet *packet)
{
	packet->head.id_off = packet->len;
	put32(packet, LONG_ID);
	packet->head.session = LONG_ID;
	packet->head.payload = packet->len;
	packet->ids = packet->len;
}

/* Whether the flags are those of a control message. */
static bool are_control(u16 flags)
{
	if ((flags & 0xc800) != 0xc800)
		return false;
	return (flags & 15) == 3 || !(flags & 0x0300);
}

static void build(struct packet *packet, u16 flags, size_t start)
{
	bool control = flags & 0x8000;

	put16(packet, flags);
	packet->head.version = flags & 15;
	packet->head.control = control;
	if ((flags & 15) == 2) {
		build_v2(packet, flags);
	} else if ((flags & 15) == 3 && control) {
		build_v3_control(packet);
	} else if ((flags & 15) == 3) {
		put16(packet, 0);
		build_v3_data(packet);
	} else {
		packet->ret = -EPROTONOSUPPORT;
		packet->ids = 4;
		put16(packet, 0);
	}
	packet->header = packet->len;
	if (control && !packet->ret) {
		if (!are_control(flags))
			packet->ret = -EBADMSG;
		packet->ids = start + 12;
		packet->header = start + 12;
		packet->head.avps = start + 12;
	}
	finish(packet, start);
}

static void build_udp(struct packet *packet, u16 flags)
{
	memset(packet, 0, sizeof(*packet));
	build(packet, flags, 0);
}

/* Behind a Session ID of 0, all versions but 3 are unknown. */
static void build_ip(struct packet *packet, u16 flags)
{
	memset(packet, 0, sizeof(*packet));
	put32(packet, 0);
	build(packet, flags, 4);
	packet->header = 16;
	packet->ids = 16;
	if ((flags & 15) != 3)
		packet->ret = -EPROTONOSUPPORT;
	else if ((flags & 0xc800) != 0xc800)
		packet->ret = -EBADMSG;
	while (packet->len < 16 + PAYLOAD)
		put16(packet, 0);
}

static void udp_flags(void)
{
	struct l2tp_head head;
	struct packet packet;
	unsigned int flags;
	int ret;

	for (flags = 0; flags <= 0xffff; flags++) {
		build_udp(&packet, flags);
		ret = parse(l2tp_udp_parse, packet.data, packet.len,
			    packet.len, &head);
		ktap_check(ret == packet.ret, "%#x: %d", flags, ret);
		if (!ret)
			check_head(&head, &packet.head, flags);
	}
}

static void ip_flags(void)
{
	struct l2tp_head head;
	struct packet packet;
	unsigned int flags;
	int ret;

	for (flags = 0; flags <= 0xffff; flags++) {
		build_ip(&packet, flags);
		ret = parse(l2tp_ip_parse, packet.data, packet.len, packet.len,
			    &head);
		ktap_check(ret == packet.ret, "%#x: %d", flags, ret);
		if (!ret)
			check_head(&head, &packet.head, flags);
	}
}

static void check_unreadable(parse_fn *fn, const struct packet *packet,
			     unsigned int flags)
{
	struct l2tp_head head;
	size_t have;
	int ret, want;

	for (have = 0; have <= packet->len; have++) {
		want = have < packet->ids ? -ENODATA : packet->ret;
		ret = parse(fn, packet->data, have, packet->len, &head);
		ktap_check(ret == want, "%#x, %zu bytes: %d", flags, have, ret);
		if (!ret)
			check_head(&head, &packet->head, flags);
	}
}

/* All flags, and the versions 2, 3, and others beside them. */
static void udp_unreadable(void)
{
	struct packet packet;
	unsigned int flags;

	for (flags = 0; flags <= 0xffff; flags++) {
		if ((flags & 0xff) > 4)
			continue;
		build_udp(&packet, flags);
		check_unreadable(l2tp_udp_parse, &packet, flags);
	}
}

static void ip_unreadable(void)
{
	struct packet packet;
	unsigned int flags;

	for (flags = 0; flags <= 0xffff; flags++) {
		if ((flags & 0xff) > 4)
			continue;
		build_ip(&packet, flags);
		check_unreadable(l2tp_ip_parse, &packet, flags);
	}
}

static void check_cut(parse_fn *fn, const struct packet *packet,
		      unsigned int flags)
{
	struct l2tp_head head;
	int ret, want;
	size_t len;

	for (len = 0; len < packet->len; len++) {
		want = packet->ret;
		if (len < packet->header)
			want = -ENODATA;
		else if (!want && packet->length_at)
			want = -EBADMSG;
		ret = parse(fn, packet->data, len, len, &head);
		ktap_check(ret == want, "%#x, %zu bytes: %d", flags, len, ret);
	}
}

static void cut_short(void)
{
	struct packet packet;
	unsigned int flags;

	for (flags = 0; flags <= 0xffff; flags++) {
		if ((flags & 0xff) > 4)
			continue;
		build_udp(&packet, flags);
		check_cut(l2tp_udp_parse, &packet, flags);
		build_ip(&packet, flags);
		check_cut(l2tp_ip_parse, &packet, flags);
	}
}

/* Every length, in a packet of @len bytes of which @start are not counted. */
static void check_lengths(parse_fn *fn, struct packet *packet, size_t len,
			  size_t start)
{
	struct l2tp_head head;
	unsigned int length;
	int ret, want;
	size_t end;

	for (length = 0; length <= 0xffff; length++) {
		end = start + length;
		want = end < packet->header || end > len || end > 0xffff ?
		       -EBADMSG : 0;
		set16(packet, packet->length_at, length);
		ret = parse(fn, packet->data, 16, len, &head);
		ktap_check(ret == want, "%zu bytes, %u: %d", len, length, ret);
		ktap_check(ret || head.end == end, "%zu bytes, %u: %u", len,
			   length, head.end);
	}
}

static void lengths(void)
{
	static const u16 flags[] = { 0xc802, 0xc803, 0x4002, 0x4802, 0x4a02 };
	static const size_t lens[] = {
		16, 17, 100, 0xfffb, 0xfffe, 0xffff, 0x10000, 0x10003, 0x20000,
	};
	struct packet packet;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		for (j = 0; j < ARRAY_SIZE(flags); j++) {
			build_udp(&packet, flags[j]);
			check_lengths(l2tp_udp_parse, &packet, lens[i], 0);
		}
		build_ip(&packet, 0xc803);
		check_lengths(l2tp_ip_parse, &packet, lens[i], 4);
	}
}

/* The header goes as far as the end, and no byte further. */
static void shortest(void)
{
	struct l2tp_head head;
	struct packet packet;
	unsigned int flags;
	int ret;

	for (flags = 0; flags <= 0xffff; flags++) {
		build_udp(&packet, flags);
		if (packet.ret)
			continue;
		if (packet.length_at) {
			set16(&packet, packet.length_at, packet.header);
			packet.head.end = packet.header;
		}
		ret = parse(l2tp_udp_parse, packet.data, packet.header,
			    packet.header, &head);
		ktap_check(!ret, "%#x: %d", flags, ret);
		check_head(&head, &packet.head, flags);
	}
}

/* Every offset, if it can be read; else it must not be. */
static void check_offsets(struct packet *packet, size_t end)
{
	size_t room = end - packet->header, have;
	struct l2tp_head head;
	unsigned int offset;
	int ret, want;

	for (offset = 0; offset <= 0xffff; offset++) {
		set16(packet, packet->offset_at, offset);
		for (have = packet->ids; have <= packet->len; have++) {
			want = have >= packet->header && offset > room ?
			       -EBADMSG : 0;
			ret = parse(l2tp_udp_parse, packet->data, have,
				    packet->len, &head);
			ktap_check(ret == want, "%u, %zu bytes: %d", offset,
				   have, ret);
		}
	}
}

static void offsets(void)
{
	static const u16 flags[] = { 0x0202, 0x0a02, 0x4202, 0x4b02 };
	struct packet packet;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		build_udp(&packet, flags[i]);
		check_offsets(&packet, packet.len);
	}
}

/* An offset within the packet, but behind the length, is none. */
static void offset_behind_length(void)
{
	struct packet packet;

	build_udp(&packet, 0x4a02);
	set16(&packet, packet.length_at, packet.len - 3);
	check_offsets(&packet, packet.len - 3);
}

/* Every bit of an id is read, of Session IDs over IP from the first on. */
static void ids(void)
{
	static const u8 session[] = { 0, 3, 0, 0 };
	struct l2tp_head head;
	unsigned int bit;
	u8 data[8];

	for (bit = 0; bit < 32; bit++) {
		memcpy(data, session, 4);
		memset(data + 4, 0, 4);
		data[4 + bit / 8] = 0x80 >> bit % 8;
		ktap_check(!parse(l2tp_udp_parse, data, 8, 8, &head), "%u",
			   bit);
		ktap_check(head.session == 0x80000000 >> bit, "%u: %#x", bit,
			   head.session);
		ktap_check(!parse(l2tp_ip_parse, data + 4, 4, 4, &head), "%u",
			   bit);
		ktap_check(head.session == 0x80000000 >> bit, "%u: %#x", bit,
			   head.session);
		ktap_check(head.version == 3 && !head.control, "%u", bit);
		ktap_check(!head.id_off && head.payload == 4, "%u", bit);
		ktap_check(!head.end && !head.avps && !head.tunnel, "%u", bit);
	}
}

static void bytes_behind(void)
{
	struct l2tp_head head;
	struct packet packet;

	build_udp(&packet, 0xc802);
	ktap_check(!parse(l2tp_udp_parse, packet.data, packet.len,
			  packet.len + 100, &head), "UDP");
	check_head(&head, &packet.head, 0xc802);
	build_ip(&packet, 0xc803);
	ktap_check(!parse(l2tp_ip_parse, packet.data, packet.len,
			  packet.len + 100, &head), "IP");
	check_head(&head, &packet.head, 0xc803);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "l2tp: all first 16 bits over UDP are read as the RFCs say",
		  udp_flags },
		{ "l2tp: all first 16 bits of control over IP are, too",
		  ip_flags },
		{ "l2tp: over UDP no more is read than is readable",
		  udp_unreadable },
		{ "l2tp: over IP no more is read than is readable",
		  ip_unreadable },
		{ "l2tp: every packet that is cut short is refused",
		  cut_short },
		{ "l2tp: every length is checked against header and packet",
		  lengths },
		{ "l2tp: a header alone is enough", shortest },
		{ "l2tp: every offset is checked, if it is readable",
		  offsets },
		{ "l2tp: an offset may not run past the length",
		  offset_behind_length },
		{ "l2tp: every bit of a Session ID is read", ids },
		{ "l2tp: bytes behind the length are ignored", bytes_behind },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
