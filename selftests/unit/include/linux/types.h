/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parsers need of the kernel's header of this name. */
#ifndef _UNIT_LINUX_TYPES_H
#define _UNIT_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;

#endif /* _UNIT_LINUX_TYPES_H */
