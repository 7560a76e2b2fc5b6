// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core tells the world: multicast events and tracepoints.
 *
 * Events are made only if somebody listens, and at a limited rate: whoever can
 * send packets can cause them.  What is left out is counted.
 */
#include <net/genetlink.h>
#include "core.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#define EVENTS_GROUP		0
#define REFUSED_PER_SECOND	20
#define TUNNEL_PER_SECOND	1000

/**
 * nf_vpn_event_init - prepare the events of a namespace
 * @vn: the namespace
 */
void nf_vpn_event_init(struct nf_vpn_net *vn)
{
	ratelimit_state_init(&vn->refused_limit, HZ, REFUSED_PER_SECOND);
	ratelimit_state_init(&vn->tunnel_limit, HZ, TUNNEL_PER_SECOND);
	/* Without this, reaching the limit is printed to the kernel log. */
	ratelimit_set_flags(&vn->refused_limit, RATELIMIT_MSG_ON_RELEASE);
	ratelimit_set_flags(&vn->tunnel_limit, RATELIMIT_MSG_ON_RELEASE);
}

/**
 * nf_vpn_event_wanted - does anybody listen to events?
 * @vn: the namespace
 *
 * Return: true if so.
 */
bool nf_vpn_event_wanted(const struct nf_vpn_net *vn)
{
	return genl_has_listeners(&nf_vpn_genl_family, vn->net, EVENTS_GROUP);
}

static bool wanted(struct nf_vpn_net *vn, u8 proto,
		   struct ratelimit_state *limit)
{
	if (!nf_vpn_event_wanted(vn))
		return false;
	if (__ratelimit(limit))
		return true;
	nf_vpn_inc(vn, proto, NF_VPN_CNT_EVENTS_LOST);
	return false;
}

/**
 * nf_vpn_event_new - begin an event
 * @cmd: an enum nf_vpn_cmd
 * @hdr: set to where it begins
 *
 * Return: the message, for nf_vpn_event_send(); NULL for want of memory.
 */
struct sk_buff *nf_vpn_event_new(u8 cmd, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &nf_vpn_genl_family, 0, cmd);
	return skb;
}

/**
 * nf_vpn_event_send - send an event, or drop it if it is not complete
 * @vn: the namespace
 * @skb: the message
 * @hdr: where it begins
 * @err: not 0 if something did not fit
 */
void nf_vpn_event_send(struct nf_vpn_net *vn, struct sk_buff *skb, void *hdr,
		       int err)
{
	if (err) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&nf_vpn_genl_family, vn->net, skb, 0,
				EVENTS_GROUP, GFP_ATOMIC);
}

static int put_client(struct sk_buff *skb, u8 proto,
		      const struct nf_vpn_key *client)
{
	if (nla_put_u32(skb, NF_VPN_A_PROTO, proto) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_CLIENT, client->l3num, &client->src) ||
	    nf_vpn_put_addr(skb, NF_VPN_A_SERVER, client->l3num, &client->dst) ||
	    nla_put_u16(skb, NF_VPN_A_ZONE, client->zone) ||
	    nla_put_u8(skb, NF_VPN_A_L4PROTO, client->l4proto))
		return -EMSGSIZE;
	return 0;
}

/* As they are on the server's side. */
static int put_session_ids(struct sk_buff *skb, const struct nf_vpn_session *s)
{
	if (nla_put_u32(skb, NF_VPN_A_ID_IN, s->alias[IP_CT_DIR_ORIGINAL]) ||
	    nla_put_u32(skb, NF_VPN_A_ID_OUT, s->id[IP_CT_DIR_REPLY]))
		return -EMSGSIZE;
	return 0;
}

static int put_tunnel(struct sk_buff *skb, enum nf_vpn_event event,
		      const struct nf_vpn_flow *flow,
		      const struct nf_vpn_id *id)
{
	const struct nf_vpn_key *key = &flow->node.key;

	if (nla_put_u32(skb, NF_VPN_A_EVENT, event) ||
	    put_client(skb, flow->proto, key))
		return -EMSGSIZE;
	if (flow->pair && nf_vpn_put_addr(skb, NF_VPN_A_PUBLIC, key->l3num,
					  &flow->pair->node.key.dst))
		return -EMSGSIZE;
	if (!id)
		return 0;
	if (flow->session)
		return put_session_ids(skb, nf_vpn_session_of(flow));
	return nla_put_u32(skb, NF_VPN_A_ID_IN, be32_to_cpu(id->node.key.id));
}

static void trace_and_count(struct nf_vpn_net *vn, enum nf_vpn_event event,
			    const struct nf_vpn_flow *flow,
			    const struct nf_vpn_id *id)
{
	static const u8 counters[] = {
		[NF_VPN_EVENT_UP]	= NF_VPN_CNT_TUNNEL_UP,
		[NF_VPN_EVENT_BOUND]	= NF_VPN_CNT_BOUND,
		[NF_VPN_EVENT_REBOUND]	= NF_VPN_CNT_REBOUND,
		[NF_VPN_EVENT_UNBOUND]	= NF_VPN_CNT_UNBOUND,
		[NF_VPN_EVENT_DOWN]	= NF_VPN_CNT_TUNNEL_DOWN,
	};

	nf_vpn_inc(vn, flow->proto, counters[event]);
	if (!id)
		return;
	if (event == NF_VPN_EVENT_BOUND)
		trace_nf_vpn_bind(flow, id);
	else if (event == NF_VPN_EVENT_REBOUND)
		trace_nf_vpn_rebind(flow, id);
	else if (event == NF_VPN_EVENT_UNBOUND)
		trace_nf_vpn_unbind(flow, id);
}

/**
 * nf_vpn_event_tunnel - a tunnel came, went, or was bound
 * @vn: the namespace
 * @event: what happened
 * @flow: the tunnel
 * @id: the inbound id that it is about; NULL for up and down
 *
 * Context: nf_vpn_net.lock held.
 */
void nf_vpn_event_tunnel(struct nf_vpn_net *vn, enum nf_vpn_event event,
			 const struct nf_vpn_flow *flow,
			 const struct nf_vpn_id *id)
{
	struct sk_buff *skb;
	void *hdr;

	trace_and_count(vn, event, flow, id);
	if (!wanted(vn, flow->proto, &vn->tunnel_limit))
		return;
	skb = nf_vpn_event_new(NF_VPN_CMD_TUNNEL_NTF, &hdr);
	if (skb)
		nf_vpn_event_send(vn, skb, hdr,
				  put_tunnel(skb, event, flow, id));
}

/**
 * nf_vpn_refuse - something was refused: count it and say why
 * @vn: the namespace
 * @why: the reason
 * @proto: an enum nf_vpn_proto
 * @client: client (src) and server (dst)
 * @wire: the id, with the addresses outside; may be NULL
 * @dir: direction of @wire
 * @owner: inside address of the flow that the id clashes with; may be NULL
 *
 * Context: any.
 */
void nf_vpn_refuse(struct nf_vpn_net *vn, enum nf_vpn_counter why, u8 proto,
		   const struct nf_vpn_key *client,
		   const struct nf_vpn_key *wire, enum nf_vpn_dir dir,
		   const union nf_inet_addr *owner)
{
	struct nf_vpn_refusal refusal = {
		.client = client->src, .server = client->dst,
		.zone = client->zone, .l3num = client->l3num,
		.l4proto = client->l4proto, .why = why, .proto = proto,
		.dir = dir, .has_wire = !!wire, .has_owner = !!owner,
	};
	struct sk_buff *skb;
	void *hdr;

	nf_vpn_inc(vn, proto, why);
	if (wire) {
		refusal.public = dir == NF_VPN_DIR_IN ? wire->dst : wire->src;
		refusal.id = be32_to_cpu(wire->id);
	}
	if (owner)
		refusal.owner = *owner;
	trace_nf_vpn_refuse(proto, why, client, refusal.id);
	nf_vpn_refusal_note(vn, &refusal);
	if (!wanted(vn, proto, &vn->refused_limit))
		return;
	skb = nf_vpn_event_new(NF_VPN_CMD_REFUSED_NTF, &hdr);
	if (skb)
		nf_vpn_event_send(vn, skb, hdr,
				  nf_vpn_put_refusal(skb, &refusal));
}
