// SPDX-License-Identifier: GPL-2.0-only
/* What can be set beside modes: policy, preserved port, fast path, limits. */
#include <linux/export.h>
#include <linux/string_helpers.h>
#include "core.h"

static const char * const policy_names[] = {
	[NF_VPN_POLICY_IKE]		= "ike",
	[NF_VPN_POLICY_SERIALIZE]	= "serialize",
	[NF_VPN_POLICY_FIFO]		= "fifo",
	[NF_VPN_POLICY_STRICT]		= "strict",
};

/**
 * nf_vpn_preserves_port - do new clients keep the well-known source port?
 * @net: network namespace
 * @proto: the protocol
 *
 * Return: true if so.
 */
bool nf_vpn_preserves_port(const struct net *net, enum nf_vpn_proto proto)
{
	return READ_ONCE(nf_vpn_pernet(net)->preserve_port[proto]);
}
EXPORT_SYMBOL_GPL(nf_vpn_preserves_port);

/**
 * nf_vpn_policy_parse - read a policy's name or number
 * @text: the text
 *
 * Return: an enum nf_vpn_policy, or -EINVAL.
 */
int nf_vpn_policy_parse(const char *text)
{
	int policy = sysfs_match_string(policy_names, text);
	unsigned int number;

	if (policy >= 0)
		return policy;
	if (kstrtouint(text, 10, &number) || number > NF_VPN_POLICY_MAX)
		return -EINVAL;
	return number;
}

/**
 * nf_vpn_has_binder - are a protocol's inbound ids found out by its policy?
 * @proto: the protocol
 *
 * Return: true if so; false for others, and if its module is not loaded.
 */
bool nf_vpn_has_binder(enum nf_vpn_proto proto)
{
	const struct nf_vpn_proto_ops *ops = nf_vpn_proto_ops(proto);

	return ops && ops->owns;
}

/**
 * nf_vpn_has_leases - has a protocol a fast path?
 * @proto: the protocol
 *
 * Return: true if so; false for others, and if its module is not loaded.
 */
bool nf_vpn_has_leases(enum nf_vpn_proto proto)
{
	const struct nf_vpn_proto_ops *ops = nf_vpn_proto_ops(proto);

	return ops && ops->lease_id.len;
}

static int may_preserve(const struct nf_vpn_proto_ops *ops, bool preserve,
			struct netlink_ext_ack *extack)
{
	if (!preserve || ops->port)
		return 0;
	NL_SET_ERR_MSG(extack, "this protocol has no port to preserve");
	return -EOPNOTSUPP;
}

static int may_follow(const struct nf_vpn_proto_ops *ops,
		      enum nf_vpn_policy policy, struct netlink_ext_ack *extack)
{
	if (!ops->owns) {
		NL_SET_ERR_MSG(extack, "this protocol tells its ids in clear and needs no policy");
		return -EOPNOTSUPP;
	}
	if (policy == NF_VPN_POLICY_IKE && !ops->exchanges) {
		NL_SET_ERR_MSG(extack, "this protocol has no key exchange to follow");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int may_lease(const struct nf_vpn_proto_ops *ops, bool fast_path,
		     struct netlink_ext_ack *extack)
{
	if (!fast_path || ops->lease_id.len)
		return 0;
	NL_SET_ERR_MSG(extack, "this protocol has no fast path");
	return -EOPNOTSUPP;
}

static int may_set(const struct nf_vpn_proto_ops *ops,
		   const struct nf_vpn_options *want,
		   struct netlink_ext_ack *extack)
{
	int err = 0;

	if (!ops) {
		NL_SET_ERR_MSG(extack, "the kernel module of this protocol is not loaded");
		return -EPROTONOSUPPORT;
	}
	if (want->has_preserve)
		err = may_preserve(ops, want->preserve, extack);
	if (!err && want->has_policy)
		err = may_follow(ops, want->policy, extack);
	if (!err && want->has_fast_path)
		err = may_lease(ops, want->fast_path, extack);
	return err;
}

static void set(struct nf_vpn_net *vn, enum nf_vpn_proto proto, u8 *where,
		u8 value, enum nf_vpn_setting setting,
		enum nf_vpn_origin origin)
{
	u8 old = *where;

	WRITE_ONCE(*where, value);
	if (old != value)
		nf_vpn_audit_setting(vn, setting, proto, old, value, origin);
}

/* Outside of mode on it is only noted. */
static int set_fast_path(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
			 const struct nf_vpn_options *want,
			 struct netlink_ext_ack *extack)
{
	int err = 0;

	if (want->fast_path && vn->mode[proto] == NF_VPN_MODE_ON)
		err = nf_vpn_lease_start(vn, proto);
	if (err) {
		NL_SET_ERR_MSG(extack, "the hooks of the fast path cannot be registered");
		return err;
	}
	set(vn, proto, &vn->fast_path[proto], want->fast_path,
	    NF_VPN_SETTING_FAST_PATH, want->origin);
	if (!want->fast_path)
		nf_vpn_lease_stop(vn, proto);
	return 0;
}

/**
 * nf_vpn_options_set - set what is given of a protocol's options, or nothing
 * @vn: the namespace
 * @proto: the protocol
 * @want: the options
 * @extack: says why not, or NULL
 *
 * Tunnels that are there stay as they are, and ids that are bound stay so.
 *
 * Context: process; takes the namespace's mode_mutex.
 * Return: 0; -EPROTONOSUPPORT if the protocol's module is not loaded;
 * -EOPNOTSUPP if the protocol has no such policy or no fast path, or cannot tell
 * clients with equal ports apart; or what registering hooks returned.
 */
int nf_vpn_options_set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       const struct nf_vpn_options *want,
		       struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&vn->mode_mutex);
	err = may_set(nf_vpn_proto_ops(proto), want, extack);
	if (!err && want->has_fast_path)
		err = set_fast_path(vn, proto, want, extack);
	if (!err && want->has_preserve)
		set(vn, proto, &vn->preserve_port[proto], want->preserve,
		    NF_VPN_SETTING_PRESERVE_PORT, want->origin);
	if (!err && want->has_policy)
		set(vn, proto, &vn->policy[proto], want->policy,
		    NF_VPN_SETTING_POLICY, want->origin);
	mutex_unlock(&vn->mode_mutex);
	return err;
}

/**
 * nf_vpn_limit - where a limit is
 * @vn: the namespace
 * @setting: which
 *
 * Return: the limit; NULL if @setting is none.
 */
unsigned int *nf_vpn_limit(struct nf_vpn_net *vn, enum nf_vpn_setting setting)
{
	switch (setting) {
	case NF_VPN_SETTING_MAX_IDS:
		return &vn->limits.ids;
	case NF_VPN_SETTING_MAX_PER_CLIENT:
		return &vn->limits.per_client;
	case NF_VPN_SETTING_MAX_PER_SERVER:
		return &vn->limits.per_server;
	case NF_VPN_SETTING_PROBE_MS:
		return &vn->limits.probe_ms;
	default:
		return NULL;
	}
}

/**
 * nf_vpn_limit_set - set a limit
 * @vn: the namespace
 * @setting: which
 * @value: its value, in range
 * @origin: by which way it came
 *
 * Context: process.
 */
void nf_vpn_limit_set(struct nf_vpn_net *vn, enum nf_vpn_setting setting,
		      unsigned int value, enum nf_vpn_origin origin)
{
	unsigned int old = xchg(nf_vpn_limit(vn, setting), value);

	if (old != value)
		nf_vpn_audit_setting(vn, setting, -1, old, value, origin);
}
