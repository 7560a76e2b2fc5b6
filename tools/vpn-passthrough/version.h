/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_VERSION_H
#define VPN_PASSTHROUGH_VERSION_H

void version_complain(void);

#endif
