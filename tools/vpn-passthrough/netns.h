/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_NETNS_H
#define VPN_PASSTHROUGH_NETNS_H

#include <stdbool.h>

bool netns_chosen(void);
void netns_choose(const char *name);
int netns_enter(void);

#endif
