/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_NAMES_H
#define VPN_PASSTHROUGH_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler.h"

/**
 * struct name - what users see of one value of an enum
 * @name: as in the netlink specification
 * @help: one line of explanation
 */
struct name {
	const char	*name;
	const char	*help;
};

/**
 * struct names - what users see of an enum
 * @what: what it enumerates
 * @n: number of values, which start at 0
 * @tab: an entry for each value
 */
struct names {
	const char		*what;
	uint32_t		n;
	const struct name	*tab;
};

extern const struct names proto_names;
extern const struct names mode_names;
extern const struct names state_names;
extern const struct names dir_names;
extern const struct names kind_names;
extern const struct names policy_names;
extern const struct names event_names;
extern const struct names origin_names;
extern const struct names setting_names;
extern const struct names counter_names;

const char *name_of(const struct names *names, uint32_t value);
const char *name_help(const struct names *names, uint32_t value);
bool name_find(const struct names *names, const char *name, uint32_t *value);

#endif
