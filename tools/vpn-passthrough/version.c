// SPDX-License-Identifier: GPL-2.0-only
/* Whether the tool and the kernel modules belong together. */

#include <stdio.h>
#include <string.h>

#include "out.h"
#include "status.h"
#include "version.h"

#define MODULE_VERSION	"/sys/module/nf_vpn_passthrough/version"

/**
 * version_complain - say that the modules that are loaded are not the tool's
 */
void version_complain(void)
{
	FILE *file = fopen(MODULE_VERSION, "re");
	char version[32] = "";

	if (file) {
		if (fgets(version, sizeof(version), file))
			version[strcspn(version, "\n")] = '\0';
		fclose(file);
	}
	status_note(EXIT_OTHER);
	complain("the kernel modules%s%s do not understand this tool, version "
		 VERSION ": install and load those of its version",
		 *version ? " of version " : "", version);
}
