// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink, continued: tunnels that worked before. */
#include <linux/slab.h>
#include <net/genetlink.h>
#include "core.h"
#include "netlink_gen.h"

static bool is_reserved(const struct nf_vpn_adopt *want, u32 id)
{
	return want->like.proto == NF_VPN_IPSEC ? id <= 255 : !id;
}

static int get_id(const struct nlattr *nest, struct nf_vpn_adopt *want,
		  struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[NF_VPN_ID_A_MAX + 1];
	struct nf_vpn_adopt_id *id = &want->ids[want->n];
	int err;

	err = nla_parse_nested(attrs, NF_VPN_ID_A_MAX, nest,
			       vpn_passthrough_wire_id_nl_policy, extack);
	if (err)
		return err;
	if (!attrs[NF_VPN_ID_A_DIR] || !attrs[NF_VPN_ID_A_ID] ||
	    !attrs[NF_VPN_ID_A_STATE]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "an id needs dir, id and state");
		return -EINVAL;
	}
	id->dir = nla_get_u32(attrs[NF_VPN_ID_A_DIR]);
	id->id = nla_get_u32(attrs[NF_VPN_ID_A_ID]);
	id->state = nla_get_u32(attrs[NF_VPN_ID_A_STATE]);
	if (id->state != NF_VPN_STATE_BOUND &&
	    (id->dir == NF_VPN_DIR_OUT ||
	     id->state != NF_VPN_STATE_PROVISIONAL)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "an id can be bound, or inbound and provisional");
		return -EINVAL;
	}
	if (is_reserved(want, id->id)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "the id is reserved");
		return -ERANGE;
	}
	want->has[id->dir]++;
	want->n++;
	return 0;
}

static int get_ids(const struct genl_info *info, struct nf_vpn_adopt *want)
{
	const struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != NF_VPN_A_WIRE_ID)
			continue;
		if (want->n == ARRAY_SIZE(want->ids)) {
			NL_SET_ERR_MSG(info->extack, "too many ids");
			return -E2BIG;
		}
		err = get_id(attr, want, info->extack);
		if (err)
			return err;
	}
	if (want->has[NF_VPN_DIR_OUT] && want->has[NF_VPN_DIR_IN] &&
	    want->has[NF_VPN_DIR_OUT] <= NF_VPN_MAX_IDS_PER_FLOW &&
	    want->has[NF_VPN_DIR_IN] <= NF_VPN_MAX_IDS_PER_FLOW)
		return 0;
	NL_SET_ERR_MSG(info->extack, "a tunnel has 1 to 32 ids in each direction");
	return -EINVAL;
}

static int get_proto(const struct genl_info *info, struct nf_vpn_adopt *want)
{
	const struct nlattr *proto = info->attrs[NF_VPN_A_PROTO];
	struct nf_vpn_flow *like = &want->like;

	if (!proto || !info->attrs[NF_VPN_A_CLIENT] ||
	    !info->attrs[NF_VPN_A_SERVER] || !info->attrs[NF_VPN_A_PUBLIC]) {
		NL_SET_ERR_MSG(info->extack, "proto, client, server or public is missing");
		return -EINVAL;
	}
	like->proto = nla_get_u32(proto);
	if (like->proto == NF_VPN_PPTP) {
		NL_SET_ERR_MSG(info->extack, "calls begin anew with their control connection");
		return -EOPNOTSUPP;
	}
	return 0;
}

static void get_zone(const struct genl_info *info, struct nf_vpn_flow *like)
{
	const struct nlattr *zone = info->attrs[NF_VPN_A_ZONE];
	const struct nlattr *dir = info->attrs[NF_VPN_A_ZONE_DIR];

	nf_ct_zone_init(&like->zone, zone ? nla_get_u16(zone) : 0,
			dir ? nla_get_u8(dir) & NF_CT_DEFAULT_ZONE_DIR :
			NF_CT_DEFAULT_ZONE_DIR, 0);
}

static int get_addrs(const struct genl_info *info, struct nf_vpn_adopt *want)
{
	const int types[] = { NF_VPN_A_CLIENT, NF_VPN_A_SERVER,
			      NF_VPN_A_PUBLIC, NF_VPN_A_PEER };
	union nf_inet_addr addr[ARRAY_SIZE(types)];
	struct nf_vpn_key *pair = &want->pair;
	u8 l3num[ARRAY_SIZE(types)];
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		/* The server has one address unless another one is told. */
		addr[i] = addr[1];
		l3num[i] = l3num[1];
		if (!info->attrs[types[i]])
			continue;
		err = nf_vpn_get_addr(info->attrs[types[i]], &addr[i],
				      &l3num[i], info->extack);
		if (err)
			return err;
		if (l3num[i] == l3num[0])
			continue;
		NL_SET_ERR_MSG(info->extack, "the addresses are of different families");
		return -EINVAL;
	}
	if (nf_inet_addr_cmp(&addr[0], &addr[2])) {
		NL_SET_ERR_MSG(info->extack, "the client's address is not translated");
		return -EINVAL;
	}
	pair->l3num = l3num[0];
	pair->src = addr[3];
	pair->dst = addr[2];
	want->like.orig.src.u3 = addr[0];
	want->like.orig.dst.u3 = addr[1];
	return 0;
}

/* What follows from what was told. */
static void derive(struct nf_vpn_adopt *want)
{
	struct nf_vpn_flow *like = &want->like;
	struct nf_vpn_key *key = &like->node.key;

	want->pair.l4proto = like->proto == NF_VPN_L2TP ? IPPROTO_L2TP :
							  IPPROTO_ESP;
	want->pair.zone = nf_ct_zone_id(&like->zone, IP_CT_DIR_REPLY);
	*key = want->pair;
	key->src = like->orig.src.u3;
	key->dst = like->orig.dst.u3;
	key->zone = like->zone.id;
	like->orig.src.l3num = key->l3num;
	like->orig.dst.protonum = key->l4proto;
	like->orig.dst.dir = IP_CT_DIR_ORIGINAL;
}

int vpn_passthrough_nl_tunnel_new_doit(struct sk_buff *skb,
				       struct genl_info *info)
{
	struct nf_vpn_adopt *want = kzalloc(sizeof(*want), GFP_KERNEL);
	int err;

	if (!want)
		return -ENOMEM;
	err = get_proto(info, want);
	if (!err)
		err = get_addrs(info, want);
	if (!err)
		err = get_ids(info, want);
	if (!err) {
		get_zone(info, &want->like);
		derive(want);
		err = nf_vpn_adopt(nf_vpn_pernet(genl_info_net(info)), want,
				   info->extack);
	}
	kfree(want);
	return err;
}
