/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _COMPAT_NET_NETLINK_H
#define _COMPAT_NET_NETLINK_H

#include_next <net/netlink.h>

/* Older kernels only read the range as well, but do not say so in its type. */
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {			\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),		\
	.validation_type = NLA_VALIDATE_RANGE_PTR,		\
	.range = (void *)(_range),				\
}

#endif /* _COMPAT_NET_NETLINK_H */
