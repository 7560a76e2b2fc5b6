// SPDX-License-Identifier: GPL-2.0-only
/* Why the tool failed, for whoever reads its exit status. */

#include <errno.h>
#include <stdlib.h>

#include "status.h"

static int noted;

/**
 * status_note - note why something failed
 * @status: exit status that stands for it; the first that is noted counts
 */
void status_note(int status)
{
	if (!noted)
		noted = status;
}

/**
 * status_errno - note an error, if there is an exit status for it
 * @error: the error, positive
 */
void status_errno(int error)
{
	if (error == EPERM || error == EACCES)
		status_note(EXIT_DENIED);
	else if (error == EPROTONOSUPPORT)
		status_note(EXIT_ABSENT);
}

/**
 * status_end - exit status of the tool
 * @status: that of the verb
 *
 * Return: @status, but why it failed in the place of EXIT_FAILURE, if that was
 * noted.
 */
int status_end(int status)
{
	return status == EXIT_FAILURE && noted ? noted : status;
}
