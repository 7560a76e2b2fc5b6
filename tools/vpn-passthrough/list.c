// SPDX-License-Identifier: GPL-2.0-only
/* A kernel table as a table on the screen, or as an array. */

#include <stdlib.h>

#include "list.h"
#include "out.h"

/**
 * list - show the answer to a request, a row for each message
 * @nl: socket, with the request
 * @key: key of the JSON array, NULL at the top
 * @header: header of the table, cells separated by tabs, with a newline
 * @cb: writes a row
 * @data: for @cb
 *
 * Nothing is shown where the kernel answers an error.
 *
 * Return: 0, or -1 after complaining.
 */
int list(struct nl *nl, const char *key, const char *header, nl_cb cb,
	 void *data)
{
	struct reply reply;
	int ret;

	ret = nl_ask(nl, &reply);
	if (!ret) {
		out_arr(key);
		out_table(header);
		ret = nl_deliver(&reply, cb, data);
		out_table_end();
		out_arr_end();
	}
	reply_free(&reply);
	return ret;
}

/**
 * list_verb - all of a verb that shows a kernel table
 * @cmd: enum nf_vpn_cmd, the command that dumps the table
 * @header: header of the table, cells separated by tabs, with a newline
 * @cb: writes a row
 * @data: for @cb
 *
 * Return: exit status.
 */
int list_verb(uint8_t cmd, const char *header, nl_cb cb, void *data)
{
	struct nl nl;
	int ret;

	if (nl_open(&nl))
		return EXIT_FAILURE;
	nl_dump_request(&nl, cmd);
	ret = list(&nl, NULL, header, cb, data);
	nl_close(&nl);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
