/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_IDS_H
#define VPN_PASSTHROUGH_IDS_H

#include "attr.h"

int ids_show(const struct nlmsghdr *nlh, const struct nlattr * const *tb);

#endif
