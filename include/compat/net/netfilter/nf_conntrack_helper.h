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

/*
 * Helpers have no port any more in the newest kernels.
 */
typedef int (*nf_vpn_help)(struct sk_buff *skb, unsigned int protoff,
			   struct nf_conn *ct, enum ip_conntrack_info ctinfo);
typedef int (*nf_vpn_from_nlattr)(struct nlattr *attr, struct nf_conn *ct);
typedef void (*nf_vpn_init_port)(struct nf_conntrack_helper *helper,
				 u16 l3num, u16 protonum, const char *name,
				 u16 default_port, u16 spec_port, u32 id,
				 const struct nf_conntrack_expect_policy *policy,
				 u32 expect_class_max, nf_vpn_help help,
				 nf_vpn_from_nlattr from_nlattr,
				 struct module *module);
typedef void (*nf_vpn_init_plain)(struct nf_conntrack_helper *helper,
				  u8 l3num, u16 protonum, const char *name,
				  const struct nf_conntrack_expect_policy *policy,
				  u32 expect_class_max, nf_vpn_help help,
				  nf_vpn_from_nlattr from_nlattr,
				  struct module *module);

/**
 * nf_vpn_helper_init - fill in a conntrack helper for TCP
 * @helper: the helper
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @name: its name
 * @port: where the kernel wants one, a port that no other helper has
 * @policy: how many connections it may expect
 * @help: called for each packet
 */
static inline void
nf_vpn_helper_init(struct nf_conntrack_helper *helper, u8 l3num,
		   const char *name, u16 port,
		   const struct nf_conntrack_expect_policy *policy,
		   nf_vpn_help help)
{
	void *function = nf_ct_helper_init;

	if (__same_type(&nf_ct_helper_init, (nf_vpn_init_port)NULL))
		((nf_vpn_init_port)function)(helper, l3num, IPPROTO_TCP, name,
					     port, port, 0, policy, 0, help,
					     NULL, THIS_MODULE);
	else
		((nf_vpn_init_plain)function)(helper, l3num, IPPROTO_TCP, name,
					      policy, 0, help, NULL,
					      THIS_MODULE);
}

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
