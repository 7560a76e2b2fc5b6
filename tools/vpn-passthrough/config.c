// SPDX-License-Identifier: GPL-2.0-only
/* What can be configured, as the kernel has it. */

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "out.h"

static int read_limits(const struct nlmsghdr *nlh, const struct nlattr **tb,
		       void *data)
{
	struct config *config = data;
	unsigned int i;

	(void)nlh;
	for (i = 0; i < LIMITS; i++) {
		config->limits.given[i] = tb[limits[i].attr];
		config->limits.value[i] = attr_u32(tb[limits[i].attr]);
	}
	return 0;
}

static int read_setting(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	uint32_t proto = attr_u32(tb[NF_VPN_A_PROTO]);
	struct config *config = data;
	struct config_setting *s;
	struct setting *set;

	(void)nlh;
	if (proto >= PROTOS || !tb[NF_VPN_A_AVAILABLE])
		return 0;
	s = &config->settings[proto];
	set = &s->set;
	set->proto = proto;
	set->has.mode = true;
	set->mode = attr_u32(tb[NF_VPN_A_MODE]);
	set->has.policy = tb[NF_VPN_A_POLICY];
	set->policy = attr_u32(tb[NF_VPN_A_POLICY]);
	/* Who has no policy has no port either. */
	set->has.preserve = set->has.policy && tb[NF_VPN_A_PRESERVE_PORT];
	set->preserve = attr_u32(tb[NF_VPN_A_PRESERVE_PORT]);
	set->has.fast_path = tb[NF_VPN_A_FAST_PATH];
	set->fast_path = attr_u32(tb[NF_VPN_A_FAST_PATH]);
	set->has.secs = tb[NF_VPN_A_LEFT_MS];
	set->secs = (attr_u64(tb[NF_VPN_A_LEFT_MS]) + 999) / 1000;
	s->next_mode = set->has.secs ? attr_u32(tb[NF_VPN_A_NEXT_MODE]) :
				       set->mode;
	return 0;
}

static int read_binding(const struct nlmsghdr *nlh, const struct nlattr **tb,
			void *data)
{
	struct config_binding *new = config_binding_new(data);
	struct binding *b;

	(void)nlh;
	if (!new)
		return -1;
	b = &new->b;
	b->proto = attr_u32(tb[NF_VPN_A_PROTO]);
	b->client = attr_addr(tb[NF_VPN_A_CLIENT]);
	b->server = attr_addr(tb[NF_VPN_A_SERVER]);
	b->has.in = true;
	b->in = attr_u32(tb[NF_VPN_A_ID_IN]);
	b->has.out = tb[NF_VPN_A_ID_OUT];
	b->out = attr_u32(tb[NF_VPN_A_ID_OUT]);
	b->zone = attr_u16(tb[NF_VPN_A_ZONE]);
	b->has.zone = b->zone;
	return 0;
}

/**
 * config_read - what the kernel has
 * @nl: socket
 * @config: result, to be freed with config_free() whatever is returned
 *
 * Return: 0, or -1 after complaining.
 */
int config_read(struct nl *nl, struct config *config)
{
	memset(config, 0, sizeof(*config));
	nl_request(nl, NF_VPN_CMD_LIMIT_GET);
	if (nl_talk(nl, read_limits, config))
		return -1;
	nl_dump_request(nl, NF_VPN_CMD_MODE_GET);
	if (nl_talk(nl, read_setting, config))
		return -1;
	nl_dump_request(nl, NF_VPN_CMD_BIND_GET);
	return nl_talk(nl, read_binding, config);
}

/**
 * config_binding_new - room for one more binding
 * @config: the configuration
 *
 * Return: the binding, all zero, or NULL after complaining.
 */
struct config_binding *config_binding_new(struct config *config)
{
	struct config_binding *tab;

	if (config->n == config->size) {
		config->size = config->size * 2 + 64;
		tab = realloc(config->bindings, config->size * sizeof(*tab));
		if (!tab) {
			complain("out of memory");
			return NULL;
		}
		config->bindings = tab;
	}
	return memset(&config->bindings[config->n++], 0, sizeof(*tab));
}

/**
 * config_find - find a binding of the same inbound id
 * @config: the configuration
 * @want: the binding; @config itself may have it
 *
 * Return: another binding, of which there is one at most, or NULL.
 */
const struct binding *config_find(const struct config *config,
				  const struct binding *want)
{
	const struct binding *b;
	size_t i;

	for (i = 0; i < config->n; i++) {
		b = &config->bindings[i].b;
		if (b != want && b->proto == want->proto &&
		    b->zone == want->zone && b->in == want->in &&
		    !addr_cmp(&b->server, &want->server))
			return b;
	}
	return NULL;
}

/**
 * config_free - free a configuration
 * @config: the configuration
 */
void config_free(struct config *config)
{
	free(config->bindings);
	config->bindings = NULL;
}
