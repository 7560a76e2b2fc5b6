/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_EVENT_H
#define VPN_PASSTHROUGH_EVENT_H

#include <stdint.h>

#include "attr.h"

const char *event_name(uint8_t cmd);
void event_show(uint8_t cmd, const struct nlattr **tb);

#endif
