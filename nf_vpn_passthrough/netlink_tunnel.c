// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink, continued: tunnels, and what was refused. */
#include <linux/ktime.h>
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

/**
 * nf_vpn_get_addr - read an address from a message
 * @attr: the attribute
 * @addr: set to it
 * @l3num: set to NFPROTO_IPV4 or NFPROTO_IPV6
 * @extack: says why not
 *
 * Return: 0, or -EINVAL.
 */
int nf_vpn_get_addr(const struct nlattr *attr, union nf_inet_addr *addr,
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
		err = nf_vpn_get_addr(attrs[NF_VPN_A_CLIENT], &sel->client,
				      &sel->client_l3, extack);
	}
	if (!err && attrs[NF_VPN_A_SERVER]) {
		sel->has_server = true;
		err = nf_vpn_get_addr(attrs[NF_VPN_A_SERVER], &sel->server,
				      &sel->server_l3, extack);
	}
	return err;
}

static bool select_addrs(const struct select *sel, u8 l3num,
			 const union nf_inet_addr *client,
			 const union nf_inet_addr *server)
{
	if (sel->has_client && (sel->client_l3 != l3num ||
				!nf_inet_addr_cmp(&sel->client, client)))
		return false;
	return !sel->has_server || (sel->server_l3 == l3num &&
				    nf_inet_addr_cmp(&sel->server, server));
}

static bool selected(const struct nf_vpn_flow *flow, const void *arg)
{
	const struct nf_vpn_key *key = &flow->node.key;
	const struct select *sel = arg;

	if (sel->proto >= 0 && sel->proto != flow->proto)
		return false;
	return select_addrs(sel, key->l3num, &key->src, &key->dst);
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
	const union nf_inet_addr *peer;

	if (!flow->pair)
		return 0;
	peer = &flow->pair->node.key.src;
	if (!flow->session && !flow->served &&
	    !nf_inet_addr_cmp(peer, &flow->node.key.dst) &&
	    nf_vpn_put_addr(skb, NF_VPN_A_PEER, flow->node.key.l3num, peer))
		return -EMSGSIZE;
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

/* The core has parsed it as well, but where it keeps it differs. */
static int dump_select(const struct netlink_callback *cb, struct select *sel)
{
	struct nlattr *attrs[N_ATTRS];
	int err;

	err = genlmsg_parse(cb->nlh, &nf_vpn_genl_family, attrs,
			    nf_vpn_genl_family.maxattr,
			    nf_vpn_genl_family.policy, cb->extack);
	return err ?: get_select(attrs, sel, cb->extack);
}

int vpn_passthrough_nl_tunnel_get_dumpit(struct sk_buff *skb,
					 struct netlink_callback *cb)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(sock_net(skb->sk));
	struct nf_vpn_flow *flow;
	struct select sel;
	unsigned long nr;
	int err;

	err = dump_select(cb, &sel);
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
	u32 removed;
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
	removed = nf_vpn_flush(vn, selected, &sel, true);
	nf_vpn_audit_flush(vn, info->attrs, removed);
	nla_put_u32(skb, NF_VPN_A_REMOVED, removed);
	genlmsg_end(skb, hdr);
	return genlmsg_unicast(vn->net, skb, info->snd_portid);
}

/* What a server sends is refused, too: then it stands in the client's place. */
static bool refusal_selected(const struct nf_vpn_refusal *r,
			     const struct select *sel)
{
	if (sel->proto >= 0 && sel->proto != r->proto)
		return false;
	return select_addrs(sel, r->l3num, &r->client, &r->server) ||
	       select_addrs(sel, r->l3num, &r->server, &r->client);
}

static int dump_refusal(struct sk_buff *skb, const struct netlink_callback *cb,
			const struct nf_vpn_refusal *r)
{
	u64 ago = ktime_to_ms(ktime_get_boottime()) - r->at;
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &nf_vpn_genl_family,
				NLM_F_MULTI, NF_VPN_CMD_REFUSAL_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (nf_vpn_put_refusal(skb, r) ||
	    nla_put_u64_64bit(skb, NF_VPN_A_VALUE, r->n, NF_VPN_A_PAD) ||
	    nla_put_u64_64bit(skb, NF_VPN_A_IDLE_MS, ago, NF_VPN_A_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int vpn_passthrough_nl_refusal_get_dumpit(struct sk_buff *skb,
					  struct netlink_callback *cb)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(sock_net(skb->sk));
	struct nf_vpn_refusal refusal;
	struct select sel;
	int err;

	err = dump_select(cb, &sel);
	if (err)
		return err;
	for (; cb->args[0] < ARRAY_SIZE(vn->refusals); cb->args[0]++) {
		if (nf_vpn_refusal_get(vn, cb->args[0], &refusal) &&
		    refusal_selected(&refusal, &sel) &&
		    dump_refusal(skb, cb, &refusal))
			break;
	}
	return skb->len;
}
