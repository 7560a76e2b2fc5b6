// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be configured, as a file: the commands that configure it. The last
 * line is "end", so that half a file is not taken for all of it.
 */

#include <netinet/in.h>

#include "config.h"
#include "lines.h"
#include "netns.h"
#include "out.h"

/**
 * config_name - take the name of a file
 * @args: [FILE], and more
 * @name: result
 *
 * Return: true, or false after complaining.
 */
bool config_name(struct args *args, const char **name)
{
	if (!args_file(args, name))
		return false;
	if (!*name && netns_chosen()) {
		complain("with a namespace, say which file: "
			 CONFIG_FILE " is that of the machine");
		return false;
	}
	if (!*name)
		*name = CONFIG_FILE;
	return true;
}

static bool are_in_range(const struct limit_values *values)
{
	unsigned int i;

	for (i = 0; i < LIMITS; i++) {
		if (!values->given[i] ||
		    (values->value[i] >= limits[i].min &&
		     values->value[i] <= limits[i].max))
			continue;
		complain("%s is from %u to %u, not %u", limits[i].name,
			 limits[i].min, limits[i].max, values->value[i]);
		return false;
	}
	return true;
}

/* Several lines may have limits, but none the same. */
static bool load_limits(struct args *args, unsigned int line,
			struct config *config)
{
	struct limit_values values;
	unsigned int i;

	if (!args->n)
		complain("limits missing");
	if (!args->n || !limits_parse(args, &values) || !are_in_range(&values))
		return false;
	for (i = 0; i < LIMITS; i++) {
		if (!values.given[i])
			continue;
		if (config->limits.given[i]) {
			complain("'%s' given twice", limits[i].name);
			return false;
		}
		config->limits.given[i] = true;
		config->limits.value[i] = values.value[i];
	}
	config->limits_line = line;
	return true;
}

static bool load_setting(struct args *args, unsigned int line,
			 struct config *config)
{
	struct config_setting *s;
	struct setting set;

	if (!setting_parse(args, &set))
		return false;
	s = &config->settings[set.proto];
	if (set.has.secs)
		complain("'--for' is for now, and not for a file");
	else if (s->line)
		complain("%s was set in line %u already",
			 name_of(&proto_names, set.proto), s->line);
	else
		*s = (struct config_setting){ line, set, set.mode };
	return s->line == line;
}

static bool load_binding(struct args *args, unsigned int line,
			 struct config *config)
{
	struct config_binding *new = config_binding_new(config);

	if (!new || !binding_parse(args, &new->b))
		return false;
	new->line = line;
	if (!config_find(config, &new->b))
		return true;
	complain("this inbound id was bound already");
	return false;
}

static bool load_line(struct args *args, unsigned int line, void *data)
{
	struct config *config = data;

	if (config->ended)
		return args_end(args);
	if (args_take(args, "end")) {
		config->ended = true;
		return args_end(args);
	}
	config->lines++;
	if (args_take(args, "limits"))
		return load_limits(args, line, config);
	if (args_take(args, "set"))
		return load_setting(args, line, config);
	if (args_take(args, "bind"))
		return load_binding(args, line, config);
	complain("'%s' is none of: limits, set, bind, end", args->v[0]);
	return false;
}

/**
 * config_load - read a file
 * @name: its name, or "-" for the standard input
 * @config: result, all zero before, to be freed with config_free() whatever is
 *	returned
 *
 * Return: true, or false after complaining.
 */
bool config_load(const char *name, struct config *config)
{
	if (!lines_read(name, load_line, config))
		return false;
	if (!config->ended)
		complain("%s: it ends before its last line, 'end'", name);
	return config->ended;
}

/* What lasts, not what is set for a time. */
static void print_setting(FILE *file, const struct config_setting *s)
{
	const struct setting *set = &s->set;

	fprintf(file, "set %s %s", name_of(&proto_names, set->proto),
		name_of(&mode_names, s->next_mode));
	if (set->has.policy)
		fprintf(file, " --policy %s",
			name_of(&policy_names, set->policy));
	if (set->has.preserve)
		fprintf(file, " --%spreserve-port",
			set->preserve ? "" : "no-");
	if (set->has.fast_path)
		fprintf(file, " --%sfast-path", set->fast_path ? "" : "no-");
	fputc('\n', file);
}

static void print_binding(FILE *file, const struct binding *b)
{
	char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];

	fprintf(file, "bind %s client %s server %s in 0x%x",
		name_of(&proto_names, b->proto), addr_text(&b->client, client),
		addr_text(&b->server, server), b->in);
	if (b->has.out)
		fprintf(file, " out 0x%x", b->out);
	if (b->has.zone)
		fprintf(file, " zone %u", b->zone);
	fputc('\n', file);
}

/**
 * config_print - write a file
 * @file: where to
 * @config: what the kernel has
 */
void config_print(FILE *file, const struct config *config)
{
	unsigned int i;

	fputs("# Written by \"vpn-passthrough save\". Each line is a command of\n"
	      "# vpn-passthrough(8); \"vpn-passthrough restore\" runs them all.\n"
	      "# What is not named stays as it is. The last line must be \"end\".\n",
	      file);
	for (i = 0; i < LIMITS; i++)
		if (config->limits.given[i])
			fprintf(file, "limits %s %u\n", limits[i].name,
				config->limits.value[i]);
	for (i = 0; i < PROTOS; i++)
		if (config->settings[i].set.has.mode)
			print_setting(file, &config->settings[i]);
		else
			fprintf(file, "# %s: its kernel module is not loaded\n",
				name_of(&proto_names, i));
	for (i = 0; i < config->n; i++)
		print_binding(file, &config->bindings[i].b);
	fputs("end\n", file);
}
