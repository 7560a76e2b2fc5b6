// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the objects behind the wire-id table: a slab cache of its own for each
 * kind, so that /proc/slabinfo tells what tunnels take, and none takes more than
 * it needs.
 *
 * What readers may have seen is freed by callbacks of ours, and not by kfree_rcu():
 * before 6.12 nothing waits for the latter's batches when a cache is destroyed.
 */
#include <linux/slab.h>
#include "idmap.h"

#ifndef SLAB_NO_MERGE	/* before 6.5: equal sizes of others share its name */
#define SLAB_NO_MERGE	0
#endif

static struct kmem_cache *caches[NF_VPN_N_OBJECTS];

static void id_free(struct rcu_head *rcu)
{
	nf_vpn_object_free(NF_VPN_OBJECT_ID,
			   container_of(rcu, struct nf_vpn_id, rcu));
}

static void flow_free(struct rcu_head *rcu)
{
	nf_vpn_object_free(NF_VPN_OBJECT_FLOW,
			   container_of(rcu, struct nf_vpn_flow, rcu));
}

static void session_free(struct rcu_head *rcu)
{
	nf_vpn_object_free(NF_VPN_OBJECT_SESSION,
			   container_of(rcu, struct nf_vpn_session, flow.rcu));
}

static void pair_free(struct rcu_head *rcu)
{
	nf_vpn_object_free(NF_VPN_OBJECT_PAIR,
			   container_of(rcu, struct nf_vpn_pair, rcu));
}

static void client_free(struct rcu_head *rcu)
{
	nf_vpn_object_free(NF_VPN_OBJECT_CLIENT,
			   container_of(rcu, struct nf_vpn_client, rcu));
}

static const struct {
	const char	*name;
	unsigned int	size;
	rcu_callback_t	free;
} kinds[NF_VPN_N_OBJECTS] = {
	[NF_VPN_OBJECT_ID] = {
		"nf_vpn_id", sizeof(struct nf_vpn_id), id_free
	},
	[NF_VPN_OBJECT_FLOW] = {
		"nf_vpn_flow", sizeof(struct nf_vpn_flow), flow_free
	},
	[NF_VPN_OBJECT_SESSION] = {
		"nf_vpn_session", sizeof(struct nf_vpn_session), session_free
	},
	[NF_VPN_OBJECT_PAIR] = {
		"nf_vpn_pair", sizeof(struct nf_vpn_pair), pair_free
	},
	[NF_VPN_OBJECT_CLIENT] = {
		"nf_vpn_client", sizeof(struct nf_vpn_client), client_free
	},
};

/**
 * nf_vpn_object_new - memory for an object
 * @kind: what it is to be
 *
 * Context: any.
 * Return: zeroed memory, or NULL.
 */
void *nf_vpn_object_new(enum nf_vpn_object kind)
{
	return kmem_cache_zalloc(caches[kind], GFP_ATOMIC);
}

/**
 * nf_vpn_object_free - free an object that nobody has seen
 * @kind: what it is
 * @object: the object
 *
 * Context: any.
 */
void nf_vpn_object_free(enum nf_vpn_object kind, void *object)
{
	kmem_cache_free(caches[kind], object);
}

/**
 * nf_vpn_object_drop - free an object when its readers have left
 * @kind: what it is
 * @rcu: its RCU head
 *
 * Context: any; no new reader can find it.
 */
void nf_vpn_object_drop(enum nf_vpn_object kind, struct rcu_head *rcu)
{
	call_rcu(rcu, kinds[kind].free);
}

/**
 * nf_vpn_objects_init - make the caches
 *
 * Return: 0, or -ENOMEM.
 */
int nf_vpn_objects_init(void)
{
	unsigned int i;

	for (i = 0; i < NF_VPN_N_OBJECTS; i++) {
		caches[i] = kmem_cache_create(kinds[i].name, kinds[i].size, 0,
					      SLAB_NO_MERGE, NULL);
		if (!caches[i]) {
			nf_vpn_objects_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * nf_vpn_objects_exit - give the caches back
 *
 * Every object was freed or dropped before.
 */
void nf_vpn_objects_exit(void)
{
	unsigned int i;

	rcu_barrier();
	for (i = 0; i < NF_VPN_N_OBJECTS; i++)
		kmem_cache_destroy(caches[i]);
}
