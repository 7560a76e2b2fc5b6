// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a control connection, in any segments: all that matters are the
 * bytes.  And any edits, against the same done byte by byte.
 *
 * The input: a sequence number, lengths of segments, and the bytes.
 */
#include <assert.h>
#include <pptp_feed.h>

#define SEQ_LEN		4
#define LENGTHS		8	/* of segments, over and over */
#define SEGMENTS	1024

int fuzz_one_input(const u8 *data, size_t len);

struct input {
	u32		seq;
	const u8	*lengths;
	const u8	*data;
	size_t		len;
};

static size_t segment_end(const struct input *input, size_t from,
			  unsigned int number)
{
	size_t end = from + input->lengths[number % LENGTHS];

	return end < input->len && number < SEGMENTS ? end : input->len;
}

/* A step against the bytes that led to it. */
static void check_told(const struct input *input, const struct pptp_told *told)
{
	const struct pptp_stream *stream = &told->stream;
	size_t end = stream->next - input->seq;
	struct pptp_head head;

	assert(end <= input->len);
	switch (told->step) {
	case PPTP_STEP_MORE:
		assert(!told->left && !stream->lost);
		return;
	case PPTP_STEP_SPLIT:
		assert(told->left >= 1 && told->left <= 3);
		assert(stream->have == 12);
		assert(pptp_header_has_ids(stream->head));
		return;
	case PPTP_STEP_LOST:
		assert(!told->left && stream->lost);
		return;
	case PPTP_STEP_IDS:
		assert(stream->have == 16 && !stream->told);
		assert(pptp_header_has_ids(stream->head));
		break;
	case PPTP_STEP_HEAD:
		assert(stream->have == (stream->len < 18 ? stream->len : 18));
		break;
	}
	assert(!pptp_head_parse(stream->head, stream->have, &head));
	assert(head.len == stream->len);
	assert(!memcmp(stream->head, input->data + end - stream->have,
		       stream->have));
}

static void check_feed(const struct input *input, const struct pptp_feed *feed)
{
	unsigned int i;

	assert(feed->n < PPTP_FEED_TOLD);
	for (i = 0; i < feed->n; i++)
		check_told(input, &feed->told[i]);
	assert(feed->stream.next == input->seq + (u32)feed->pos);
	assert(input->len - feed->pos <= 3);
}

/* The next step that must be the same for all segmentations. */
static const struct pptp_told *next_told(const struct pptp_feed *feed,
					 unsigned int *i)
{
	const struct pptp_told *told;

	while (*i < feed->n) {
		told = &feed->told[(*i)++];
		if (told->step != PPTP_STEP_MORE &&
		    told->step != PPTP_STEP_SPLIT)
			return told;
	}
	return NULL;
}

/* Once lost, each segment says so, and they are not the same. */
static void compare(const struct pptp_feed *one, const struct pptp_feed *other)
{
	const struct pptp_told *told1, *told2;
	unsigned int i = 0, j = 0;

	do {
		told1 = next_told(one, &i);
		told2 = next_told(other, &j);
		assert(!told1 == !told2);
		if (!told1)
			break;
		assert(told1->step == told2->step);
		assert(told1->step == PPTP_STEP_LOST ||
		       !memcmp(&told1->stream, &told2->stream,
			       sizeof(told1->stream)));
	} while (told1->step != PPTP_STEP_LOST);
	assert(one->pos == other->pos);
	assert(!memcmp(&one->stream, &other->stream, sizeof(one->stream)));
}

/* How often the bytes must lead to a step, told from the lengths alone. */
static unsigned int count_due(const struct input *input)
{
	size_t at = 0, left;
	unsigned int n = 0;
	int len;

	while (at < input->len) {
		left = input->len - at;
		len = pptp_length_parse(input->data + at, left);
		if (len < 0)
			return n + (left >= PPTP_HEADER_LEN);
		if (pptp_header_has_ids(input->data + at) && left >= 16)
			n++;
		n += left >= 18 || left >= (size_t)len;
		at += len;
	}
	return n;
}

static unsigned int count_told(const struct pptp_feed *feed)
{
	unsigned int i = 0, n = 0;

	while (next_told(feed, &i))
		n++;
	return n;
}

static void feed_pieces(const struct input *input, struct pptp_feed *feed)
{
	unsigned int number = 0;
	size_t end = 0;

	pptp_feed_init(feed, input->seq, input->data);
	do {
		end = segment_end(input, end, number++);
		pptp_feed_segment(feed, end);
	} while (end < input->len);
}

static void feed_bytes(const struct input *input, struct pptp_feed *feed)
{
	size_t end;

	pptp_feed_init(feed, input->seq, input->data);
	for (end = 1; end < input->len; end++)
		pptp_feed_segment(feed, end);
	pptp_feed_segment(feed, input->len);
}

/* Look for a message wherever a segment of a lost stream begins. */
static void feed_resuming(const struct input *input, struct pptp_feed *feed)
{
	unsigned int number = 0, first;
	size_t end = 0, len;
	u8 *copy;
	bool found;

	pptp_feed_init(feed, input->seq, input->data);
	do {
		end = segment_end(input, end, number++);
		first = feed->n;
		found = false;
		if (feed->stream.lost) {
			len = end - feed->pos;
			copy = exact_copy(input->data + feed->pos, len);
			found = pptp_stream_resume(&feed->stream,
						   feed->stream.next, copy,
						   len);
			exact_free(copy, len);
			assert(found == !feed->stream.lost);
			if (!found)
				feed->pos = end;
		}
		pptp_feed_segment(feed, end);
		assert(!found || feed->told[first].step != PPTP_STEP_LOST);
	} while (end < input->len);
}

static void check_streams(const struct input *input)
{
	static struct pptp_feed whole, pieces;

	pptp_feed_init(&whole, input->seq, input->data);
	pptp_feed_segment(&whole, input->len);
	check_feed(input, &whole);
	assert(count_told(&whole) == count_due(input));
	feed_pieces(input, &pieces);
	check_feed(input, &pieces);
	compare(&whole, &pieces);
	feed_bytes(input, &pieces);
	check_feed(input, &pieces);
	compare(&whole, &pieces);
	feed_resuming(input, &pieces);
	check_feed(input, &pieces);
}

/* Edits as they should be: at numbers that do not wrap. */
struct model {
	unsigned int	n;
	int		at[PPTP_EDITS];
	const u8	*bytes[PPTP_EDITS];
};

static void check_add(struct pptp_edits *edits, struct model *model, u32 seq,
		      int at, const u8 *bytes)
{
	bool added = pptp_edit_add(edits, seq + (u32)at, bytes);

	assert(added == (model->n < PPTP_EDITS));
	if (!added)
		return;
	model->at[model->n] = at;
	model->bytes[model->n++] = bytes;
}

static void check_acked(struct pptp_edits *edits, struct model *model, u32 seq,
			int ack)
{
	unsigned int i, kept = 0;

	pptp_edit_acked(edits, seq + (u32)ack);
	for (i = 0; i < model->n; i++) {
		if (model->at[i] + PPTP_IDS_LEN <= ack)
			continue;
		model->at[kept] = model->at[i];
		model->bytes[kept++] = model->bytes[i];
	}
	model->n = kept;
	assert(edits->n == kept);
}

static void check_part(const struct pptp_edits *edits,
		       const struct model *model, u32 seq, int from, int len)
{
	u8 want[256] = {}, is[256] = {};
	const u8 *bytes;
	unsigned int i;
	size_t off, n;
	int byte, at;
	bool some;

	for (i = 0; i < model->n; i++) {
		some = false;
		for (byte = 0; byte < PPTP_IDS_LEN; byte++) {
			at = model->at[i] + byte - from;
			if (at < 0 || at >= len)
				continue;
			want[at] = model->bytes[i][byte];
			some = true;
		}
		assert(pptp_edit_part(&edits->edit[i], seq + (u32)from, len,
				      &off, &bytes, &n) == some);
		if (!some)
			continue;
		assert(n && off + n <= (size_t)len);
		memcpy(is + off, bytes, n);
	}
	assert(!memcmp(want, is, sizeof(want)));
}

/* Six bytes each: what to do, where, and with which bytes. */
static void check_edits(const struct input *input)
{
	struct pptp_edits edits = {};
	struct model model = {};
	const u8 *op = input->data;
	size_t left = input->len;

	for (; left >= 6; left -= 6, op += 6) {
		if (op[0] % 8 < 5)
			check_add(&edits, &model, input->seq, op[1], op + 2);
		else if (op[0] % 8 < 6)
			check_acked(&edits, &model, input->seq, op[1]);
		else
			check_part(&edits, &model, input->seq, op[1], op[2]);
	}
}

int fuzz_one_input(const u8 *data, size_t len)
{
	struct input input;

	if (len < SEQ_LEN + LENGTHS)
		return 0;
	memcpy(&input.seq, data, SEQ_LEN);
	input.lengths = data + SEQ_LEN;
	input.data = data + SEQ_LEN + LENGTHS;
	input.len = len - SEQ_LEN - LENGTHS;
	check_streams(&input);
	check_edits(&input);
	return 0;
}
