// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who changed what: an event for each change that an owner makes.
 *
 * They have no rate limit: no packet can cause one.
 */
#include <linux/cred.h>
#include <linux/sched.h>
#include <net/genetlink.h>
#include "core.h"

/* The timer is nobody. */
static int put_who(struct sk_buff *skb, enum nf_vpn_origin origin)
{
	char comm[TASK_COMM_LEN];

	if (nla_put_u32(skb, NF_VPN_A_ORIGIN, origin))
		return -EMSGSIZE;
	if (origin == NF_VPN_ORIGIN_TIMER)
		return 0;
	get_task_comm(comm, current);
	if (nla_put_u32(skb, NF_VPN_A_UID,
			from_kuid_munged(&init_user_ns, current_uid())) ||
	    nla_put_u32(skb, NF_VPN_A_PID, task_tgid_nr(current)) ||
	    nla_put_string(skb, NF_VPN_A_COMM, comm))
		return -EMSGSIZE;
	return 0;
}

/**
 * nf_vpn_put_timer - tell how long a mode lasts still
 * @skb: the message
 * @vn: the namespace
 * @proto: the protocol
 *
 * Return: 0, or -EMSGSIZE.
 */
int nf_vpn_put_timer(struct sk_buff *skb, const struct nf_vpn_net *vn,
		     enum nf_vpn_proto proto)
{
	enum nf_vpn_mode next;
	u64 ms;

	if (!nf_vpn_timer_left(vn, proto, &next, &ms))
		return 0;
	if (nla_put_u64_64bit(skb, NF_VPN_A_LEFT_MS, ms, NF_VPN_A_PAD) ||
	    nla_put_u32(skb, NF_VPN_A_NEXT_MODE, next))
		return -EMSGSIZE;
	return 0;
}

static struct sk_buff *begin(struct nf_vpn_net *vn, u8 cmd, void **hdr)
{
	if (!nf_vpn_event_wanted(vn))
		return NULL;
	return nf_vpn_event_new(cmd, hdr);
}

/**
 * nf_vpn_audit_mode - a mode was changed, or how long it lasts
 * @vn: the namespace, whose mode is the new one
 * @proto: the protocol
 * @old: mode before
 * @origin: by which way
 *
 * Context: process, mode_mutex held.
 */
void nf_vpn_audit_mode(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       enum nf_vpn_mode old, enum nf_vpn_origin origin)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = begin(vn, NF_VPN_CMD_MODE_NTF, &hdr);
	if (!skb)
		return;
	err = nla_put_u32(skb, NF_VPN_A_PROTO, proto) ||
	      nla_put_u32(skb, NF_VPN_A_MODE, vn->mode[proto]) ||
	      nla_put_u32(skb, NF_VPN_A_OLD_MODE, old) ||
	      nf_vpn_put_timer(skb, vn, proto) || put_who(skb, origin);
	nf_vpn_event_send(vn, skb, hdr, err);
}

/**
 * nf_vpn_audit_setting - something was set
 * @vn: the namespace
 * @setting: what
 * @proto: the protocol that it is of; -1 if it is the namespace's
 * @old: its value before
 * @value: its value now
 * @origin: by which way
 *
 * Context: process.
 */
void nf_vpn_audit_setting(struct nf_vpn_net *vn, enum nf_vpn_setting setting,
			  int proto, u32 old, u32 value,
			  enum nf_vpn_origin origin)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = begin(vn, NF_VPN_CMD_SETTING_NTF, &hdr);
	if (!skb)
		return;
	err = nla_put_u32(skb, NF_VPN_A_SETTING, setting) ||
	      (proto >= 0 && nla_put_u32(skb, NF_VPN_A_PROTO, proto)) ||
	      nla_put_u64_64bit(skb, NF_VPN_A_OLD_VALUE, old, NF_VPN_A_PAD) ||
	      nla_put_u64_64bit(skb, NF_VPN_A_VALUE, value, NF_VPN_A_PAD) ||
	      put_who(skb, origin);
	nf_vpn_event_send(vn, skb, hdr, err);
}

/**
 * nf_vpn_audit_static - a static binding was made or removed
 * @vn: the namespace
 * @s: the binding
 * @added: it was made
 *
 * Context: process.
 */
void nf_vpn_audit_static(struct nf_vpn_net *vn, const struct nf_vpn_static *s,
			 bool added)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = begin(vn, added ? NF_VPN_CMD_BIND_ADD_NTF :
		    NF_VPN_CMD_BIND_DEL_NTF, &hdr);
	if (!skb)
		return;
	err = nf_vpn_put_static(skb, s) ||
	      put_who(skb, NF_VPN_ORIGIN_NETLINK);
	nf_vpn_event_send(vn, skb, hdr, err);
}

/* What a request said, said again. */
static int put_same(struct sk_buff *skb, struct nlattr **attrs, int type)
{
	const struct nlattr *attr = attrs[type];

	return attr ? nla_put(skb, type, nla_len(attr), nla_data(attr)) : 0;
}

/**
 * nf_vpn_audit_flush - tunnels were flushed
 * @vn: the namespace
 * @attrs: what the request selected
 * @removed: how many they were
 *
 * Context: process.
 */
void nf_vpn_audit_flush(struct nf_vpn_net *vn, struct nlattr **attrs,
			u32 removed)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = begin(vn, NF_VPN_CMD_FLUSH_NTF, &hdr);
	if (!skb)
		return;
	err = put_same(skb, attrs, NF_VPN_A_PROTO) ||
	      put_same(skb, attrs, NF_VPN_A_CLIENT) ||
	      put_same(skb, attrs, NF_VPN_A_SERVER) ||
	      nla_put_u32(skb, NF_VPN_A_REMOVED, removed) ||
	      put_who(skb, NF_VPN_ORIGIN_NETLINK);
	nf_vpn_event_send(vn, skb, hdr, err);
}
