// SPDX-License-Identifier: GPL-2.0-only
/*
 * VPN passthrough, the core: modes, the wire-id table, the binder, counters,
 * sysctls and generic netlink.  Protocol modules stand on it.
 */
#include <linux/module.h>
#include <net/genetlink.h>
#include "core.h"

unsigned int nf_vpn_pernet_id __read_mostly;

static int __net_init nf_vpn_net_init(struct net *net)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);
	int err;

	vn->net = net;
	vn->limits = (struct nf_vpn_limits) {
		.ids = 262144, .per_client = 64, .per_server = 65535,
		.probe_ms = 1000,
	};
	memset(vn->policy, NF_VPN_POLICY_SERIALIZE, sizeof(vn->policy));
	vn->policy[NF_VPN_IPSEC] = NF_VPN_POLICY_IKE;
	INIT_LIST_HEAD(&vn->statics);
	nf_vpn_sweep_init(vn);
	nf_vpn_event_init(vn);
	nf_vpn_refusal_init(vn);
	vn->stats = alloc_percpu_gfp(struct nf_vpn_stats, GFP_KERNEL_ACCOUNT);
	if (!vn->stats)
		return -ENOMEM;
	err = nf_vpn_idmap_init(vn);
	if (err)
		goto err_stats;
	nf_vpn_timer_init(vn);
	nf_vpn_mode_init(vn);
	err = nf_vpn_sysctl_init(vn);
	if (err)
		goto err_mode;
	return 0;

err_mode:
	nf_vpn_mode_exit(vn);
	nf_vpn_idmap_exit(vn);
err_stats:
	free_percpu(vn->stats);
	return err;
}

static void __net_exit nf_vpn_net_exit(struct net *net)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(net);

	nf_vpn_sysctl_exit(vn);
	nf_vpn_timer_exit(vn);
	nf_vpn_sweep_stop(vn);
	nf_vpn_mode_exit(vn);
	nf_vpn_static_exit(vn);
	nf_vpn_idmap_exit(vn);
	free_percpu(vn->stats);
}

static struct pernet_operations nf_vpn_net_ops = {
	.init	= nf_vpn_net_init,
	.exit	= nf_vpn_net_exit,
	.id	= &nf_vpn_pernet_id,
	.size	= sizeof(struct nf_vpn_net),
};

static int __init nf_vpn_init(void)
{
	int err;

	err = nf_vpn_objects_init();
	if (err)
		return err;
	err = register_pernet_subsys(&nf_vpn_net_ops);
	if (err)
		goto err_objects;
	err = nf_vpn_address_init();
	if (err)
		goto err_pernet;
	err = genl_register_family(&nf_vpn_genl_family);
	if (err)
		goto err_address;
	return 0;

err_address:
	nf_vpn_address_exit();
err_pernet:
	unregister_pernet_subsys(&nf_vpn_net_ops);
err_objects:
	nf_vpn_objects_exit();
	return err;
}

static void __exit nf_vpn_exit(void)
{
	genl_unregister_family(&nf_vpn_genl_family);
	nf_vpn_address_exit();
	unregister_pernet_subsys(&nf_vpn_net_ops);
	/* Readers of what is freed may still run code of ours. */
	nf_vpn_objects_exit();
}

module_init(nf_vpn_init);
module_exit(nf_vpn_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VPN passthrough: core");
MODULE_ALIAS_GENL_FAMILY(NF_VPN_GENL_NAME);
MODULE_VERSION(NF_VPN_VERSION);
