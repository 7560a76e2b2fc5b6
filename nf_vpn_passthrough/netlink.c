// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink: Documentation/netlink/specs/vpn_passthrough.yaml. */
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/sock.h>
#include "core.h"

/* Operations, policy and groups, as they follow from the specification. */
#include "netlink_gen.c"

struct genl_family nf_vpn_genl_family __ro_after_init = {
	.name		= NF_VPN_GENL_NAME,
	.version	= NF_VPN_GENL_VERSION,
	.maxattr	= ARRAY_SIZE(vpn_passthrough_passthrough_nl_policy) - 1,
	.policy		= vpn_passthrough_passthrough_nl_policy,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.small_ops	= vpn_passthrough_nl_ops,
	.n_small_ops	= ARRAY_SIZE(vpn_passthrough_nl_ops),
	.resv_start_op	= NF_VPN_CMD_MODE_GET,
	.mcgrps		= vpn_passthrough_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(vpn_passthrough_nl_mcgrps),
};

/**
 * nf_vpn_put_addr - add an address to a message
 * @skb: the message
 * @attr: attribute type
 * @l3num: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address, of which 4 or 16 bytes are sent
 *
 * Return: 0, or -EMSGSIZE.
 */
int nf_vpn_put_addr(struct sk_buff *skb, int attr, u8 l3num,
		    const union nf_inet_addr *addr)
{
	return nla_put(skb, attr, l3num == NFPROTO_IPV4 ?
		       sizeof(addr->ip) : sizeof(addr->ip6), addr);
}

static void *reply_begin(struct sk_buff *skb, struct genl_info *info,
			 u8 cmd)
{
	return genlmsg_put(skb, info->snd_portid, info->snd_seq,
			   &nf_vpn_genl_family, 0, cmd);
}

static void *dump_begin(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			   cb->nlh->nlmsg_seq, &nf_vpn_genl_family,
			   NLM_F_MULTI, cmd);
}

static int reply_end(struct sk_buff *skb, struct genl_info *info,
		     void *hdr, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_unicast(genl_info_net(info), skb, info->snd_portid);
}

static int get_proto(const struct genl_info *info)
{
	if (info->attrs[NF_VPN_A_PROTO])
		return nla_get_u32(info->attrs[NF_VPN_A_PROTO]);
	NL_SET_ERR_MSG(info->extack, "no protocol named");
	return -EINVAL;
}

static int get_mode(const struct genl_info *info)
{
	if (info->attrs[NF_VPN_A_MODE])
		return nla_get_u32(info->attrs[NF_VPN_A_MODE]);
	NL_SET_ERR_MSG(info->extack, "no mode named");
	return -EINVAL;
}

static int put_mode(struct sk_buff *skb, const struct nf_vpn_net *vn,
		    enum nf_vpn_proto proto)
{
	if (nla_put_u32(skb, NF_VPN_A_PROTO, proto) ||
	    nla_put_u32(skb, NF_VPN_A_MODE, READ_ONCE(vn->mode[proto])) ||
	    nla_put_u32(skb, NF_VPN_A_PRESERVE_PORT,
			READ_ONCE(vn->preserve_port[proto])) ||
	    nf_vpn_put_timer(skb, vn, proto))
		return -EMSGSIZE;
	if (nf_vpn_has_binder(proto) &&
	    nla_put_u32(skb, NF_VPN_A_POLICY, READ_ONCE(vn->policy[proto])))
		return -EMSGSIZE;
	if (nf_vpn_has_leases(proto) &&
	    nla_put_u32(skb, NF_VPN_A_FAST_PATH,
			READ_ONCE(vn->fast_path[proto])))
		return -EMSGSIZE;
	return nf_vpn_proto_ops(proto) ?
	       nla_put_flag(skb, NF_VPN_A_AVAILABLE) : 0;
}

int vpn_passthrough_nl_mode_get_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	int proto = get_proto(info);
	void *hdr;

	if (proto < 0)
		return proto;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = reply_begin(skb, info, NF_VPN_CMD_MODE_GET);
	return reply_end(skb, info, hdr, put_mode(skb, vn, proto));
}

int vpn_passthrough_nl_mode_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(sock_net(skb->sk));
	void *hdr;

	for (; cb->args[0] < NF_VPN_N_PROTOS; cb->args[0]++) {
		hdr = dump_begin(skb, cb, NF_VPN_CMD_MODE_GET);
		if (!hdr)
			break;
		if (put_mode(skb, vn, cb->args[0])) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
	}
	return skb->len;
}

static int set_options(struct nf_vpn_net *vn, enum nf_vpn_proto proto,
		       struct genl_info *info)
{
	const struct nlattr *preserve = info->attrs[NF_VPN_A_PRESERVE_PORT];
	const struct nlattr *policy = info->attrs[NF_VPN_A_POLICY];
	const struct nlattr *fast = info->attrs[NF_VPN_A_FAST_PATH];
	struct nf_vpn_options want = { .origin = NF_VPN_ORIGIN_NETLINK };

	if (preserve) {
		want.has_preserve = true;
		want.preserve = nla_get_u32(preserve);
	}
	if (policy) {
		want.has_policy = true;
		want.policy = nla_get_u32(policy);
	}
	if (fast) {
		want.has_fast_path = true;
		want.fast_path = nla_get_u32(fast);
	}
	return preserve || policy || fast ?
	       nf_vpn_options_set(vn, proto, &want, info->extack) : 0;
}

static bool has_mode(const struct genl_info *info)
{
	return info->attrs[NF_VPN_A_MODE] || info->attrs[NF_VPN_A_FOR_SECS] ||
	       (!info->attrs[NF_VPN_A_PRESERVE_PORT] &&
		!info->attrs[NF_VPN_A_POLICY] &&
		!info->attrs[NF_VPN_A_FAST_PATH]);
}

int vpn_passthrough_nl_mode_set_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct nf_vpn_mode_want want = { .origin = NF_VPN_ORIGIN_NETLINK };
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	int proto = get_proto(info), mode = 0, err;

	if (proto < 0)
		return proto;
	if (has_mode(info))
		mode = get_mode(info);
	if (mode < 0)
		return mode;
	/* What can be refused for good reasons goes first. */
	err = set_options(vn, proto, info);
	if (err || !has_mode(info))
		return err;
	want.mode = mode;
	if (info->attrs[NF_VPN_A_FOR_SECS])
		want.secs = nla_get_u32(info->attrs[NF_VPN_A_FOR_SECS]);
	return nf_vpn_mode_set(vn, proto, &want, info->extack);
}

int vpn_passthrough_nl_limit_get_doit(struct sk_buff *skb,
				      struct genl_info *info)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	const struct nf_vpn_limits *limits = &vn->limits;
	int err = -EMSGSIZE;
	void *hdr;

	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = reply_begin(skb, info, NF_VPN_CMD_LIMIT_GET);
	if (!nla_put_u32(skb, NF_VPN_A_MAX_IDS, READ_ONCE(limits->ids)) &&
	    !nla_put_u32(skb, NF_VPN_A_MAX_PER_CLIENT,
			 READ_ONCE(limits->per_client)) &&
	    !nla_put_u32(skb, NF_VPN_A_MAX_PER_SERVER,
			 READ_ONCE(limits->per_server)) &&
	    !nla_put_u32(skb, NF_VPN_A_PROBE_MS,
			 READ_ONCE(limits->probe_ms)) &&
	    !nla_put_u32(skb, NF_VPN_A_IDS, READ_ONCE(vn->nids)) &&
	    !nla_put_u32(skb, NF_VPN_A_TUNNELS, READ_ONCE(vn->nflows)))
		err = 0;
	return reply_end(skb, info, hdr, err);
}

/* The policy has checked the ranges of all, so all can be taken. */
int vpn_passthrough_nl_limit_set_doit(struct sk_buff *skb,
				      struct genl_info *info)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	static const u8 limits[] = {
		[NF_VPN_SETTING_MAX_IDS] = NF_VPN_A_MAX_IDS,
		[NF_VPN_SETTING_MAX_PER_CLIENT] = NF_VPN_A_MAX_PER_CLIENT,
		[NF_VPN_SETTING_MAX_PER_SERVER] = NF_VPN_A_MAX_PER_SERVER,
		[NF_VPN_SETTING_PROBE_MS] = NF_VPN_A_PROBE_MS,
	};
	unsigned int i, n = 0;

	if (vn->net->user_ns != &init_user_ns &&
	    !netlink_capable(skb, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "limits take CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		if (!limits[i] || !info->attrs[limits[i]])
			continue;
		nf_vpn_limit_set(vn, i, nla_get_u32(info->attrs[limits[i]]),
				 NF_VPN_ORIGIN_NETLINK);
		n++;
	}
	if (n)
		return 0;
	NL_SET_ERR_MSG(info->extack, "no limit named");
	return -EINVAL;
}

int vpn_passthrough_nl_stats_get_dumpit(struct sk_buff *skb,
					struct netlink_callback *cb)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(sock_net(skb->sk));
	void *hdr;

	for (; cb->args[0] < NF_VPN_N_PROTOS * NF_VPN_N_COUNTERS;
	     cb->args[0]++) {
		u32 counter = cb->args[0] % NF_VPN_N_COUNTERS;
		u32 proto = cb->args[0] / NF_VPN_N_COUNTERS;

		hdr = dump_begin(skb, cb, NF_VPN_CMD_STATS_GET);
		if (!hdr)
			break;
		if (nla_put_u32(skb, NF_VPN_A_PROTO, proto) ||
		    nla_put_u32(skb, NF_VPN_A_COUNTER, counter) ||
		    nla_put_u64_64bit(skb, NF_VPN_A_VALUE,
				      nf_vpn_stat(vn, proto, counter),
				      NF_VPN_A_PAD)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
	}
	return skb->len;
}
