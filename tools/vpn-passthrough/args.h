/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_ARGS_H
#define VPN_PASSTHROUGH_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "compiler.h"
#include "names.h"

/**
 * struct args - what is left of the command line
 * @n: number of words
 * @v: the words
 */
struct args {
	int	n;
	char	**v;
};

/**
 * struct selection - which tunnels a verb is about
 * @has_proto: whether @proto counts
 * @proto: enum nf_vpn_proto
 * @client: address of the client, or family AF_UNSPEC for any
 * @server: address of the server, or family AF_UNSPEC for any
 */
struct selection {
	bool		has_proto;
	uint32_t	proto;
	struct addr	client;
	struct addr	server;
};

const char *args_next(struct args *args);
bool args_take(struct args *args, const char *word);
bool args_end(const struct args *args);
bool args_name(struct args *args, const struct names *names, uint32_t *value);
bool args_number(struct args *args, const char *what, uint32_t max,
		 uint32_t *value);
bool args_addr(struct args *args, const char *what, struct addr *addr);
bool args_file(struct args *args, const char **name);
bool args_pair_ok(const struct addr *client, const struct addr *server);
bool args_selection_part(struct args *args, struct selection *sel);
bool args_selection(struct args *args, struct selection *sel);

#endif
