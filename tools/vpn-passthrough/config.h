/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_CONFIG_H
#define VPN_PASSTHROUGH_CONFIG_H

#include <linux/nf_vpn_passthrough.h>
#include <stdio.h>

#include "binding.h"
#include "limits.h"
#include "nl.h"
#include "setting.h"

#define CONFIG_FILE	"/etc/vpn-passthrough.conf"
#define PROTOS		(NF_VPN_MAX + 1)

/**
 * struct config_setting - the settings of a protocol
 * @line: line of the file that they are from, 0 for none
 * @set: the settings
 * @next_mode: the mode that returns if @set has a time
 */
struct config_setting {
	unsigned int	line;
	struct setting	set;
	uint32_t	next_mode;
};

/**
 * struct config_binding - a static binding
 * @line: line of the file that it is from
 * @b: the binding
 */
struct config_binding {
	unsigned int	line;
	struct binding	b;
};

/**
 * struct config - what can be configured, of a file or of a kernel
 * @limits_line: line of the file where there are limits, 0 for none
 * @limits: the limits
 * @settings: of each protocol; a kernel has those whose module is loaded
 * @bindings: static bindings
 * @n: length of @bindings
 * @size: size of @bindings
 * @lines: how many lines the file has that count
 * @ended: the last of them was seen
 */
struct config {
	unsigned int		limits_line;
	struct limit_values	limits;
	struct config_setting	settings[PROTOS];
	struct config_binding	*bindings;
	size_t			n;
	size_t			size;
	unsigned int		lines;
	bool			ended;
};

int config_read(struct nl *nl, struct config *config);
bool config_name(struct args *args, const char **name);
bool config_load(const char *name, struct config *config);
void config_print(FILE *file, const struct config *config);
void config_free(struct config *config);
struct config_binding *config_binding_new(struct config *config);
const struct binding *config_find(const struct config *config,
				  const struct binding *want);

#endif
