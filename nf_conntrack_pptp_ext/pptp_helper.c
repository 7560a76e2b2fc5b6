// SPDX-License-Identifier: GPL-2.0-only
/*
 * The conntrack helper: how conntrack calls us for control connections.
 *
 * It has a name of its own, so that the kernel's helper "pptp" may be there or
 * not.  Connections to the well-known port get it without a rule; a rule may
 * give it to others, or give those another one.
 */
#include <linux/tcp.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include "pptp.h"

#define HELPER_NAME	"pptp-ext"

/* A kernel that has the kernel's own helper registers no other one for the
 * same port.  Nobody looks for a helper by its port any more; this one is the
 * number of GRE.
 */
#define HELPER_PORT	IPPROTO_GRE

static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };

/* Nothing is expected: calls are found otherwise.  Conntrack wants a policy. */
static const struct nf_conntrack_expect_policy policy = {
	.max_expected = 1,
};

static struct nf_conntrack_helper helpers[ARRAY_SIZE(families)];
static struct nf_conntrack_helper *registered[ARRAY_SIZE(families)];

static void unregister(unsigned int n)
{
	while (n--)
		nf_conntrack_helper_unregister(registered[n]);
}

/**
 * pptp_helper_register - make the helper known to conntrack
 *
 * Context: module init.
 * Return: 0, or what registering it returned.
 */
int pptp_helper_register(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		nf_vpn_helper_init(&helpers[i], families[i], HELPER_NAME,
				   HELPER_PORT, &policy, pptp_help);
		err = nf_vpn_helper_register(&helpers[i], &registered[i]);
		if (err) {
			unregister(i);
			return err;
		}
	}
	return 0;
}

/**
 * pptp_helper_unregister - take the helper away
 *
 * Context: module exit.  Afterwards pptp_help() does not run any more.
 */
void pptp_helper_unregister(void)
{
	unregister(ARRAY_SIZE(families));
}

/**
 * pptp_helper_attach - give the helper to a new control connection
 * @ct: its conntrack entry, not confirmed yet
 *
 * One that a rule gave a helper keeps that.
 *
 * Context: netfilter hook; RCU read side.
 */
void pptp_helper_attach(struct nf_conn *ct)
{
	struct nf_conntrack_helper *helper;
	struct nf_conn_help *help;

	if (test_bit(IPS_HELPER_BIT, &ct->status) || nfct_help(ct))
		return;
	helper = registered[nf_ct_l3num(ct) == NFPROTO_IPV6];
	help = nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	if (help && nf_vpn_helper_get(helper))
		rcu_assign_pointer(help->helper, helper);
}
