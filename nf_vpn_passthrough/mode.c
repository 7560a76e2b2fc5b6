// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes: which hooks a namespace has, and what leaving a mode takes along.
 *
 * A mode that needs no hook has none: bypass costs nothing.
 */
#include <linux/module.h>
#include <linux/string_helpers.h>
#include <net/netfilter/nf_conntrack_core.h>
#include "core.h"

/* Protects the list of namespaces, and serialises registration; taken before a
 * namespace's own mode_mutex.
 */
static DEFINE_MUTEX(nets_mutex);

static const struct nf_vpn_proto_ops *protos[NF_VPN_N_PROTOS];
static LIST_HEAD(all_nets);

static const char * const mode_names[] = {
	[NF_VPN_MODE_OFF]	= "off",
	[NF_VPN_MODE_ON]	= "on",
	[NF_VPN_MODE_BYPASS]	= "bypass",
	[NF_VPN_MODE_OBSERVE]	= "observe",
};

/**
 * nf_vpn_mode_parse - read a mode's name or number
 * @text: the text
 *
 * Return: an enum nf_vpn_mode, or -EINVAL.
 */
int nf_vpn_mode_parse(const char *text)
{
	int mode = sysfs_match_string(mode_names, text);
	unsigned int number;

	if (mode >= 0)
		return mode;
	if (kstrtouint(text, 10, &number) || number > NF_VPN_MODE_MAX)
		return -EINVAL;
	return number;
}
EXPORT_SYMBOL_GPL(nf_vpn_mode_parse);

/**
 * nf_vpn_proto_ops - what the module of a protocol has registered
 * @proto: the protocol
 *
 * Who unregisters clears it first, then takes every namespace's mode_mutex: what
 * is seen under that stays.
 *
 * Context: process; without a mode_mutex the answer may be a moment old.
 * Return: it, or NULL if the module is not loaded.
 */
const struct nf_vpn_proto_ops *nf_vpn_proto_ops(enum nf_vpn_proto proto)
{
	return READ_ONCE(protos[proto]);
}

/**
 * nf_vpn_mode_is_on - is a protocol's mode on, and to stay so?
 * @net: network namespace
 * @proto: the protocol
 *
 * For what runs without a hook of the mode's own.
 *
 * Context: RCU read side: nothing is removed before it ends.
 * Return: true if so.
 */
bool nf_vpn_mode_is_on(const struct net *net, enum nf_vpn_proto proto)
{
	const struct nf_vpn_net *vn = nf_vpn_pernet(net);

	return READ_ONCE(vn->mode[proto]) == NF_VPN_MODE_ON &&
	       !READ_ONCE(vn->draining[proto]);
}
EXPORT_SYMBOL_GPL(nf_vpn_mode_is_on);

static bool of_proto(const struct nf_vpn_flow *flow, const void *arg)
{
	const struct nf_vpn_proto_ops *ops = arg;

	return flow->proto == ops->proto;
}

/* Replies are on their way: as long as the hooks are there, those that find no
 * entry make none.
 */
static void drain(struct nf_vpn_net *vn, const struct nf_vpn_proto_ops *ops)
{
	if (!READ_ONCE(vn->nflows) || vn->dead || !ops->stamped)
		return;
	synchronize_net();
	nf_vpn_leftovers_end(vn, ops);
}

/* What mode on needs beside its hooks. */
static int prepare_on(struct nf_vpn_net *vn, enum nf_vpn_proto proto)
{
	int err = nf_ct_netns_get(vn->net, NFPROTO_INET);

	if (err || !vn->fast_path[proto])
		return err;
	err = nf_vpn_lease_start(vn, proto);
	if (err)
		nf_ct_netns_put(vn->net, NFPROTO_INET);
	return err;
}

static void unprepare_on(struct nf_vpn_net *vn, enum nf_vpn_proto proto)
{
	nf_vpn_lease_stop(vn, proto);
	nf_ct_netns_put(vn->net, NFPROTO_INET);
}

static int enter(struct nf_vpn_net *vn, const struct nf_vpn_proto_ops *ops,
		 enum nf_vpn_mode mode)
{
	const struct nf_vpn_hooks hooks = nf_vpn_mode_hooks(ops, mode);
	int err;

	if (mode == NF_VPN_MODE_ON) {
		err = prepare_on(vn, ops->proto);
		if (err)
			return err;
	}
	if (!hooks.n)
		return 0;
	err = nf_register_net_hooks(vn->net, hooks.ops, hooks.n);
	if (err && mode == NF_VPN_MODE_ON)
		unprepare_on(vn, ops->proto);
	return err;
}

static void leave(struct nf_vpn_net *vn, const struct nf_vpn_proto_ops *ops,
		  enum nf_vpn_mode mode)
{
	const struct nf_vpn_hooks hooks = nf_vpn_mode_hooks(ops, mode);

	if (mode == NF_VPN_MODE_ON) {
		WRITE_ONCE(vn->draining[ops->proto], true);
		drain(vn, ops);
	}
	if (hooks.n) {
		nf_unregister_net_hooks(vn->net, hooks.ops, hooks.n);
		/* Packets inside a hook may still add flows. */
		synchronize_net();
	}
	/* A namespace that goes takes its conntrack entries along. */
	if (mode == NF_VPN_MODE_ON && !vn->dead)
		nf_vpn_leftovers_end(vn, ops);
	nf_vpn_flush(vn, of_proto, ops, false);
	nf_vpn_control_flush(vn, ops->proto);
	WRITE_ONCE(vn->draining[ops->proto], false);
	if (mode == NF_VPN_MODE_ON)
		unprepare_on(vn, ops->proto);
}

static int change(struct nf_vpn_net *vn, const struct nf_vpn_proto_ops *ops,
		  enum nf_vpn_mode mode)
{
	enum nf_vpn_mode old = vn->mode[ops->proto];
	int err;

	if (mode == old)
		return 0;
	/* The new hooks first: if they fail, nothing has changed. */
	err = enter(vn, ops, mode);
	if (err)
		return err;
	/* Before what the old mode made is removed: nothing new is made by what
	 * asks nf_vpn_mode_is_on().
	 */
	WRITE_ONCE(vn->mode[ops->proto], mode);
	leave(vn, ops, old);
	return 0;
}

/* For good, by a module that comes or goes. */
static int change_by_module(struct nf_vpn_net *vn,
			    const struct nf_vpn_proto_ops *ops,
			    enum nf_vpn_mode mode)
{
	enum nf_vpn_mode old = vn->mode[ops->proto];
	int err = change(vn, ops, mode);

	if (err)
		return err;
	if (nf_vpn_timer_stop(vn, ops->proto) || mode != old)
		nf_vpn_audit_mode(vn, ops->proto, old, NF_VPN_ORIGIN_MODULE);
	return 0;
}

/* What may be set: nothing without the protocol's module, and a time only if
 * something changes when it is over.
 */
static int may_set(const struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		   const struct nf_vpn_mode_want *want,
		   struct netlink_ext_ack *extack)
{
	if (!nf_vpn_proto_ops(proto) &&
	    (want->mode != NF_VPN_MODE_BYPASS || want->secs)) {
		NL_SET_ERR_MSG(extack, "the kernel module of this protocol is not loaded");
		return -EPROTONOSUPPORT;
	}
	if (want->secs && want->mode == nf_vpn_timer_next(vn, proto)) {
		NL_SET_ERR_MSG(extack, "it is the mode that would return: set it without a time");
		return -EINVAL;
	}
	return 0;
}

static int set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
	       const struct nf_vpn_mode_want *want,
	       struct netlink_ext_ack *extack)
{
	enum nf_vpn_mode old = vn->mode[proto], next;
	bool timer;
	int err;

	err = may_set(vn, proto, want, extack);
	if (err || !nf_vpn_proto_ops(proto))
		return err;
	next = nf_vpn_timer_next(vn, proto);
	err = change(vn, nf_vpn_proto_ops(proto), want->mode);
	if (err) {
		NL_SET_ERR_MSG(extack, "the hooks of this mode cannot be registered");
		return err;
	}
	timer = nf_vpn_timer_stop(vn, proto);
	if (want->secs)
		nf_vpn_timer_start(vn, proto, want->secs, next);
	if (timer || want->secs || want->mode != old)
		nf_vpn_audit_mode(vn, proto, old, want->origin);
	return 0;
}

/**
 * nf_vpn_mode_set - change the mode of a protocol
 * @vn: the namespace
 * @proto: the protocol
 * @want: the mode, and for how long
 * @extack: says why not, or NULL
 *
 * A time that an earlier call set is forgotten; but what this one's returns to
 * stays what that one's would have returned to.
 *
 * Context: process; takes the namespace's mode_mutex.
 * Return: 0; -EPROTONOSUPPORT if the protocol's module is not loaded; -EINVAL if
 * the mode is the one that would return; else what registering hooks returned,
 * and the old mode stays.
 */
int nf_vpn_mode_set(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		    const struct nf_vpn_mode_want *want,
		    struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&vn->mode_mutex);
	err = set(vn, proto, want, extack);
	mutex_unlock(&vn->mode_mutex);
	return err;
}

/**
 * nf_vpn_mode_return - go back to an earlier mode, the time is over
 * @vn: the namespace
 * @proto: the protocol
 * @mode: the earlier mode
 *
 * Context: process, mode_mutex held.
 * Return: 0, or what registering hooks returned, and the mode stays.
 */
int nf_vpn_mode_return(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode mode)
{
	const struct nf_vpn_proto_ops *ops = nf_vpn_proto_ops(proto);

	return ops ? change(vn, ops, mode) : 0;
}

/**
 * nf_vpn_proto_register - make a protocol known
 * @ops: what it needs; must stay until nf_vpn_proto_unregister()
 *
 * Context: process, module init.
 * Return: 0; -EBUSY if the protocol is known already; else what registering
 * the hooks of its initial mode returned.
 */
int nf_vpn_proto_register(const struct nf_vpn_proto_ops *ops)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(&init_net);
	int err = -EBUSY;

	mutex_lock(&nets_mutex);
	mutex_lock(&vn->mode_mutex);
	if (!protos[ops->proto]) {
		nf_vpn_forward_init(ops);
		err = change_by_module(vn, ops, ops->initial_mode);
	}
	if (!err)
		WRITE_ONCE(protos[ops->proto], ops);
	mutex_unlock(&vn->mode_mutex);
	mutex_unlock(&nets_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(nf_vpn_proto_register);

static int is_stamped(struct nf_conn *ct, void *data)
{
	const struct nf_vpn_proto_ops *ops = data;

	return ops->stamped(ct);
}

/**
 * nf_vpn_proto_unregister - forget a protocol
 * @ops: what was registered
 *
 * Context: process, module exit.  Afterwards no hook of the protocol runs and
 * no conntrack entry is stamped by it.
 */
void nf_vpn_proto_unregister(const struct nf_vpn_proto_ops *ops)
{
	struct nf_vpn_net *vn;

	mutex_lock(&nets_mutex);
	WRITE_ONCE(protos[ops->proto], NULL);
	list_for_each_entry(vn, &all_nets, list) {
		mutex_lock(&vn->mode_mutex);
		change_by_module(vn, ops, NF_VPN_MODE_BYPASS);
		mutex_unlock(&vn->mode_mutex);
	}
	mutex_unlock(&nets_mutex);
	/* Also entries that wait in a queue and are not confirmed yet. */
	if (ops->stamped)
		nf_ct_iterate_destroy(is_stamped, (void *)ops);
}
EXPORT_SYMBOL_GPL(nf_vpn_proto_unregister);

/**
 * nf_vpn_mode_init - let a namespace take part
 * @vn: the namespace
 */
void nf_vpn_mode_init(struct nf_vpn_net *vn)
{
	mutex_init(&vn->mode_mutex);
	memset(vn->mode, NF_VPN_MODE_BYPASS, sizeof(vn->mode));
	mutex_lock(&nets_mutex);
	list_add_tail(&vn->list, &all_nets);
	mutex_unlock(&nets_mutex);
}

/**
 * nf_vpn_mode_exit - take a namespace out
 * @vn: the namespace, whose modes nobody can change any more
 *
 * Context: process.  Afterwards no hook runs in it, and it has no flows.
 */
void nf_vpn_mode_exit(struct nf_vpn_net *vn)
{
	const struct nf_vpn_proto_ops *ops;
	unsigned int i;

	/* While it is on the list, no protocol goes without its hooks here. */
	mutex_lock(&vn->mode_mutex);
	for (i = 0; i < NF_VPN_N_PROTOS; i++) {
		ops = READ_ONCE(protos[i]);
		if (ops)
			change(vn, ops, NF_VPN_MODE_BYPASS);
	}
	mutex_unlock(&vn->mode_mutex);
	mutex_lock(&nets_mutex);
	list_del(&vn->list);
	mutex_unlock(&nets_mutex);
}
