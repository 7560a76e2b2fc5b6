// SPDX-License-Identifier: GPL-2.0-only
/* Files of the core that are not compiled in: events, sessions, IPv6. */
#include "model.h"
#include "idmap.h"

static const enum nf_vpn_counter counters[] = {
	[NF_VPN_EVENT_UP]	= NF_VPN_CNT_TUNNEL_UP,
	[NF_VPN_EVENT_BOUND]	= NF_VPN_CNT_BOUND,
	[NF_VPN_EVENT_REBOUND]	= NF_VPN_CNT_REBOUND,
	[NF_VPN_EVENT_UNBOUND]	= NF_VPN_CNT_UNBOUND,
	[NF_VPN_EVENT_DOWN]	= NF_VPN_CNT_TUNNEL_DOWN,
};

static const char *const names[] = {
	[NF_VPN_EVENT_UP]	= "up",
	[NF_VPN_EVENT_BOUND]	= "bound",
	[NF_VPN_EVENT_REBOUND]	= "rebound",
	[NF_VPN_EVENT_UNBOUND]	= "unbound",
	[NF_VPN_EVENT_DOWN]	= "down",
};

static unsigned int client_of(const struct nf_vpn_flow *flow)
{
	return ntohl(flow->node.key.src.ip) & 0xff;
}

static void note(enum nf_vpn_event event, const struct nf_vpn_flow *flow,
		 const struct nf_vpn_id *id)
{
	u32 spi = ntohl(id->node.key.id);
	struct sa *sa = sa_find(ntohl(id->node.key.src.ip), spi);
	bool right = sa && sa->tunnel->addr == ntohl(flow->node.key.src.ip);

	sim_say("event %s: client %u, spi %08x, %s", names[event],
		client_of(flow), spi, !sa ? "MADE UP" : sa->doomed ? "equal" :
		right ? "right" : "WRONG");
	if (sa && !sa->doomed && event != NF_VPN_EVENT_UNBOUND)
		result_bind(sa, right);
}

void nf_vpn_event_tunnel(struct nf_vpn_net *vn, enum nf_vpn_event event,
			 const struct nf_vpn_flow *flow,
			 const struct nf_vpn_id *id)
{
	nf_vpn_inc(vn, flow->proto, counters[event]);
	if (id)
		note(event, flow, id);
	else
		sim_say("event %s: client %u", names[event], client_of(flow));
}

void nf_vpn_refuse(struct nf_vpn_net *vn, enum nf_vpn_counter why, u8 proto_nr,
		   const struct nf_vpn_key *client,
		   const struct nf_vpn_key *wire, enum nf_vpn_dir dir,
		   const union nf_inet_addr *owner)
{
	nf_vpn_inc(vn, proto_nr, why);
	sim_say("refused: counter %u, client %u, spi %08x", why,
		ntohl(client->src.ip) & 0xff, wire ? ntohl(wire->id) : 0);
}

/* Nothing below is reached by ESP over IPv4. */
static void unreached(const char *name) __attribute__((noreturn));

static void unreached(const char *name)
{
	model_die("%s() was called", name);
}

bool nf_vpn_session_is_dead(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	unreached(__func__);
}

void nf_vpn_session_end(struct nf_vpn_net *vn, struct nf_vpn_session *s)
{
	unreached(__func__);
}

void nf_vpn_session_unlink(struct nf_vpn_session *s)
{
	unreached(__func__);
}

void nf_vpn_session_ct_review(struct nf_vpn_session *s)
{
	unreached(__func__);
}

u16 nf_vpn_template_zone(const struct nf_vpn_pkt *pkt,
			 enum ip_conntrack_dir dir)
{
	unreached(__func__);
}

int nf_vpn_header6(const struct sk_buff *skb, u8 *l4proto, bool *fragment)
{
	unreached(__func__);
}

int nf_vpn_icmp_read(struct nf_vpn_pkt *pkt, int off, u8 l4proto,
		     struct nf_vpn_icmp *icmp)
{
	unreached(__func__);
}

bool nf_vpn_icmp_is_sound(const struct nf_vpn_pkt *pkt, int off, u8 l4proto,
			  const struct nf_hook_state *state)
{
	unreached(__func__);
}

enum nf_vpn_state nf_vpn_session_state(const struct nf_vpn_session *s)
{
	unreached(__func__);
}

struct nf_conn *nf_vpn_session_shared_ct(const struct nf_vpn_session *s)
{
	unreached(__func__);
}

/* Only of sessions that are made by control connections, and of no ESP entry. */
void nf_vpn_session_passed(struct nf_conn *ct)
{
	ct->status |= IPS_SEEN_REPLY;
}

bool nf_vpn_preserves_port(const struct net *net, enum nf_vpn_proto proto_nr)
{
	return net->vn->preserve_port[proto_nr];
}

/* No packet may leave by a lease. */
bool nf_vpn_lease_use(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
		      struct nf_vpn_flow *flow, u8 dir)
{
	unreached(__func__);
}

void nf_vpn_lease_drop(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
}

void nf_vpn_lease_review(struct nf_vpn_net *vn, struct nf_vpn_flow *flow)
{
}

/* The only mode that there is. */
int nf_vpn_mode_parse(const char *text)
{
	return NF_VPN_MODE_ON;
}

/* Objects: the checker of addresses sees each of them by itself. */
static const struct {
	size_t	size;
	size_t	rcu;
} kinds[NF_VPN_N_OBJECTS] = {
	[NF_VPN_OBJECT_ID] = {
		sizeof(struct nf_vpn_id), offsetof(struct nf_vpn_id, rcu)
	},
	[NF_VPN_OBJECT_FLOW] = {
		sizeof(struct nf_vpn_flow), offsetof(struct nf_vpn_flow, rcu)
	},
	[NF_VPN_OBJECT_PAIR] = {
		sizeof(struct nf_vpn_pair), offsetof(struct nf_vpn_pair, rcu)
	},
	[NF_VPN_OBJECT_CLIENT] = {
		sizeof(struct nf_vpn_client),
		offsetof(struct nf_vpn_client, rcu)
	},
};

void *nf_vpn_object_new(enum nf_vpn_object kind)
{
	return model_try_alloc(kinds[kind].size);
}

void nf_vpn_object_free(enum nf_vpn_object kind, void *object)
{
	model_free(object);
}

void nf_vpn_object_drop(enum nf_vpn_object kind, struct rcu_head *rcu)
{
	model_free_later((char *)rcu - kinds[kind].rcu);
}
