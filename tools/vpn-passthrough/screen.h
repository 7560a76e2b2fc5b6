/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_SCREEN_H
#define VPN_PASSTHROUGH_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

/**
 * enum screen_event - why waiting ended
 * @SCREEN_TIME: the time is over
 * @SCREEN_REDRAW: the screen is to be drawn anew: it has another size
 * @SCREEN_QUIT: the user wants to leave
 */
enum screen_event {
	SCREEN_TIME,
	SCREEN_REDRAW,
	SCREEN_QUIT,
};

bool screen_usable(void);
void screen_open(void);
void screen_close(void);
void screen_clear(unsigned int *rows, unsigned int *columns);
enum screen_event screen_wait(int64_t ms);

#endif
