/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_LIMITS_H
#define VPN_PASSTHROUGH_LIMITS_H

#include "args.h"
#include "nl.h"

#define LIMITS	4

/**
 * struct limit - what users see of a limit
 * @attr: enum nf_vpn_attr
 * @min: the smallest value that the kernel takes
 * @max: the largest one
 * @name: as it is given on the command line
 * @key: as it is written in JSON
 * @help: one line of explanation
 */
struct limit {
	uint16_t	attr;
	uint32_t	min;
	uint32_t	max;
	const char	*name;
	const char	*key;
	const char	*help;
};

extern const struct limit limits[LIMITS];

/**
 * struct limit_values - limits to be set
 * @given: which of limits[] were given
 * @value: their values
 */
struct limit_values {
	bool		given[LIMITS];
	uint32_t	value[LIMITS];
};

int limits_show(struct nl *nl, const char *key);
bool limits_parse(struct args *args, struct limit_values *values);
int limits_set(struct nl *nl, const struct limit_values *values);

#endif
