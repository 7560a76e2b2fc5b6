/* SPDX-License-Identifier: GPL-2.0-only */
/* Chance that can be had again: splitmix64. */
#ifndef _SELFTESTS_CHANCE_H
#define _SELFTESTS_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern uint64_t chance_state;

/**
 * chance_below - a random number
 * @n: 1 more than the largest one; not 0
 */
static inline uint32_t chance_below(uint32_t n)
{
	uint64_t z;

	chance_state += 0x9e3779b97f4a7c15ULL;
	z = chance_state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (uint32_t)((z ^ z >> 31) >> 16) % n;
}

/**
 * chance_of - does it happen?
 * @percent: how likely
 */
static inline bool chance_of(uint32_t percent)
{
	return chance_below(100) < percent;
}

/**
 * chance_u32 - a small number, one at an edge, or any
 */
static inline uint32_t chance_u32(void)
{
	static const uint32_t edges[] = {
		0, 1, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff,
		0x80000000, 0xffffffff,
	};

	switch (chance_below(4)) {
	case 0:
		return edges[chance_below(sizeof(edges) / sizeof(*edges))];
	case 1:
		return chance_below(0x10000) << 16 | chance_below(0x10000);
	default:
		return chance_below(8);
	}
}

/**
 * chance_spoil - change some bytes
 * @data: the bytes
 * @len: how many there are
 */
static inline void chance_spoil(uint8_t *data, size_t len)
{
	unsigned int n = 1 + chance_below(4);

	while (n-- && len)
		data[chance_below(len)] = chance_of(50) ? chance_u32() :
							  chance_below(256);
}

#endif /* _SELFTESTS_CHANCE_H */
