// SPDX-License-Identifier: GPL-2.0-only
/* Events in the order of their time, and chance that can be had again. */
#include <stdarg.h>
#include "model.h"

struct sim_where sim_where = { "-", "-", 0, false };

struct event {
	u64	at;
	u64	nr;
	sim_fn	fn;
	void	*arg;
	u32	n;
};

static struct event *heap;
static size_t n_events, max_events;
static u64 now, next_nr, chance;
static unsigned long first_jiffy;

static bool before(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->nr < b->nr;
}

static void swap_events(size_t a, size_t b)
{
	struct event tmp = heap[a];

	heap[a] = heap[b];
	heap[b] = tmp;
}

static void sift_up(size_t i)
{
	for (; i && before(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap_events(i, (i - 1) / 2);
}

static void sift_down(size_t i)
{
	size_t child;

	for (; (child = 2 * i + 1) < n_events; i = child) {
		if (child + 1 < n_events &&
		    before(&heap[child + 1], &heap[child]))
			child++;
		if (!before(&heap[child], &heap[i]))
			return;
		swap_events(i, child);
	}
}

/**
 * sim_after - let something happen later
 * @delay: how much later
 * @fn: what; called with @arg and @n
 * @arg: for @fn
 * @n: for @fn
 */
void sim_after(u64 delay, sim_fn fn, void *arg, u32 n)
{
	if (n_events == max_events) {
		max_events = max_events ? 2 * max_events : 1024;
		heap = realloc(heap, max_events * sizeof(*heap));
		if (!heap)
			model_die("out of memory");
	}
	heap[n_events] = (struct event) { now + delay, next_nr++, fn, arg, n };
	sift_up(n_events++);
}

/* Never zero: that stands for no time. */
u64 ktime_get_ns(void)
{
	return (now + SIM_SECOND) * 1000;
}

static void set_now(u64 at)
{
	now = at;
	jiffies = first_jiffy + now / (SIM_SECOND / HZ);
}

/**
 * sim_run - let everything happen up to a moment
 * @until: the moment
 */
void sim_run(u64 until)
{
	struct event event;

	while (n_events && heap[0].at <= until) {
		event = heap[0];
		heap[0] = heap[--n_events];
		sift_down(0);
		set_now(event.at);
		event.fn(event.arg, event.n);
	}
	set_now(until);
}

/**
 * sim_begin - begin a schedule
 * @seed: tells it from others
 *
 * As in the kernel, the lower half of the time stamps overflows soon after the
 * beginning: at a random moment of the schedule, or a while after it.
 */
void sim_begin(u64 seed)
{
	chance = seed * 0x9e3779b97f4a7c15ULL + 0x632be59bd9b4e019ULL;
	next_nr = 0;
	first_jiffy = (u32)-(s32)(1 + sim_random(400 * HZ));
	set_now(0);
}

/**
 * sim_end - end a schedule; what was to come does not happen
 */
void sim_end(void)
{
	free(heap);
	heap = NULL;
	n_events = 0;
	max_events = 0;
}

/**
 * sim_now - what time is it?
 *
 * Return: microseconds since the schedule began.
 */
u64 sim_now(void)
{
	return now;
}

/**
 * sim_seconds - what time is it, for messages?
 *
 * Return: seconds since the schedule began.
 */
double sim_seconds(void)
{
	return (double)now / SIM_SECOND;
}

/* splitmix64 */
static u64 next(void)
{
	u64 z;

	chance += 0x9e3779b97f4a7c15ULL;
	z = chance;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/**
 * sim_random - a random number
 * @below: 1 more than the largest one; not 0
 *
 * Return: the number.
 */
u64 sim_random(u64 below)
{
	return next() % below;
}

/**
 * sim_between - a random number
 * @low: the smallest one
 * @high: the largest one
 *
 * Return: the number.
 */
u64 sim_between(u64 low, u64 high)
{
	return low + sim_random(high - low + 1);
}

/**
 * sim_chance - does it happen?
 * @percent: how likely
 *
 * Return: whether it does.
 */
bool sim_chance(unsigned int percent)
{
	return sim_random(100) < percent;
}

/**
 * sim_say - tell what happens, if somebody wants to know
 * @format: what; and arguments
 */
void sim_say(const char *format, ...)
{
	va_list args;

	if (!sim_where.verbose)
		return;
	va_start(args, format);
	printf("%11.6f ", sim_seconds());
	vprintf(format, args);
	printf("\n");
	va_end(args);
}
