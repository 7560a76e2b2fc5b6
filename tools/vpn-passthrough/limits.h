/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_LIMITS_H
#define VPN_PASSTHROUGH_LIMITS_H

#include "nl.h"

int limits_show(struct nl *nl, const char *key);

#endif
