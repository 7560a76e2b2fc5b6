// SPDX-License-Identifier: GPL-2.0-only
/* Lines up the columns of a table. */

#include <stdint.h>
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

/* Return: how many characters of the line are left after the cell. */
static size_t print_cell(FILE *file, const char *cell, size_t width,
			 size_t left)
{
	size_t len = strlen(cell);

	if (len > left)
		len = left;
	if (width > left)
		width = left;
	fprintf(file, "%-*.*s", (int)width, (int)len, cell);
	return left - (len > width ? len : width);
}

/**
 * table_print - print a table with its columns lined up
 * @file: where to
 * @text: rows that end with newlines, of cells that tabs separate; used up
 * @columns: how long a line may be, 0 for any length
 */
void table_print(FILE *file, char *text, unsigned int columns)
{
	size_t width[COLUMNS_MAX] = { 0 };
	size_t left, max = columns ? columns : SIZE_MAX;
	unsigned int col = 0;
	char delim;
	char *cell;

	measure(text, width);
	for (left = max; *text; ) {
		cell = cut(&text, "\t\n", &delim);
		if (delim == '\t') {
			left = print_cell(file, cell, width[col] + 2, left);
			col += col < COLUMNS_MAX - 1;
		} else {
			print_cell(file, cell, 0, left);
			fputc('\n', file);
			left = max;
			col = 0;
		}
	}
}
