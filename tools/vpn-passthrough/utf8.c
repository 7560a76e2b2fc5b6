// SPDX-License-Identifier: GPL-2.0-only
/* Tells UTF-8 from other bytes: JSON may hold nothing else. */

#include <stdint.h>

#include "utf8.h"

/* Length and smallest code point of a sequence, by its first byte. */
static size_t lead(unsigned char c, uint32_t *code, uint32_t *least)
{
	if (c < 0x80) {
		*code = c;
		*least = 0;
		return 1;
	}
	if ((c & 0xe0) == 0xc0) {
		*code = c & 0x1f;
		*least = 0x80;
		return 2;
	}
	if ((c & 0xf0) == 0xe0) {
		*code = c & 0x0f;
		*least = 0x800;
		return 3;
	}
	*code = c & 0x07;
	*least = 0x10000;
	return (c & 0xf8) == 0xf0 ? 4 : 0;
}

/**
 * utf8_len - length of the UTF-8 sequence at the start of a string
 * @s: the string
 * @left: how many bytes it has left, at least one
 *
 * Return: 1 to 4, or 0 where the first byte begins no valid sequence (RFC 3629
 * section 3: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
size_t utf8_len(const char *s, size_t left)
{
	uint32_t code, least;
	size_t len = lead(s[0], &code, &least);
	size_t i;

	if (!len || len > left)
		return 0;
	for (i = 1; i < len; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (code < least || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return len;
}
