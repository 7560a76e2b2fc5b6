/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_PROMETHEUS_H
#define VPN_PASSTHROUGH_PROMETHEUS_H

int prometheus(const char *name);

#endif
