// SPDX-License-Identifier: GPL-2.0-only
/* The names and explanations of the netlink specification's enums. */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <linux/nf_vpn_passthrough.h>

#include "names.h"

static const struct name proto_tab[] = {
	[NF_VPN_PPTP] = { "pptp", "TCP port 1723 and GRE version 1" },
	[NF_VPN_IPSEC] = { "ipsec", "ESP, AH, UDP ports 500 and 4500" },
	[NF_VPN_L2TP] = { "l2tp", "UDP port 1701 and IP protocol 115" },
};

static const struct name mode_tab[] = {
	[NF_VPN_MODE_OFF] = { "off", "refuse to forward the protocol" },
	[NF_VPN_MODE_ON] = { "on", "track and translate" },
	[NF_VPN_MODE_BYPASS] = { "bypass", "hands off, no hook registered" },
	[NF_VPN_MODE_OBSERVE] = {
		"observe",
		"look, count and report, change nothing",
	},
};

static const struct name state_tab[] = {
	[NF_VPN_STATE_WAITING] = {
		"waiting",
		"has no inbound id and must let others probe first",
	},
	[NF_VPN_STATE_PROBING] = {
		"probing",
		"holds the probe token, the next unknown inbound id is its own",
	},
	[NF_VPN_STATE_PROVISIONAL] = {
		"provisional",
		"bound, not yet supported by traffic both ways",
	},
	[NF_VPN_STATE_BOUND] = {
		"bound",
		"bound and supported by traffic both ways",
	},
	[NF_VPN_STATE_STATIC] = { "static", "bound by the administrator" },
	[NF_VPN_STATE_OBSERVED] = { "observed", "seen in mode observe" },
	[NF_VPN_STATE_CLOSING] = {
		"closing",
		"ended; its ids rest before they are used again",
	},
};

static const struct name dir_tab[] = {
	[NF_VPN_DIR_OUT] = { "out", "client to server" },
	[NF_VPN_DIR_IN] = { "in", "server to client" },
};

static const struct name kind_tab[] = {
	[NF_VPN_KIND_SESSION] = { "session", "carries data" },
	[NF_VPN_KIND_CONTROL] = {
		"control",
		"the control connection that sessions belong to",
	},
};

static const struct name policy_tab[] = {
	[NF_VPN_POLICY_IKE] = {
		"ike",
		"whose key exchange announced it, else who asks, one at a time",
	},
	[NF_VPN_POLICY_SERIALIZE] = {
		"serialize",
		"who asks, one at a time",
	},
	[NF_VPN_POLICY_FIFO] = {
		"fifo",
		"who has asked for longest, and all ask at once",
	},
	[NF_VPN_POLICY_STRICT] = {
		"strict",
		"who alone can be meant, else nobody's",
	},
};

static const struct name event_tab[] = {
	[NF_VPN_EVENT_UP] = { "up", "a tunnel was seen for the first time" },
	[NF_VPN_EVENT_BOUND] = {
		"bound",
		"an inbound id was bound to a tunnel",
	},
	[NF_VPN_EVENT_REBOUND] = {
		"rebound",
		"a further inbound id was bound to a tunnel that had one",
	},
	[NF_VPN_EVENT_UNBOUND] = {
		"unbound",
		"an inbound id was taken from a tunnel",
	},
	[NF_VPN_EVENT_DOWN] = { "down", "the tunnel is gone" },
};

static const struct name origin_tab[] = {
	[NF_VPN_ORIGIN_NETLINK] = {
		"netlink",
		"a process, through generic netlink, as this tool",
	},
	[NF_VPN_ORIGIN_SYSCTL] = { "sysctl", "a process, through a sysctl" },
	[NF_VPN_ORIGIN_TIMER] = {
		"timer",
		"the time was over that a mode had been set for",
	},
	[NF_VPN_ORIGIN_MODULE] = {
		"module",
		"a process that loaded or unloaded the protocol's module",
	},
};

static const struct name setting_tab[] = {
	[NF_VPN_SETTING_POLICY] = { "policy", "how inbound ids are bound" },
	[NF_VPN_SETTING_PRESERVE_PORT] = {
		"preserve-port",
		"whether clients keep their source port",
	},
	[NF_VPN_SETTING_MAX_IDS] = { "max-ids", "a limit" },
	[NF_VPN_SETTING_MAX_PER_CLIENT] = { "max-per-client", "a limit" },
	[NF_VPN_SETTING_MAX_PER_SERVER] = { "max-per-server", "a limit" },
	[NF_VPN_SETTING_PROBE_MS] = { "probe-ms", "a limit" },
	[NF_VPN_SETTING_FAST_PATH] = {
		"fast-path",
		"whether packets may leave where they come in",
	},
};

static const struct name counter_tab[] = {
	[NF_VPN_CNT_TUNNEL_UP] = { "tunnel-up", "tunnels created" },
	[NF_VPN_CNT_TUNNEL_DOWN] = { "tunnel-down", "tunnels removed" },
	[NF_VPN_CNT_BOUND] = { "bound", "first inbound ids bound to a tunnel" },
	[NF_VPN_CNT_REBOUND] = {
		"rebound",
		"further inbound ids bound to a tunnel (re-keys)",
	},
	[NF_VPN_CNT_UNBOUND] = { "unbound", "inbound ids taken from a tunnel" },
	[NF_VPN_CNT_PROBE] = { "probe", "probes started" },
	[NF_VPN_CNT_PROBE_UNANSWERED] = {
		"probe-unanswered",
		"probes that ended without an answer",
	},
	[NF_VPN_CNT_ICMP_RELATED] = {
		"icmp-related",
		"ICMP errors led to the client that they are about",
	},
	[NF_VPN_CNT_MODE_OFF] = {
		"mode-off",
		"packets rejected because the mode is off",
	},
	[NF_VPN_CNT_OBSERVED] = { "observed", "packets seen in mode observe" },
	[NF_VPN_CNT_PROBE_WAIT] = {
		"probe-wait",
		"packets dropped while another client's probe is under way",
	},
	[NF_VPN_CNT_PROBE_BACKOFF] = {
		"probe-backoff",
		"packets of an unanswered client dropped while others probe",
	},
	[NF_VPN_CNT_AMBIGUOUS] = {
		"ambiguous",
		"inbound packets dropped because several clients may own the id",
	},
	[NF_VPN_CNT_CLASH] = {
		"clash",
		"an id is in use by another client already",
	},
	[NF_VPN_CNT_TABLE_FULL] = {
		"table-full",
		"ids not recorded because the namespace's limit is reached",
	},
	[NF_VPN_CNT_CLIENT_QUOTA] = {
		"client-quota",
		"tunnels refused because the client's limit is reached",
	},
	[NF_VPN_CNT_SERVER_QUOTA] = {
		"server-quota",
		"tunnels not recorded because the server's limit is reached",
	},
	[NF_VPN_CNT_TUNNEL_QUOTA] = {
		"tunnel-quota",
		"inbound ids not recorded because the tunnel's limit is reached",
	},
	[NF_VPN_CNT_BIND_RATE] = {
		"bind-rate",
		"inbound ids not bound because they came too fast",
	},
	[NF_VPN_CNT_NO_FLOW_ID] = {
		"no-flow-id",
		"packets dropped because no unique reply tuple was left",
	},
	[NF_VPN_CNT_NO_MEMORY] = {
		"no-memory",
		"ids not recorded for want of memory",
	},
	[NF_VPN_CNT_TRUNCATED] = {
		"truncated",
		"packets too short for their header",
	},
	[NF_VPN_CNT_RESERVED_ID] = {
		"reserved-id",
		"packets with a reserved id (SPI 0 to 255)",
	},
	[NF_VPN_CNT_FRAGMENT] = {
		"fragment",
		"fragments that nobody reassembled (notrack before defragmentation)",
	},
	[NF_VPN_CNT_UNKNOWN_ID] = {
		"unknown-id",
		"inbound packets with an id that no tunnel is waiting for",
	},
	[NF_VPN_CNT_LOCAL] = {
		"local",
		"inbound packets left to the router's own tunnels",
	},
	[NF_VPN_CNT_UNTRACKED] = {
		"untracked",
		"packets left alone because of a notrack rule",
	},
	[NF_VPN_CNT_BAD_ICMP] = {
		"bad-icmp",
		"ICMP errors that are malformed or quote something else",
	},
	[NF_VPN_CNT_STALE] = {
		"stale",
		"inbound packets of a tunnel whose conntrack entry is gone",
	},
	[NF_VPN_CNT_EVENTS_LOST] = {
		"events-lost",
		"events not sent because they came too fast",
	},
	[NF_VPN_CNT_REWRITTEN] = {
		"rewritten",
		"ids given another value because somebody has theirs",
	},
	[NF_VPN_CNT_BAD_CONTROL] = {
		"bad-control",
		"control messages that are malformed",
	},
	[NF_VPN_CNT_CONTROL_ORDER] = {
		"control-order",
		"control segments dropped or cut, which their sender repeats",
	},
	[NF_VPN_CNT_UNKNOWN_CALL] = {
		"unknown-call",
		"control messages about a call or session that their connection has not",
	},
	[NF_VPN_CNT_OTHER_PORT] = {
		"other-port",
		"packets from or to an unexpected port, led by their tunnel's id",
	},
	[NF_VPN_CNT_KEYED_DIGEST] = {
		"keyed-digest",
		"control messages dropped because an id in them is taken and a keyed digest forbids to change it",
	},
	[NF_VPN_CNT_HIDDEN_AVP] = {
		"hidden-avp",
		"control messages with a hidden id, which nobody can follow",
	},
	[NF_VPN_CNT_UNKNOWN_AVP] = {
		"unknown-avp",
		"control messages with a mandatory attribute that is not known",
	},
	[NF_VPN_CNT_UNKNOWN_VERSION] = {
		"unknown-version",
		"packets of a version that is not known",
	},
	[NF_VPN_CNT_EXPECTED] = {
		"expected",
		"inbound ids that a key exchange announced",
	},
	[NF_VPN_CNT_BOUND_EXPECTED] = {
		"bound-expected",
		"inbound ids bound to a tunnel whose key exchange announced them",
	},
	[NF_VPN_CNT_MISBIND] = {
		"misbind",
		"inbound ids found to be another client's, and given to it",
	},
	[NF_VPN_CNT_UNCERTAIN] = {
		"uncertain",
		"inbound packets dropped because policy strict binds nothing that several clients may own",
	},
	[NF_VPN_CNT_UNASKED] = {
		"unasked",
		"answers of a key exchange that nobody has seen the question of",
	},
	[NF_VPN_CNT_NAT_T] = {
		"nat-t",
		"NAT-T conversations begun, which this passthrough leaves alone",
	},
	[NF_VPN_CNT_ADDRESS_GONE] = {
		"address-gone",
		"tunnels removed because their public address was",
	},
	[NF_VPN_CNT_EXCHANGE_WAIT] = {
		"exchange-wait",
		"key exchange requests dropped, to be repeated, until another client's new id has come",
	},
	[NF_VPN_CNT_CONTESTED] = {
		"contested",
		"inbound ids that several clients might own when they came",
	},
	[NF_VPN_CNT_COPIED] = {
		"copied",
		"copies of inbound packets that went to further clients while it was not known whose the id is",
	},
	[NF_VPN_CNT_FAST_PATH] = {
		"fast-path",
		"packets sent on where they came in, as one before them had gone",
	},
};

/* A value that the specification gained must get its line here. */
#define NAMES_COMPLETE(tab, max)			\
	static_assert(ARRAY_SIZE(tab) == (max) + 1,	\
		      #tab " lacks a value")

NAMES_COMPLETE(proto_tab, NF_VPN_MAX);
NAMES_COMPLETE(mode_tab, NF_VPN_MODE_MAX);
NAMES_COMPLETE(state_tab, NF_VPN_STATE_MAX);
NAMES_COMPLETE(dir_tab, NF_VPN_DIR_MAX);
NAMES_COMPLETE(kind_tab, NF_VPN_KIND_MAX);
NAMES_COMPLETE(policy_tab, NF_VPN_POLICY_MAX);
NAMES_COMPLETE(event_tab, NF_VPN_EVENT_MAX);
NAMES_COMPLETE(origin_tab, NF_VPN_ORIGIN_MAX);
NAMES_COMPLETE(setting_tab, NF_VPN_SETTING_MAX);
NAMES_COMPLETE(counter_tab, NF_VPN_CNT_MAX);

const struct names proto_names = {
	"protocol", ARRAY_SIZE(proto_tab), proto_tab
};

const struct names mode_names = {
	"mode", ARRAY_SIZE(mode_tab), mode_tab
};

const struct names state_names = {
	"state", ARRAY_SIZE(state_tab), state_tab
};

const struct names dir_names = {
	"direction", ARRAY_SIZE(dir_tab), dir_tab
};

const struct names kind_names = {
	"kind", ARRAY_SIZE(kind_tab), kind_tab
};

const struct names policy_names = {
	"policy", ARRAY_SIZE(policy_tab), policy_tab
};

const struct names event_names = {
	"event", ARRAY_SIZE(event_tab), event_tab
};

const struct names origin_names = {
	"origin", ARRAY_SIZE(origin_tab), origin_tab
};

const struct names setting_names = {
	"setting", ARRAY_SIZE(setting_tab), setting_tab
};

const struct names counter_names = {
	"counter", ARRAY_SIZE(counter_tab), counter_tab
};

/**
 * name_of - name of a value
 * @names: the enum
 * @value: the value, as the kernel sent it
 *
 * Return: its name, valid until the next call; a number for a value that only
 * a newer kernel knows.
 */
const char *name_of(const struct names *names, uint32_t value)
{
	static char number[sizeof("4294967295")];

	if (value < names->n && names->tab[value].name)
		return names->tab[value].name;
	snprintf(number, sizeof(number), "%u", value);
	return number;
}

/**
 * name_help - explanation of a value
 * @names: the enum
 * @value: the value, as the kernel sent it
 *
 * Return: its explanation.
 */
const char *name_help(const struct names *names, uint32_t value)
{
	if (value < names->n && names->tab[value].help)
		return names->tab[value].help;
	return "unknown to this version of the tool";
}

/**
 * name_find - value of a name
 * @names: the enum
 * @name: the name, in full
 * @value: result
 *
 * Return: whether there is such a name.
 */
bool name_find(const struct names *names, const char *name, uint32_t *value)
{
	uint32_t i;

	for (i = 0; i < names->n; i++) {
		if (!names->tab[i].name || strcmp(names->tab[i].name, name))
			continue;
		*value = i;
		return true;
	}
	return false;
}
