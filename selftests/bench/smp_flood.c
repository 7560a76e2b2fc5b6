// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two ESP tunnels, one on each of two processors: how many packets go through in a
 * second while one is busy, and while both are.  They have a gateway each, so that
 * stock Linux can translate both.
 *
 * Each tunnel has a process, which its parent tells what to do.
 */
#include <arpa/inet.h>
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flood.h"
#include "mark.h"

#define CPUS		2
#define SPI_OUT		0x10000000
#define SPI_IN		0x20000000

/* A word to a process: a side, for how long, and whether the other processor is
 * busy as well, which is what trace_plugin.c looks at; then it answers.
 */
struct order {
	enum side	side;
	double		seconds;
	bool		both;
};

struct child {
	int	to;
	int	from;
};

static struct child children[CPUS];

static void fill_esp(uint8_t *payload, uint64_t id)
{
	uint32_t spi = htonl(id);

	memcpy(payload, &spi, sizeof(spi));
}

/* As in esp_flood.c, 64 bytes of payload. */
static const struct protocol esp = {
	.number	= IPPROTO_ESP,
	.length	= 4 + 4 + 8 + 12 + 64,
	.seq	= 4,
	.fill	= fill_esp,
};

static void put(int fd, const void *data, size_t len)
{
	if (write(fd, data, len) != (ssize_t)len)
		err(1, "write");
}

/* Return: false when the other end is closed. */
static bool get(int fd, void *data, size_t len)
{
	ssize_t n = read(fd, data, len);

	if (n && n != (ssize_t)len)
		err(1, "read");
	return n;
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "processor %u", cpu);
}

/* Packets to and fro bind the tunnel, before the first order. */
static void serve(unsigned int cpu, bool nat, int from, int to)
{
	struct flow flow = {
		.client = client_address(cpu),
		.server = SERVER + cpu,
		.sent = { SPI_OUT + cpu, SPI_IN + cpu },
		.seen = { SPI_OUT + cpu, SPI_IN + cpu },
	};
	struct order order;
	double rate = 0;

	pin(cpu);
	flood_prepare(&esp, &flow, 1, nat);
	flood_look();
	put(to, &rate, sizeof(rate));
	while (get(from, &order, sizeof(order))) {
		if (order.both)
			mark_begin();
		rate = flood_for(order.side, order.seconds);
		if (order.both)
			mark_end();
		put(to, &rate, sizeof(rate));
	}
	exit(0);
}

static double answer(unsigned int cpu)
{
	double rate;

	if (!get(children[cpu].from, &rate, sizeof(rate)))
		errx(1, "the process of processor %u has ended", cpu);
	return rate;
}

/* Waits until the tunnel is bound, so that nobody else's packets come between. */
static void start(unsigned int cpu, bool nat)
{
	int down[2], up[2];
	pid_t pid;

	if (pipe(down) || pipe(up))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		close(down[1]);
		close(up[0]);
		/* Else this end of the first one's would stay open. */
		if (cpu)
			close(children[0].to);
		serve(cpu, nat, down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	children[cpu] = (struct child) { .to = down[1], .from = up[0] };
	answer(cpu);
}

/* Return: packets in a second, of as many processors at once. */
static double run(unsigned int busy, struct order *order)
{
	double sum = 0;
	unsigned int i;

	order->both = busy == CPUS;
	for (i = 0; i < busy; i++)
		put(children[i].to, order, sizeof(*order));
	for (i = 0; i < busy; i++)
		sum += answer(i);
	return sum;
}

static void finish(void)
{
	unsigned int i;
	int status;

	for (i = 0; i < CPUS; i++)
		close(children[i].to);
	for (i = 0; i < CPUS; i++)
		if (wait(&status) < 0 || status)
			errx(1, "a process failed");
}

/* In turns, as what else the machine does changes with time. */
int main(int argc, char **argv)
{
	static const char * const names[] = { "out", "in" };
	unsigned int i, repeats;
	struct order order;
	double one, two;
	bool nat;

	if (argc != 4)
		errx(2, "usage: smp_flood nat|plain MILLISECONDS REPEATS");
	nat = !strcmp(argv[1], "nat");
	order.seconds = number(argv[2]) / 1e3;
	repeats = number(argv[3]);
	for (i = 0; i < CPUS; i++)
		start(i, nat);
	for (i = 0; i < repeats; i++) {
		for (order.side = INSIDE; order.side <= OUTSIDE; order.side++) {
			one = run(1, &order);
			two = run(2, &order);
			printf("%s\t%.0f\t%.0f\n", names[order.side], one, two);
		}
	}
	finish();
	return 0;
}
