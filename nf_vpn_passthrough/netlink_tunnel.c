// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink, continued: tunnels and static bindings. */
#include <net/genetlink.h>
#include <net/sock.h>
#include "core.h"
#include "netlink_gen.h"

#define N_ATTRS	ARRAY_SIZE(vpn_passthrough_passthrough_nl_policy)

/**
 * struct select - which tunnels a request is about
 * @client: inside address, if @has_client
 * @server: server's address, if @has_server
 * @client_l3: its family
 * @server_l3: its family
 * @proto: an enum nf_vpn_proto, or -1 for all
 * @has_client: @client counts
 * @has_server: @server counts
 */
struct select {
	union nf_inet_addr	client;
	union nf_inet_addr	server;
	u8			client_l3;
	u8			server_l3;
	int			proto;
	bool			has_client;
	bool			has_server;
};

static int get_addr(const struct nlattr *attr, union nf_inet_addr *addr,
		    u8 *l3num, struct netlink_ext_ack *extack)
{
	memset(addr, 0, sizeof(*addr));
	switch (nla_len(attr)) {
	case sizeof(addr->ip):
		*l3num = NFPROTO_IPV4;
		break;
	case sizeof(addr->ip6):
		*l3num = NFPROTO_IPV6;
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "an address has 4 or 16 bytes");
		return -EINVAL;
	}
	memcpy(addr, nla_data(attr), nla_len(attr));
	return 0;
}

static int get_select(struct nlattr **attrs, struct select *sel,
		      struct netlink_ext_ack *extack)
{
	int err = 0;

	*sel = (struct select) { .proto = -1 };
	if (attrs[NF_VPN_A_PROTO])
		sel->proto = nla_get_u32(attrs[NF_VPN_A_PROTO]);
	if (attrs[NF_VPN_A_CLIENT]) {
		sel->has_client = true;
		err = get_addr(attrs[NF_VPN_A_CLIENT], &sel->client,
			       &sel->client_l3, extack);
	}
	if (!err && attrs[NF_VPN_A_SERVER]) {
		sel->has_server = true;
		err = get_addr(attrs[NF_VPN_A_SERVER], &sel->server,
			       &sel->server_l3, extack);
	}
	return err;
}

static bool selected(const struct nf_vpn_flow *flow, const void *arg)
{
	const struct nf_vpn_key *key = &flow->node.key;
	const struct select *sel = arg;

	if (sel->proto >= 0 && sel->proto != flow->proto)
		return false;
	if (sel->has_client && (sel->client_l3 != key->l3num ||
				!nf_inet_addr_cmp(&sel->client, &key->src)))
		return false;
	return !sel->has_server ||
	       (sel->server_l3 == key->l3num &&
		nf_inet_addr_cmp(&sel->server, &key->dst));
}

/* Of a session, an outbound id is the one that the server's side chose, and its
 * alias is inside; an inbound id was chosen inside.
 */
static int put_session_id(struct sk_buff *skb, const struct nf_vpn_id *id)
{
	const struct nf_vpn_session *s = nf_vpn_session_of(id->flow);
	u32 in, out;

	if (id->dir == NF_VPN_DIR_OUT) {
		in = READ_ONCE(s->alias[IP_CT_DIR_REPLY]);
		out = READ_ONCE(s->id[IP_CT_DIR_REPLY]);
	} else {
		in = READ_ONCE(s->id[IP_CT_DIR_ORIGINAL]);
		out = READ_ONCE(s->alias[IP_CT_DIR_ORIGINAL]);
	}
	if (nla_put_u32(skb, NF_VPN_ID_A_ID, out) ||
	    nla_put_u32(skb, NF_VPN_ID_A_INSIDE_ID, in))
		return -EMSGSIZE;
	return 0;
}

static int put_id(struct sk_buff *skb, const struct nf_vpn_id *id, u32 idle)
{
	struct nlattr *nest = nla_nest_start(skb, NF_VPN_A_WIRE_ID);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NF_VPN_ID_A_DIR, id->dir) ||
	    (id->flow->session ? put_session_id(skb, id) :
	     nla_put_u32(skb, NF_VPN_ID_A_ID,
			 be32_to_cpu(id->node.key.id))) ||
	    nla_put_u32(skb, NF_VPN_ID_A_STATE, READ_ONCE(id->state)) ||
	    nla_put_u64_64bit(skb, NF_VPN_ID_A_IDLE_MS, jiffies_to_msecs(idle),
			      NF_VPN_ID_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_ids(struct sk_buff *skb, const struct nf_vpn_flow *flow)
{
	u32 least = flow->pair ? U32_MAX : nf_vpn_idle(&flow->last);
	const struct nf_vpn_id *id;

	list_for_each_entry_rcu(id, &flow->ids, list) {
		u32 idle = nf_vpn_idle(&id->last);

		if (id->quoted || id->weak)
			continue;
		if (put_id(skb, id, idle))
			return -EMSGSIZE;
		least = min(least, idle);
	}
	if (least == U32_MAX)
		return 0;
	return nla_put_u64_64bit(skb, NF_VPN_A_IDLE_MS,
				 jiffies_to_msecs(least), NF_VPN_A_PAD);
}

static int put_pair(struct sk_buff *skb, const struct nf_vpn_flow *flow)
{
	if (!flow->pair)
		return 0;
	if (nf_vpn_put_addr(skb, NF_VPN_A_PUBLIC, flow->node.key.l3num,
			    &flow->pair->node.key.dst) ||
	    nla_put_u8(skb, NF_VPN_A_ZONE_DIR, flow->zone.dir) ||
	    nla_put_u16(skb, NF_VPN_A_FLOW_ID, flow->flow_id) ||
	    nla_put_u32(skb, NF_VPN_A_TRIES, READ_ONCE(flow->tries)))
		return -EMSGSIZE;
	return 0;
}

static int put_ports(struct sk_buff *skb, const struct nf_vpn_session *s)
{
	const struct nf_vpn_control *control = READ_ONCE(s->control);
	const struct nf_conntrack_tuple *tuple;
	__be16 public;

	if (!control || s->flow.node.key.l4proto != IPPROTO_UDP)
		return 0;
	tuple = control->tuple;
	public = control->wire_port ?: tuple[IP_CT_DIR_REPLY].dst.u.udp.port;
	if (nla_put_u16(skb, NF_VPN_A_CLIENT_PORT,
			ntohs(tuple[IP_CT_DIR_ORIGINAL].src.u.udp.port)) ||
	    nla_put_u16(skb, NF_VPN_A_SERVER_PORT,
			ntohs(tuple[IP_CT_DIR_ORIGINAL].dst.u.udp.port)) ||
	    nla_put_u16(skb, NF_VPN_A_PUBLIC_PORT, ntohs(public)))
		return -EMSGSIZE;
	return 0;
}

/* What only sessions have that go by their control connection. */
static int put_session(struct sk_buff *skb, const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_session *s;

	/* Only version 3 goes without a control connection. */
	if (!flow->session && flow->pair && flow->proto == NF_VPN_L2TP)
		return nla_put_u32(skb, NF_VPN_A_KIND, NF_VPN_KIND_SESSION) ||
		       nla_put_u8(skb, NF_VPN_A_VERSION, 3) ? -EMSGSIZE : 0;
	if (!flow->session)
		return 0;
	s = nf_vpn_session_of(flow);
	if (!s->shared)
		return 0;
	if (nla_put_u32(skb, NF_VPN_A_KIND, s->is_control ?
			NF_VPN_KIND_CONTROL : NF_VPN_KIND_SESSION) ||
	    nla_put_u8(skb, NF_VPN_A_VERSION, s->version) ||
	    nla_put_u8(skb, NF_VPN_A_COOKIE_LEN,
		       READ_ONCE(s->n_cookie[IP_CT_DIR_ORIGINAL])))
		return -EMSGSIZE;
	return put_ports(skb, s);
}

static int put_flow(struct sk_buff *skb, const struct nf_vpn_flow *flow)
{
	const struct nf_vpn_key *key = &flow->node.key;
	u64 age = jiffies_to_msecs(jiffies - flow->created);

	if (nla_put_u32(skb, NF_VPN_A_PROTO, flow->proto) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_CLIENT, key->l3num, &key->src) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_SERVER, key->l3num, &key->dst) ||
	    nla_put_u16(skb, NF_VPN_A_ZONE, key->zone) ||
	    nla_put_u8(skb, NF_VPN_A_L4PROTO, key->l4proto) ||
	    nla_put_u32(skb, NF_VPN_A_STATE, nf_vpn_flow_state(flow)) ||
	    nla_put_u64_64bit(skb, NF_VPN_A_AGE_MS, age, NF_VPN_A_PAD) ||
	    put_pair(skb, flow) || put_session(skb, flow) ||
	    put_ids(skb, flow))
		return -EMSGSIZE;
	return 0;
}

static int dump_flow(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct nf_vpn_flow *flow)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &nf_vpn_genl_family,
				NLM_F_MULTI, NF_VPN_CMD_TUNNEL_GET);

	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (put_flow(skb, flow)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int vpn_passthrough_nl_tunnel_get_dumpit(struct sk_buff *skb,
					 struct netlink_callback *cb)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(sock_net(skb->sk));
	struct nlattr *attrs[N_ATTRS];
	struct nf_vpn_flow *flow;
	struct select sel;
	unsigned long nr;
	int err;

	/* The core has parsed it as well, but where it keeps it differs. */
	err = genlmsg_parse(cb->nlh, &nf_vpn_genl_family, attrs,
			    nf_vpn_genl_family.maxattr,
			    nf_vpn_genl_family.policy, cb->extack);
	if (!err)
		err = get_select(attrs, &sel, cb->extack);
	if (err)
		return err;
	if (cb->args[1])
		return 0;
	rcu_read_lock();
	cb->seq = READ_ONCE(vn->genid);
	xa_for_each_start(&vn->by_nr, nr, flow, cb->args[0]) {
		cb->args[0] = nr;
		if (selected(flow, &sel) && dump_flow(skb, cb, flow))
			goto out;
	}
	cb->args[1] = true;
out:
	rcu_read_unlock();
	return skb->len;
}

int vpn_passthrough_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(genl_info_net(info));
	struct select sel;
	void *hdr;
	int err;

	err = get_select(info->attrs, &sel, info->extack);
	if (err)
		return err;
	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			  &nf_vpn_genl_family, 0, NF_VPN_CMD_FLUSH);
	nla_put_u32(skb, NF_VPN_A_REMOVED,
		    nf_vpn_flush(vn, selected, &sel, true));
	genlmsg_end(skb, hdr);
	return genlmsg_unicast(vn->net, skb, info->snd_portid);
}

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
	err = get_addr(attrs[NF_VPN_A_CLIENT], &want->client, &want->l3num,
		       info->extack);
	if (!err)
		err = get_addr(attrs[NF_VPN_A_SERVER], &want->server,
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
	struct nf_vpn_static want;
	int err = get_static(info, &want);

	return err ?: nf_vpn_static_add(nf_vpn_pernet(genl_info_net(info)),
					&want, info->extack);
}

int vpn_passthrough_nl_bind_del_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct nf_vpn_static want;
	int err = get_static(info, &want);

	return err ?: nf_vpn_static_del(nf_vpn_pernet(genl_info_net(info)),
					&want, info->extack);
}

static int put_static(struct sk_buff *skb, const struct nf_vpn_static *s)
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
		if (put_static(skb, s)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0] = i;
	}
	spin_unlock_bh(&vn->lock);
	return skb->len;
}
