// SPDX-License-Identifier: GPL-2.0-only
/* What conntrack has of one client and one server, and how full it is. */

#include <arpa/inet.h>
#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <stdio.h>
#include <string.h>

#include "ct_pair.h"
#include "out.h"

#define SYSCTL	"/proc/sys/net/netfilter/nf_conntrack_"

/**
 * struct pair_search - what the callback of a dump looks for
 * @client: source of the original direction
 * @server: its destination
 * @pair: where entries go
 */
struct pair_search {
	const struct addr	*client;
	const struct addr	*server;
	struct ct_pair		*pair;
};

static struct addr ct_addr(const struct nf_conntrack *ct,
			   enum nf_conntrack_attr v4, enum nf_conntrack_attr v6)
{
	bool is_v6 = nfct_get_attr_u8(ct, ATTR_ORIG_L3PROTO) == AF_INET6;
	const void *bytes = nfct_get_attr(ct, is_v6 ? v6 : v4);
	struct addr addr = { 0 };

	if (bytes)
		addr_set(&addr, bytes, is_v6 ? sizeof(struct in6_addr) :
					       sizeof(struct in_addr));
	return addr;
}

static bool has_ports(uint8_t l4proto)
{
	return l4proto == IPPROTO_TCP || l4proto == IPPROTO_UDP;
}

static void take(struct ct_pair *pair, const struct nf_conntrack *ct)
{
	struct ct_entry *entry = &pair->tab[pair->n];

	if (pair->n++ >= CT_PAIR_MAX)
		return;
	entry->l4proto = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO);
	if (has_ports(entry->l4proto))
		entry->port = ntohs(nfct_get_attr_u16(ct, ATTR_ORIG_PORT_DST));
	entry->public = ct_addr(ct, ATTR_REPL_IPV4_DST, ATTR_REPL_IPV6_DST);
	entry->answered = nfct_get_attr_u32(ct, ATTR_STATUS) & IPS_SEEN_REPLY;
	entry->timeout = nfct_get_attr_u32(ct, ATTR_TIMEOUT);
}

static int pair_cb(enum nf_conntrack_msg_type type, struct nf_conntrack *ct,
		   void *data)
{
	struct addr src = ct_addr(ct, ATTR_ORIG_IPV4_SRC, ATTR_ORIG_IPV6_SRC);
	struct addr dst = ct_addr(ct, ATTR_ORIG_IPV4_DST, ATTR_ORIG_IPV6_DST);
	const struct pair_search *search = data;

	(void)type;
	if (!addr_cmp(&src, search->client) && !addr_cmp(&dst, search->server))
		take(search->pair, ct);
	return NFCT_CB_CONTINUE;
}

static uint64_t read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned long long number = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%llu", &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

/**
 * ct_pair_read - read what conntrack has of a client and a server
 * @pair: result
 * @client: the client
 * @server: the server
 *
 * Context: in the network namespace that it is about.
 * Return: 0, or -1 after complaining.
 */
int ct_pair_read(struct ct_pair *pair, const struct addr *client,
		 const struct addr *server)
{
	struct pair_search search = { client, server, pair };
	struct nfct_handle *nfct = nfct_open(CONNTRACK, 0);
	uint32_t family = client->family;
	int ret = -1;

	memset(pair, 0, sizeof(*pair));
	pair->count = read_number(SYSCTL "count");
	pair->max = read_number(SYSCTL "max");
	if (nfct) {
		nfct_callback_register(nfct, NFCT_T_ALL, pair_cb, &search);
		ret = nfct_query(nfct, NFCT_Q_DUMP, &family);
	}
	if (ret < 0)
		complain("cannot read conntrack: %s", strerror(errno));
	if (nfct)
		nfct_close(nfct);
	return ret < 0 ? -1 : 0;
}

/**
 * ct_pair_find - find an entry
 * @pair: the entries
 * @l4proto: IP protocol
 * @port: destination port, 0 where there is none
 *
 * Return: one that was answered, else another one, else NULL.
 */
const struct ct_entry *ct_pair_find(const struct ct_pair *pair,
				    uint8_t l4proto, uint16_t port)
{
	const struct ct_entry *entry, *found = NULL;
	size_t i;

	for (i = 0; i < pair->n && i < CT_PAIR_MAX; i++) {
		entry = &pair->tab[i];
		if (entry->l4proto != l4proto || entry->port != port)
			continue;
		if (!found || (entry->answered && !found->answered))
			found = entry;
	}
	return found;
}
