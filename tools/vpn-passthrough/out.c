// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results as text or as JSON.  One call serves both: a value's key is written
 * in JSON only, and what stands between values is written in text only.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/nf_vpn_passthrough.h>

#include "out.h"
#include "table.h"
#include "utf8.h"

#define DEPTH_MAX	8

/**
 * struct out - the state of the writer
 * @format: text or JSON
 * @depth: JSON objects and arrays that are open
 * @filled: per depth, whether it has a member already
 * @table: text of a table that is not yet complete, else NULL
 * @buf: buffer behind @table
 * @len: its length
 */
static struct out {
	enum out_format	format;
	unsigned int	depth;
	bool		filled[DEPTH_MAX + 1];
	FILE		*table;
	char		*buf;
	size_t		len;
} out;

/* Width that tables are cut to, 0 for none. */
static unsigned int out_columns;

/* Room for complaints that must not go to stderr, else NULL. */
static char *kept;
static size_t kept_size;

/* What complaints are about. */
static struct {
	const char	*file;
	unsigned int	line;
} about;

static FILE *text_file(void)
{
	return out.table ? out.table : stdout;
}

/**
 * out_format - choose how results are written
 * @format: text or JSON
 */
void out_format(enum out_format format)
{
	out.format = format;
}

/**
 * out_is_json - whether results are written as JSON
 *
 * For members that text has no room for.
 *
 * Return: true for JSON.
 */
bool out_is_json(void)
{
	return out.format != OUT_TEXT;
}

/**
 * out_close - flush everything
 *
 * Return: 0, or -1 after complaining that something could not be written.
 */
int out_close(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	complain("cannot write the output: %s", strerror(errno));
	return -1;
}

static void json_string(const char *s, size_t len)
{
	size_t i = 0, n;

	putchar('"');
	while (i < len) {
		unsigned char c = s[i];

		n = utf8_len(s + i, len - i);
		if (!n)
			fputs("\\ufffd", stdout);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			printf("\\u%04x", c);
		else
			fwrite(s + i, 1, n, stdout);
		i += n ? n : 1;
	}
	putchar('"');
}

static void json_newline(void)
{
	if (out.format == OUT_PRETTY)
		printf("\n%*s", (int)out.depth * 4, "");
}

/* What precedes a value: comma, line break, key. */
static void json_key(const char *key)
{
	if (!out.depth)
		return;
	if (out.filled[out.depth])
		putchar(',');
	out.filled[out.depth] = true;
	json_newline();
	if (!key)
		return;
	json_string(key, strlen(key));
	fputs(out.format == OUT_PRETTY ? ": " : ":", stdout);
}

static void json_open(const char *key, char bracket)
{
	if (!out_is_json())
		return;
	json_key(key);
	putchar(bracket);
	if (out.depth == DEPTH_MAX)
		abort();
	out.filled[++out.depth] = false;
}

static void json_close(char bracket)
{
	bool filled = out.filled[out.depth];

	if (!out_is_json())
		return;
	out.depth--;
	if (filled)
		json_newline();
	putchar(bracket);
	if (!out.depth)
		putchar('\n');
}

/**
 * out_obj - begin a JSON object
 * @key: its key, or NULL in an array and at the top
 */
void out_obj(const char *key)
{
	json_open(key, '{');
}

/**
 * out_obj_end - end a JSON object
 */
void out_obj_end(void)
{
	json_close('}');
}

/**
 * out_arr - begin a JSON array
 * @key: its key, or NULL in an array and at the top
 */
void out_arr(const char *key)
{
	json_open(key, '[');
}

/**
 * out_arr_end - end a JSON array
 */
void out_arr_end(void)
{
	json_close(']');
}

/**
 * out_strn - write a string that may hold anything
 * @key: its key, or NULL in an array
 * @value: the string
 * @len: its length
 *
 * In text, whatever is not printable ASCII is escaped: a process chooses its
 * own name, and must not control the reader's terminal.
 */
void out_strn(const char *key, const char *value, size_t len)
{
	size_t i;

	if (out_is_json()) {
		json_key(key);
		json_string(value, len);
		return;
	}
	for (i = 0; i < len; i++) {
		unsigned char c = value[i];

		if (c < 0x20 || c > 0x7e || c == '\\')
			fprintf(text_file(), "\\x%02x", c);
		else
			fputc(c, text_file());
	}
}

/**
 * out_str - write a string
 * @key: its key, or NULL in an array
 * @value: the string
 */
void out_str(const char *key, const char *value)
{
	out_strn(key, value, strlen(value));
}

/**
 * out_num - write a number
 * @key: its key, or NULL in an array
 * @value: the number
 */
void out_num(const char *key, uint64_t value)
{
	if (out_is_json())
		json_key(key);
	fprintf(text_file(), "%llu", (unsigned long long)value);
}

/**
 * out_id - write a wire id: an SPI in hexadecimal, except in JSON
 * @key: its key, or NULL in an array
 * @proto: enum nf_vpn_proto
 * @id: the id
 */
void out_id(const char *key, uint32_t proto, uint32_t id)
{
	if (out_is_json() || proto != NF_VPN_IPSEC)
		out_num(key, id);
	else
		out_text("0x%08x", id);
}

/**
 * out_addr - write an address
 * @key: its key, or NULL in an array
 * @addr: the address; none is "-" or null
 */
void out_addr(const char *key, const struct addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (addr_len(addr))
		out_str(key, addr_text(addr, text));
	else
		out_none(key);
}

/* Two units at most: nobody compares seconds with days. */
static void text_secs(unsigned long long s)
{
	if (s < 60)
		out_text("%llus", s);
	else if (s < 3600)
		out_text("%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		out_text("%lluh%02llum", s / 3600, s / 60 % 60);
	else
		out_text("%llud%02lluh", s / 86400, s / 3600 % 24);
}

/**
 * out_secs - write a time span
 * @key: its key, or NULL in an array
 * @secs: the span in seconds
 */
void out_secs(const char *key, uint64_t secs)
{
	if (out_is_json())
		out_num(key, secs);
	else
		text_secs(secs);
}

/**
 * out_msecs - write a time span, in text to the second
 * @key: its key, or NULL in an array
 * @ms: the span in milliseconds
 */
void out_msecs(const char *key, uint64_t ms)
{
	if (out_is_json())
		out_num(key, ms);
	else
		text_secs(ms / 1000);
}

/**
 * out_bool - write true or false
 * @key: its key, or NULL in an array
 * @value: which
 */
void out_bool(const char *key, bool value)
{
	if (out_is_json())
		json_key(key);
	fputs(value ? "true" : "false", text_file());
}

/**
 * out_none - write that a value is not known
 * @key: its key, or NULL in an array
 */
void out_none(const char *key)
{
	if (out_is_json())
		json_key(key);
	fputs(out_is_json() ? "null" : "-", text_file());
}

/**
 * out_text - write what only text has: words, separators, line ends
 * @fmt: as printf()
 */
void out_text(const char *fmt, ...)
{
	va_list ap;

	if (out_is_json())
		return;
	va_start(ap, fmt);
	vfprintf(text_file(), fmt, ap);
	va_end(ap);
}

/**
 * out_table - begin a table
 * @header: its header; as in all rows that follow, cells are separated by tabs
 *	and the last one ends with a newline
 *
 * Text is held back until out_table_end(), which lines the columns up.
 */
void out_table(const char *header)
{
	if (out_is_json())
		return;
	out.table = open_memstream(&out.buf, &out.len);
	if (!out.table)
		abort();
	out_text("%s", header);
}

/**
 * out_width - cut the lines of tables from now on
 * @columns: to so many characters, or 0 for as they are
 */
void out_width(unsigned int columns)
{
	out_columns = columns;
}

/**
 * out_table_end - write the table
 */
void out_table_end(void)
{
	if (out_is_json())
		return;
	if (fclose(out.table))
		abort();
	out.table = NULL;
	table_print(stdout, out.buf, out_columns);
	free(out.buf);
}

/**
 * complain_about - say of what complaints are from now on
 * @file: the file, or NULL for none
 * @line: line in it
 */
void complain_about(const char *file, unsigned int line)
{
	about.file = file;
	about.line = line;
}

/**
 * complain_keep - keep complaints, of which the last one counts
 * @text: where, or NULL to have them on stderr again
 * @size: size of @text
 */
void complain_keep(char *text, size_t size)
{
	kept = text;
	kept_size = size;
}

/**
 * complain - say on stderr what is wrong
 * @fmt: as printf()
 */
void complain(const char *fmt, ...)
{
	va_list ap;

	if (kept) {
		va_start(ap, fmt);
		vsnprintf(kept, kept_size, fmt, ap);
		va_end(ap);
		return;
	}
	/* What was found out so far comes first, also in a common log. */
	fflush(stdout);
	fputs("vpn-passthrough: ", stderr);
	if (about.file)
		fprintf(stderr, "%s, line %u: ", about.file, about.line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
