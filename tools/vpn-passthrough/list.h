/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_LIST_H
#define VPN_PASSTHROUGH_LIST_H

#include "nl.h"

int list(struct nl *nl, const char *key, const char *header, nl_cb cb,
	 void *data);
int list_verb(uint8_t cmd, const char *header, nl_cb cb, void *data);

#endif
