/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _COMPAT_NET_NET_NAMESPACE_H
#define _COMPAT_NET_NET_NAMESPACE_H

#include_next <net/net_namespace.h>

/*
 * Kernels that count a table's entries have register_net_sysctl() as a macro;
 * older ones read up to an empty entry, so tables keep one beyond their size.
 */
#ifndef register_net_sysctl
#define register_net_sysctl_sz(net, path, table, size) \
	register_net_sysctl(net, path, table)
#endif

#endif /* _COMPAT_NET_NET_NAMESPACE_H */
