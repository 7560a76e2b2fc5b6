/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One direction of a control connection: where messages begin in the stream
 * of bytes, and which bytes of it are sent on changed.
 *
 * Segments may hold several messages, or a part of one.  Nothing is held back:
 * all that is kept of a message is its head.
 */
#ifndef _PPTP_STREAM_WIRE_H
#define _PPTP_STREAM_WIRE_H

#include <linux/types.h>
#include "pptp_wire.h"

#define PPTP_EDITS	32	/* changed bytes that await acknowledgment */

/**
 * struct pptp_stream - where a direction stands
 * @next: TCP sequence number of the next byte, host byte order
 * @have: bytes of the current message that have been taken
 * @len: its length, 0 while less than a header has been taken
 * @lost: it is not known where the next message begins
 * @told: PPTP_STEP_HEAD has been reported, only the rest is to be skipped
 * @head: its first bytes
 */
struct pptp_stream {
	u32	next;
	u16	have;
	u16	len;
	bool	lost;
	bool	told;
	u8	head[PPTP_HEAD_LEN];
};

/**
 * enum pptp_step - what to do next, after bytes were taken from a stream
 * @PPTP_STEP_MORE: nothing; all bytes have been taken
 * @PPTP_STEP_IDS: a message's bytes 12 to 15 have just been completed, in
 *	@head of the stream, and the message is of a type that has Call IDs
 *	there.  Reported at most once for a message, before PPTP_STEP_HEAD
 * @PPTP_STEP_HEAD: as much of a message as matters has just been completed:
 *	PPTP_HEAD_LEN bytes, or all of a shorter one; once for each message
 * @PPTP_STEP_SPLIT: the data ends inside of bytes 12 to 15 of a message with
 *	Call IDs; its last bytes, one to three of them, have not been taken
 * @PPTP_STEP_LOST: what came is no PPTP message; the rest has been taken
 */
enum pptp_step {
	PPTP_STEP_MORE,
	PPTP_STEP_IDS,
	PPTP_STEP_HEAD,
	PPTP_STEP_SPLIT,
	PPTP_STEP_LOST,
};

/**
 * struct pptp_edit - bytes that are sent on changed
 * @seq: TCP sequence number of the first one, host byte order
 * @bytes: what they become
 */
struct pptp_edit {
	u32	seq;
	u8	bytes[PPTP_IDS_LEN];
};

/**
 * struct pptp_edits - the edits of a direction, oldest first
 * @n: how many
 * @edit: the edits
 *
 * Kept until the receiver has acknowledged them, so that what is sent again,
 * in whatever segments, is changed in the same way.
 */
struct pptp_edits {
	unsigned int		n;
	struct pptp_edit	edit[PPTP_EDITS];
};

void pptp_stream_init(struct pptp_stream *stream, u32 seq);
bool pptp_stream_resume(struct pptp_stream *stream, u32 seq, const u8 *data,
			size_t len);
enum pptp_step pptp_stream_take(struct pptp_stream *stream, const u8 *data,
				size_t len, size_t *taken);
bool pptp_edit_add(struct pptp_edits *edits, u32 seq, const u8 *bytes);
void pptp_edit_acked(struct pptp_edits *edits, u32 ack);
bool pptp_edit_part(const struct pptp_edit *edit, u32 seq, size_t len,
		    size_t *off, const u8 **bytes, size_t *n);

#endif /* _PPTP_STREAM_WIRE_H */
