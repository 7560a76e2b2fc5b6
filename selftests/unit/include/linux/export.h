/* SPDX-License-Identifier: GPL-2.0-only */
/* Symbols need no export here: the makefiles define that away. */
#ifndef _UNIT_LINUX_EXPORT_H
#define _UNIT_LINUX_EXPORT_H

#endif /* _UNIT_LINUX_EXPORT_H */
