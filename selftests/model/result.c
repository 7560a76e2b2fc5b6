// SPDX-License-Identifier: GPL-2.0-only
/* What came out: counts, durations, and whether a schedule ended well. */
#include "model.h"

#define SILENT_FOR	(20 * SIM_SECOND)
#define NEVER_AFTER	(5 * SIM_SECOND)

struct result *result;

/**
 * times_add - note a duration
 * @times: where to
 * @duration: the duration in microseconds
 */
void times_add(struct times *times, u64 duration)
{
	if (times->n == times->max) {
		times->max = times->max ? 2 * times->max : 64;
		times->at = realloc(times->at,
				    times->max * sizeof(*times->at));
		if (!times->at)
			model_die("out of memory");
	}
	times->at[times->n++] = (double)duration / SIM_SECOND;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/**
 * times_at - a quantile of durations
 * @times: the durations; sorted
 * @permille: how many of a thousand are at most as long
 *
 * Return: the duration in seconds; 0 if there are none.
 */
double times_at(struct times *times, unsigned int permille)
{
	if (!times->n)
		return 0;
	qsort(times->at, times->n, sizeof(*times->at), by_size);
	return times->at[(times->n - 1) * permille / 1000];
}

/**
 * times_mean - the mean of durations
 * @times: the durations
 *
 * Return: the mean in seconds; 0 if there are none.
 */
double times_mean(const struct times *times)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < times->n; i++)
		sum += times->at[i];
	return times->n ? sum / times->n : 0;
}

/**
 * result_bind - an SPI was bound
 * @sa: its SA
 * @right: to the right client
 */
void result_bind(struct sa *sa, bool right)
{
	if (!sa->bound && !sa->ended) {
		result->binds++;
		result->right += right;
	}
	sa->bound = true;
	if (!right && !sa->wrong && !sa->ended)
		sa->wrong = sim_now();
	if (right && sa->wrong) {
		times_add(&result->recover, sim_now() - sa->wrong);
		sa->wrong = 0;
	}
}

/**
 * result_sa_end - an SA is not in use any more
 * @sa: the SA
 */
void result_sa_end(struct sa *sa)
{
	if (sa->ended)
		return;
	sa->ended = true;
	result->unrecovered += !!sa->wrong;
	sa->wrong = 0;
	result->never += both_speak(sa->tunnel) && !sa->doomed && sa->begun &&
			 !sa->works && sim_now() - sa->begun > NEVER_AFTER;
}

/* Why a tunnel is not all right, or NULL. */
static const char *fault(const struct tunnel *t)
{
	const struct sa *sa = t->use[GATEWAY];
	u32 owner;

	if (!sa || sa->doomed || t->dead)
		return NULL;
	owner = router_leads(t->to, sa->in, t->addr);
	if (!both_speak(t)) {
		/* Nothing tells whose it is if its client never sends. */
		return owner && owner != t->addr && t->ask[CLIENT] ?
		       "its SPI is another client's" : NULL;
	}
	if (!sa->known[CLIENT])
		return NULL;
	if (!owner)
		return "its SPI is nobody's";
	if (owner != t->addr)
		return "its SPI is another client's";
	if (sim_now() - t->last_got > SILENT_FOR)
		return "it brings nothing";
	return NULL;
}

static void count_packets(void)
{
	result->held += router_count(NF_VPN_CNT_PROBE_WAIT) +
			router_count(NF_VPN_CNT_PROBE_BACKOFF);
	result->ambiguous += router_count(NF_VPN_CNT_AMBIGUOUS);
	result->contested += router_count(NF_VPN_CNT_CONTESTED);
	result->copied += router_count(NF_VPN_CNT_COPIED);
	result->clashes += world.equal;
	result->told += world.equal && router_count(NF_VPN_CNT_CLASH);
}

/**
 * result_judge - a schedule is over: is every tunnel all right?
 */
void result_judge(void)
{
	unsigned int i, amiss = 0;
	const char *why;

	for (i = 0; i < world.n_tunnels; i++) {
		why = fault(&world.tunnels[i]);
		if (!why)
			continue;
		amiss++;
		sim_say("AMISS: client %u, spi %08x: %s",
			client_nr(&world.tunnels[i]),
			world.tunnels[i].use[GATEWAY]->in, why);
	}
	count_packets();
	result->schedules++;
	result->amiss += amiss;
	if (amiss && !result->wrong++)
		result->first_wrong = sim_where.seed;
}

/**
 * result_free - free what a result holds
 * @r: the result
 */
void result_free(struct result *r)
{
	free(r->starts.at);
	free(r->recover.at);
	*r = (struct result) {};
}
