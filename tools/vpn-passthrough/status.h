/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_STATUS_H
#define VPN_PASSTHROUGH_STATUS_H

/*
 * What the tool ends with beside EXIT_SUCCESS (0) and EXIT_FAILURE (1), the same
 * for each verb; vpn-passthrough(8) describes them.
 */
#define EXIT_USAGE	2	/* wrong usage, nothing was tried */
#define EXIT_DENIED	3	/* no permission */
#define EXIT_ABSENT	4	/* a kernel module is not loaded */
#define EXIT_OTHER	5	/* the modules are of another version */
#define EXIT_NETNS	6	/* no such network namespace */

void status_note(int status);
void status_errno(int error);
int status_end(int status);

#endif
