/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_FINDING_H
#define VPN_PASSTHROUGH_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler.h"

/* Of no protocol. */
#define FINDING_ANY	UINT32_MAX

/**
 * enum finding_level - how good news a finding is
 * @FINDING_OK: as it should be
 * @FINDING_NOTE: worth knowing
 * @FINDING_PROBLEM: in the way
 */
enum finding_level {
	FINDING_OK,
	FINDING_NOTE,
	FINDING_PROBLEM,
};

/**
 * struct finding - something that was found out, in words
 * @level: an enum finding_level
 * @proto: enum nf_vpn_proto, or FINDING_ANY
 * @code: its name, for programs; never changes
 * @text: one line
 * @advice: what to do about it, empty if nothing
 */
struct finding {
	enum finding_level	level;
	uint32_t		proto;
	const char		*code;
	char			text[224];
	char			advice[160];
};

/**
 * struct findings - all that was found out
 * @n: how many
 * @tab: the findings
 */
struct findings {
	size_t		n;
	struct finding	tab[96];
};

ATTRIBUTE(format(printf, 5, 6))
struct finding *find(struct findings *all, enum finding_level level,
		     uint32_t proto, const char *code, const char *fmt, ...);
ATTRIBUTE(format(printf, 2, 3))
void advise(struct finding *finding, const char *fmt, ...);
bool findings_have(const struct findings *all, enum finding_level level);
void findings_show(const struct findings *all);

#endif
