// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages and packets of all protocols as they should be; who sends them spoils
 * them. Ids come from a few, so that they meet.
 */

#include <string.h>

#include "chance.h"
#include "fuzz_payload.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * put_bytes - append bytes, as far as there is room
 * @p: where to
 * @data: the bytes
 * @len: how many
 */
void put_bytes(struct payload *p, const void *data, size_t len)
{
	const uint8_t *from = data;

	while (len-- && p->len < sizeof(p->data))
		p->data[p->len++] = *from++;
}

/**
 * put_zero - append zeros
 * @p: where to
 * @len: how many
 */
void put_zero(struct payload *p, size_t len)
{
	while (len--)
		put8(p, 0);
}

/**
 * put8 - append a byte
 * @p: where to
 * @value: the byte
 */
void put8(struct payload *p, uint8_t value)
{
	put_bytes(p, &value, 1);
}

/**
 * put16 - append a number in network byte order
 * @p: where to
 * @value: the number
 */
void put16(struct payload *p, uint16_t value)
{
	put8(p, value >> 8);
	put8(p, value);
}

/**
 * put32 - append a number in network byte order
 * @p: where to
 * @value: the number
 */
void put32(struct payload *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p, value);
}

static uint16_t id16(void)
{
	return chance_of(90) ? 1 + chance_below(6) : chance_u32();
}

static uint32_t id32(void)
{
	return chance_of(90) ? 0x1000 + chance_below(12) : chance_u32();
}

/**
 * make_esp - an ESP packet
 * @p: empty
 */
void make_esp(struct payload *p)
{
	put32(p, id32());
	put32(p, chance_of(70) ? 1 + chance_below(16) : chance_u32());
	put_zero(p, chance_below(80));
}

/**
 * make_gre - an enhanced GRE packet (RFC 2637, 4.1)
 * @p: empty
 */
void make_gre(struct payload *p)
{
	uint16_t flags = 0x2001;
	bool seq = chance_of(80), ack = chance_of(40);
	unsigned int len = chance_below(60);

	flags |= seq ? 0x1000 : 0;
	flags |= ack ? 0x0080 : 0;
	put16(p, flags);
	put16(p, 0x880b);
	put16(p, len);
	put16(p, id16());
	if (seq)
		put32(p, chance_u32());
	if (ack)
		put32(p, chance_u32());
	put_zero(p, len);
}

/**
 * make_pptp - a control message of PPTP (RFC 2637, 2)
 * @p: the message is appended
 */
void make_pptp(struct payload *p)
{
	static const uint8_t lengths[] = {
		0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40,
		24,
	};
	uint16_t type = 1 + chance_below(ARRAY_SIZE(lengths) - 1);
	size_t start = p->len;

	/* What makes calls, more often. */
	if (chance_of(50))
		type = 7 + chance_below(2);
	put16(p, lengths[type]);
	put16(p, 1);
	put32(p, 0x1a2b3c4d);
	put16(p, type);
	put16(p, 0);
	put16(p, id16());
	put16(p, id16());
	if (lengths[type] > 16)
		put16(p, 0x0100);
	if (lengths[type] > p->len - start)
		put_zero(p, lengths[type] - (p->len - start));
}

static void avp(struct payload *p, uint16_t type, const void *value, size_t len)
{
	put16(p, 0x8000 | (6 + len));
	put16(p, 0);
	put16(p, type);
	put_bytes(p, value, len);
}

/* An AVP of a kind, with a value of the right length. */
static void any_avp(struct payload *p)
{
	static const struct {
		uint8_t	type;
		uint8_t	len;
	} kinds[] = {
		{ 1, 2 }, { 2, 2 }, { 3, 4 }, { 7, 3 }, { 9, 2 }, { 10, 2 },
		{ 14, 2 }, { 15, 4 }, { 36, 4 }, { 59, 17 }, { 59, 21 },
		{ 60, 4 }, { 61, 4 }, { 62, 4 }, { 63, 4 }, { 64, 4 },
		{ 65, 4 }, { 65, 8 }, { 66, 2 }, { 68, 2 }, { 73, 16 },
	};
	unsigned int i = chance_below(ARRAY_SIZE(kinds));
	uint8_t value[32] = {};

	if (chance_of(60))
		i = chance_of(50) ? 4 + 2 * chance_below(2) :
				    12 + 2 * chance_below(2);
	value[kinds[i].len - 1] = id16();
	avp(p, kinds[i].type, value, kinds[i].len);
}

/* The header's length is filled in when all is there. */
static void l2tp_control(struct payload *p, uint8_t version)
{
	static const uint8_t types[] = {
		1, 2, 3, 4, 6, 10, 11, 12, 14, 15, 16, 20,
	};
	uint8_t type[2] = { 0, types[chance_below(ARRAY_SIZE(types))] };
	unsigned int n = chance_below(6);
	size_t start = p->len;

	put8(p, 0xc8);
	put8(p, version);
	put16(p, 0);
	if (version == 2) {
		put16(p, chance_of(40) ? 0 : id16());
		put16(p, chance_of(60) ? 0 : id16());
	} else {
		put32(p, chance_of(40) ? 0 : id16());
	}
	put16(p, chance_below(8));
	put16(p, chance_below(8));
	if (chance_of(95))
		avp(p, 0, type, 2);
	while (n--)
		any_avp(p);
	p->data[start + 2] = (p->len - start) >> 8;
	p->data[start + 3] = p->len - start;
}

/**
 * make_l2tp_udp - what L2TP sends by UDP (RFC 2661, 3.1; RFC 3931, 4.1.2)
 * @p: empty
 */
void make_l2tp_udp(struct payload *p)
{
	uint8_t version = chance_of(60) ? 2 : 3;

	if (chance_of(70)) {
		l2tp_control(p, version);
	} else if (version == 3) {
		put32(p, 3);
		put32(p, id16());
		put_zero(p, chance_below(60));
	} else {
		put16(p, chance_of(50) ? 0x0002 : 0x4002);
		if (p->data[0])
			put16(p, 8 + 40);
		put16(p, id16());
		put16(p, id16());
		put_zero(p, 40);
	}
}

/**
 * make_l2tp_ip - what L2TPv3 sends by IP (RFC 3931, 4.1.1)
 * @p: empty
 */
void make_l2tp_ip(struct payload *p)
{
	if (chance_of(70)) {
		put32(p, 0);
		l2tp_control(p, 3);
	} else {
		put32(p, id16());
		put_zero(p, chance_below(60));
	}
}

/**
 * make_ike - a message of IKE (RFC 7296, 3.1; RFC 2408, 3.1)
 * @p: empty
 * @up: a client's
 */
void make_ike(struct payload *p, bool up)
{
	static const uint8_t v1[] = { 2, 4, 5, 32 };
	bool is_v1 = chance_of(30), first = chance_of(25);
	uint32_t nr = chance_below(6);
	bool response = chance_of(50);

	put32(p, 0x11111111);
	put32(p, nr + 1);
	put32(p, first ? 0 : 0x22222222);
	put32(p, first ? 0 : nr + 1);
	put8(p, first ? 33 : 46);
	put8(p, is_v1 ? 0x10 : 0x20);
	if (is_v1)
		put8(p, v1[chance_below(ARRAY_SIZE(v1))]);
	else
		put8(p, first ? 34 : 35 + chance_below(3));
	if (is_v1)
		put8(p, chance_of(70));
	else
		put8(p, (up ? 0x08 : 0) | (response ? 0x20 : 0));
	put32(p, first ? 0 : chance_below(4));
	put32(p, 28 + 40 * (1 + chance_below(9)));
	put_zero(p, p->data[27] + (p->data[26] << 8) - 28);
}
