// SPDX-License-Identifier: GPL-2.0-only
/* tunnels --watch: tunnels and how much they carry now, again and again. */

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "ids.h"
#include "out.h"
#include "screen.h"
#include "tunnel.h"
#include "watch.h"

#define SECONDS		2
#define SECONDS_MAX	86400

/* What a screen has beside tunnels: title, remark, header, and the last line. */
#define OTHER_LINES	4

/**
 * struct rate - what a tunnel carries in a second
 * @known: it was there in the table before, and is counted
 * @packets: per enum nf_vpn_dir
 * @bytes: per enum nf_vpn_dir
 */
struct rate {
	bool		known;
	uint64_t	packets[2];
	uint64_t	bytes[2];
};

/**
 * struct row - a tunnel and its rate
 * @t: the tunnel
 * @rate: its rate
 */
struct row {
	const struct tunnel	*t;
	struct rate		rate;
};

/**
 * struct watch - the table before, and the one that is to be shown
 * @args: how to watch
 * @screen: it is shown on a screen
 * @left: how many tables are to be shown still
 * @at: when it was read, in milliseconds
 * @all: what was read
 * @rows: a row for each of @all, sorted
 * @old_at: when the table before was read, 0 if there is none
 * @old: flows of the table before, sorted
 * @n_old: length of @old
 * @remark: the last complaint, while there is a screen
 */
struct watch {
	const struct watch_args	*args;
	bool			screen;
	uint32_t		left;
	int64_t			at;
	struct tunnels		all;
	struct row		*rows;
	int64_t			old_at;
	struct ct_flow		*old;
	size_t			n_old;
	char			remark[256];
};

static int cmp_num(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int flow_cmp(const void *left, const void *right)
{
	const struct ct_flow *a = left, *b = right;
	int cmp = addr_cmp(&a->client, &b->client);

	if (!cmp)
		cmp = addr_cmp(&a->server, &b->server);
	if (!cmp)
		cmp = cmp_num(a->client_port << 16 | a->server_port,
			      b->client_port << 16 | b->server_port);
	if (!cmp)
		cmp = cmp_num(a->l4proto << 16 | a->zone,
			      b->l4proto << 16 | b->zone);
	return cmp ? cmp : cmp_num(a->flow_id, b->flow_id);
}

/* An entry that is another one by now has begun to count anew. */
static uint64_t per_second(uint64_t old, uint64_t new, int64_t ms)
{
	return new < old || ms <= 0 ? 0 : (new - old) * 1000 / ms;
}

static void find_rate(const struct watch *w, struct row *row)
{
	const struct ct_flow *new = &row->t->flow, *old = NULL;
	int64_t ms = w->at - w->old_at;
	unsigned int dir;

	if (w->n_old)
		old = bsearch(new, w->old, w->n_old, sizeof(*old), flow_cmp);
	row->rate.known = old && old->counted && new->counted;
	for (dir = 0; dir < 2 && row->rate.known; dir++) {
		row->rate.packets[dir] = per_second(old->packets[dir],
						    new->packets[dir], ms);
		row->rate.bytes[dir] = per_second(old->bytes[dir],
						  new->bytes[dir], ms);
	}
}

/* Who carries most comes first; else as without rates. */
static int row_cmp(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int cmp = cmp_num(b->rate.bytes[0] + b->rate.bytes[1],
			  a->rate.bytes[0] + a->rate.bytes[1]);

	return cmp ? cmp : cmp_num((uintptr_t)a->t, (uintptr_t)b->t);
}

static int make_rows(struct watch *w)
{
	size_t i;

	w->rows = calloc(w->all.n + 1, sizeof(*w->rows));
	if (!w->rows) {
		complain("out of memory");
		return -1;
	}
	for (i = 0; i < w->all.n; i++) {
		w->rows[i].t = &w->all.tab[i];
		find_rate(w, &w->rows[i]);
	}
	qsort(w->rows, w->all.n, sizeof(*w->rows), row_cmp);
	return 0;
}

/* What was shown becomes the table before. */
static int keep(struct watch *w)
{
	size_t i;

	free(w->old);
	w->n_old = 0;
	w->old_at = w->at;
	w->old = calloc(w->all.n + 1, sizeof(*w->old));
	if (!w->old) {
		complain("out of memory");
		return -1;
	}
	for (i = 0; i < w->all.n; i++)
		w->old[w->n_old++] = w->all.tab[i].flow;
	qsort(w->old, w->n_old, sizeof(*w->old), flow_cmp);
	return 0;
}

/* Three digits, and what they are to be multiplied with. */
static void text_rate(uint64_t rate)
{
	static const char units[] = " kMGTPE";
	double value = rate;
	unsigned int i = 0;

	for (; value >= 999.5; i++)
		value /= 1000;
	if (!i)
		out_text("%.0f", value);
	else
		out_text(value < 9.95 ? "%.1f%c" : "%.0f%c", value, units[i]);
}

static void show_rate(const struct rate *rate, const char *key, uint64_t value)
{
	if (!rate->known)
		out_none(key);
	else if (out_is_json())
		out_num(key, value);
	else
		text_rate(value);
}

static void show_rates(const struct rate *r)
{
	show_rate(r, "bytes_out_rate", r->bytes[NF_VPN_DIR_OUT]);
	out_text("/");
	show_rate(r, "bytes_in_rate", r->bytes[NF_VPN_DIR_IN]);
	out_text("\t");
	show_rate(r, "packets_out_rate", r->packets[NF_VPN_DIR_OUT]);
	out_text("/");
	show_rate(r, "packets_in_rate", r->packets[NF_VPN_DIR_IN]);
	out_text("\t");
}

/* What matters most stands where narrow terminals show it. */
static int show_row_text(const struct row *row)
{
	const struct nlattr * const *tb = row->t->tb;
	struct addr public = attr_addr(tb[NF_VPN_A_PUBLIC]);

	out_text("%s\t", name_of(&proto_names, attr_u32(tb[NF_VPN_A_PROTO])));
	out_text("%s\t", tb[NF_VPN_A_STATE] ?
		 name_of(&state_names, attr_u32(tb[NF_VPN_A_STATE])) : "-");
	tunnel_show_peer("client", &row->t->flow.client,
			 tb[NF_VPN_A_CLIENT_PORT]);
	tunnel_show_peer("server", &row->t->flow.server,
			 tb[NF_VPN_A_SERVER_PORT]);
	show_rates(&row->rate);
	out_msecs("idle_ms", attr_u64(tb[NF_VPN_A_IDLE_MS]));
	out_text("\t");
	tunnel_show_peer("public", &public, tb[NF_VPN_A_PUBLIC_PORT]);
	if (ids_show(row->t->nlh, tb))
		return -1;
	if (row->t->flow.found)
		out_secs("timeout", row->t->flow.timeout);
	else
		out_none("timeout");
	return 0;
}

static int show_row(const struct watch *w, const struct row *row)
{
	int ret;

	out_obj(NULL);
	if (out_is_json()) {
		ret = tunnel_show(row->t, &w->all.columns);
		show_rates(&row->rate);
	} else {
		ret = show_row_text(row);
	}
	out_text("\n");
	out_obj_end();
	return ret;
}

static int show_rows(const struct watch *w, size_t n)
{
	int ret = 0;
	size_t i;

	out_arr("tunnels");
	out_table("PROTO\tSTATE\tCLIENT\tSERVER\tBYTES/S-OUT/IN\tPACKETS/S\t");
	out_text("IDLE\tPUBLIC\tOUT-IDS\tIN-IDS\tTIMEOUT\n");
	for (i = 0; i < n && !ret; i++)
		ret = show_row(w, &w->rows[i]);
	out_table_end();
	out_arr_end();
	return ret;
}

static int draw_plain(const struct watch *w)
{
	int ret;

	out_obj(NULL);
	clock_show();
	out_text("\n");
	ret = show_rows(w, w->all.n);
	out_text("\n");
	out_obj_end();
	fflush(stdout);
	return ret;
}

static int draw_screen(const struct watch *w)
{
	unsigned int rows, columns;
	size_t n = w->all.n;
	char title[128];
	char now[16];
	time_t t = time(NULL);

	strftime(now, sizeof(now), "%H:%M:%S", localtime(&t));
	screen_clear(&rows, &columns);
	if (n + OTHER_LINES > rows)
		n = rows > OTHER_LINES ? rows - OTHER_LINES : 0;
	snprintf(title, sizeof(title),
		 "%s  %zu of %zu tunnels, every %u s; q to end",
		 now, n, w->all.n, w->args->seconds);
	out_width(columns);
	printf("%.*s\n", (int)columns, title);
	if (rows <= OTHER_LINES)
		return 0;
	printf("%.*s\n", (int)columns, w->remark);
	return show_rows(w, n);
}

static int draw(const struct watch *w)
{
	int ret = w->screen ? draw_screen(w) : draw_plain(w);

	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	return -1;	/* out_close() says why */
}

static int read_all(struct nl *nl, const struct selection *sel,
		    struct watch *w)
{
	bool was_uncounted = w->all.uncounted;

	free(w->rows);
	w->rows = NULL;
	tunnels_free(&w->all);
	*w->remark = '\0';
	if (tunnels_read(nl, sel, &w->all))
		return -1;
	w->at = clock_ms();
	if (w->all.uncounted && (w->screen || !was_uncounted))
		complain("%s", tunnels_uncounted);
	return make_rows(w);
}

/* Return: whether to go on. */
static bool wait_until(struct watch *w, int64_t deadline)
{
	enum screen_event event = SCREEN_REDRAW;
	int64_t left;

	while (event == SCREEN_REDRAW) {
		left = deadline - clock_ms();
		if (left < 0)
			left = 0;
		if (!w->screen) {
			poll(NULL, 0, left);
			return true;
		}
		event = screen_wait(left);
		if (event == SCREEN_REDRAW && draw(w))
			return false;
	}
	return event == SCREEN_TIME;
}

static int loop(struct nl *nl, const struct selection *sel, struct watch *w)
{
	int64_t next = clock_ms();

	do {
		if (read_all(nl, sel, w) || draw(w) || keep(w))
			return -1;
		if (w->left && !--w->left)
			break;
		next += w->args->seconds * 1000LL;
	} while (wait_until(w, next));
	return 0;
}

/**
 * watch_tunnels - show tunnels until interrupted
 * @nl: socket
 * @sel: which tunnels
 * @args: how
 *
 * Return: 0, or -1 after complaining.
 */
int watch_tunnels(struct nl *nl, const struct selection *sel,
		  const struct watch_args *args)
{
	struct watch w = { .args = args, .left = args->count };
	int ret;

	w.screen = !out_is_json() && screen_usable();
	if (w.screen) {
		complain_keep(w.remark, sizeof(w.remark));
		screen_open();
	}
	ret = loop(nl, sel, &w);
	if (w.screen) {
		screen_close();
		complain_keep(NULL, 0);
	}
	if (w.screen && ret && *w.remark)
		complain("%s", w.remark);
	free(w.rows);
	free(w.old);
	tunnels_free(&w.all);
	return ret;
}

/* A number may follow. */
static bool parse_seconds(struct args *args, struct watch_args *watch)
{
	watch->seconds = SECONDS;
	if (!args->n || !strchr("0123456789", *args->v[0]) || !*args->v[0])
		return true;
	if (!args_number(args, "--watch", SECONDS_MAX, &watch->seconds))
		return false;
	if (!watch->seconds)
		complain("tables are at least 1 second apart");
	return watch->seconds;
}

static bool parse_count(struct args *args, struct watch_args *watch)
{
	if (!args_number(args, "count", UINT32_MAX, &watch->count))
		return false;
	if (!watch->count)
		complain("the count must be at least 1");
	return watch->count;
}

/**
 * watch_parse - read which tunnels, and whether to watch them
 * @args: [PROTO] [client ADDR] [server ADDR] [--watch [SECONDS]] [-c COUNT]
 * @sel: which tunnels
 * @watch: how to watch them
 *
 * Return: true, or false after complaining.
 */
bool watch_parse(struct args *args, struct selection *sel,
		 struct watch_args *watch)
{
	bool ok = true;

	memset(sel, 0, sizeof(*sel));
	memset(watch, 0, sizeof(*watch));
	while (ok && args->n) {
		if (args_take(args, "-w") || args_take(args, "--watch"))
			ok = parse_seconds(args, watch);
		else if (args_take(args, "-c") || args_take(args, "--count"))
			ok = parse_count(args, watch);
		else
			ok = args_selection_part(args, sel);
	}
	if (!ok || !args_pair_ok(&sel->client, &sel->server))
		return false;
	if (watch->count && !watch->seconds)
		complain("'-c' goes with '--watch'");
	return !watch->count || watch->seconds;
}
