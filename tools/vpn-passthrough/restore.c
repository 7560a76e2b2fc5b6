// SPDX-License-Identifier: GPL-2.0-only
/* restore: configure what a file says, all of it or nothing. */

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "config.h"
#include "out.h"

/**
 * struct restore - what is done, and how to take it back
 * @name: name of the file
 * @want: what the file says
 * @old: what there was
 * @nl: socket
 * @limits_done: limits were changed
 * @bindings_done: up to which one of @want's bindings were made
 * @settings_done: up to which protocol settings were changed
 * @changed: how many lines have changed something
 */
struct restore {
	const char	*name;
	struct config	want;
	struct config	old;
	struct nl	nl;
	bool		limits_done;
	size_t		bindings_done;
	unsigned int	settings_done;
	unsigned int	changed;
};

static const char *const modules[PROTOS] = {
	[NF_VPN_PPTP] = "nf_conntrack_pptp_ext",
	[NF_VPN_IPSEC] = "nf_nat_ipsec_esp",
	[NF_VPN_L2TP] = "nf_conntrack_l2tp",
};

/* Without its module a protocol is in bypass, and nothing else. */
static bool is_possible(const struct config_setting *want,
			const struct config_setting *old)
{
	const struct setting *set = &want->set;

	return !want->line || old->set.has.mode ||
	       (set->mode == NF_VPN_MODE_BYPASS && !set->has.policy &&
		!set->has.preserve && !set->has.fast_path);
}

/* Return: true, or false after complaining. */
static bool are_loaded(const struct restore *r)
{
	const struct config_setting *want;
	unsigned int i;

	for (i = 0; i < PROTOS; i++) {
		want = &r->want.settings[i];
		if (is_possible(want, &r->old.settings[i]))
			continue;
		status_note(EXIT_ABSENT);
		complain_about(r->name, want->line);
		complain("the kernel module of %s is not loaded (modprobe %s)",
			 name_of(&proto_names, i), modules[i]);
		complain_about(NULL, 0);
		return false;
	}
	return true;
}

static int do_limits(struct restore *r)
{
	const struct limit_values *want = &r->want.limits;
	bool differ = false;
	unsigned int i;

	for (i = 0; i < LIMITS; i++)
		differ |= want->given[i] &&
			  want->value[i] != r->old.limits.value[i];
	if (!differ)
		return 0;
	complain_about(r->name, r->want.limits_line);
	if (limits_set(&r->nl, want))
		return -1;
	r->limits_done = true;
	r->changed++;
	return 0;
}

static int talk_binding(struct restore *r, uint8_t cmd,
			const struct binding *b)
{
	binding_put(nl_request(&r->nl, cmd), b);
	return nl_talk(&r->nl, NULL, NULL);
}

static bool is_same(const struct binding *a, const struct binding *b)
{
	return a && !addr_cmp(&a->client, &b->client) &&
	       a->has.out == b->has.out && a->out == b->out;
}

static int do_bindings(struct restore *r)
{
	const struct config_binding *new;

	for (; r->bindings_done < r->want.n; r->bindings_done++) {
		new = &r->want.bindings[r->bindings_done];
		if (is_same(config_find(&r->old, &new->b), &new->b))
			continue;
		complain_about(r->name, new->line);
		if (talk_binding(r, NF_VPN_CMD_BIND_ADD, &new->b))
			return -1;
		r->changed++;
	}
	return 0;
}

static int talk_setting(struct restore *r, const struct setting *set)
{
	setting_put(nl_request(&r->nl, NF_VPN_CMD_MODE_SET), set);
	return nl_talk(&r->nl, NULL, NULL);
}

static bool differs(const struct setting *want, const struct setting *old)
{
	return (want->has.mode && (want->mode != old->mode || old->has.secs)) ||
	       (want->has.policy && want->policy != old->policy) ||
	       (want->has.preserve && want->preserve != old->preserve) ||
	       (want->has.fast_path && want->fast_path != old->fast_path);
}

/* Return: the settings of a protocol if something about them is to change. */
static const struct config_setting *setting_of(const struct restore *r,
					       unsigned int proto)
{
	const struct config_setting *want = &r->want.settings[proto];
	const struct config_setting *old = &r->old.settings[proto];

	return want->line && old->set.has.mode &&
	       differs(&want->set, &old->set) ? want : NULL;
}

static int do_settings(struct restore *r)
{
	const struct config_setting *want;

	while (r->settings_done < PROTOS) {
		/* What fails has changed options, maybe, before the mode. */
		want = setting_of(r, r->settings_done++);
		if (!want)
			continue;
		complain_about(r->name, want->line);
		if (talk_setting(r, &want->set))
			return -1;
		r->changed++;
	}
	return 0;
}

/* If a time was running, first what returns, then what it was set for. */
static int undo_setting(struct restore *r, const struct config_setting *old)
{
	struct setting set = old->set;

	set.has.secs = false;
	set.mode = old->next_mode;
	if (talk_setting(r, &set))
		return -1;
	return old->set.has.secs ? talk_setting(r, &old->set) : 0;
}

/* The last one first. */
static void undo(struct restore *r)
{
	const struct binding *b;
	unsigned int i;
	int ret = 0;

	complain_about(NULL, 0);
	for (i = r->settings_done; i--; )
		if (setting_of(r, i))
			ret |= undo_setting(r, &r->old.settings[i]);
	while (r->bindings_done--) {
		b = &r->want.bindings[r->bindings_done].b;
		if (!is_same(config_find(&r->old, b), b))
			ret |= talk_binding(r, NF_VPN_CMD_BIND_DEL, b);
	}
	if (r->limits_done)
		ret |= limits_set(&r->nl, &r->old.limits);
	if (ret)
		complain("not all could be put back: see show and bindings");
}

static int apply(struct restore *r)
{
	int ret = -1;

	if (nl_open(&r->nl))
		return -1;
	if (!config_read(&r->nl, &r->old) && are_loaded(r)) {
		/* Modes last: what they are to start with is there then. */
		ret = do_limits(r) || do_bindings(r) || do_settings(r);
		if (ret)
			undo(r);
		complain_about(NULL, 0);
	}
	nl_close(&r->nl);
	return ret;
}

static void report(const struct restore *r, bool check)
{
	out_obj(NULL);
	out_num("lines", r->want.lines);
	out_text(" line%s, ", r->want.lines == 1 ? "" : "s");
	if (check && out_is_json())
		out_none("changed");
	else if (!check)
		out_num("changed", r->changed);
	out_text(check ? "all in order\n" : " changed something\n");
	out_obj_end();
}

static bool parse(struct args *args, const char **name, bool *check)
{
	*check = args_take(args, "--check");
	if (!config_name(args, name))
		return false;
	if (args_take(args, "--check"))
		*check = true;
	return args_end(args);
}

/**
 * cmd_restore - configure what a file says
 * @args: [FILE] [--check]
 *
 * Return: exit status.
 */
int cmd_restore(struct args *args)
{
	struct restore r = { 0 };
	int ret = -1;
	bool check;

	if (!parse(args, &r.name, &check))
		return EXIT_USAGE;
	if (config_load(r.name, &r.want))
		ret = check ? 0 : apply(&r);
	if (!ret)
		report(&r, check);
	config_free(&r.old);
	config_free(&r.want);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
