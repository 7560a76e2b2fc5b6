/* SPDX-License-Identifier: GPL-2.0-only */
/* Copies of exactly the right size, so that reading past them shows. */
#ifndef _UNIT_EXACT_H
#define _UNIT_EXACT_H

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

/**
 * exact_copy - copy bytes to where nothing else is
 * @data: the bytes
 * @len: how many
 *
 * An empty allocation has room for one byte; the copy begins behind it.
 *
 * Return: the copy, for exact_free().
 */
static inline u8 *exact_copy(const void *data, size_t len)
{
	u8 *copy = calloc(1, len ? len : 1);

	if (!copy)
		abort();
	if (!len)
		return copy + 1;
	memcpy(copy, data, len);
	return copy;
}

/**
 * exact_free - free a copy
 * @copy: the copy
 * @len: its length
 */
static inline void exact_free(u8 *copy, size_t len)
{
	free(len ? copy : copy - 1);
}

#endif /* _UNIT_EXACT_H */
