/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_JUDGE_H
#define VPN_PASSTHROUGH_JUDGE_H

#include "facts.h"
#include "finding.h"

void judge(const struct facts *facts, struct findings *all);

#endif
