/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vpn_passthrough.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_VPN_PASSTHROUGH_GEN_H
#define _LINUX_VPN_PASSTHROUGH_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/nf_vpn_passthrough.h>

/* Common nested types */
extern const struct nla_policy vpn_passthrough_wire_id_nl_policy[NF_VPN_ID_A_INSIDE_ID + 1];

/* Global operation policy for vpn_passthrough */
extern const struct nla_policy vpn_passthrough_passthrough_nl_policy[NF_VPN_A_FAST_PATH + 1];

/* Ops table for vpn_passthrough */
extern const struct genl_small_ops vpn_passthrough_nl_ops[12];

int vpn_passthrough_nl_mode_get_doit(struct sk_buff *skb,
				     struct genl_info *info);
int vpn_passthrough_nl_mode_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb);
int vpn_passthrough_nl_mode_set_doit(struct sk_buff *skb,
				     struct genl_info *info);
int vpn_passthrough_nl_limit_get_doit(struct sk_buff *skb,
				      struct genl_info *info);
int vpn_passthrough_nl_limit_set_doit(struct sk_buff *skb,
				      struct genl_info *info);
int vpn_passthrough_nl_tunnel_get_dumpit(struct sk_buff *skb,
					 struct netlink_callback *cb);
int vpn_passthrough_nl_bind_add_doit(struct sk_buff *skb,
				     struct genl_info *info);
int vpn_passthrough_nl_bind_del_doit(struct sk_buff *skb,
				     struct genl_info *info);
int vpn_passthrough_nl_bind_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb);
int vpn_passthrough_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int vpn_passthrough_nl_stats_get_dumpit(struct sk_buff *skb,
					struct netlink_callback *cb);
int vpn_passthrough_nl_refusal_get_dumpit(struct sk_buff *skb,
					  struct netlink_callback *cb);
int vpn_passthrough_nl_tunnel_new_doit(struct sk_buff *skb,
				       struct genl_info *info);

enum {
	VPN_PASSTHROUGH_NLGRP_EVENTS,
};

#endif /* _LINUX_VPN_PASSTHROUGH_GEN_H */
