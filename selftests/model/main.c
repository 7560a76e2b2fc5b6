// SPDX-License-Identifier: GPL-2.0-only
/* Options, and the table. */
#include <getopt.h>
#include <time.h>
#include "model.h"

#define CALM		(120 * SIM_SECOND)

static const char *const policies[] = {
	[IKE]		= "ike",
	[SERIALIZE]	= "serialize",
	[FIFO]		= "fifo",
	[STRICT]	= "strict",
};

static unsigned long n_seeds = 20;
static unsigned long only_seed;
static unsigned int n_clients;
static bool check;
static const char *only_policy, *only_scenario;

static void run_one(const struct scenario *s, const char *policy,
		    unsigned long seed, struct result *r)
{
	sim_where.scenario = s->name;
	sim_where.policy = policy;
	sim_where.seed = seed;
	result = r;
	sim_begin(seed);
	router_init(policy);
	scenario_begin(s, n_clients);
	sim_run(s->active * SIM_SECOND + CALM);
	result_judge();
	packets_exit();
	ike_exit();
	peers_exit();
	if (router_exit() && !r->leaks++)
		r->first_leak = seed;
	sim_end();
}

static double percent(unsigned long part, unsigned long all)
{
	return all ? 100.0 * part / all : 100.0;
}

static void print_head(void)
{
	printf("%-9s %-9s %5s %6s %7s %6s %7s %6s %7s %6s %7s %7s %5s %5s %9s %5s\n",
	       "scenario", "policy", "runs", "SPIs", "right%", "held%",
	       "ambig", "open", "copies", "stray", "median", "p99", "never", "wrong",
	       "recover", "stay");
}

static void print_row(const struct scenario *s, const char *policy,
		      struct result *r)
{
	printf("%-9s %-9s %5lu %6lu %7.2f %6.2f %7lu %6lu %7lu %6lu ",
	       s->name, policy, r->schedules, r->binds,
	       percent(r->right, r->binds), percent(r->held, r->sent),
	       r->ambiguous, r->contested, r->copied, r->strayed);
	printf("%6.3fs %6.2fs %5lu %5lu %8.1fs %5lu\n",
	       times_at(&r->starts, 500), times_at(&r->starts, 990),
	       r->never, r->wrong, times_mean(&r->recover),
	       r->unrecovered);
	if (r->clashes)
		printf("# equal SPIs in %lu schedules, a clash was told in %lu\n",
		       r->clashes, r->told);
	if (r->wrong)
		printf("# %lu tunnels ended wrong; the first one with seed %lu\n",
		       r->amiss, r->first_wrong);
	if (r->leaks)
		printf("# %lu schedules leak objects; the first one with seed %lu\n",
		       r->leaks, r->first_leak);
	fflush(stdout);
}

static bool is_wanted(const char *only, const char *name)
{
	return !only || !strcmp(only, name);
}

static void table(void)
{
	unsigned int i, j;
	unsigned long seed;

	print_head();
	for (i = 0; i < n_scenarios; i++) {
		if (!is_wanted(only_scenario, scenarios[i].name))
			continue;
		for (j = 0; j < ARRAY_SIZE(policies); j++) {
			struct result r = {};

			if (!is_wanted(only_policy, policies[j]))
				continue;
			for (seed = 1; seed <= n_seeds; seed++)
				run_one(&scenarios[i], policies[j], seed, &r);
			print_row(&scenarios[i], policies[j], &r);
			result_free(&r);
		}
	}
}

static void trace(void)
{
	struct result r = {};

	run_one(scenario_find(only_scenario ?: "start"),
		only_policy ?: policies[0], only_seed, &r);
	print_head();
	print_row(scenario_find(only_scenario ?: "start"),
		  only_policy ?: policies[0], &r);
	result_free(&r);
}

static unsigned int n_checks;
static bool all_good = true;

static void ok(bool good, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void ok(bool good, const char *format, ...)
{
	va_list args;

	all_good &= good;
	printf("%sok %u - ", good ? "" : "not ", ++n_checks);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* With turns, who has the equal SPI hardly ever asks. */
static void check_equal(const struct result *r, enum policy policy)
{
	if (r->clashes && policy == IKE)
		ok(r->told == r->clashes, "a clash is told of equal SPIs");
}

/* What must hold, KTAP.  Seeds are fixed, so nothing comes and goes. */
static void check_one(const struct scenario *s, enum policy policy)
{
	struct result r = {};
	unsigned long seed;

	for (seed = 1; seed <= n_seeds; seed++)
		run_one(s, policies[policy], seed, &r);
	printf("# ");
	print_row(s, policies[policy], &r);
	ok(!r.leaks, "%s, %s: nothing leaks", s->name, policies[policy]);
	ok(percent(r.right, r.binds) >= s->right[policy],
	   "%s, %s: at least %u %% of first bindings are right", s->name,
	   policies[policy], s->right[policy]);
	if (s->wrong[policy] < 100)
		ok(percent(r.wrong, r.schedules) <= s->wrong[policy],
		   "%s, %s: at most %u %% of schedules end wrong", s->name,
		   policies[policy], s->wrong[policy]);
	check_equal(&r, policy);
	result_free(&r);
}

static bool check_all(void)
{
	unsigned int i, policy;

	printf("TAP version 13\n");
	for (i = 0; i < n_scenarios; i++) {
		if (!is_wanted(only_scenario, scenarios[i].name))
			continue;
		for (policy = IKE; policy <= SERIALIZE; policy++)
			if (is_wanted(only_policy, policies[policy]))
				check_one(&scenarios[i], policy);
	}
	printf("1..%u\n", n_checks);
	return all_good;
}

static void usage(void)
{
	unsigned int i;

	fprintf(stderr, "usage: run [--seeds N] [--policy P] [--clients N]\n");
	fprintf(stderr, "           [--scenario S] [--verbose SEED]\n");
	fprintf(stderr, "       run --check [--seeds N]\n\n");
	for (i = 0; i < n_scenarios; i++)
		fprintf(stderr, "  %-9s %s\n", scenarios[i].name,
			scenarios[i].what);
	exit(2);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text)
		usage();
	return value;
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seeds",	required_argument, NULL, 's' },
		{ "policy",	required_argument, NULL, 'p' },
		{ "clients",	required_argument, NULL, 'c' },
		{ "scenario",	required_argument, NULL, 'S' },
		{ "verbose",	required_argument, NULL, 'v' },
		{ "check",	no_argument, NULL, 'k' },
		{}
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's':
			n_seeds = number(optarg);
			break;
		case 'p':
			only_policy = optarg;
			break;
		case 'c':
			n_clients = number(optarg);
			break;
		case 'S':
			only_scenario = optarg;
			break;
		case 'v':
			only_seed = number(optarg);
			sim_where.verbose = true;
			break;
		case 'k':
			check = true;
			break;
		default:
			usage();
		}
	}
	if (optind != argc || n_clients > MAX_CLIENTS ||
	    (only_scenario && !scenario_find(only_scenario)))
		usage();
}

int main(int argc, char **argv)
{
	bool good = true;

	parse(argc, argv);
	if (sim_where.verbose)
		trace();
	else if (check)
		good = check_all();
	else
		table();
	model_module_exit();
	model_kernel_exit();
	return !good;
}
