// SPDX-License-Identifier: GPL-2.0-only
/* One direction of a control connection: messages, and what becomes of them. */
#include <linux/errno.h>
#include <linux/string.h>
#include "pptp_stream_wire.h"

/**
 * pptp_stream_init - begin where a message begins
 * @stream: the stream
 * @seq: TCP sequence number of that byte
 */
void pptp_stream_init(struct pptp_stream *stream, u32 seq)
{
	memset(stream, 0, sizeof(*stream));
	stream->next = seq;
}

/**
 * pptp_stream_resume - look whether a segment begins with a message
 * @stream: a lost stream
 * @seq: TCP sequence number of the segment
 * @data: what it holds
 * @len: bytes at @data
 *
 * Return: true if it does, and the stream is lost no more; else the segment
 * has been taken.
 */
bool pptp_stream_resume(struct pptp_stream *stream, u32 seq, const u8 *data,
			size_t len)
{
	if (pptp_length_parse(data, len) > 0) {
		pptp_stream_init(stream, seq);
		return true;
	}
	stream->next = seq + len;
	return false;
}

/* Take until @goal bytes of the message are there; false if the data ends
 * before.
 */
static bool take_to(struct pptp_stream *stream, u16 goal, const u8 *data,
		    size_t len, size_t *taken)
{
	size_t n = goal - stream->have;

	if (n > len - *taken)
		n = len - *taken;
	if (goal <= PPTP_HEAD_LEN)
		memcpy(stream->head + stream->have, data + *taken, n);
	stream->have += n;
	stream->next += n;
	*taken += n;
	return stream->have == goal;
}

static enum pptp_step lose(struct pptp_stream *stream, size_t len,
			   size_t *taken)
{
	pptp_stream_init(stream, stream->next + (len - *taken));
	stream->lost = true;
	*taken = len;
	return PPTP_STEP_LOST;
}

/* Skip the rest of a message of which all has been told. */
static bool finish(struct pptp_stream *stream, const u8 *data, size_t len,
		   size_t *taken)
{
	if (!stream->told)
		return true;
	if (!take_to(stream, stream->len, data, len, taken))
		return false;
	pptp_stream_init(stream, stream->next);
	return true;
}

static enum pptp_step take_ids(struct pptp_stream *stream, const u8 *data,
			       size_t len, size_t *taken)
{
	size_t left = len - *taken;

	if (!left)
		return PPTP_STEP_MORE;
	if (left < PPTP_IDS_LEN)
		return PPTP_STEP_SPLIT;
	take_to(stream, PPTP_IDS_END, data, len, taken);
	return PPTP_STEP_IDS;
}

static enum pptp_step take_head(struct pptp_stream *stream, const u8 *data,
				size_t len, size_t *taken)
{
	u16 end = stream->len < PPTP_HEAD_LEN ? stream->len : PPTP_HEAD_LEN;

	if (!take_to(stream, end, data, len, taken))
		return PPTP_STEP_MORE;
	stream->told = true;
	return PPTP_STEP_HEAD;
}

/**
 * pptp_stream_take - take bytes from a stream until there is something to do
 * @stream: the stream
 * @data: what follows the bytes taken so far
 * @len: bytes at @data, may be 0
 * @taken: how many of them were taken
 *
 * To be called again with the bytes that have not been taken, even if none are
 * left, until it returns PPTP_STEP_MORE, PPTP_STEP_SPLIT or PPTP_STEP_LOST.
 *
 * Return: what to do.
 */
enum pptp_step pptp_stream_take(struct pptp_stream *stream, const u8 *data,
				size_t len, size_t *taken)
{
	int length;

	*taken = 0;
	if (stream->lost)
		return lose(stream, len, taken);
	if (!finish(stream, data, len, taken))
		return PPTP_STEP_MORE;
	if (!stream->len) {
		if (!take_to(stream, PPTP_HEADER_LEN, data, len, taken))
			return PPTP_STEP_MORE;
		length = pptp_length_parse(stream->head, PPTP_HEADER_LEN);
		if (length < 0)
			return lose(stream, len, taken);
		stream->len = length;
	}
	if (stream->have < PPTP_IDS_END && pptp_header_has_ids(stream->head))
		return take_ids(stream, data, len, taken);
	return take_head(stream, data, len, taken);
}

/**
 * pptp_edit_add - note that bytes are sent on changed
 * @edits: where
 * @seq: TCP sequence number of the first one
 * @bytes: what they become, PPTP_IDS_LEN of them
 *
 * Return: false if there are too many already.
 */
bool pptp_edit_add(struct pptp_edits *edits, u32 seq, const u8 *bytes)
{
	struct pptp_edit *edit;

	if (edits->n >= PPTP_EDITS)
		return false;
	edit = &edits->edit[edits->n++];
	edit->seq = seq;
	memcpy(edit->bytes, bytes, PPTP_IDS_LEN);
	return true;
}

/**
 * pptp_edit_acked - forget the edits that the receiver has got
 * @edits: the edits
 * @ack: its acknowledgment number
 */
void pptp_edit_acked(struct pptp_edits *edits, u32 ack)
{
	unsigned int i, kept = 0;

	for (i = 0; i < edits->n; i++) {
		if ((s32)(ack - (edits->edit[i].seq + PPTP_IDS_LEN)) >= 0)
			continue;
		edits->edit[kept++] = edits->edit[i];
	}
	edits->n = kept;
}

/**
 * pptp_edit_part - find what of an edit a segment holds
 * @edit: the edit
 * @seq: TCP sequence number of the segment
 * @len: its length in bytes
 * @off: where in the segment the changed bytes are
 * @bytes: what they become
 * @n: how many they are
 *
 * Return: false if it holds nothing of it.
 */
bool pptp_edit_part(const struct pptp_edit *edit, u32 seq, size_t len,
		    size_t *off, const u8 **bytes, size_t *n)
{
	u32 ahead = edit->seq - seq;
	u32 behind = seq - edit->seq;

	if (behind < PPTP_IDS_LEN)
		ahead = 0;
	else
		behind = 0;
	if (ahead >= len)
		return false;
	*off = ahead;
	*bytes = edit->bytes + behind;
	*n = PPTP_IDS_LEN - behind;
	if (*n > len - ahead)
		*n = len - ahead;
	return true;
}
