// SPDX-License-Identifier: GPL-2.0-only
/* Lines up the columns of a table. */

#include <string.h>

#include "table.h"

#define COLUMNS_MAX	16

/* Ends the next cell or line of *text with NUL and steps over it. */
static char *cut(char **text, const char *delims, char *delim)
{
	size_t len = strcspn(*text, delims);
	char *piece = *text;

	*delim = piece[len];
	*text += len + (*delim != '\0');
	piece[len] = '\0';
	return piece;
}

static void measure(const char *text, size_t width[COLUMNS_MAX])
{
	unsigned int col = 0;
	size_t len;

	for (; *text; text += len + !!text[len]) {
		len = strcspn(text, "\t\n");
		if (len > width[col])
			width[col] = len;
		if (text[len] == '\n')
			col = 0;
		else if (col < COLUMNS_MAX - 1)
			col++;
	}
}

/**
 * table_print - print a table with its columns lined up
 * @file: where to
 * @text: rows that end with newlines, of cells that tabs separate; used up
 */
void table_print(FILE *file, char *text)
{
	size_t width[COLUMNS_MAX] = { 0 };
	unsigned int col = 0;
	char delim;
	char *cell;

	measure(text, width);
	while (*text) {
		cell = cut(&text, "\t\n", &delim);
		if (delim == '\t') {
			fprintf(file, "%-*s  ", (int)width[col], cell);
			col += col < COLUMNS_MAX - 1;
		} else {
			fprintf(file, "%s\n", cell);
			col = 0;
		}
	}
}
