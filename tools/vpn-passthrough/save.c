// SPDX-License-Identifier: GPL-2.0-only
/* save: what is configured, for restore. */

#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "cmd.h"
#include "config.h"
#include "out.h"

static int write_file(const char *name, const struct config *config)
{
	struct atomic a;

	if (!strcmp(name, "-")) {
		config_print(stdout, config);
		return 0;
	}
	if (atomic_open(&a, name))
		return -1;
	config_print(a.file, config);
	return atomic_commit(&a);
}

/**
 * cmd_save - write what is configured to a file
 * @args: [FILE]
 *
 * Return: exit status.
 */
int cmd_save(struct args *args)
{
	struct config config;
	const char *name;
	struct nl nl;
	int ret;

	if (!config_name(args, &name) || !args_end(args))
		return EXIT_USAGE;
	if (nl_open(&nl))
		return EXIT_FAILURE;
	ret = config_read(&nl, &config);
	nl_close(&nl);
	if (!ret)
		ret = write_file(name, &config);
	config_free(&config);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
