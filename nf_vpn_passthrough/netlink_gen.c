// SPDX-License-Identifier: GPL-2.0-only
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vpn_passthrough.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/nf_vpn_passthrough.h>

/* Integer value ranges */
static const struct netlink_range_validation nf_vpn_a_max_ids_range = {
	.min	= 16ULL,
	.max	= 1048576ULL,
};

static const struct netlink_range_validation nf_vpn_a_max_per_client_range = {
	.min	= 1ULL,
	.max	= 65535ULL,
};

static const struct netlink_range_validation nf_vpn_a_max_per_server_range = {
	.min	= 1ULL,
	.max	= 65535ULL,
};

static const struct netlink_range_validation nf_vpn_a_probe_ms_range = {
	.min	= 10ULL,
	.max	= 60000ULL,
};

static const struct netlink_range_validation nf_vpn_a_for_secs_range = {
	.min	= 1ULL,
	.max	= 2592000ULL,
};

/* Common nested types */
const struct nla_policy vpn_passthrough_wire_id_nl_policy[NF_VPN_ID_A_INSIDE_ID + 1] = {
	[NF_VPN_ID_A_DIR] = NLA_POLICY_MAX(NLA_U32, 1),
	[NF_VPN_ID_A_ID] = { .type = NLA_U32, },
	[NF_VPN_ID_A_STATE] = NLA_POLICY_MAX(NLA_U32, 6),
	[NF_VPN_ID_A_IDLE_MS] = { .type = NLA_U64, },
	[NF_VPN_ID_A_INSIDE_ID] = { .type = NLA_U32, },
};

/* Global operation policy for vpn_passthrough */
const struct nla_policy vpn_passthrough_passthrough_nl_policy[NF_VPN_A_FAST_PATH + 1] = {
	[NF_VPN_A_PROTO] = NLA_POLICY_MAX(NLA_U32, 2),
	[NF_VPN_A_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
	[NF_VPN_A_CLIENT] = { .type = NLA_BINARY, },
	[NF_VPN_A_SERVER] = { .type = NLA_BINARY, },
	[NF_VPN_A_PUBLIC] = { .type = NLA_BINARY, },
	[NF_VPN_A_ZONE] = { .type = NLA_U16, },
	[NF_VPN_A_ZONE_DIR] = { .type = NLA_U8, },
	[NF_VPN_A_ID_OUT] = { .type = NLA_U32, },
	[NF_VPN_A_ID_IN] = { .type = NLA_U32, },
	[NF_VPN_A_WIRE_ID] = NLA_POLICY_NESTED(vpn_passthrough_wire_id_nl_policy),
	[NF_VPN_A_MAX_IDS] = NLA_POLICY_FULL_RANGE(NLA_U32, &nf_vpn_a_max_ids_range),
	[NF_VPN_A_MAX_PER_CLIENT] = NLA_POLICY_FULL_RANGE(NLA_U32, &nf_vpn_a_max_per_client_range),
	[NF_VPN_A_MAX_PER_SERVER] = NLA_POLICY_FULL_RANGE(NLA_U32, &nf_vpn_a_max_per_server_range),
	[NF_VPN_A_PROBE_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &nf_vpn_a_probe_ms_range),
	[NF_VPN_A_PRESERVE_PORT] = NLA_POLICY_MAX(NLA_U32, 1),
	[NF_VPN_A_POLICY] = NLA_POLICY_MAX(NLA_U32, 3),
	[NF_VPN_A_FOR_SECS] = NLA_POLICY_FULL_RANGE(NLA_U32, &nf_vpn_a_for_secs_range),
	[NF_VPN_A_PEER] = { .type = NLA_BINARY, },
	[NF_VPN_A_FAST_PATH] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* Ops table for vpn_passthrough */
const struct genl_small_ops vpn_passthrough_nl_ops[12] = {
	{
		.cmd	= NF_VPN_CMD_MODE_GET,
		.doit	= vpn_passthrough_nl_mode_get_doit,
		.dumpit	= vpn_passthrough_nl_mode_get_dumpit,
	},
	{
		.cmd	= NF_VPN_CMD_MODE_SET,
		.doit	= vpn_passthrough_nl_mode_set_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_LIMIT_GET,
		.doit	= vpn_passthrough_nl_limit_get_doit,
	},
	{
		.cmd	= NF_VPN_CMD_LIMIT_SET,
		.doit	= vpn_passthrough_nl_limit_set_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_TUNNEL_GET,
		.dumpit	= vpn_passthrough_nl_tunnel_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_BIND_ADD,
		.doit	= vpn_passthrough_nl_bind_add_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_BIND_DEL,
		.doit	= vpn_passthrough_nl_bind_del_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_BIND_GET,
		.dumpit	= vpn_passthrough_nl_bind_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_FLUSH,
		.doit	= vpn_passthrough_nl_flush_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_STATS_GET,
		.dumpit	= vpn_passthrough_nl_stats_get_dumpit,
	},
	{
		.cmd	= NF_VPN_CMD_REFUSAL_GET,
		.dumpit	= vpn_passthrough_nl_refusal_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= NF_VPN_CMD_TUNNEL_NEW,
		.doit	= vpn_passthrough_nl_tunnel_new_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
};

static const struct genl_multicast_group vpn_passthrough_nl_mcgrps[] = {
	[VPN_PASSTHROUGH_NLGRP_EVENTS] = { "events", .flags = GENL_MCAST_CAP_NET_ADMIN },
};
