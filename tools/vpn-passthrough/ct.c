// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the conntrack entries of tunnels.  A few are asked for one by one;
 * for many, or where the kernel would want ports that we do not know, one dump
 * of conntrack is cheaper.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <linux/nf_vpn_passthrough.h>
#include <stdlib.h>
#include <string.h>

#include "ct.h"
#include "out.h"

/* Above this, one dump. */
#define QUERIES_MAX	64

/**
 * struct search - what the callback of a dump looks for
 * @flows: sorted by flow_cmp()
 * @n: their number
 */
struct search {
	struct ct_flow	**flows;
	size_t		n;
};

/* Protocols whose tuples hold more than we know. */
static bool has_unknown(uint8_t l4proto)
{
	return l4proto == IPPROTO_TCP || l4proto == IPPROTO_GRE;
}

static int flow_cmp(const struct ct_flow *a, const struct ct_flow *b)
{
	int cmp = a->l4proto - b->l4proto;

	if (!cmp)
		cmp = a->zone - b->zone;
	if (!cmp)
		cmp = addr_cmp(&a->client, &b->client);
	if (!cmp)
		cmp = addr_cmp(&a->server, &b->server);
	if (!cmp)
		cmp = a->client_port - b->client_port;
	if (!cmp)
		cmp = a->server_port - b->server_port;
	return cmp;
}

static int sort_cmp(const void *a, const void *b)
{
	return flow_cmp(*(struct ct_flow * const *)a,
			*(struct ct_flow * const *)b);
}

/* Adds up: of a protocol with ports, a tunnel may have several entries. */
static void flow_count(struct ct_flow *flow, const struct nf_conntrack *ct)
{
	uint32_t timeout = nfct_get_attr_u32(ct, ATTR_TIMEOUT);

	flow->found = true;
	if (timeout > flow->timeout)
		flow->timeout = timeout;
	if (!nfct_attr_is_set(ct, ATTR_ORIG_COUNTER_PACKETS))
		return;
	flow->counted = true;
	flow->packets[NF_VPN_DIR_OUT] +=
		nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_PACKETS);
	flow->packets[NF_VPN_DIR_IN] +=
		nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_PACKETS);
	flow->bytes[NF_VPN_DIR_OUT] +=
		nfct_get_attr_u64(ct, ATTR_ORIG_COUNTER_BYTES);
	flow->bytes[NF_VPN_DIR_IN] +=
		nfct_get_attr_u64(ct, ATTR_REPL_COUNTER_BYTES);
}

static uint16_t ct_zone(const struct nf_conntrack *ct)
{
	if (nfct_attr_is_set(ct, ATTR_ORIG_ZONE))
		return nfct_get_attr_u16(ct, ATTR_ORIG_ZONE);
	if (nfct_attr_is_set(ct, ATTR_ZONE))
		return nfct_get_attr_u16(ct, ATTR_ZONE);
	return 0;
}

/* What flow_cmp() compares, of a conntrack entry. */
static void ct_flow_key(const struct nf_conntrack *ct, struct ct_flow *key)
{
	bool v6 = nfct_get_attr_u8(ct, ATTR_ORIG_L3PROTO) == AF_INET6;
	size_t len = v6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	const void *src, *dst;

	src = nfct_get_attr(ct, v6 ? ATTR_ORIG_IPV6_SRC : ATTR_ORIG_IPV4_SRC);
	dst = nfct_get_attr(ct, v6 ? ATTR_ORIG_IPV6_DST : ATTR_ORIG_IPV4_DST);
	memset(key, 0, sizeof(*key));
	if (src && dst) {
		addr_set(&key->client, src, len);
		addr_set(&key->server, dst, len);
	}
	key->l4proto = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO);
	key->zone = ct_zone(ct);
	if (key->l4proto != IPPROTO_UDP)
		return;
	key->client_port = ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_SRC));
	key->server_port = ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_DST));
}

/* Tells the tunnels of one client and server apart. */
static bool same_reply(const struct ct_flow *flow,
		       const struct nf_conntrack *ct)
{
	return !has_unknown(flow->l4proto) || !flow->flow_id ||
	       !nfct_attr_is_set(ct, ATTR_REPL_PORT_DST) ||
	       ntohs(nfct_get_attr_u16(ct, ATTR_REPL_PORT_DST)) ==
	       flow->flow_id;
}

/* First flow that is not less than the key. */
static size_t lower_bound(const struct search *search,
			  const struct ct_flow *key)
{
	size_t low = 0, high = search->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (flow_cmp(search->flows[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int dump_cb(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
		   void *data)
{
	const struct search *search = data;
	struct ct_flow key;
	size_t i;

	(void)type;
	ct_flow_key(ct, &key);
	for (i = lower_bound(search, &key); i < search->n; i++) {
		if (flow_cmp(search->flows[i], &key))
			break;
		if (same_reply(search->flows[i], ct))
			flow_count(search->flows[i], ct);
	}
	return NFCT_CB_CONTINUE;
}

static int dump(struct nfct_handle *nfct, struct ct_flow **flows, size_t n)
{
	struct search search = { flows, n };
	uint32_t family = AF_UNSPEC;

	qsort(flows, n, sizeof(*flows), sort_cmp);
	nfct_callback_register(nfct, NFCT_T_ALL, dump_cb, &search);
	return nfct_query(nfct, NFCT_Q_DUMP, &family);
}

static int get_cb(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
		  void *data)
{
	(void)type;
	flow_count(data, ct);
	return NFCT_CB_CONTINUE;
}

static void set_ports(struct nf_conntrack *ct, const struct ct_flow *flow)
{
	nfct_set_attr_u16(ct, ATTR_ORIG_PORT_SRC, htons(flow->client_port));
	nfct_set_attr_u16(ct, ATTR_ORIG_PORT_DST, htons(flow->server_port));
}

static void set_tuple(struct nf_conntrack *ct, const struct ct_flow *flow)
{
	bool v6 = flow->client.family == AF_INET6;

	nfct_set_attr_u8(ct, ATTR_ORIG_L3PROTO, flow->client.family);
	nfct_set_attr_u8(ct, ATTR_ORIG_L4PROTO, flow->l4proto);
	nfct_set_attr(ct, v6 ? ATTR_ORIG_IPV6_SRC : ATTR_ORIG_IPV4_SRC,
		      flow->client.bytes);
	nfct_set_attr(ct, v6 ? ATTR_ORIG_IPV6_DST : ATTR_ORIG_IPV4_DST,
		      flow->server.bytes);
	if (flow->l4proto == IPPROTO_UDP)
		set_ports(ct, flow);
	if (flow->zone)
		nfct_set_attr_u16(ct, ATTR_ZONE, flow->zone);
}

/* An entry that is gone is no error: the tunnel will follow it. */
static int get(struct nfct_handle *nfct, struct ct_flow *flow)
{
	struct nf_conntrack *ct = nfct_new();
	int ret;

	if (!ct)
		return -1;
	set_tuple(ct, flow);
	nfct_callback_register(nfct, NFCT_T_ALL, get_cb, flow);
	ret = nfct_query(nfct, NFCT_Q_GET, ct);
	if (ret < 0 && errno == ENOENT)
		ret = 0;
	nfct_callback_unregister(nfct);
	nfct_destroy(ct);
	return ret;
}

static int get_all(struct nfct_handle *nfct, struct ct_flow **flows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (get(nfct, flows[i]) < 0)
			return -1;
	return 0;
}

static bool want_dump(struct ct_flow **flows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (has_unknown(flows[i]->l4proto))
			return true;
	return n > QUERIES_MAX;
}

/**
 * ct_join - find the conntrack entries of tunnels
 * @flows: the tunnels; their order may change
 * @n: their number
 *
 * Return: 0, or -1 after complaining.
 */
int ct_join(struct ct_flow **flows, size_t n)
{
	struct nfct_handle *nfct;
	int ret = -1;

	if (!n)
		return 0;
	nfct = nfct_open(CONNTRACK, 0);
	if (nfct && want_dump(flows, n))
		ret = dump(nfct, flows, n);
	else if (nfct)
		ret = get_all(nfct, flows, n);
	if (ret < 0)
		complain("cannot read conntrack: %s", strerror(errno));
	if (nfct)
		nfct_close(nfct);
	return ret < 0 ? -1 : 0;
}
