// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binder and the ESP module in the model's world (../model): the bytes tell
 * who sends what when. Whatever they tell, the core's objects fit together after
 * each step, no more is known than the limits allow, and nothing is left in the
 * end.
 */
#include "idmap.h"
#include "model.h"

#define CLIENTS_AT	0x0a000001	/* 10.0.0.1 */
#define GATEWAYS_AT	0xc6336401	/* 198.51.100.1 */
#define N_CLIENTS	8
#define N_GATEWAYS	2
#define FEW_IDS		24

/* What is left of the input. */
struct input {
	const u8	*data;
	size_t		len;
};

int fuzz_one_input(const u8 *data, size_t len);

/* UDP port that a gateway has last seen a client's port 500 as. */
static u16 ports[N_CLIENTS][N_GATEWAYS];

static u8 get(struct input *in)
{
	if (!in->len)
		return 0;
	in->len--;
	return *in->data++;
}

static u32 client_of(u8 byte)
{
	return CLIENTS_AT + byte % N_CLIENTS;
}

static u32 gateway_of(u8 byte)
{
	return GATEWAYS_AT + (byte >> 3) % N_GATEWAYS;
}

/* A few, so that they meet; and one that is reserved. */
static u32 spi_of(u8 byte)
{
	return byte == 0xff ? 5 : 0x1000 + (byte & 0x3f);
}

static void leave(struct packet *p, u8 who)
{
	u16 sport, dport;

	if (router_out(p) == PASSED &&
	    ((struct iphdr *)p->data)->protocol == IPPROTO_UDP) {
		packet_read_udp(p, &sport, &dport);
		ports[who % N_CLIENTS][(who >> 3) % N_GATEWAYS] = sport;
	}
	packet_free(p);
}

static void arrive(struct packet *p)
{
	router_in(p);
	packet_free(p);
	while ((p = router_copied()))
		packet_free(p);
}

static void esp(struct input *in, bool up)
{
	u8 who = get(in);
	u32 spi = spi_of(get(in)), seq = get(in);

	if (up)
		leave(packet_esp(client_of(who), gateway_of(who), spi, seq),
		      who);
	else
		arrive(packet_esp(gateway_of(who), ROUTER_PUBLIC, spi, seq));
}

static struct packet *udp(u8 who, bool up, u16 len)
{
	u16 port = ports[who % N_CLIENTS][(who >> 3) % N_GATEWAYS];
	u16 ours = who & 0x40 ? 4500 : 500;

	if (up)
		return packet_udp(client_of(who), gateway_of(who), ours, ours,
				  len);
	return packet_udp(gateway_of(who), ROUTER_PUBLIC, ours, port ?: ours,
			  len);
}

static void go(struct packet *p, u8 who, bool up)
{
	if (up)
		leave(p, who);
	else
		arrive(p);
}

/* A header as it should be: cookies, what it is about, number, length. */
static void ike(struct input *in, bool up)
{
	u8 who = get(in), cookies = get(in), kind = get(in), nr = get(in);
	static const u8 exchanges[] = { 34, 35, 36, 37, 2, 4, 5, 32 };
	u8 exchange = exchanges[kind & 7], size = get(in);
	u16 len = 28 + size * 2;
	struct packet *p = udp(who, up, len);
	u8 *at = p->data + sizeof(struct iphdr) + sizeof(struct udphdr);

	memset(at, 0x11, 7);
	at[7] = cookies & 7;
	if (cookies & 0x70) {
		memset(at + 8, 0x22, 7);
		at[15] = cookies >> 4;
	}
	at[16] = kind & 0x40 ? 33 : 46;
	at[17] = exchange >= 34 ? 0x20 : 0x10;
	at[18] = exchange;
	if (exchange >= 34)
		at[19] = (kind & 0x08) | (kind & 0x20);
	else
		at[19] = kind >> 5 & 1;
	at[23] = nr;
	at[26] = len >> 8;
	at[27] = len;
	go(p, who, up);
}

/* Any bytes, by UDP. */
static void noise(struct input *in, bool up)
{
	u8 who = get(in), len = get(in) % 64, i;
	struct packet *p = udp(who, up, len);

	for (i = 0; i < len; i++)
		p->data[sizeof(struct iphdr) + sizeof(struct udphdr) + i] =
			get(in);
	go(p, who, up);
}

/* An ESP packet that ends where it should not. */
static void cut(struct input *in)
{
	u8 who = get(in);
	struct packet *p = packet_esp(client_of(who), gateway_of(who),
				      spi_of(get(in)), get(in));

	p->len = sizeof(struct iphdr) + get(in) % 12;
	((struct iphdr *)p->data)->tot_len = htons(p->len);
	leave(p, who);
}

static void wait_for(struct input *in)
{
	static const u64 delays[] = {
		SIM_MS, 10 * SIM_MS, 100 * SIM_MS, 600 * SIM_MS,
		SIM_SECOND + SIM_MS, 4 * SIM_SECOND, 31 * SIM_SECOND,
		190 * SIM_SECOND,
	};

	sim_run(sim_now() + delays[get(in) & 7]);
}

static void bind(struct input *in, bool add)
{
	u8 who = get(in), out;
	struct nf_vpn_static want = {
		.client.all = { htonl(client_of(who)) },
		.server.all = { htonl(gateway_of(who)) },
		.id_in = htonl(spi_of(get(in))),
		.l3num = NFPROTO_IPV4, .l4proto = IPPROTO_ESP,
		.proto = NF_VPN_IPSEC,
	};

	out = get(in);
	want.has_out = out & 0x80;
	want.id_out = want.has_out ? htonl(spi_of(out & 0x3f)) : 0;
	if (add)
		nf_vpn_static_add(router_net.vn, &want, NULL);
	else
		nf_vpn_static_del(router_net.vn, &want, NULL);
}

static bool is_of_client(const struct nf_vpn_flow *flow, const void *arg)
{
	return ntohl(flow->node.key.src.ip) == *(const u32 *)arg;
}

/* What the administrator may do. */
static void administer(struct input *in)
{
	struct nf_vpn_net *vn = router_net.vn;
	u8 what = get(in);
	u32 client = client_of(what >> 4);

	switch (what & 7) {
	case 0:
		rcu_read_lock();
		nf_vpn_flush(vn, NULL, NULL, true);
		rcu_read_unlock();
		break;
	case 1:
		rcu_read_lock();
		nf_vpn_flush(vn, is_of_client, &client, what & 8);
		rcu_read_unlock();
		break;
	case 2:
		nf_vpn_control_flush(vn, NF_VPN_IPSEC);
		break;
	case 3:
		vn->policy[NF_VPN_IPSEC] = what >> 4 & 3;
		break;
	case 4:
		vn->preserve_port[NF_VPN_IPSEC] = what & 0x10;
		break;
	default:
		router_flush_conntrack();
	}
}

static void begin(u8 how)
{
	router_init("ike");
	router_net.vn->policy[NF_VPN_IPSEC] = how & 3;
	router_net.vn->preserve_port[NF_VPN_IPSEC] = how & 4;
	if (!(how & 8))
		return;
	router_net.vn->limits = (struct nf_vpn_limits) {
		.ids = FEW_IDS, .per_client = 3, .per_server = 5,
		.probe_ms = 50,
	};
}

/* The namespace goes, with all that is known in it. */
static void end(void)
{
	unsigned long left;

	model_refuse(0);
	packets_exit();
	left = router_exit();
	sim_end();
	if (left)
		model_die("%lu objects are left", left);
}

static void step(struct input *in)
{
	u8 op = get(in);

	switch (op & 15) {
	case 0 ... 2:
		esp(in, true);
		break;
	case 3 ... 5:
		esp(in, false);
		break;
	case 6 ... 7:
		ike(in, true);
		break;
	case 8 ... 9:
		ike(in, false);
		break;
	case 10 ... 11:
		wait_for(in);
		break;
	case 12:
		bind(in, op & 0x30);
		break;
	case 13:
		administer(in);
		break;
	case 14:
		if (op & 0x10)
			noise(in, op & 0x20);
		else
			cut(in);
		break;
	default:
		if (op & 0x40) {
			end();
			begin(op >> 4);
		} else {
			model_refuse(op >> 4 & 3);
		}
	}
}

static void run(const u8 *data, size_t len)
{
	struct input in = { data, len };
	struct result r = {};

	result = &r;
	memset(&world, 0, sizeof(world));
	memset(ports, 0, sizeof(ports));
	sim_begin(get(&in));
	begin(get(&in));
	while (in.len) {
		step(&in);
		router_check();
		if (router_net.vn->nids > router_net.vn->limits.ids)
			model_die("more ids than the limit");
	}
	end();
	result_free(&r);
}

/* If that did not work, all the rest would find nothing. */
static void must_work(void)
{
	static const u8 to_and_fro[] = { 0, 0, 1, 1, 3, 0, 17, 1 };
	struct input in = { to_and_fro, sizeof(to_and_fro) };
	struct result r = {};

	result = &r;
	sim_begin(1);
	begin(0);
	while (in.len)
		step(&in);
	if (router_leads(gateway_of(0), spi_of(17), client_of(0)) !=
	    client_of(0))
		model_die("an answer does not bind its id");
	end();
	result_free(&r);
}

int fuzz_one_input(const u8 *data, size_t len)
{
	static bool once;

	if (!once)
		must_work();
	once = true;
	run(data, len);
	return 0;
}
