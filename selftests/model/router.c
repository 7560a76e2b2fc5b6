// SPDX-License-Identifier: GPL-2.0-only
/* The router: hooks in their order, conntrack, masquerading. */
#include "idmap.h"
#include "model.h"

#define INSIDE		0x0a000000	/* 10.0.0.0/8 */
#define MAX_HOOKS	32
#define PORT_TRIES	1000

struct net router_net = { .gen = &router_net.table };
unsigned int nf_vpn_pernet_id;

static struct nf_vpn_net *vn;
static const struct nf_vpn_proto_ops *proto;
static struct nf_hook_ops hooks[MAX_HOOKS];
static unsigned int n_hooks;
static bool again;

/**
 * struct copy - a packet that the core has copied
 * @list: link in the list of all that have not been received
 * @skb: it, with what it is tied to
 * @p: it
 */
struct copy {
	struct list_head	list;
	struct sk_buff		skb;
	struct packet		*p;
};

static LIST_HEAD(copies);
static const struct packet *received;

int nf_vpn_proto_register(const struct nf_vpn_proto_ops *ops)
{
	const struct nf_vpn_hooks *data = &ops->data_hooks;
	unsigned int i, at;

	proto = ops;
	for (i = 0; i < data->n; i++) {
		if (data->ops[i].pf != NFPROTO_IPV4)
			continue;
		for (at = n_hooks; at && hooks[at - 1].priority >
				   data->ops[i].priority; at--)
			hooks[at] = hooks[at - 1];
		hooks[at] = data->ops[i];
		if (++n_hooks == MAX_HOOKS)
			model_die("too many hooks");
	}
	return 0;
}

void nf_vpn_proto_unregister(const struct nf_vpn_proto_ops *ops)
{
	n_hooks = 0;
}

void nf_vpn_receive_again(struct sk_buff *skb)
{
	again = true;
}

struct sk_buff *nf_vpn_copy(const struct sk_buff *skb)
{
	struct copy *copy = model_alloc(sizeof(*copy));

	copy->p = packet_copy(received);
	copy->skb = (struct sk_buff) {
		.data = copy->p->data, .len = copy->p->len,
	};
	return &copy->skb;
}

void nf_vpn_receive(struct sk_buff *skb)
{
	struct copy *copy = container_of(skb, struct copy, skb);

	list_add_tail(&copy->list, &copies);
}

static const char *const policies[] = {
	[NF_VPN_POLICY_IKE]		= "ike",
	[NF_VPN_POLICY_SERIALIZE]	= "serialize",
	[NF_VPN_POLICY_FIFO]		= "fifo",
	[NF_VPN_POLICY_STRICT]		= "strict",
};

static void set_policy(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		if (!strcmp(policies[i], name))
			vn->policy[NF_VPN_IPSEC] = i;
}

/**
 * router_init - begin with empty tables
 * @policy: the binder's policy
 */
void router_init(const char *policy)
{
	vn = model_alloc(sizeof(*vn));
	router_net.vn = vn;
	vn->net = &router_net;
	vn->stats = model_alloc(sizeof(*vn->stats));
	vn->limits = (struct nf_vpn_limits) {
		.ids = 262144, .per_client = 64, .per_server = 65535,
		.probe_ms = 1000,
	};
	vn->mode[NF_VPN_IPSEC] = NF_VPN_MODE_ON;
	INIT_LIST_HEAD(&vn->statics);
	nf_vpn_sweep_init(vn);
	nf_vpn_idmap_init(vn);
	set_policy(policy);
	conntrack_init();
	if (!n_hooks)
		model_module_init();
}

/**
 * router_exit - remove everything
 *
 * Return: how many objects are left that should not be.
 */
unsigned long router_exit(void)
{
	unsigned long entries;

	nf_vpn_sweep_stop(vn);
	rcu_read_lock();
	conntrack_flush();
	rcu_read_unlock();
	nf_vpn_flush(vn, NULL, NULL, true);
	nf_vpn_control_flush(vn, NF_VPN_IPSEC);
	nf_vpn_static_exit(vn);
	nf_vpn_idmap_exit(vn);
	entries = conntrack_count();
	if (entries)
		sim_say("LEAK: %lu conntrack entries", entries);
	model_free(vn->stats);
	model_free(vn);
	model_check_idle();
	return model_forget();
}

static unsigned int run_hooks(unsigned int hooknum, struct sk_buff *skb,
			      int from, int to)
{
	static const struct net_device device = { .ifindex = 1 };
	const struct nf_hook_state state = {
		.hook = hooknum, .pf = NFPROTO_IPV4, .net = &router_net,
		.in = &device,
		.out = hooknum == NF_INET_POST_ROUTING ? &device : NULL,
	};
	unsigned int i, verdict;

	for (i = 0; i < n_hooks; i++) {
		if (hooks[i].hooknum != hooknum || hooks[i].priority < from ||
		    hooks[i].priority >= to)
			continue;
		verdict = hooks[i].hook(hooks[i].priv, skb, &state);
		if (verdict != NF_ACCEPT)
			return verdict;
	}
	return NF_ACCEPT;
}

static struct udphdr *udp_hdr(const struct sk_buff *skb)
{
	if (ip_hdr(skb)->protocol != IPPROTO_UDP)
		return NULL;
	return (struct udphdr *)(skb->data + sizeof(struct iphdr));
}

bool nf_ct_get_tuplepr(const struct sk_buff *skb, unsigned int nhoff,
		       u16 l3num, struct net *net,
		       struct nf_conntrack_tuple *tuple)
{
	const struct iphdr *ip = ip_hdr(skb);
	const struct udphdr *udp = udp_hdr(skb);

	/* The rest of an address counts, and an initializer may leave it out. */
	memset(tuple, 0, sizeof(*tuple));
	tuple->src.u3.ip = ip->saddr;
	tuple->src.l3num = NFPROTO_IPV4;
	tuple->src.u.all = udp ? udp->source : 0;
	tuple->dst.u3.ip = ip->daddr;
	tuple->dst.protonum = ip->protocol;
	tuple->dst.u.all = udp ? udp->dest : 0;
	return true;
}

static void track(struct sk_buff *skb)
{
	struct nf_conntrack_tuple tuple;

	if (skb->ct)
		return;
	nf_ct_get_tuplepr(skb, 0, NFPROTO_IPV4, &router_net, &tuple);
	conntrack_in(&router_net, skb, &tuple);
}

static bool is_inside(__be32 addr)
{
	return (ntohl(addr) & 0xff000000) == INSIDE;
}

/* A UDP port that the gateway is not sent to from yet, the client's if that is
 * free.
 */
static void translate(struct nf_conn *ct, const union nf_inet_addr *public)
{
	struct nf_conntrack_tuple reply = *nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	bool udp = nf_ct_protonum(ct) == IPPROTO_UDP;
	unsigned int i;

	reply.dst.u3 = *public;
	for (i = 0; udp && nf_conntrack_tuple_taken(&reply, ct); i++) {
		if (i == PORT_TRIES)
			model_die("no UDP port is left");
		reply.dst.u.all = htons(sim_between(1024, 65535));
	}
	nf_conntrack_alter_reply(ct, &reply);
	ct->status |= IPS_SRC_NAT | IPS_SRC_NAT_DONE;
}

/* Without a range nothing is left to choose. */
unsigned int nf_nat_setup_info(struct nf_conn *ct,
			       const struct nf_nat_range2 *range,
			       enum nf_nat_manip_type manip)
{
	if (manip == NF_NAT_MANIP_SRC && range->flags & NF_NAT_RANGE_MAP_IPS)
		translate(ct, &range->min_addr);
	return NF_ACCEPT;
}

static void nat_source(struct sk_buff *skb)
{
	union nf_inet_addr public = { .all = { htonl(ROUTER_PUBLIC) } };
	const struct nf_conntrack_tuple *reply;
	struct udphdr *udp = udp_hdr(skb);
	struct nf_conn *ct = skb->ct;

	if (!nf_ct_is_confirmed(ct) && is_inside(ip_hdr(skb)->saddr) &&
	    !nf_nat_initialized(ct, NF_NAT_MANIP_SRC))
		translate(ct, &public);
	if (!(ct->status & IPS_SRC_NAT) ||
	    CTINFO2DIR(skb->ctinfo) != IP_CT_DIR_ORIGINAL)
		return;
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	ip_hdr(skb)->saddr = reply->dst.u3.ip;
	if (udp)
		udp->source = reply->dst.u.all;
}

static void nat_destination(struct sk_buff *skb)
{
	const struct nf_conntrack_tuple *orig;
	struct udphdr *udp = udp_hdr(skb);
	struct nf_conn *ct = skb->ct;

	if (!(ct->status & IPS_SRC_NAT) ||
	    CTINFO2DIR(skb->ctinfo) != IP_CT_DIR_REPLY)
		return;
	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	ip_hdr(skb)->daddr = orig->src.u3.ip;
	if (udp)
		udp->dest = orig->src.u.all;
}

static unsigned int leave(struct sk_buff *skb)
{
	unsigned int verdict;

	verdict = run_hooks(NF_INET_FORWARD, skb, INT_MIN, INT_MAX);
	if (verdict == NF_ACCEPT)
		verdict = run_hooks(NF_INET_POST_ROUTING, skb, INT_MIN,
				    NF_IP_PRI_NAT_SRC);
	if (verdict != NF_ACCEPT)
		return verdict;
	nat_source(skb);
	return run_hooks(NF_INET_POST_ROUTING, skb, NF_IP_PRI_NAT_SRC, INT_MAX);
}

static enum verdict pass(struct sk_buff *skb)
{
	unsigned int verdict;
	bool local;

	verdict = run_hooks(NF_INET_PRE_ROUTING, skb, INT_MIN,
			    NF_IP_PRI_CONNTRACK);
	if (verdict != NF_ACCEPT)
		return REFUSED;
	track(skb);
	nat_destination(skb);
	verdict = run_hooks(NF_INET_PRE_ROUTING, skb, NF_IP_PRI_CONNTRACK,
			    INT_MAX);
	if (verdict != NF_ACCEPT)
		return REFUSED;
	local = ip_hdr(skb)->daddr == htonl(ROUTER_PUBLIC);
	if (local)
		verdict = run_hooks(NF_INET_LOCAL_IN, skb, INT_MIN, INT_MAX);
	else
		verdict = leave(skb);
	if (verdict != NF_ACCEPT)
		return REFUSED;
	if (!conntrack_confirm(skb->ct))
		return FAILED;
	return local ? KEPT : PASSED;
}

static enum verdict receive(struct packet *p)
{
	struct sk_buff skb = { .data = p->data, .len = p->len };
	enum verdict verdict;

	again = false;
	received = p;
	verdict = pass(&skb);
	p->len = skb.len;
	if (skb.ct)
		nf_ct_put(skb.ct);
	return verdict;
}

/**
 * router_out - a packet comes from a client
 * @p: the packet; translated
 *
 * Return: what became of it.
 */
enum verdict router_out(struct packet *p)
{
	enum verdict verdict;

	rcu_read_lock();
	verdict = receive(p);
	rcu_read_unlock();
	model_check_idle();
	return verdict;
}

/**
 * router_in - a packet comes from outside
 * @p: the packet; translated
 *
 * Return: what became of it.
 */
enum verdict router_in(struct packet *p)
{
	enum verdict verdict;

	rcu_read_lock();
	verdict = receive(p);
	if (again)
		verdict = receive(p);
	rcu_read_unlock();
	model_check_idle();
	return verdict;
}

/**
 * router_copied - a packet that the router has made of another one
 *
 * Return: the packet, translated; NULL if there is none.
 */
struct packet *router_copied(void)
{
	struct packet *p = NULL;
	struct copy *copy;

	rcu_read_lock();
	while (!p && !list_empty(&copies)) {
		copy = list_first_entry(&copies, struct copy, list);
		list_del(&copy->list);
		if (pass(&copy->skb) == PASSED)
			p = copy->p;
		else
			packet_free(copy->p);
		nf_ct_put(copy->skb.ct);
		model_free(copy);
	}
	rcu_read_unlock();
	model_check_idle();
	return p;
}

/**
 * router_flush_conntrack - conntrack -F
 */
void router_flush_conntrack(void)
{
	rcu_read_lock();
	conntrack_flush();
	rcu_read_unlock();
}

/**
 * router_count - read one of the core's counters
 * @counter: which
 *
 * Return: its value.
 */
u64 router_count(enum nf_vpn_counter counter)
{
	return nf_vpn_stat(vn, NF_VPN_IPSEC, counter);
}

static bool is_claimed_by(const struct nf_vpn_id *id, u32 client)
{
	const struct nf_vpn_flow *flow;
	unsigned int i;

	for (i = 0; id->contest && i < id->contest->n; i++) {
		flow = xa_load(&vn->by_nr, id->contest->claims[i].nr);
		if (flow && ntohl(flow->node.key.src.ip) == client)
			return true;
	}
	return false;
}

/**
 * router_leads - to whom does the router lead packets with an inbound SPI?
 * @gateway: address of the gateway
 * @spi: the SPI
 * @client: address of a client
 *
 * Return: @client if that is one of them, else that of another client, or 0 if
 * nobody gets them.
 */
u32 router_leads(u32 gateway, u32 spi, u32 client)
{
	const struct nf_vpn_key key = {
		.src.all = { htonl(gateway) },
		.dst.all = { htonl(ROUTER_PUBLIC) },
		.id = htonl(spi), .l3num = NFPROTO_IPV4,
		.l4proto = IPPROTO_ESP,
	};
	const struct nf_vpn_id *id;
	u32 owner = 0;

	rcu_read_lock();
	id = nf_vpn_id_find(vn, &key);
	if (id && id->dir == NF_VPN_DIR_IN)
		owner = is_claimed_by(id, client) ? client :
			ntohl(id->flow->node.key.src.ip);
	rcu_read_unlock();
	return owner;
}
