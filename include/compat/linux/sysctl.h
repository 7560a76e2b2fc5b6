/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _COMPAT_LINUX_SYSCTL_H
#define _COMPAT_LINUX_SYSCTL_H

#include_next <linux/sysctl.h>
#include <linux/version.h>

/*
 * Handlers take a const table from 6.11 on; no macro tells, and a function's
 * own type cannot be chosen by an expression.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define ctl_const
#else
#define ctl_const const
#endif

#endif /* _COMPAT_LINUX_SYSCTL_H */
