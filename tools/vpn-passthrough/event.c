// SPDX-License-Identifier: GPL-2.0-only
/* Events in words. */

#include <string.h>

#include "event.h"
#include "names.h"
#include "out.h"

static void show_name(const char *label, const char *key,
		      const struct names *names, const struct nlattr *attr)
{
	if (!attr)
		return;
	out_text("%s", label);
	out_str(key, name_of(names, attr_u32(attr)));
}

static void show_addr(const char *label, const char *key,
		      const struct nlattr *attr)
{
	struct addr addr = attr_addr(attr);

	if (!attr)
		return;
	out_text("%s", label);
	out_addr(key, &addr);
}

static void show_num(const char *label, const char *key, uint32_t value,
		     bool given)
{
	if (!given)
		return;
	out_text("%s", label);
	out_num(key, value);
}

static void show_id(const char *label, const char *key,
		    const struct nlattr **tb, unsigned int type)
{
	if (!tb[type])
		return;
	out_text("%s", label);
	out_id(key, attr_u32(tb[NF_VPN_A_PROTO]), attr_u32(tb[type]));
}

static void show_comm(const struct nlattr *comm)
{
	if (!comm)
		return;
	out_text(" ");
	out_strn("comm", mnl_attr_get_payload(comm),
		 strnlen(mnl_attr_get_payload(comm),
			 mnl_attr_get_payload_len(comm)));
}

/* Who made a change, and by which way. */
static void show_who(const struct nlattr **tb)
{
	const struct nlattr *uid = tb[NF_VPN_A_UID];

	show_num(" by uid ", "uid", attr_u32(uid), uid);
	show_num(" pid ", "pid", attr_u32(tb[NF_VPN_A_PID]),
		 tb[NF_VPN_A_PID]);
	show_comm(tb[NF_VPN_A_COMM]);
	show_name(uid ? " through " : " by ", "origin", &origin_names,
		  tb[NF_VPN_A_ORIGIN]);
}

static void show_mode(const struct nlattr **tb)
{
	show_name(" ", "proto", &proto_names, tb[NF_VPN_A_PROTO]);
	show_name(" ", "old_mode", &mode_names, tb[NF_VPN_A_OLD_MODE]);
	show_name(" -> ", "mode", &mode_names, tb[NF_VPN_A_MODE]);
	if (tb[NF_VPN_A_LEFT_MS]) {
		out_text(" for ");
		out_msecs("left_ms", attr_u64(tb[NF_VPN_A_LEFT_MS]));
		show_name(", then ", "next_mode", &mode_names,
			  tb[NF_VPN_A_NEXT_MODE]);
	}
	show_who(tb);
}

static bool is_flag(uint32_t setting)
{
	return setting == NF_VPN_SETTING_PRESERVE_PORT ||
	       setting == NF_VPN_SETTING_FAST_PATH;
}

/* A policy's name, whether something is so, or a number. */
static void show_value(const char *key, uint32_t setting, uint64_t value)
{
	if (setting == NF_VPN_SETTING_POLICY)
		out_str(key, name_of(&policy_names, value));
	else if (is_flag(setting) && out_is_json())
		out_bool(key, value);
	else if (is_flag(setting))
		out_text("%s", value ? "yes" : "no");
	else
		out_num(key, value);
}

static void show_setting(const struct nlattr **tb)
{
	uint32_t setting = attr_u32(tb[NF_VPN_A_SETTING]);

	show_name(" ", "proto", &proto_names, tb[NF_VPN_A_PROTO]);
	show_name(" ", "setting", &setting_names, tb[NF_VPN_A_SETTING]);
	out_text(" ");
	show_value("old_value", setting, attr_u64(tb[NF_VPN_A_OLD_VALUE]));
	out_text(" -> ");
	show_value("value", setting, attr_u64(tb[NF_VPN_A_VALUE]));
	show_who(tb);
}

/* What tunnel and refusal have in common. */
static void show_flow(const struct nlattr **tb)
{
	show_name(" ", "proto", &proto_names, tb[NF_VPN_A_PROTO]);
	show_addr(" client ", "client", tb[NF_VPN_A_CLIENT]);
	show_addr(" server ", "server", tb[NF_VPN_A_SERVER]);
	show_addr(" public ", "public", tb[NF_VPN_A_PUBLIC]);
	show_num(" zone ", "zone", attr_u16(tb[NF_VPN_A_ZONE]),
		 attr_u16(tb[NF_VPN_A_ZONE]));
	show_num(" l4proto ", "l4proto", attr_u8(tb[NF_VPN_A_L4PROTO]),
		 tb[NF_VPN_A_L4PROTO]);
	show_id(" out ", "id_out", tb, NF_VPN_A_ID_OUT);
	show_id(" in ", "id_in", tb, NF_VPN_A_ID_IN);
}

static void show_binding(const struct nlattr **tb)
{
	show_flow(tb);
	show_who(tb);
}

static void show_flush(const struct nlattr **tb)
{
	show_flow(tb);
	show_num(" tunnels removed ", "removed",
		 attr_u32(tb[NF_VPN_A_REMOVED]), tb[NF_VPN_A_REMOVED]);
	show_who(tb);
}

static void show_tunnel(const struct nlattr **tb)
{
	show_name(" ", "event", &event_names, tb[NF_VPN_A_EVENT]);
	show_flow(tb);
}

static void show_refused(const struct nlattr **tb)
{
	const struct nlattr *counter = tb[NF_VPN_A_COUNTER];

	show_name(" ", "counter", &counter_names, counter);
	show_flow(tb);
	show_addr(" clashes-with ", "clashes_with", tb[NF_VPN_A_CLASHES_WITH]);
	if (!counter)
		return;
	out_text(" (");
	out_str("explanation", name_help(&counter_names, attr_u32(counter)));
	out_text(")");
}

static const struct {
	uint8_t		cmd;
	const char	*name;
	void		(*show)(const struct nlattr **tb);
} events[] = {
	{ NF_VPN_CMD_MODE_NTF, "mode", show_mode },
	{ NF_VPN_CMD_TUNNEL_NTF, "tunnel", show_tunnel },
	{ NF_VPN_CMD_REFUSED_NTF, "refused", show_refused },
	{ NF_VPN_CMD_SETTING_NTF, "setting", show_setting },
	{ NF_VPN_CMD_BIND_ADD_NTF, "bind", show_binding },
	{ NF_VPN_CMD_BIND_DEL_NTF, "unbind", show_binding },
	{ NF_VPN_CMD_FLUSH_NTF, "flush", show_flush },
};

/**
 * event_name - what an event is called
 * @cmd: enum nf_vpn_cmd
 *
 * Return: its name, or NULL if only a newer kernel knows it.
 */
const char *event_name(uint8_t cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].cmd == cmd)
			return events[i].name;
	return NULL;
}

/**
 * event_show - show an event, but for its name
 * @cmd: enum nf_vpn_cmd, of which event_name() knows the name
 * @tb: its attributes
 */
void event_show(uint8_t cmd, const struct nlattr **tb)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (events[i].cmd == cmd)
			events[i].show(tb);
}
