/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parsers need of the kernel's header of this name. */
#ifndef _UNIT_LINUX_STRING_H
#define _UNIT_LINUX_STRING_H

#include <string.h>

#endif /* _UNIT_LINUX_STRING_H */
