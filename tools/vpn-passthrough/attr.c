// SPDX-License-Identifier: GPL-2.0-only
/* Netlink attributes to values and back. */

#include <errno.h>
#include <linux/genetlink.h>

#include "attr.h"

/**
 * struct rule - what an attribute must look like
 * @name: its name in the netlink specification
 * @type: its type; MNL_TYPE_BINARY stands for an address
 */
struct rule {
	const char		*name;
	enum mnl_attr_data_type	type;
};

static const struct rule rules[NF_VPN_A_MAX + 1] = {
	[NF_VPN_A_PROTO] = { "proto", MNL_TYPE_U32 },
	[NF_VPN_A_MODE] = { "mode", MNL_TYPE_U32 },
	[NF_VPN_A_AVAILABLE] = { "available", MNL_TYPE_FLAG },
	[NF_VPN_A_CLIENT] = { "client", MNL_TYPE_BINARY },
	[NF_VPN_A_SERVER] = { "server", MNL_TYPE_BINARY },
	[NF_VPN_A_PUBLIC] = { "public", MNL_TYPE_BINARY },
	[NF_VPN_A_ZONE] = { "zone", MNL_TYPE_U16 },
	[NF_VPN_A_ZONE_DIR] = { "zone-dir", MNL_TYPE_U8 },
	[NF_VPN_A_L4PROTO] = { "l4proto", MNL_TYPE_U8 },
	[NF_VPN_A_FLOW_ID] = { "flow-id", MNL_TYPE_U16 },
	[NF_VPN_A_STATE] = { "state", MNL_TYPE_U32 },
	[NF_VPN_A_DIR] = { "dir", MNL_TYPE_U32 },
	[NF_VPN_A_ID_OUT] = { "id-out", MNL_TYPE_U32 },
	[NF_VPN_A_ID_IN] = { "id-in", MNL_TYPE_U32 },
	[NF_VPN_A_WIRE_ID] = { "wire-id", MNL_TYPE_NESTED },
	[NF_VPN_A_AGE_MS] = { "age-ms", MNL_TYPE_U64 },
	[NF_VPN_A_IDLE_MS] = { "idle-ms", MNL_TYPE_U64 },
	[NF_VPN_A_TRIES] = { "tries", MNL_TYPE_U32 },
	[NF_VPN_A_COUNTER] = { "counter", MNL_TYPE_U32 },
	[NF_VPN_A_VALUE] = { "value", MNL_TYPE_U64 },
	[NF_VPN_A_EVENT] = { "event", MNL_TYPE_U32 },
	[NF_VPN_A_UID] = { "uid", MNL_TYPE_U32 },
	[NF_VPN_A_PID] = { "pid", MNL_TYPE_U32 },
	[NF_VPN_A_COMM] = { "comm", MNL_TYPE_STRING },
	[NF_VPN_A_OLD_MODE] = { "old-mode", MNL_TYPE_U32 },
	[NF_VPN_A_CLASHES_WITH] = { "clashes-with", MNL_TYPE_BINARY },
	[NF_VPN_A_MAX_IDS] = { "max-ids", MNL_TYPE_U32 },
	[NF_VPN_A_MAX_PER_CLIENT] = { "max-per-client", MNL_TYPE_U32 },
	[NF_VPN_A_MAX_PER_SERVER] = { "max-per-server", MNL_TYPE_U32 },
	[NF_VPN_A_PROBE_MS] = { "probe-ms", MNL_TYPE_U32 },
	[NF_VPN_A_IDS] = { "ids", MNL_TYPE_U32 },
	[NF_VPN_A_TUNNELS] = { "tunnels", MNL_TYPE_U32 },
	[NF_VPN_A_REMOVED] = { "removed", MNL_TYPE_U32 },
	[NF_VPN_A_KIND] = { "kind", MNL_TYPE_U32 },
	[NF_VPN_A_VERSION] = { "version", MNL_TYPE_U8 },
	[NF_VPN_A_COOKIE_LEN] = { "cookie-len", MNL_TYPE_U8 },
	[NF_VPN_A_CLIENT_PORT] = { "client-port", MNL_TYPE_U16 },
	[NF_VPN_A_SERVER_PORT] = { "server-port", MNL_TYPE_U16 },
	[NF_VPN_A_PUBLIC_PORT] = { "public-port", MNL_TYPE_U16 },
	[NF_VPN_A_PRESERVE_PORT] = { "preserve-port", MNL_TYPE_U32 },
	[NF_VPN_A_POLICY] = { "policy", MNL_TYPE_U32 },
	[NF_VPN_A_FOR_SECS] = { "for-secs", MNL_TYPE_U32 },
	[NF_VPN_A_LEFT_MS] = { "left-ms", MNL_TYPE_U64 },
	[NF_VPN_A_NEXT_MODE] = { "next-mode", MNL_TYPE_U32 },
	[NF_VPN_A_ORIGIN] = { "origin", MNL_TYPE_U32 },
	[NF_VPN_A_SETTING] = { "setting", MNL_TYPE_U32 },
	[NF_VPN_A_OLD_VALUE] = { "old-value", MNL_TYPE_U64 },
	[NF_VPN_A_PEER] = { "peer", MNL_TYPE_BINARY },
	[NF_VPN_A_FAST_PATH] = { "fast-path", MNL_TYPE_U32 },
};

static const struct rule id_rules[NF_VPN_ID_A_MAX + 1] = {
	[NF_VPN_ID_A_DIR] = { "dir", MNL_TYPE_U32 },
	[NF_VPN_ID_A_ID] = { "id", MNL_TYPE_U32 },
	[NF_VPN_ID_A_STATE] = { "state", MNL_TYPE_U32 },
	[NF_VPN_ID_A_IDLE_MS] = { "idle-ms", MNL_TYPE_U64 },
	[NF_VPN_ID_A_INSIDE_ID] = { "inside-id", MNL_TYPE_U32 },
};

static int rule_check(const struct rule *rule, const struct nlattr *attr)
{
	struct addr addr;

	if (rule->type != MNL_TYPE_BINARY)
		return mnl_attr_validate(attr, rule->type);
	if (addr_set(&addr, mnl_attr_get_payload(attr),
		     mnl_attr_get_payload_len(attr)))
		return 0;
	errno = ERANGE;
	return -1;
}

/* Attributes without a rule are padding, or of a newer kernel: ignored. */
static int rule_parse(const struct rule *table, unsigned int max,
		      const struct nlattr *attr, const struct nlattr **tb)
{
	unsigned int type = mnl_attr_get_type(attr);

	if (type > max || !table[type].name)
		return MNL_CB_OK;
	if (rule_check(&table[type], attr) < 0)
		return MNL_CB_ERROR;
	tb[type] = attr;
	return MNL_CB_OK;
}

static int parse_one(const struct nlattr *attr, void *data)
{
	return rule_parse(rules, NF_VPN_A_MAX, attr, data);
}

static int parse_id(const struct nlattr *attr, void *data)
{
	return rule_parse(id_rules, NF_VPN_ID_A_MAX, attr, data);
}

/**
 * attr_parse - find and check the attributes of a message of our family
 * @nlh: the message
 * @tb: result, NF_VPN_A_MAX + 1 entries, NULL for those that are absent
 *
 * Return: 0, or -1 with errno if one of them has the wrong length.
 */
int attr_parse(const struct nlmsghdr *nlh, const struct nlattr **tb)
{
	unsigned int i;

	for (i = 0; i <= NF_VPN_A_MAX; i++)
		tb[i] = NULL;
	if (mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN) {
		errno = EBADMSG;
		return -1;
	}
	return mnl_attr_parse(nlh, GENL_HDRLEN, parse_one, tb) < 0 ? -1 : 0;
}

/**
 * attr_parse_id - find and check the attributes within NF_VPN_A_WIRE_ID
 * @nest: the attribute
 * @tb: result, NF_VPN_ID_A_MAX + 1 entries, NULL for those that are absent
 *
 * Return: 0, or -1 with errno if one of them has the wrong length.
 */
int attr_parse_id(const struct nlattr *nest, const struct nlattr **tb)
{
	unsigned int i;

	for (i = 0; i <= NF_VPN_ID_A_MAX; i++)
		tb[i] = NULL;
	if (mnl_attr_validate(nest, MNL_TYPE_NESTED) < 0)
		return -1;
	return mnl_attr_parse_nested(nest, parse_id, tb) < 0 ? -1 : 0;
}

/**
 * attr_name - name of an attribute, for complaints
 * @type: enum nf_vpn_attr
 *
 * Return: its name in the specification, or NULL.
 */
const char *attr_name(unsigned int type)
{
	return type <= NF_VPN_A_MAX ? rules[type].name : NULL;
}

/**
 * attr_u8 - value of an attribute that attr_parse() found
 * @attr: the attribute or NULL
 *
 * Return: its value, or 0 if it is absent.
 */
uint8_t attr_u8(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u8(attr) : 0;
}

/**
 * attr_u16 - value of an attribute that attr_parse() found
 * @attr: the attribute or NULL
 *
 * Return: its value, or 0 if it is absent.
 */
uint16_t attr_u16(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u16(attr) : 0;
}

/**
 * attr_u32 - value of an attribute that attr_parse() found
 * @attr: the attribute or NULL
 *
 * Return: its value, or 0 if it is absent.
 */
uint32_t attr_u32(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u32(attr) : 0;
}

/**
 * attr_u64 - value of an attribute that attr_parse() found
 * @attr: the attribute or NULL
 *
 * Return: its value, or 0 if it is absent.
 */
uint64_t attr_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

/**
 * attr_addr - value of an address that attr_parse() found
 * @attr: the attribute or NULL
 *
 * Return: the address, with family AF_UNSPEC if it is absent.
 */
struct addr attr_addr(const struct nlattr *attr)
{
	struct addr addr = { 0 };

	if (attr)
		addr_set(&addr, mnl_attr_get_payload(attr),
			 mnl_attr_get_payload_len(attr));
	return addr;
}

/**
 * attr_put_addr - add an address to a request
 * @req: the request
 * @type: enum nf_vpn_attr
 * @addr: the address; nothing is added for none
 */
void attr_put_addr(struct nlmsghdr *req, uint16_t type,
		   const struct addr *addr)
{
	if (addr_len(addr))
		mnl_attr_put(req, type, addr_len(addr), addr->bytes);
}

/**
 * attr_put_selection - add a selection of tunnels to a request
 * @req: the request
 * @sel: the selection
 */
void attr_put_selection(struct nlmsghdr *req, const struct selection *sel)
{
	if (sel->has_proto)
		mnl_attr_put_u32(req, NF_VPN_A_PROTO, sel->proto);
	attr_put_addr(req, NF_VPN_A_CLIENT, &sel->client);
	attr_put_addr(req, NF_VPN_A_SERVER, &sel->server);
}
