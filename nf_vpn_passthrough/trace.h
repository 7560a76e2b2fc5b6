/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_vpn_passthrough

#if !defined(_NF_VPN_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NF_VPN_TRACE_H

#include <linux/tracepoint.h>
#include <net/ipv6.h>
#include "core.h"

#ifndef _NF_VPN_TRACE_ADDR
#define _NF_VPN_TRACE_ADDR
/* One field for both families: IPv4 addresses are mapped into IPv6. */
static inline void nf_vpn_trace_addr(u8 *to, u8 l3num,
				     const union nf_inet_addr *from)
{
	struct in6_addr mapped = from->in6;

	if (l3num == NFPROTO_IPV4)
		ipv6_addr_set_v4mapped(from->ip, &mapped);
	memcpy(to, &mapped, sizeof(mapped));
}
#endif

DECLARE_EVENT_CLASS(nf_vpn_binding,
	TP_PROTO(const struct nf_vpn_flow *flow, const struct nf_vpn_id *id),
	TP_ARGS(flow, id),
	TP_STRUCT__entry(
		__field(u8, proto)
		__field(u8, l3num)
		__field(u16, zone)
		__field(u32, id)
		__array(u8, client, sizeof(union nf_inet_addr))
		__array(u8, server, sizeof(union nf_inet_addr))
	),
	TP_fast_assign(
		__entry->proto = flow->proto;
		__entry->l3num = flow->node.key.l3num;
		__entry->zone = flow->node.key.zone;
		__entry->id = be32_to_cpu(id->node.key.id);
		nf_vpn_trace_addr(__entry->client, flow->node.key.l3num,
				  &flow->node.key.src);
		nf_vpn_trace_addr(__entry->server, flow->node.key.l3num,
				  &flow->node.key.dst);
	),
	TP_printk("proto=%u l3num=%u zone=%u client=%pI6c server=%pI6c id=0x%08x",
		  __entry->proto, __entry->l3num, __entry->zone,
		  __entry->client, __entry->server, __entry->id)
);

DEFINE_EVENT(nf_vpn_binding, nf_vpn_bind,
	TP_PROTO(const struct nf_vpn_flow *flow, const struct nf_vpn_id *id),
	TP_ARGS(flow, id));
DEFINE_EVENT(nf_vpn_binding, nf_vpn_rebind,
	TP_PROTO(const struct nf_vpn_flow *flow, const struct nf_vpn_id *id),
	TP_ARGS(flow, id));
DEFINE_EVENT(nf_vpn_binding, nf_vpn_unbind,
	TP_PROTO(const struct nf_vpn_flow *flow, const struct nf_vpn_id *id),
	TP_ARGS(flow, id));

TRACE_EVENT(nf_vpn_refuse,
	TP_PROTO(u8 proto, u32 reason, const struct nf_vpn_key *client, u32 id),
	TP_ARGS(proto, reason, client, id),
	TP_STRUCT__entry(
		__field(u8, proto)
		__field(u8, l3num)
		__field(u16, zone)
		__field(u32, reason)
		__field(u32, id)
		__array(u8, client, sizeof(union nf_inet_addr))
		__array(u8, server, sizeof(union nf_inet_addr))
	),
	TP_fast_assign(
		__entry->proto = proto;
		__entry->l3num = client->l3num;
		__entry->zone = client->zone;
		__entry->reason = reason;
		__entry->id = id;
		nf_vpn_trace_addr(__entry->client, client->l3num, &client->src);
		nf_vpn_trace_addr(__entry->server, client->l3num, &client->dst);
	),
	TP_printk("proto=%u l3num=%u zone=%u client=%pI6c server=%pI6c id=0x%08x reason=%u",
		  __entry->proto, __entry->l3num, __entry->zone,
		  __entry->client, __entry->server, __entry->id,
		  __entry->reason)
);

#endif /* _NF_VPN_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
