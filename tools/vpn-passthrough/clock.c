// SPDX-License-Identifier: GPL-2.0-only
/* Time spans and time of day. */

#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "out.h"

/**
 * clock_ms - milliseconds of the monotonic clock
 *
 * Return: how many.
 */
int64_t clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/**
 * clock_show - write "time": local time as of RFC 3339, with milliseconds
 */
void clock_show(void)
{
	char date[32], offset[8], text[64];
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(offset, sizeof(offset), "%z", &tm);
	snprintf(text, sizeof(text), "%s.%03ld%.3s:%s", date,
		 ts.tv_nsec / 1000000, offset, offset + 3);
	out_str("time", text);
}
