// SPDX-License-Identifier: GPL-2.0-only
/* L2TP passthrough: versions 2 and 3, over UDP and over IP. */
#include <linux/module.h>
#include "l2tp.h"

static char *mode = "on";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "mode in the initial network namespace: off, on, bypass or observe (default on)");

struct nf_vpn_proto_ops l2tp_proto __ro_after_init = {
	.proto		= NF_VPN_L2TP,
	.module		= KBUILD_MODNAME,
	.port		= htons(L2TP_PORT),
	.claims		= l2tp_claims,
	.lease_id	= { .off = 0, .len = 4 },
	.sessions	= &l2tp_sessions,
	.owns		= l2tp_data_owns,
	.stamped	= l2tp_data_stamped,
};

static int __init l2tp_init(void)
{
	int initial = nf_vpn_mode_parse(mode), err;

	if (initial < 0) {
		pr_err("%s: no such mode: %s\n", KBUILD_MODNAME, mode);
		return initial;
	}
	err = l2tp_digest_init();
	if (err)
		return err;
	l2tp_proto.initial_mode = initial;
	l2tp_proto.data_hooks = l2tp_data_hooks;
	err = nf_vpn_proto_register(&l2tp_proto);
	if (err)
		l2tp_digest_exit();
	return err;
}

static void __exit l2tp_exit(void)
{
	nf_vpn_proto_unregister(&l2tp_proto);
	l2tp_digest_exit();
}

module_init(l2tp_init);
module_exit(l2tp_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VPN passthrough: L2TP through NAT");
MODULE_VERSION(NF_VPN_VERSION);
MODULE_SOFTDEP("pre: hmac md5 sha1");
