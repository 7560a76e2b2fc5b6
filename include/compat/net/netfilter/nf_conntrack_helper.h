/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _COMPAT_NF_CONNTRACK_HELPER_H
#define _COMPAT_NF_CONNTRACK_HELPER_H

#include_next <net/netfilter/nf_conntrack_helper.h>

/*
 * Newer kernels register a copy of a helper, hand it back, and count its
 * users.  The type of the function tells which kernel this is.
 */
typedef int (*nf_vpn_register_itself)(struct nf_conntrack_helper *helper);
typedef int (*nf_vpn_register_copy)(struct nf_conntrack_helper *helper,
				    struct nf_conntrack_helper **copy);

#define NF_VPN_HELPER_IS_COPIED \
	__same_type(&nf_conntrack_helper_register, (nf_vpn_register_copy)NULL)

/* Stands for the type of a helper whose users nobody counts. */
struct nf_vpn_helper_uncounted {
	refcount_t ct_refcnt;
};

/**
 * nf_vpn_helper_register - register a conntrack helper
 * @helper: the helper
 * @registered: set to what is registered now
 *
 * Return: as nf_conntrack_helper_register().
 */
static inline int
nf_vpn_helper_register(struct nf_conntrack_helper *helper,
		       struct nf_conntrack_helper **registered)
{
	void *function = nf_conntrack_helper_register;

	if (NF_VPN_HELPER_IS_COPIED)
		return ((nf_vpn_register_copy)function)(helper, registered);
	*registered = helper;
	return ((nf_vpn_register_itself)function)(helper);
}

/**
 * nf_vpn_helper_get - take a reference on a helper for a conntrack entry
 * @helper: what was registered
 *
 * The entry gives it back.
 *
 * Return: false if the helper is going away.
 */
static inline bool nf_vpn_helper_get(struct nf_conntrack_helper *helper)
{
	struct nf_vpn_helper_uncounted *uncounted = (void *)helper;
	refcount_t *users;

	users = &__builtin_choose_expr(NF_VPN_HELPER_IS_COPIED, helper,
				       uncounted)->ct_refcnt;
	return !NF_VPN_HELPER_IS_COPIED || refcount_inc_not_zero(users);
}

#endif /* _COMPAT_NF_CONNTRACK_HELPER_H */
