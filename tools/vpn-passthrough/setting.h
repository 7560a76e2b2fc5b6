/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_SETTING_H
#define VPN_PASSTHROUGH_SETTING_H

#include "args.h"
#include "nl.h"

/**
 * struct setting - what is to be set
 * @proto: enum nf_vpn_proto
 * @has: which of the following were given
 * @mode: enum nf_vpn_mode
 * @policy: enum nf_vpn_policy
 * @preserve: whether clients keep the well-known source port
 * @fast_path: whether packets may leave where they come in
 * @secs: how long the mode is to last
 */
struct setting {
	uint32_t	proto;
	struct {
		bool	mode, policy, preserve, fast_path, secs;
	} has;
	uint32_t	secs;
	uint32_t	mode;
	uint32_t	policy;
	bool		preserve;
	bool		fast_path;
};

bool setting_parse(struct args *args, struct setting *set);
void setting_put(struct nlmsghdr *req, const struct setting *set);

#endif
