// SPDX-License-Identifier: GPL-2.0-only
/* IPsec passthrough: raw ESP of many clients to one gateway, and their IKE. */
#include <linux/module.h>
#include "esp.h"

static char *mode = "on";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "mode in the initial network namespace: off, on, bypass or observe (default on)");

struct nf_vpn_proto_ops esp_proto __ro_after_init = {
	.proto		= NF_VPN_IPSEC,
	.module		= KBUILD_MODNAME,
	.claims		= esp_claims,
	.sessions	= &ike_sessions,
	.exchanges	= true,
	.lease_id	= { .off = 0, .len = 4 },
	.owns		= esp_data_owns,
	.stamped	= esp_data_stamped,
};

static int __init esp_init(void)
{
	int initial = nf_vpn_mode_parse(mode);

	if (initial < 0) {
		pr_err("%s: no such mode: %s\n", KBUILD_MODNAME, mode);
		return initial;
	}
	esp_proto.port = htons(IKE_PORT);
	esp_proto.initial_mode = initial;
	esp_proto.data_hooks = esp_data_hooks;
	return nf_vpn_proto_register(&esp_proto);
}

static void __exit esp_exit(void)
{
	nf_vpn_proto_unregister(&esp_proto);
}

module_init(esp_init);
module_exit(esp_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VPN passthrough: IPsec ESP through NAT");
MODULE_VERSION(NF_VPN_VERSION);
