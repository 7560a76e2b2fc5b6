/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_CMD_H
#define VPN_PASSTHROUGH_CMD_H

#include "args.h"
#include "compiler.h"
#include "status.h"

/**
 * struct cmd - one verb of the tool
 * @name: the verb
 * @run: parses the arguments after the verb and does the work; returns the
 *	exit status.  On EXIT_USAGE it has said what is wrong, and the caller
 *	shows @usage.
 * @usage: the verb with its arguments
 * @brief: what it does, for the list of verbs
 * @help: the rest of its help, complete lines
 */
struct cmd {
	const char	*name;
	int		(*run)(struct args *args);
	const char	*usage;
	const char	*brief;
	const char	*help;
};

int cmd_show(struct args *args);
int cmd_set(struct args *args);
int cmd_limits(struct args *args);
int cmd_tunnels(struct args *args);
int cmd_stats(struct args *args);
int cmd_flush(struct args *args);
int cmd_bind(struct args *args);
int cmd_unbind(struct args *args);
int cmd_bindings(struct args *args);
int cmd_monitor(struct args *args);
int cmd_explain(struct args *args);
int cmd_export(struct args *args);
int cmd_import(struct args *args);
int cmd_save(struct args *args);
int cmd_restore(struct args *args);

#endif
