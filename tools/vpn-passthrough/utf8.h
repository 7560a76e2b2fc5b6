/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_UTF8_H
#define VPN_PASSTHROUGH_UTF8_H

#include <stddef.h>

size_t utf8_len(const char *s, size_t left);

#endif
