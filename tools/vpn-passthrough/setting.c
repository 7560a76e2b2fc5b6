// SPDX-License-Identifier: GPL-2.0-only
/* What "set" sets, read and as a request. */

#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "setting.h"

/* The longest time that a mode can be set for, in seconds. */
#define TIME_MAX	(30U * 86400)

/* Unlike args_name(), tell what there is to one who guessed wrong. */
static bool parse_name(struct args *args, const struct names *names,
		       uint32_t *value)
{
	char list[128] = "";
	uint32_t i;

	if (args_name(args, names, value))
		return true;
	for (i = 0; i < names->n; i++) {
		strcat(list, i ? ", " : "");
		strcat(list, names->tab[i].name);
	}
	complain("a %s is one of: %s", names->what, list);
	return false;
}

/* A number and the letter of its unit. */
static bool parse_time(const char *text, uint32_t *secs)
{
	static const struct { char letter; uint32_t secs; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};
	size_t digits = strspn(text, "0123456789"), i;
	unsigned long long number;

	/* More are out of range anyhow, and might be too many for a number. */
	if (!digits || digits > 9 || strlen(text) != digits + 1)
		return false;
	number = strtoull(text, NULL, 10);
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (units[i].letter == text[digits])
			number *= units[i].secs;
	*secs = number;
	return strchr("smhd", text[digits]) && number && number <= TIME_MAX;
}

/* Return: true, or false after complaining. */
static bool take_time(struct args *args, uint32_t *secs)
{
	const char *word = args_next(args);

	if (!word)
		complain("time missing after '--for'");
	else if (!parse_time(word, secs))
		complain("'%s' is not a time from 1s to 30d, such as 90s, 15m, 2h or 1d",
			 word);
	else
		return true;
	return false;
}

/* Return: whether there was the option or the one that takes it back. */
static bool take_flag(struct args *args, const char *option, const char *no,
		      bool *value)
{
	*value = args_take(args, option);
	return *value || args_take(args, no);
}

/* Return: true, or false after complaining that there is one already. */
static bool once(bool *has, const char *what)
{
	if (*has) {
		complain("%s given twice", what);
		return false;
	}
	*has = true;
	return true;
}

static bool parse_part(struct args *args, struct setting *set)
{
	bool value;

	if (take_flag(args, "--preserve-port", "--no-preserve-port", &value)) {
		set->preserve = value;
		return once(&set->has.preserve,
			    "whether to preserve the port");
	}
	if (take_flag(args, "--fast-path", "--no-fast-path", &value)) {
		set->fast_path = value;
		return once(&set->has.fast_path,
			    "whether to take the fast path");
	}
	if (args_take(args, "--policy"))
		return once(&set->has.policy, "'--policy'") &&
		       parse_name(args, &policy_names, &set->policy);
	if (args_take(args, "--for"))
		return once(&set->has.secs, "'--for'") &&
		       take_time(args, &set->secs);
	if (set->has.mode)
		return args_end(args);
	set->has.mode = parse_name(args, &mode_names, &set->mode);
	return set->has.mode;
}

/**
 * setting_parse - read the mode or the options of a protocol, or both
 * @args: PROTO [MODE [--for TIME]] [--policy NAME]
 *	[--preserve-port | --no-preserve-port]
 *	[--fast-path | --no-fast-path]
 * @set: result
 *
 * Return: true, or false after complaining.
 */
bool setting_parse(struct args *args, struct setting *set)
{
	memset(set, 0, sizeof(*set));
	if (!parse_name(args, &proto_names, &set->proto))
		return false;
	do {
		if (!parse_part(args, set))
			return false;
	} while (args->n);
	if (set->has.secs && !set->has.mode)
		complain("'--for' needs a mode, which is to last so long");
	return set->has.mode || !set->has.secs;
}

/**
 * setting_put - add a setting to a request
 * @req: the request
 * @set: the setting
 */
void setting_put(struct nlmsghdr *req, const struct setting *set)
{
	mnl_attr_put_u32(req, NF_VPN_A_PROTO, set->proto);
	if (set->has.mode)
		mnl_attr_put_u32(req, NF_VPN_A_MODE, set->mode);
	if (set->has.policy)
		mnl_attr_put_u32(req, NF_VPN_A_POLICY, set->policy);
	if (set->has.preserve)
		mnl_attr_put_u32(req, NF_VPN_A_PRESERVE_PORT, set->preserve);
	if (set->has.fast_path)
		mnl_attr_put_u32(req, NF_VPN_A_FAST_PATH, set->fast_path);
	if (set->has.secs)
		mnl_attr_put_u32(req, NF_VPN_A_FOR_SECS, set->secs);
}
