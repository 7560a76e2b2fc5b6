// SPDX-License-Identifier: GPL-2.0-only
/* Command line words to values; every refusal is explained on stderr. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "args.h"
#include "out.h"

/**
 * args_next - take the next word
 * @args: what is left of the command line
 *
 * Return: the word, or NULL if none is left.
 */
const char *args_next(struct args *args)
{
	if (!args->n)
		return NULL;
	args->n--;
	return *args->v++;
}

/**
 * args_take - take the next word if it is the given one
 * @args: what is left of the command line
 * @word: the word
 *
 * Return: whether it was.
 */
bool args_take(struct args *args, const char *word)
{
	if (!args->n || strcmp(args->v[0], word))
		return false;
	args_next(args);
	return true;
}

/**
 * args_end - insist that nothing is left
 * @args: what is left of the command line
 *
 * Return: true, or false after complaining about the first word left.
 */
bool args_end(const struct args *args)
{
	if (args->n)
		complain("unexpected word '%s'", args->v[0]);
	return !args->n;
}

/* One or more digits: strtoull() alone would take signs and spaces too. */
static bool parse_number(const char *text, uint32_t max, uint32_t *value)
{
	int hex = !strncmp(text, "0x", 2) || !strncmp(text, "0X", 2);
	const char *digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
	const char *start = text + (hex ? 2 : 0);
	unsigned long long number;

	if (!*start || start[strspn(start, digits)])
		return false;
	errno = 0;
	number = strtoull(start, NULL, hex ? 16 : 10);
	if (errno || number > max)
		return false;
	*value = number;
	return true;
}

/**
 * args_name - take the name of an enum's value, or its number
 * @args: what is left of the command line
 * @names: the names of the enum
 * @value: result
 *
 * Return: true, or false after complaining.
 */
bool args_name(struct args *args, const struct names *names, uint32_t *value)
{
	const char *word = args_next(args);

	if (!word) {
		complain("%s missing", names->what);
		return false;
	}
	if (name_find(names, word, value) ||
	    parse_number(word, names->n - 1, value))
		return true;
	complain("unknown %s '%s'", names->what, word);
	return false;
}

/**
 * args_number - take a number, decimal or hexadecimal with 0x
 * @args: what is left of the command line
 * @what: what it is, for the complaint
 * @max: largest number that is accepted
 * @value: result
 *
 * Return: true, or false after complaining.
 */
bool args_number(struct args *args, const char *what, uint32_t max,
		 uint32_t *value)
{
	const char *word = args_next(args);

	if (!word)
		complain("number missing after '%s'", what);
	else if (!parse_number(word, max, value))
		complain("'%s' is not a number from 0 to %u for '%s'", word,
			 max, what);
	else
		return true;
	return false;
}

/**
 * args_addr - take an IPv4 or IPv6 address
 * @args: what is left of the command line
 * @what: what it is, for the complaint
 * @addr: result; must not have been given before
 *
 * Return: true, or false after complaining.
 */
bool args_addr(struct args *args, const char *what, struct addr *addr)
{
	const char *word = args_next(args);

	if (!word)
		complain("address missing after '%s'", what);
	else if (addr->family != AF_UNSPEC)
		complain("'%s' given twice", what);
	else if (!addr_parse(word, addr))
		complain("'%s' is neither an IPv4 nor an IPv6 address", word);
	else
		return true;
	return false;
}

/**
 * args_file - take the name of a file, if there is a word
 * @args: what is left of the command line
 * @name: result, NULL if there is none
 *
 * Return: true, or false after complaining about a word that looks like an
 * option.
 */
bool args_file(struct args *args, const char **name)
{
	if (args->n && args->v[0][0] == '-' && args->v[0][1])
		return args_end(args);
	*name = args_next(args);
	return true;
}

/**
 * args_pair_ok - insist that two addresses fit together
 * @client: an address or none
 * @server: an address or none
 *
 * Return: true, or false after complaining about different families.
 */
bool args_pair_ok(const struct addr *client, const struct addr *server)
{
	if (client->family == server->family ||
	    client->family == AF_UNSPEC || server->family == AF_UNSPEC)
		return true;
	complain("client and server are of different address families");
	return false;
}

/**
 * args_selection_part - take a part of "[PROTO] [client ADDR] [server ADDR]"
 * @args: what is left of the command line, at least one word
 * @sel: result, which the parts before are in
 *
 * Return: true, or false after complaining.
 */
bool args_selection_part(struct args *args, struct selection *sel)
{
	if (args_take(args, "client"))
		return args_addr(args, "client", &sel->client);
	if (args_take(args, "server"))
		return args_addr(args, "server", &sel->server);
	if (sel->has_proto)
		return args_end(args);
	sel->has_proto = args_name(args, &proto_names, &sel->proto);
	return sel->has_proto;
}

/**
 * args_selection - take "[PROTO] [client ADDR] [server ADDR]", to the end
 * @args: what is left of the command line
 * @sel: result
 *
 * Return: true, or false after complaining.
 */
bool args_selection(struct args *args, struct selection *sel)
{
	memset(sel, 0, sizeof(*sel));
	while (args->n)
		if (!args_selection_part(args, sel))
			return false;
	return args_pair_ok(&sel->client, &sel->server);
}
