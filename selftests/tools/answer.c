// SPDX-License-Identifier: GPL-2.0-only
/*
 * A gateway that answers raw ESP with raw ESP:
 *
 *   answer [-t MS] [-d SPI]... [-m SPI-OUT=SPI-IN]... NETNS ADDRESS
 *
 * A packet with SPI-OUT is answered with SPI-IN, to where it came from; without
 * -m, SPI-IN is SPI-OUT with its highest bit turned over.  SPIs of -d are never
 * answered.  An answer is as long as the question.  Sequence numbers count the
 * packets of each SPI-OUT.  Ends after -t (20 s), on SIGINT or SIGTERM, and
 * prints a line for each SPI seen: spi SPI from ADDRESS packets N.  Says "ready"
 * once it listens.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net.h"

#define SPIS_MAX	4096

/**
 * struct spi - an SPI, and what to do about it
 * @out: as it comes
 * @in: in answers
 * @deaf: is not answered
 * @from: where it came from last
 * @packets: how many came
 */
struct spi {
	uint32_t	out;
	uint32_t	in;
	bool		deaf;
	struct addr	from;
	uint32_t	packets;
};

static struct spi spis[SPIS_MAX];
static unsigned int n_spis;

static struct spi *spi_get(uint32_t out)
{
	unsigned int i;

	for (i = 0; i < n_spis; i++)
		if (spis[i].out == out)
			return &spis[i];
	if (n_spis == SPIS_MAX)
		return NULL;
	spis[n_spis].out = out;
	spis[n_spis].in = out ^ 0x80000000;
	return &spis[n_spis++];
}

static void answer(int fd, bool is6)
{
	struct addr from = { .len = sizeof(from.u) };
	static uint8_t buf[65536];
	uint32_t esp[2];
	struct spi *spi;
	size_t off = 0;
	ssize_t len;

	len = recvfrom(fd, buf, sizeof(buf), 0, &from.u.sa, &from.len);
	if (len < 20)
		return;
	if (!is6)
		off = (buf[0] & 0xf) * 4;
	if ((size_t)len < off + 8)
		return;
	memcpy(esp, buf + off, 4);
	spi = spi_get(ntohl(esp[0]));
	if (!spi)
		return;
	spi->from = from;
	spi->packets++;
	if (spi->deaf)
		return;
	esp[0] = htonl(spi->in);
	esp[1] = htonl(spi->packets);
	memcpy(buf + off, esp, sizeof(esp));
	sendto(fd, buf + off, len - off, 0, &from.u.sa, from.len);
}

static void report(void)
{
	char from[INET6_ADDRSTRLEN];
	unsigned int i;

	for (i = 0; i < n_spis; i++)
		if (spis[i].packets)
			printf("spi 0x%x from %s packets %u\n", spis[i].out,
			       addr_text(&spis[i].from, from, sizeof(from)),
			       spis[i].packets);
}

int main(int argc, char **argv)
{
	int64_t end = now_us() + 20000000;
	struct pollfd poll_fd;
	struct addr local;
	struct spi *spi;
	char *in;
	int opt;

	while ((opt = getopt(argc, argv, "t:d:m:")) != -1) {
		switch (opt) {
		case 't':
			end = now_us() + number(optarg) * 1000LL;
			break;
		case 'd':
			spi_get(number(optarg))->deaf = true;
			break;
		case 'm':
			in = strchr(optarg, '=');
			if (!in)
				return 2;
			spi = spi_get(number(optarg));
			spi->in = number(in + 1);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2)
		return 2;
	enter_netns(argv[optind]);
	addr_parse(argv[optind + 1], &local);
	poll_fd.fd = raw_socket(&local, IPPROTO_ESP);
	poll_fd.events = POLLIN;
	stop_on_signal();
	puts("ready");
	fflush(stdout);
	while (!stopped && now_us() < end)
		if (poll(&poll_fd, 1, 100) > 0)
			answer(poll_fd.fd, addr_is6(&local));
	report();
	return 0;
}
