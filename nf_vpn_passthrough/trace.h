/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_vpn_passthrough

#if !defined(_NF_VPN_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NF_VPN_TRACE_H

#include <linux/tracepoint.h>
#include "core.h"

/* IPv4 addresses stand in the first four bytes, the rest is zero. */
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
		memcpy(__entry->client, &flow->node.key.src,
		       sizeof(__entry->client));
		memcpy(__entry->server, &flow->node.key.dst,
		       sizeof(__entry->server));
	),
	TP_printk("proto=%u l3num=%u zone=%u client=%pI6 server=%pI6 id=0x%08x",
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
		memcpy(__entry->client, &client->src, sizeof(__entry->client));
		memcpy(__entry->server, &client->dst, sizeof(__entry->server));
	),
	TP_printk("proto=%u l3num=%u zone=%u client=%pI6 server=%pI6 id=0x%08x reason=%u",
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
