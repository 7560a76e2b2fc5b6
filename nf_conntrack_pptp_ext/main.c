// SPDX-License-Identifier: GPL-2.0-only
/* PPTP passthrough: control connections, calls and their GRE packets. */
#include <linux/module.h>
#include "pptp.h"

static char *mode = "on";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "mode in the initial network namespace: off, on, bypass or observe (default on)");

struct nf_vpn_proto_ops pptp_proto __ro_after_init = {
	.proto		= NF_VPN_PPTP,
	.module		= KBUILD_MODNAME,
	.claims		= pptp_claims,
	.lease_id	= { .off = 6, .len = 2 },
	.sessions	= &pptp_sessions,
};

static int __init pptp_init(void)
{
	int initial = nf_vpn_mode_parse(mode), err;

	if (initial < 0) {
		pr_err("%s: no such mode: %s\n", KBUILD_MODNAME, mode);
		return initial;
	}
	pptp_proto.initial_mode = initial;
	pptp_proto.data_hooks = pptp_data_hooks;
	err = pptp_helper_register();
	if (err)
		return err;
	err = nf_vpn_proto_register(&pptp_proto);
	if (err)
		pptp_helper_unregister();
	return err;
}

static void __exit pptp_exit(void)
{
	nf_vpn_proto_unregister(&pptp_proto);
	pptp_helper_unregister();
}

module_init(pptp_init);
module_exit(pptp_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VPN passthrough: PPTP through NAT");
MODULE_VERSION(NF_VPN_VERSION);
MODULE_ALIAS("nfct-helper-pptp-ext");
