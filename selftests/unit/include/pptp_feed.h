/* SPDX-License-Identifier: GPL-2.0-only */
/* A control connection's bytes, fed to a stream in segments. */
#ifndef _UNIT_PPTP_FEED_H
#define _UNIT_PPTP_FEED_H

#include <exact.h>
#include "pptp_stream_wire.h"

#define PPTP_FEED_TOLD	2048

/**
 * struct pptp_told - what pptp_stream_take() returned once
 * @step: the step
 * @left: bytes of the segment that had not been taken then
 * @stream: the stream then
 */
struct pptp_told {
	enum pptp_step		step;
	size_t			left;
	struct pptp_stream	stream;
};

/**
 * struct pptp_feed - bytes, and what a stream made of them
 * @data: the bytes
 * @pos: how many were taken
 * @stream: the stream
 * @n: how many steps there were
 * @told: the steps
 */
struct pptp_feed {
	const u8		*data;
	size_t			pos;
	struct pptp_stream	stream;
	unsigned int		n;
	struct pptp_told	told[PPTP_FEED_TOLD];
};

/**
 * pptp_feed_init - begin
 * @feed: what to begin
 * @seq: sequence number of the first byte
 * @data: the bytes
 */
static inline void pptp_feed_init(struct pptp_feed *feed, u32 seq,
				  const u8 *data)
{
	feed->data = data;
	feed->pos = 0;
	feed->n = 0;
	pptp_stream_init(&feed->stream, seq);
}

/**
 * pptp_feed_segment - send what has not been taken, in one segment
 * @feed: the feed
 * @end: where the segment ends, counted from the first byte of all
 *
 * The steps are noted as long as there is room for them.
 */
static inline void pptp_feed_segment(struct pptp_feed *feed, size_t end)
{
	size_t len = end - feed->pos, left = len, taken;
	u8 *copy = exact_copy(feed->data + feed->pos, len);
	struct pptp_told *told;

	do {
		if (feed->n == PPTP_FEED_TOLD)
			break;
		told = &feed->told[feed->n++];
		told->step = pptp_stream_take(&feed->stream,
					      copy + (len - left), left,
					      &taken);
		if (taken > left)
			abort();
		left -= taken;
		feed->pos += taken;
		told->left = left;
		told->stream = feed->stream;
	} while (told->step == PPTP_STEP_IDS || told->step == PPTP_STEP_HEAD);
	exact_free(copy, len);
}

#endif /* _UNIT_PPTP_FEED_H */
