// SPDX-License-Identifier: GPL-2.0-only
/* Counters: one per CPU, protocol and reason. */
#include "core.h"

/**
 * nf_vpn_inc - count something
 * @vn: the namespace
 * @proto: an enum nf_vpn_proto
 * @counter: what to count
 *
 * Context: any.
 */
void nf_vpn_inc(struct nf_vpn_net *vn, u8 proto, enum nf_vpn_counter counter)
{
	this_cpu_inc(vn->stats->n[proto][counter]);
}

/**
 * nf_vpn_count - count something, for protocol modules
 * @net: network namespace
 * @proto: protocol
 * @counter: what to count
 *
 * Context: any.
 */
void nf_vpn_count(const struct net *net, enum nf_vpn_proto proto,
		  enum nf_vpn_counter counter)
{
	nf_vpn_inc(nf_vpn_pernet(net), proto, counter);
}
EXPORT_SYMBOL_GPL(nf_vpn_count);

/**
 * nf_vpn_stat - read a counter
 * @vn: the namespace
 * @proto: an enum nf_vpn_proto
 * @counter: which
 *
 * Return: its sum over all CPUs.
 */
u64 nf_vpn_stat(const struct nf_vpn_net *vn, u8 proto,
		enum nf_vpn_counter counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(vn->stats, cpu)->n[proto][counter]);
	return sum;
}
