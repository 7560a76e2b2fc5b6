// SPDX-License-Identifier: GPL-2.0-only
/* Files that consist of lines of words. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "out.h"
#include "status.h"

#define WORDS_MAX	192	/* a line with all the ids that a tunnel can have */

/* What follows a word that begins with '#' is for people. */
static bool split(char *line, char **words, struct args *args)
{
	char *word, *rest = line;

	args->n = 0;
	args->v = words;
	while ((word = strtok_r(rest, " \t\r\n", &rest)) && *word != '#') {
		if (args->n == WORDS_MAX) {
			complain("too many words");
			return false;
		}
		words[args->n++] = word;
	}
	return true;
}

/* A file system may fill up with zeros what was not written in time. */
static bool is_text(const char *line, size_t len)
{
	if (strlen(line) == len)
		return true;
	complain("a byte 0: this is no text, or was not written to its end");
	return false;
}

static bool read_lines(FILE *file, const char *name, lines_cb cb, void *data)
{
	char *words[WORDS_MAX], *text = NULL;
	unsigned int line = 0;
	struct args args;
	size_t size = 0;
	bool ok = true;
	ssize_t len;

	while (ok && (len = getline(&text, &size, file)) >= 0) {
		complain_about(name, ++line);
		ok = is_text(text, len) && split(text, words, &args) &&
		     (!args.n || cb(&args, line, data));
	}
	free(text);
	complain_about(NULL, 0);
	return ok;
}

/**
 * lines_read - read a file, but for comments and empty lines
 * @name: its name, or "-" for the standard input
 * @cb: called for each line, until it fails
 * @data: for @cb
 *
 * What is complained about meanwhile begins with file and line.
 *
 * Return: true, or false after complaining.
 */
bool lines_read(const char *name, lines_cb cb, void *data)
{
	bool is_stdin = !strcmp(name, "-"), ok = false;
	FILE *file = is_stdin ? stdin : fopen(name, "re");

	if (file)
		ok = read_lines(file, name, cb, data);
	if (!file || (ok && ferror(file))) {
		status_errno(errno);
		complain("%s: %s", name, strerror(errno));
		ok = false;
	}
	if (file && !is_stdin)
		fclose(file);
	return ok;
}
