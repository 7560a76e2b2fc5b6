// SPDX-License-Identifier: GPL-2.0-only
/* net.netfilter.vpn_passthrough.*: modes and limits of a namespace. */
#include <linux/slab.h>
#include <linux/sysctl.h>
#include "core.h"

static int number_or_name(ctl_const struct ctl_table *table, int write,
			  void *buffer, size_t *lenp, loff_t *ppos, int *value,
			  int (*parse)(const char *text))
{
	char text[16] = "";
	struct ctl_table copy = {
		.data = text,
		.maxlen = sizeof(text),
		.mode = table->mode,
	};
	int ret;

	if (!write)
		snprintf(text, sizeof(text), "%d", *value);
	ret = proc_dostring(&copy, write, buffer, lenp, ppos);
	if (ret || !write)
		return ret;
	*value = parse(text);
	return *value < 0 ? *value : 0;
}

/* Reads as a number, takes a number or a name. */
static int mode_handler(ctl_const struct ctl_table *table, int write,
			void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_proto proto = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	struct nf_vpn_mode_want want = { .origin = NF_VPN_ORIGIN_SYSCTL };
	int ret, mode = READ_ONCE(vn->mode[proto]);

	ret = number_or_name(table, write, buffer, lenp, ppos, &mode,
			     nf_vpn_mode_parse);
	want.mode = mode;
	return ret || !write ? ret : nf_vpn_mode_set(vn, proto, &want, NULL);
}

/* 0 or 1. */
static int flag(ctl_const struct ctl_table *table, int write, void *buffer,
		size_t *lenp, loff_t *ppos, u8 *value)
{
	struct ctl_table copy = {
		.data = value,
		.maxlen = sizeof(*value),
		.mode = table->mode,
		.extra1 = SYSCTL_ZERO,
		.extra2 = SYSCTL_ONE,
	};

	return proc_dou8vec_minmax(&copy, write, buffer, lenp, ppos);
}

static int preserve_handler(ctl_const struct ctl_table *table, int write,
			    void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_proto proto = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	struct nf_vpn_options want = {
		.has_preserve = true, .origin = NF_VPN_ORIGIN_SYSCTL,
	};
	u8 preserve = READ_ONCE(vn->preserve_port[proto]);
	int ret = flag(table, write, buffer, lenp, ppos, &preserve);

	if (ret || !write)
		return ret;
	want.preserve = preserve;
	return nf_vpn_options_set(vn, proto, &want, NULL);
}

static int fast_path_handler(ctl_const struct ctl_table *table, int write,
			     void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_proto proto = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	struct nf_vpn_options want = {
		.has_fast_path = true, .origin = NF_VPN_ORIGIN_SYSCTL,
	};
	u8 on = READ_ONCE(vn->fast_path[proto]);
	int ret = flag(table, write, buffer, lenp, ppos, &on);

	if (ret || !write)
		return ret;
	want.fast_path = on;
	return nf_vpn_options_set(vn, proto, &want, NULL);
}

/* Reads as a number, takes a number or a name. */
static int policy_handler(ctl_const struct ctl_table *table, int write,
			  void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_proto proto = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	struct nf_vpn_options want = {
		.has_policy = true, .origin = NF_VPN_ORIGIN_SYSCTL,
	};
	int ret, policy = READ_ONCE(vn->policy[proto]);

	ret = number_or_name(table, write, buffer, lenp, ppos, &policy,
			     nf_vpn_policy_parse);
	want.policy = policy;
	return ret || !write ? ret : nf_vpn_options_set(vn, proto, &want, NULL);
}

static const struct {
	unsigned int	min;
	unsigned int	max;
} ranges[] = {
	[NF_VPN_SETTING_MAX_IDS]	= { 16, 1048576 },
	[NF_VPN_SETTING_MAX_PER_CLIENT]	= { 1, 65535 },
	[NF_VPN_SETTING_MAX_PER_SERVER]	= { 1, 65535 },
	[NF_VPN_SETTING_PROBE_MS]	= { 10, 60000 },
};

static int limit_handler(ctl_const struct ctl_table *table, int write,
			 void *buffer, size_t *lenp, loff_t *ppos)
{
	enum nf_vpn_setting setting = (unsigned long)table->extra1;
	struct nf_vpn_net *vn = table->extra2;
	unsigned int value = READ_ONCE(*nf_vpn_limit(vn, setting));
	struct ctl_table copy = {
		.data = &value,
		.maxlen = sizeof(value),
		.mode = table->mode,
		.extra1 = (void *)&ranges[setting].min,
		.extra2 = (void *)&ranges[setting].max,
	};
	int ret;

	ret = proc_douintvec_minmax(&copy, write, buffer, lenp, ppos);
	if (!ret && write)
		nf_vpn_limit_set(vn, setting, value, NF_VPN_ORIGIN_SYSCTL);
	return ret;
}

#define POLICY(_name, _proto) {					\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = policy_handler,				\
	.extra1 = (void *)(unsigned long)(_proto),		\
}

#define PRESERVE(_name, _proto) {				\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = preserve_handler,			\
	.extra1 = (void *)(unsigned long)(_proto),		\
}

#define FAST_PATH(_name, _proto) {				\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = fast_path_handler,			\
	.extra1 = (void *)(unsigned long)(_proto),		\
}

#define MODE(_name, _proto) {					\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = mode_handler,				\
	.extra1 = (void *)(unsigned long)(_proto),		\
}

#define LIMIT(_name, _setting) {				\
	.procname = _name,					\
	.mode = 0644,						\
	.proc_handler = limit_handler,				\
	.extra1 = (void *)(unsigned long)(_setting),		\
}

static const struct ctl_table template[] = {
	MODE("pptp", NF_VPN_PPTP),
	MODE("ipsec", NF_VPN_IPSEC),
	MODE("l2tp", NF_VPN_L2TP),
	POLICY("ipsec_policy", NF_VPN_IPSEC),
	POLICY("l2tp_policy", NF_VPN_L2TP),
	PRESERVE("ipsec_preserve_port", NF_VPN_IPSEC),
	PRESERVE("l2tp_preserve_port", NF_VPN_L2TP),
	FAST_PATH("ipsec_fast_path", NF_VPN_IPSEC),
	FAST_PATH("pptp_fast_path", NF_VPN_PPTP),
	FAST_PATH("l2tp_fast_path", NF_VPN_L2TP),
	LIMIT("max_ids", NF_VPN_SETTING_MAX_IDS),
	LIMIT("max_per_client", NF_VPN_SETTING_MAX_PER_CLIENT),
	LIMIT("max_per_server", NF_VPN_SETTING_MAX_PER_SERVER),
	LIMIT("probe_ms", NF_VPN_SETTING_PROBE_MS),
	{}
};

/* Limits bound the kernel's memory: who merely owns a user namespace may lower
 * nothing and raise nothing, as with conntrack's own.
 */
static void fill(struct nf_vpn_net *vn, struct ctl_table *t)
{
	t->extra2 = vn;
	if (t->proc_handler != limit_handler)
		return;
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
