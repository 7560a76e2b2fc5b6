// SPDX-License-Identifier: GPL-2.0-only
/* Control connections, cut into segments in all ways. */
#include <pptp_feed.h>
#include "ktap.h"

#define SEQ		0x12345678
#define ROOM		(MESSAGES * 260)
#define MESSAGES	64

struct message {
	u16	type;
	u16	len;
};

/* What a message must lead to, and behind which byte of all. */
struct due {
	enum pptp_step	step;
	size_t		at;
	u16		have;
	u16		len;
	const u8	*start;
};

static struct pptp_feed feed;
static u8 bytes[ROOM];
static struct due dues[2 * MESSAGES];
static unsigned int n_dues;

static bool has_ids(const struct message *message)
{
	return message->type >= 7 && message->type <= 15;
}

static void put_message(u8 *data, const struct message *message)
{
	const u8 header[] = {
		message->len >> 8, message->len, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d,
		message->type >> 8, message->type, 0, 0,
	};
	unsigned int i;

	for (i = 0; i < message->len; i++)
		data[i] = i;
	memcpy(data, header, sizeof(header));
}

static void expect(enum pptp_step step, size_t start, u16 have, u16 len)
{
	dues[n_dues++] = (struct due){
		step, start + have, have, len, bytes + start
	};
}

/* Write messages, and what they must lead to; returns how many bytes. */
static size_t put(const struct message *messages, unsigned int n)
{
	size_t len = 0;
	unsigned int i;
	u16 end;

	n_dues = 0;
	for (i = 0; i < n; i++) {
		put_message(bytes + len, &messages[i]);
		if (has_ids(&messages[i]))
			expect(PPTP_STEP_IDS, len, 16, messages[i].len);
		end = messages[i].len < 18 ? messages[i].len : 18;
		expect(PPTP_STEP_HEAD, len, end, messages[i].len);
		len += messages[i].len;
	}
	return len;
}

static void check_due(const struct pptp_told *told, const struct due *due,
		      u32 seq, const char *name)
{
	const struct pptp_stream *stream = &told->stream;

	ktap_check(told->step == due->step, "%s: %u", name, told->step);
	ktap_check(stream->next == seq + (u32)due->at, "%s: %#x", name,
		   stream->next);
	ktap_check(stream->have == due->have, "%s: %u", name, stream->have);
	ktap_check(stream->len == due->len, "%s: %u", name, stream->len);
	ktap_check(!memcmp(stream->head, due->start, due->have), "%s", name);
}

/* All bytes up to @end, except those of a split: in order, nothing else. */
static void check_feed(u32 seq, size_t end, unsigned int splits,
		       const char *name)
{
	const struct pptp_told *told;
	unsigned int i, due = 0;

	for (i = 0; i < feed.n; i++) {
		told = &feed.told[i];
		switch (told->step) {
		case PPTP_STEP_MORE:
			ktap_check(!told->left, "%s", name);
			break;
		case PPTP_STEP_SPLIT:
			ktap_check(told->left && told->left < 4, "%s", name);
			ktap_check(told->stream.have == 12, "%s", name);
			splits--;
			break;
		default:
			ktap_check(due < n_dues, "%s", name);
			if (due < n_dues)
				check_due(told, &dues[due++], seq, name);
		}
	}
	ktap_check(!splits, "%s: %d splits missing", name, (int)splits);
	ktap_check(due == n_dues, "%s: %u of %u", name, due, n_dues);
	ktap_check(feed.pos == end, "%s: %zu of %zu", name, feed.pos, end);
	ktap_check(feed.stream.next == seq + (u32)end, "%s", name);
	ktap_check(!feed.stream.lost, "%s", name);
}

static void every_type(void)
{
	struct message message;
	char name[32];
	u16 type, len;

	for (type = 0; type <= 17; type++) {
		/* No type is longer. */
		for (len = 220; len <= 512; len++) {
			message = (struct message){ type, len };
			snprintf(name, sizeof(name), "%u of %u", type, len);
			put(&message, 1);
			pptp_feed_init(&feed, SEQ, bytes);
			pptp_feed_segment(&feed, len);
			check_feed(SEQ, len, 0, name);
			ktap_check(!feed.stream.have && !feed.stream.len, "%s",
				   name);
		}
	}
}

/* Does a segment that ends there end inside of Call IDs? */
static unsigned int is_split(const struct message *messages, size_t end)
{
	while (end > messages->len)
		end -= (messages++)->len;
	return has_ids(messages) && end > 12 && end < 16;
}

static void cut(const struct message *messages, size_t len, size_t first,
		size_t second)
{
	char name[64];

	snprintf(name, sizeof(name), "%u, %u: %zu, %zu", messages[0].type,
		 messages[1].type, first, second);
	pptp_feed_init(&feed, SEQ, bytes);
	pptp_feed_segment(&feed, first);
	pptp_feed_segment(&feed, second);
	pptp_feed_segment(&feed, len);
	check_feed(SEQ, len,
		   is_split(messages, first) + is_split(messages, second),
		   name);
}

static const struct message pairs[][2] = {
	{ { 7, 168 }, { 8, 32 } },
	{ { 8, 32 }, { 10, 24 } },
	{ { 12, 16 }, { 13, 148 } },
	{ { 3, 16 }, { 12, 16 } },
	{ { 15, 24 }, { 5, 16 } },
	{ { 1, 12 }, { 99, 13 } },
};

static void every_cut(void)
{
	size_t len, first, second;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		len = put(pairs[i], 2);
		for (first = 0; first <= len; first++)
			for (second = first; second <= len; second++)
				cut(pairs[i], len, first, second);
	}
}

static void byte_by_byte(void)
{
	unsigned int i, splits;
	size_t len, end;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		len = put(pairs[i], 2);
		splits = 0;
		pptp_feed_init(&feed, SEQ, bytes);
		for (end = 0; end <= len; end++) {
			pptp_feed_segment(&feed, end);
			splits += is_split(pairs[i], end);
		}
		check_feed(SEQ, len, splits, "byte by byte");
	}
}

static void many(void)
{
	struct message messages[MESSAGES];
	unsigned int i;
	size_t len;

	for (i = 0; i < MESSAGES; i++)
		messages[i] = (struct message){ i % 18, 220 + i % 40 };
	len = put(messages, MESSAGES);
	pptp_feed_init(&feed, SEQ, bytes);
	pptp_feed_segment(&feed, len);
	check_feed(SEQ, len, 0, "at once");
	pptp_feed_init(&feed, SEQ, bytes);
	for (i = 1; i <= len / 50; i++)
		pptp_feed_segment(&feed, i * 50);
	pptp_feed_segment(&feed, len);
	ktap_check(feed.pos == len, "%zu of %zu", feed.pos, len);
	ktap_check(!feed.stream.lost, "by 50");
}

/* Both steps of a message that ends with its Call IDs. */
static void shortest(void)
{
	static const struct message message = { 12, 16 };
	struct pptp_stream stream;
	size_t taken;

	put(&message, 1);
	pptp_stream_init(&stream, SEQ);
	ktap_check(pptp_stream_take(&stream, bytes, 16, &taken) ==
		   PPTP_STEP_IDS, "first");
	ktap_check(taken == 16, "%zu", taken);
	ktap_check(pptp_stream_take(&stream, bytes + 16, 0, &taken) ==
		   PPTP_STEP_HEAD, "second");
	ktap_check(!taken && stream.have == 16 && stream.len == 16, "%zu",
		   taken);
	ktap_check(pptp_stream_take(&stream, bytes + 16, 0, &taken) ==
		   PPTP_STEP_MORE, "third");
	ktap_check(!taken && !stream.have && !stream.len, "%zu", taken);
}

static void nothing(void)
{
	static const struct message message = { 8, 32 };
	struct pptp_stream stream, before;
	size_t end, taken;

	put(&message, 1);
	for (end = 0; end <= message.len; end++) {
		pptp_feed_init(&feed, SEQ, bytes);
		pptp_feed_segment(&feed, end);
		before = feed.stream;
		stream = before;
		ktap_check(pptp_stream_take(&stream, bytes + end, 0, &taken) ==
			   PPTP_STEP_MORE, "%zu", end);
		ktap_check(!taken, "%zu: %zu", end, taken);
		ktap_check(!memcmp(&stream, &before, sizeof(stream)), "%zu",
			   end);
	}
}

/* The sender repeats less than is needed, and at last enough. */
static void split_again(void)
{
	static const struct message message = { 7, 168 };
	static const size_t ends[] = { 15, 13, 14, 13, 12, 15 };
	unsigned int i;

	put(&message, 1);
	pptp_feed_init(&feed, SEQ, bytes);
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		pptp_feed_segment(&feed, ends[i]);
		ktap_check(feed.told[feed.n - 1].step ==
			   (ends[i] == 12 ? PPTP_STEP_MORE : PPTP_STEP_SPLIT),
			   "%zu", ends[i]);
		ktap_check(feed.pos == 12, "%zu: %zu", ends[i], feed.pos);
		ktap_check(feed.stream.next == SEQ + 12, "%zu", ends[i]);
	}
	pptp_feed_segment(&feed, 16);
	ktap_check(feed.told[feed.n - 2].step == PPTP_STEP_IDS, "at last");
	ktap_check(feed.told[feed.n - 1].step == PPTP_STEP_MORE, "at last");
	ktap_check(feed.pos == 16, "%zu", feed.pos);
}

static void check_lost(size_t len, size_t seen, const char *name)
{
	ktap_check(feed.told[feed.n - 1].step == PPTP_STEP_LOST, "%s %zu",
		   name, seen);
	ktap_check(feed.pos == len && !feed.told[feed.n - 1].left, "%s %zu",
		   name, seen);
	ktap_check(feed.stream.lost, "%s %zu", name, seen);
	ktap_check(feed.stream.next == SEQ + (u32)len, "%s %zu", name, seen);
}

/* A bad header behind a good message, cut everywhere. */
static void lose_at(unsigned int byte, const char *name)
{
	static const struct message messages[] = { { 8, 32 }, { 7, 168 } };
	size_t len = put(messages, 2), end;

	bytes[32 + byte] ^= 0x40;
	for (end = 0; end <= len; end++) {
		pptp_feed_init(&feed, SEQ, bytes);
		pptp_feed_segment(&feed, end);
		ktap_check(feed.stream.lost == (end >= 32 + 12), "%s %zu", name,
			   end);
		pptp_feed_segment(&feed, len);
		check_lost(len, end, name);
	}
}

static void garbage(void)
{
	static const char text[] = "GET / HTTP/1.1\r\n\r\n";
	size_t end;

	lose_at(0, "length");
	lose_at(2, "kind");
	lose_at(4, "cookie");
	for (end = 0; end <= sizeof(text); end++) {
		pptp_feed_init(&feed, SEQ, (const u8 *)text);
		pptp_feed_segment(&feed, end);
		ktap_check(feed.stream.lost == (end >= 12), "text %zu", end);
		pptp_feed_segment(&feed, sizeof(text));
		check_lost(sizeof(text), end, "text");
	}
}

/* Even messages: it is not known that these are some. */
static void stays_lost(void)
{
	static const struct message messages[] = { { 8, 32 }, { 7, 168 } };
	size_t len = put(messages, 2);

	memset(bytes, 0, 12);
	pptp_feed_init(&feed, SEQ, bytes);
	pptp_feed_segment(&feed, 12);
	pptp_feed_segment(&feed, 32);
	check_lost(32, 32, "behind");
	pptp_feed_segment(&feed, 32);
	check_lost(32, 32, "nothing");
	pptp_feed_segment(&feed, len);
	check_lost(len, len, "a message");
	ktap_check(feed.n == 4, "%u", feed.n);
}

static bool resume(struct pptp_stream *stream, u32 seq, size_t len)
{
	u8 *copy = exact_copy(bytes, len);
	bool resumed;

	memset(stream, 0, sizeof(*stream));
	stream->lost = true;
	resumed = pptp_stream_resume(stream, seq, copy, len);
	exact_free(copy, len);
	return resumed;
}

static void resumes(void)
{
	static const struct message message = { 8, 32 };
	static const u32 seqs[] = { 0, SEQ, 0xffffffff, 0xfffffff0 };
	struct pptp_stream stream, fresh;
	unsigned int i;
	size_t len;
	bool want;

	put(&message, 1);
	for (i = 0; i < ARRAY_SIZE(seqs); i++) {
		pptp_stream_init(&fresh, seqs[i]);
		for (len = 0; len <= message.len; len++) {
			want = len >= 12;
			ktap_check(resume(&stream, seqs[i], len) == want, "%zu",
				   len);
			ktap_check(stream.lost == !want, "%zu", len);
			ktap_check(stream.next ==
				   seqs[i] + (want ? 0 : (u32)len), "%zu", len);
			ktap_check(!want || !memcmp(&stream, &fresh,
						    sizeof(stream)),
				   "%zu", len);
		}
	}
}

static void does_not_resume(void)
{
	static const struct message message = { 8, 32 };
	struct pptp_stream stream;
	unsigned int byte;

	for (byte = 0; byte < 8; byte++) {
		put(&message, 1);
		bytes[byte] ^= 0x40;
		/* 96 instead of 32 is a length, too. */
		if (byte == 1)
			bytes[byte] = 16;
		ktap_check(!resume(&stream, SEQ, 32), "byte %u", byte);
		ktap_check(stream.lost && stream.next == SEQ + 32, "byte %u",
			   byte);
	}
}

static void stream_wrap(void)
{
	size_t len = put(pairs[0], 2), before, end;
	char name[64];
	u32 seq;

	for (before = 0; before <= len + 1; before++) {
		seq = 0 - (u32)before;
		for (end = 0; end <= len; end++) {
			snprintf(name, sizeof(name), "%zu before, %zu", before,
				 end);
			pptp_feed_init(&feed, seq, bytes);
			pptp_feed_segment(&feed, end);
			pptp_feed_segment(&feed, len);
			check_feed(seq, len, is_split(pairs[0], end), name);
		}
	}
}

/* Apply an edit to a segment, byte for byte and as told. */
static void check_part(const struct pptp_edit *edit, u32 seq, size_t len)
{
	u8 want[16] = {}, is[16] = {};
	const u8 *part = NULL;
	size_t off = 0, n = 0;
	unsigned int i;
	bool some = false, told;

	for (i = 0; i < len; i++) {
		if (seq + i - edit->seq < PPTP_IDS_LEN) {
			want[i] = edit->bytes[seq + i - edit->seq];
			some = true;
		}
	}
	told = pptp_edit_part(edit, seq, len, &off, &part, &n);
	ktap_check(told == some, "%#x at %#x, %zu", edit->seq, seq, len);
	ktap_check(!told || (n && n <= 4 && off + n <= len),
		   "%#x at %#x, %zu: %zu, %zu", edit->seq, seq, len, off, n);
	if (told && off + n <= len)
		memcpy(is + off, part, n);
	ktap_check(!memcmp(want, is, len), "%#x at %#x, %zu", edit->seq, seq,
		   len);
}

static const u32 bases[] = {
	0, 1, 2, 3, 4, SEQ, 0x7ffffffe, 0x80000000, 0xfffffffa, 0xfffffffc,
	0xfffffffd, 0xfffffffe, 0xffffffff,
};

static void edit_parts(void)
{
	struct pptp_edit edit = { .bytes = { 1, 2, 3, 4 } };
	unsigned int i;
	size_t len;
	int from;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		edit.seq = bases[i];
		for (from = -20; from <= 20; from++)
			for (len = 0; len <= 16; len++)
				check_part(&edit, bases[i] + (u32)from, len);
		check_part(&edit, bases[i] + 0x80000000, 16);
		check_part(&edit, bases[i] + 0x7fffffff, 16);
		check_part(&edit, bases[i] + 0x80000001, 16);
	}
}

static void edit_long_segments(void)
{
	const struct pptp_edit edit = { .seq = SEQ, .bytes = { 1, 2, 3, 4 } };
	const u8 *part;
	size_t off, n;

	ktap_check(pptp_edit_part(&edit, SEQ - 65000, 65535, &off, &part, &n),
		   "inside");
	ktap_check(off == 65000 && n == 4 && part == edit.bytes, "%zu, %zu",
		   off, n);
	ktap_check(pptp_edit_part(&edit, SEQ - 65533, 65535, &off, &part, &n),
		   "at the end");
	ktap_check(off == 65533 && n == 2 && part == edit.bytes, "%zu, %zu",
		   off, n);
	ktap_check(pptp_edit_part(&edit, SEQ + 3, 65535, &off, &part, &n),
		   "at the start");
	ktap_check(!off && n == 1 && part == edit.bytes + 3, "%zu, %zu", off,
		   n);
}

/* @n edits, 20 bytes apart. */
static void fill_edits(struct pptp_edits *edits, u32 seq, unsigned int n)
{
	unsigned int i;
	u8 data[4];

	memset(edits, 0, sizeof(*edits));
	for (i = 0; i < n; i++) {
		memset(data, i + 1, sizeof(data));
		ktap_check(pptp_edit_add(edits, seq + i * 20, data), "%u", i);
	}
}

static void check_edits(const struct pptp_edits *edits, u32 seq,
			unsigned int first, unsigned int last)
{
	unsigned int i;
	u8 data[4];

	ktap_check(edits->n == last - first, "%#x: %u of %u to %u", seq,
		   edits->n, first, last);
	for (i = 0; i < edits->n; i++) {
		memset(data, first + i + 1, sizeof(data));
		ktap_check(edits->edit[i].seq == seq + (first + i) * 20,
			   "%#x: %u", seq, i);
		ktap_check(!memcmp(edits->edit[i].bytes, data, sizeof(data)),
			   "%#x: %u", seq, i);
	}
}

static void edits_full(void)
{
	static const u8 data[4] = { 9, 9, 9, 9 };
	struct pptp_edits edits;

	fill_edits(&edits, SEQ, PPTP_EDITS);
	ktap_check(!pptp_edit_add(&edits, SEQ + 1000, data), "one more");
	check_edits(&edits, SEQ, 0, PPTP_EDITS);
	pptp_edit_acked(&edits, SEQ + 4);
	check_edits(&edits, SEQ, 1, PPTP_EDITS);
	ktap_check(pptp_edit_add(&edits, SEQ + 1000, data), "in its place");
	ktap_check(edits.n == PPTP_EDITS, "%u", edits.n);
	ktap_check(edits.edit[PPTP_EDITS - 1].seq == SEQ + 1000, "its number");
	ktap_check(!pptp_edit_add(&edits, SEQ + 1020, data), "full again");
}

/* Those of which the last byte has been acknowledged, and no others. */
static void edits_acked(void)
{
	struct pptp_edits edits;
	unsigned int i, gone;
	int ack;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		for (ack = -50; ack < PPTP_EDITS * 20 + 50; ack++) {
			gone = ack < 4 ? 0 : (ack - 4) / 20 + 1;
			if (gone > PPTP_EDITS)
				gone = PPTP_EDITS;
			fill_edits(&edits, bases[i], PPTP_EDITS);
			pptp_edit_acked(&edits, bases[i] + (u32)ack);
			check_edits(&edits, bases[i], gone, PPTP_EDITS);
		}
	}
}

static void edits_empty(void)
{
	struct pptp_edits edits = {};

	pptp_edit_acked(&edits, SEQ);
	ktap_check(!edits.n, "%u", edits.n);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "pptp_stream: every type is told, of every length",
		  every_type },
		{ "pptp_stream: every cut of two messages tells the same",
		  every_cut },
		{ "pptp_stream: so do single bytes", byte_by_byte },
		{ "pptp_stream: many messages share a segment", many },
		{ "pptp_stream: a message may end with its Call IDs",
		  shortest },
		{ "pptp_stream: nothing comes of nothing", nothing },
		{ "pptp_stream: Call IDs are split until all four bytes come",
		  split_again },
		{ "pptp_stream: a bad header loses the stream", garbage },
		{ "pptp_stream: a lost stream takes everything", stays_lost },
		{ "pptp_stream: a header at the start of a segment resumes",
		  resumes },
		{ "pptp_stream: a bad header there does not",
		  does_not_resume },
		{ "pptp_stream: sequence numbers wrap anywhere", stream_wrap },
		{ "pptp_stream: every overlap of edit and segment is found",
		  edit_parts },
		{ "pptp_stream: also in long segments", edit_long_segments },
		{ "pptp_stream: edits are refused when there are too many",
		  edits_full },
		{ "pptp_stream: edits go once they are acknowledged",
		  edits_acked },
		{ "pptp_stream: no edits, none acknowledged", edits_empty },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
