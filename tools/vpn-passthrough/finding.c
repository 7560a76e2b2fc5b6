// SPDX-License-Identifier: GPL-2.0-only
/* Findings: what explain has to say, for people and for programs. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "finding.h"
#include "names.h"
#include "out.h"
#include <linux/nf_vpn_passthrough.h>

static const char * const level_names[] = {
	[FINDING_OK] = "ok",
	[FINDING_NOTE] = "note",
	[FINDING_PROBLEM] = "problem",
};

/**
 * find - add a finding
 * @all: where to
 * @level: how good news it is
 * @proto: enum nf_vpn_proto, or FINDING_ANY
 * @code: its name, for programs
 * @fmt: as printf(), one line
 *
 * Return: the finding, for advise(); if there are too many, the last one is
 * replaced.
 */
struct finding *find(struct findings *all, enum finding_level level,
		     uint32_t proto, const char *code, const char *fmt, ...)
{
	struct finding *finding;
	va_list ap;

	if (all->n == ARRAY_SIZE(all->tab))
		all->n--;
	finding = &all->tab[all->n++];
	finding->level = level;
	finding->proto = proto;
	finding->code = code;
	finding->advice[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(finding->text, sizeof(finding->text), fmt, ap);
	va_end(ap);
	return finding;
}

/**
 * advise - say what to do about a finding
 * @finding: the finding
 * @fmt: as printf(), one line
 */
void advise(struct finding *finding, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(finding->advice, sizeof(finding->advice), fmt, ap);
	va_end(ap);
}

/**
 * findings_have - is there one like this?
 * @all: the findings
 * @level: its level
 *
 * Return: whether there is.
 */
bool findings_have(const struct findings *all, enum finding_level level)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->tab[i].level == level)
			return true;
	return false;
}

static const char *proto_of(const struct finding *finding)
{
	return finding->proto == FINDING_ANY ?
	       NULL : name_of(&proto_names, finding->proto);
}

static void show_finding(const struct finding *finding)
{
	const char *proto = proto_of(finding);

	if (out_is_json()) {
		out_obj(NULL);
		out_str("level", level_names[finding->level]);
		if (proto)
			out_str("proto", proto);
		else
			out_none("proto");
		out_str("code", finding->code);
		out_str("text", finding->text);
		out_obj_end();
		return;
	}
	out_text("%-7s  %s%s%s\n", level_names[finding->level],
		 proto ? proto : "", proto ? ": " : "", finding->text);
}

/* Several findings may have the same remedy. */
static bool is_first(const struct findings *all, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (!strcmp(all->tab[j].advice, all->tab[i].advice))
			return false;
	return *all->tab[i].advice;
}

static void show_advice(const struct finding *finding)
{
	out_obj(NULL);
	out_text("  ");
	if (out_is_json())
		out_str("code", finding->code);
	out_str("text", finding->advice);
	out_text("\n");
	out_obj_end();
}

/**
 * findings_show - show all findings, and then what to do
 * @all: the findings
 */
void findings_show(const struct findings *all)
{
	bool advised = false;
	size_t i;

	out_arr("findings");
	for (i = 0; i < all->n; i++)
		show_finding(&all->tab[i]);
	out_arr_end();
	out_text("\nWhat to do:\n");
	out_arr("advice");
	for (i = 0; i < all->n; i++) {
		if (!is_first(all, i))
			continue;
		show_advice(&all->tab[i]);
		advised = true;
	}
	out_arr_end();
	if (!advised)
		out_text("  nothing\n");
}
