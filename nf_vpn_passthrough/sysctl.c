// SPDX-License-Identifier: GPL-2.0-only
/* net.netfilter.vpn_passthrough.*: modes and limits of a namespace. */
#include <linux/slab.h>
#include <linux/sysctl.h>
#include "core.h"

static unsigned int one = 1;
static unsigned int ids_min = 16, ids_max = 1048576;
static unsigned int flows_max = 65535;
static unsigned int probe_min = 10, probe_max = 60000;

/* Reads as a number, takes a number or a name. */
static int mode_handler(ctl_const struct ctl_table *table, int write,
			void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_proto proto = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	char text[16] = "";
	struct ctl_table copy = {
		.data = text,
		.maxlen = sizeof(text),
		.mode = table->mode,
	};
	int ret;

	if (!write)
		snprintf(text, sizeof(text), "%u",
			 READ_ONCE(vn->mode[proto]));
	ret = proc_dostring(&copy, write, buffer, lenp, ppos);
	if (ret || !write)
		return ret;
	ret = nf_vpn_mode_parse(text);
	return ret < 0 ? ret : nf_vpn_mode_set(vn, proto, ret, NULL);
}

/* 0 or 1. */
static int preserve_handler(ctl_const struct ctl_table *table, int write,
			    void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_proto proto = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	u8 preserve = READ_ONCE(vn->preserve_port[proto]);
	struct ctl_table copy = {
		.data = &preserve,
		.maxlen = sizeof(preserve),
		.mode = table->mode,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_ONE,
	};
	int ret;

	ret = proc_dou8vec_minmax(&copy, write, buffer, lenp, ppos);
	if (ret || !write)
		return ret;
	return nf_vpn_preserve_port_set(vn, proto, preserve, NULL);
}

#define PRESERVE(_name, _proto) {				\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = preserve_handler,			\
	.extra1 = (void *)(unsigned long)(_proto),		\
}

#define MODE(_name, _proto) {					\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = mode_handler,				\
	.extra1 = (void *)(unsigned long)(_proto),		\
}

#define LIMIT(_name, _field, _min, _max) {			\
	.procname = _name,					\
	.data = (void *)offsetof(struct nf_vpn_limits, _field),	\
	.maxlen = sizeof(unsigned int),				\
	.mode = 0644,						\
	.proc_handler = proc_douintvec_minmax,			\
	.extra1 = _min,						\
	.extra2 = _max,						\
}

static const struct ctl_table template[] = {
	MODE("pptp", NF_VPN_PPTP),
	MODE("ipsec", NF_VPN_IPSEC),
	MODE("l2tp", NF_VPN_L2TP),
	PRESERVE("l2tp_preserve_port", NF_VPN_L2TP),
	LIMIT("max_ids", ids, &ids_min, &ids_max),
	LIMIT("max_per_client", per_client, &one, &flows_max),
	LIMIT("max_per_server", per_server, &one, &flows_max),
	LIMIT("probe_ms", probe_ms, &probe_min, &probe_max),
	{}
};

/* Limits bound the kernel's memory: who merely owns a user namespace may lower
 * nothing and raise nothing, as with conntrack's own.
 */
static void fill(struct nf_vpn_net *vn, struct ctl_table *t)
{
	if (t->proc_handler == mode_handler ||
	    t->proc_handler == preserve_handler) {
		t->extra2 = vn;
		return;
	}
	t->data = (void *)&vn->limits + (unsigned long)t->data;
	if (vn->net->user_ns != &init_user_ns)
		t->mode = 0444;
}

/**
 * nf_vpn_sysctl_init - register the sysctls of a namespace
 * @vn: the namespace
 *
 * Return: 0, or -ENOMEM.
 */
int nf_vpn_sysctl_init(struct nf_vpn_net *vn)
{
	struct ctl_table *table, *t;

	if (!IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	table = kmemdup(template, sizeof(template), GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	for (t = table; t->procname; t++)
		fill(vn, t);
	vn->sysctl = register_net_sysctl_sz(vn->net,
					    "net/netfilter/vpn_passthrough",
					    table, ARRAY_SIZE(template) - 1);
	if (!vn->sysctl) {
		kfree(table);
		return -ENOMEM;
	}
	return 0;
}

/**
 * nf_vpn_sysctl_exit - unregister the sysctls of a namespace
 * @vn: the namespace
 */
void nf_vpn_sysctl_exit(struct nf_vpn_net *vn)
{
	const struct ctl_table *table;

	if (!vn->sysctl)
		return;
	table = vn->sysctl->ctl_table_arg;
	unregister_net_sysctl_table(vn->sysctl);
	kfree(table);
}
