/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_CLOCK_H
#define VPN_PASSTHROUGH_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);
void clock_show(void);

#endif
