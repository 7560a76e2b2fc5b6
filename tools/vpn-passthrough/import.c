// SPDX-License-Identifier: GPL-2.0-only
/* import: take tunnels and static bindings that export has written. */

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "lines.h"
#include "out.h"
#include "session.h"

/**
 * struct import - a file, read as a whole before anything is done
 * @name: its name, for complaints
 * @tab: what it has
 * @n: length of @tab
 * @size: size of @tab
 * @begun: its first line was seen
 * @ended: its last line was
 */
struct import {
	const char	*name;
	struct session	*tab;
	size_t		n;
	size_t		size;
	bool		begun;
	bool		ended;
};

static struct session *session_new(struct import *import)
{
	struct session *tab;

	if (import->n == import->size) {
		import->size = import->size * 2 + 64;
		tab = realloc(import->tab, import->size * sizeof(*tab));
		if (!tab) {
			complain("out of memory");
			return NULL;
		}
		import->tab = tab;
	}
	return memset(&import->tab[import->n++], 0, sizeof(*tab));
}

static bool parse_header(struct args *args, struct import *import)
{
	uint32_t form;

	if (!args_take(args, EXPORT_HEADER)) {
		complain("this is no export: it does not begin with '"
			 EXPORT_HEADER "'");
		return false;
	}
	if (!args_number(args, EXPORT_HEADER, UINT32_MAX, &form))
		return false;
	if (form != EXPORT_FORM) {
		complain("the export has form %u, and this tool knows form %u",
			 form, EXPORT_FORM);
		return false;
	}
	import->begun = true;
	return args_end(args);
}

static bool parse_end(struct args *args, struct import *import)
{
	uint32_t lines;

	if (!args_number(args, "end", UINT32_MAX, &lines))
		return false;
	if (lines != import->n) {
		complain("'end %u' after %zu lines: some are missing", lines,
			 import->n);
		return false;
	}
	import->ended = true;
	return args_end(args);
}

static bool parse_line(struct args *args, unsigned int line, void *data)
{
	struct import *import = data;
	struct session *session;

	if (!import->begun)
		return parse_header(args, import);
	if (import->ended)
		return args_end(args);
	if (args_take(args, "end"))
		return parse_end(args, import);
	session = session_new(import);
	if (!session)
		return false;
	session->line = line;
	return session_parse(args, session);
}

static bool read_file(struct import *import)
{
	if (!lines_read(import->name, parse_line, import))
		return false;
	if (!import->ended)
		complain("%s: it ends before its last line, 'end'",
			 import->name);
	return import->ended;
}

/* Return: whether the kernel has it now. */
static bool take(struct nl *nl, const struct session *session)
{
	session_put(nl_request(nl, session->binding ? NF_VPN_CMD_BIND_ADD :
						      NF_VPN_CMD_TUNNEL_NEW),
		    session);
	return !nl_talk(nl, NULL, NULL);
}

static int take_all(const struct import *import, struct nl *nl)
{
	unsigned int taken = 0;
	size_t i;

	for (i = 0; i < import->n; i++) {
		complain_about(import->name, import->tab[i].line);
		taken += take(nl, &import->tab[i]);
	}
	complain_about(NULL, 0);
	out_obj(NULL);
	out_num("taken", taken);
	out_text(" taken, ");
	out_num("refused", import->n - taken);
	out_text(" refused\n");
	out_obj_end();
	return taken == import->n ? 0 : -1;
}

/**
 * cmd_import - take what export has written
 * @args: [FILE]
 *
 * Return: exit status.
 */
int cmd_import(struct args *args)
{
	struct import import = { 0 };
	int ret = -1;
	struct nl nl;

	if (!args_file(args, &import.name) || !args_end(args))
		return EXIT_USAGE;
	if (!import.name)
		import.name = "-";
	if (read_file(&import) && !nl_open(&nl)) {
		ret = take_all(&import, &nl);
		nl_close(&nl);
	}
	free(import.tab);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
