/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_TABLE_H
#define VPN_PASSTHROUGH_TABLE_H

#include <stdio.h>

void table_print(FILE *file, char *text, unsigned int columns);

#endif
