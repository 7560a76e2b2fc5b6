/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_LINES_H
#define VPN_PASSTHROUGH_LINES_H

#include "args.h"

/**
 * typedef lines_cb - takes a line of a file
 * @args: its words, at least one
 * @line: its number
 * @data: of the caller
 *
 * Return: true, or false after complaining.
 */
typedef bool (*lines_cb)(struct args *args, unsigned int line, void *data);

bool lines_read(const char *name, lines_cb cb, void *data);

#endif
