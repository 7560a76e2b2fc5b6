// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters, tunnels, modes and limits in Prometheus' text format 0.0.4, for the
 * textfile collector of node_exporter.
 */

#include <linux/nf_vpn_passthrough.h>
#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "limits.h"
#include "nl.h"
#include "out.h"
#include "prometheus.h"

#define PROTOS		(NF_VPN_MAX + 1)
#define STATES		(NF_VPN_STATE_MAX + 1)
#define MODES		(NF_VPN_MODE_MAX + 1)
#define COUNTERS	(NF_VPN_CNT_MAX + 1)

/**
 * struct proto_sample - what a protocol is like now
 * @loaded: its kernel module is
 * @modes: 1 for the one that it is in
 * @left_ms: how long the mode lasts, 0 if for good
 * @tunnels: how many there are, by state
 * @counters: the counters
 */
struct proto_sample {
	bool		loaded;
	uint64_t	modes[MODES];
	uint64_t	left_ms;
	uint64_t	tunnels[STATES];
	uint64_t	counters[COUNTERS];
};

/**
 * struct sample - what there is now
 * @protos: of each protocol
 * @limits: the limits
 * @ids: how many ids are in use
 * @flows: how many tunnels there are
 */
struct sample {
	struct proto_sample	protos[PROTOS];
	uint32_t		limits[LIMITS];
	uint32_t		ids;
	uint32_t		flows;
};

/* What a newer kernel has beside is left out: it has no name here. */
static struct proto_sample *proto_of(struct sample *s, const struct nlattr **tb)
{
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);

	return proto < PROTOS ? &s->protos[proto] : NULL;
}

static int take_mode(const struct nlmsghdr *nlh, const struct nlattr **tb,
		     void *data)
{
	uint32_t mode = attr_u32(tb[NF_VPN_A_MODE]);
	struct proto_sample *p = proto_of(data, tb);

	(void)nlh;
	if (!p)
		return 0;
	p->loaded = tb[NF_VPN_A_AVAILABLE];
	if (mode < MODES)
		p->modes[mode] = 1;
	p->left_ms = attr_u64(tb[NF_VPN_A_LEFT_MS]);
	return 0;
}

static int take_limits(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       void *data)
{
	struct sample *s = data;
	unsigned int i;

	(void)nlh;
	for (i = 0; i < LIMITS; i++)
		s->limits[i] = attr_u32(tb[limits[i].attr]);
	s->ids = attr_u32(tb[NF_VPN_A_IDS]);
	s->flows = attr_u32(tb[NF_VPN_A_TUNNELS]);
	return 0;
}

static int take_tunnel(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       void *data)
{
	uint32_t state = attr_u32(tb[NF_VPN_A_STATE]);
	struct proto_sample *p = proto_of(data, tb);

	(void)nlh;
	if (p && state < STATES)
		p->tunnels[state]++;
	return 0;
}

static int take_counter(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	uint32_t counter = attr_u32(tb[NF_VPN_A_COUNTER]);
	struct proto_sample *p = proto_of(data, tb);

	(void)nlh;
	if (p && counter < COUNTERS)
		p->counters[counter] = attr_u64(tb[NF_VPN_A_VALUE]);
	return 0;
}

static int take_all(struct nl *nl, struct sample *s)
{
	static const struct { uint8_t cmd; nl_cb cb; } dumps[] = {
		{ NF_VPN_CMD_MODE_GET, take_mode },
		{ NF_VPN_CMD_TUNNEL_GET, take_tunnel },
		{ NF_VPN_CMD_STATS_GET, take_counter },
	};
	unsigned int i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < ARRAY_SIZE(dumps); i++) {
		nl_dump_request(nl, dumps[i].cmd);
		if (nl_talk(nl, dumps[i].cb, s))
			return -1;
	}
	nl_request(nl, NF_VPN_CMD_LIMIT_GET);
	return nl_talk(nl, take_limits, s);
}

static void begin(FILE *file, const char *name, const char *type,
		  const char *help)
{
	fprintf(file, "# HELP vpn_passthrough_%s %s\n"
		"# TYPE vpn_passthrough_%s %s\n", name, help, name, type);
}

static void print_gauge(FILE *file, const char *name, const char *help,
			uint64_t value)
{
	begin(file, name, "gauge", help);
	fprintf(file, "vpn_passthrough_%s %llu\n", name,
		(unsigned long long)value);
}

/* One for each value of an enum. */
static void print_values(FILE *file, const char *name, uint32_t proto,
			 const char *label, const struct names *names,
			 const uint64_t *values)
{
	uint32_t i;

	for (i = 0; i < names->n; i++)
		fprintf(file,
			"vpn_passthrough_%s{proto=\"%s\",%s=\"%s\"} %llu\n",
			name, proto_names.tab[proto].name, label,
			names->tab[i].name, (unsigned long long)values[i]);
}

static void print_loaded(FILE *file, const struct sample *s)
{
	uint32_t i;

	begin(file, "module_loaded", "gauge",
	      "Whether the kernel module of the protocol is loaded.");
	for (i = 0; i < PROTOS; i++)
		fprintf(file, "vpn_passthrough_module_loaded{proto=\"%s\"} %d\n",
			proto_names.tab[i].name, s->protos[i].loaded);
}

static void print_modes(FILE *file, const struct sample *s)
{
	const struct proto_sample *p;
	uint32_t i;

	begin(file, "mode", "gauge", "1 for the mode that the protocol is in.");
	for (i = 0; i < PROTOS; i++)
		print_values(file, "mode", i, "mode", &mode_names,
			     s->protos[i].modes);
	begin(file, "mode_left_seconds", "gauge",
	      "How long a mode lasts that was set for a time.");
	for (i = 0; i < PROTOS; i++) {
		p = &s->protos[i];
		if (p->left_ms)
			fprintf(file,
				"vpn_passthrough_mode_left_seconds{proto=\"%s\"} %.3f\n",
				proto_names.tab[i].name, p->left_ms / 1000.0);
	}
}

static void print_tunnels(FILE *file, const struct sample *s)
{
	uint32_t i;

	begin(file, "tunnels", "gauge", "Tunnels there are now.");
	for (i = 0; i < PROTOS; i++)
		print_values(file, "tunnels", i, "state", &state_names,
			     s->protos[i].tunnels);
}

static void print_limits(FILE *file, const struct sample *s)
{
	unsigned int i;

	begin(file, "limit", "gauge",
	      "Limits: ids in all, tunnels of a client, tunnels of a server.");
	for (i = 0; i < LIMITS; i++)
		if (limits[i].attr != NF_VPN_A_PROBE_MS)
			fprintf(file, "vpn_passthrough_limit{limit=\"%s\"} %u\n",
				limits[i].name, s->limits[i]);
	begin(file, "probe_seconds", "gauge",
	      "How long a probe waits for its answer.");
	for (i = 0; i < LIMITS; i++)
		if (limits[i].attr == NF_VPN_A_PROBE_MS)
			fprintf(file, "vpn_passthrough_probe_seconds %.3f\n",
				s->limits[i] / 1000.0);
	print_gauge(file, "ids", "Wire ids in use, of limit max-ids.", s->ids);
	print_gauge(file, "flows", "Tunnels of all protocols.", s->flows);
}

static void print_counters(FILE *file, const struct sample *s)
{
	uint32_t i;

	begin(file, "events_total", "counter",
	      "What happened, by reason; vpn-passthrough stats -a explains each.");
	for (i = 0; i < PROTOS; i++)
		print_values(file, "events_total", i, "reason", &counter_names,
			     s->protos[i].counters);
}

static void print(FILE *file, const struct sample *s)
{
	begin(file, "build_info", "gauge", "The version of the tool.");
	fputs("vpn_passthrough_build_info{version=\"" VERSION "\"} 1\n", file);
	print_loaded(file, s);
	print_modes(file, s);
	print_tunnels(file, s);
	print_limits(file, s);
	print_counters(file, s);
}

/**
 * prometheus - write all metrics
 * @name: file, which is replaced as a whole, or NULL for standard output
 *
 * Return: 0, or -1 after complaining.
 */
int prometheus(const char *name)
{
	struct sample s;
	struct atomic a;
	struct nl nl;
	int ret;

	if (nl_open(&nl))
		return -1;
	ret = take_all(&nl, &s);
	nl_close(&nl);
	if (ret)
		return -1;
	if (!name) {
		print(stdout, &s);
		return 0;
	}
	if (atomic_open(&a, name))
		return -1;
	print(a.file, &s);
	return atomic_commit(&a);
}
