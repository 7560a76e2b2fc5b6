// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink, continued: static bindings. */
#include <net/genetlink.h>
#include <net/sock.h>
#include "core.h"
#include "netlink_gen.h"

static int get_ids(struct nlattr **attrs, struct nf_vpn_static *want,
		   struct netlink_ext_ack *extack)
{
	u32 in = nla_get_u32(attrs[NF_VPN_A_ID_IN]);
	u32 out = 0;

	want->has_out = attrs[NF_VPN_A_ID_OUT];
	if (want->has_out)
		out = nla_get_u32(attrs[NF_VPN_A_ID_OUT]);
	if (want->proto == NF_VPN_IPSEC &&
	    (in <= 255 || (want->has_out && out <= 255))) {
		NL_SET_ERR_MSG(extack, "SPIs 0 to 255 are reserved");
		return -ERANGE;
	}
	if (!in || (want->has_out && !out)) {
		NL_SET_ERR_MSG(extack, "session id 0 is reserved");
		return -ERANGE;
	}
	want->id_in = cpu_to_be32(in);
	want->id_out = cpu_to_be32(out);
	return 0;
}

static int get_static(struct genl_info *info, struct nf_vpn_static *want)
{
	struct nlattr **attrs = info->attrs;
	u8 server_l3;
	int err;

	*want = (struct nf_vpn_static) { .l4proto = IPPROTO_ESP };
	if (!attrs[NF_VPN_A_PROTO] || !attrs[NF_VPN_A_CLIENT] ||
	    !attrs[NF_VPN_A_SERVER] || !attrs[NF_VPN_A_ID_IN]) {
		NL_SET_ERR_MSG(info->extack, "a binding needs proto, client, server and id-in");
		return -EINVAL;
	}
	want->proto = nla_get_u32(attrs[NF_VPN_A_PROTO]);
	if (want->proto == NF_VPN_PPTP) {
		NL_SET_ERR_MSG(info->extack, "static bindings exist for ipsec and l2tp only");
		return -EOPNOTSUPP;
	}
	if (want->proto == NF_VPN_L2TP)
		want->l4proto = IPPROTO_L2TP;
	err = nf_vpn_get_addr(attrs[NF_VPN_A_CLIENT], &want->client,
			      &want->l3num, info->extack);
	if (!err)
		err = nf_vpn_get_addr(attrs[NF_VPN_A_SERVER], &want->server,
				      &server_l3, info->extack);
	if (err)
		return err;
	if (want->l3num != server_l3) {
		NL_SET_ERR_MSG(info->extack, "client and server are of different address families");
		return -EINVAL;
	}
	if (attrs[NF_VPN_A_ZONE])
		want->zone = nla_get_u16(attrs[NF_VPN_A_ZONE]);
	return get_ids(attrs, want, info->extack);
}

int vpn_passthrough_nl_bind_add_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	struct nf_vpn_static want;
	int err = get_static(info, &want);

	err = err ?: nf_vpn_static_add(vn, &want, info->extack);
	if (!err)
		nf_vpn_audit_static(vn, &want, true);
	return err;
}

int vpn_passthrough_nl_bind_del_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	struct nf_vpn_static want;
	int err = get_static(info, &want);

	err = err ?: nf_vpn_static_del(vn, &want, info->extack);
	if (!err)
		nf_vpn_audit_static(vn, &want, false);
	return err;
}

/**
 * nf_vpn_put_static - add a static binding to a message
 * @skb: the message
 * @s: the binding
 *
 * Return: 0, or -EMSGSIZE.
 */
int nf_vpn_put_static(struct sk_buff *skb, const struct nf_vpn_static *s)
{
	if (nla_put_u32(skb, NF_VPN_A_PROTO, s->proto) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_CLIENT, s->l3num, &s->client) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_SERVER, s->l3num, &s->server) ||
	    nla_put_u16(skb, NF_VPN_A_ZONE, s->zone) ||
	    nla_put_u32(skb, NF_VPN_A_ID_IN, be32_to_cpu(s->id_in)))
		return -EMSGSIZE;
	return s->has_out ? nla_put_u32(skb, NF_VPN_A_ID_OUT,
					be32_to_cpu(s->id_out)) : 0;
}

int vpn_passthrough_nl_bind_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(sock_net(skb->sk));
	const struct nf_vpn_static *s;
	long i = 0;
	void *hdr;

	spin_lock_bh(&vn->lock);
	list_for_each_entry(s, &vn->statics, list) {
		if (i++ < cb->args[0])
			continue;
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &nf_vpn_genl_family,
				  NLM_F_MULTI, NF_VPN_CMD_BIND_GET);
		if (!hdr)
			break;
		if (nf_vpn_put_static(skb, s)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0] = i;
	}
	spin_unlock_bh(&vn->lock);
	return skb->len;
}
