/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_ATOMIC_H
#define VPN_PASSTHROUGH_ATOMIC_H

#include <linux/limits.h>
#include <stdio.h>

/**
 * struct atomic - a file that is written as a whole or not at all
 * @file: where to write
 * @path: what it will be
 * @temp: what it is until then
 */
struct atomic {
	FILE	*file;
	char	path[PATH_MAX];
	char	temp[PATH_MAX];
};

int atomic_open(struct atomic *a, const char *name);
int atomic_commit(struct atomic *a);
void atomic_abort(struct atomic *a);

#endif
