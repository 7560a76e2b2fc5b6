/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vpn_passthrough.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NF_VPN_PASSTHROUGH_H
#define _UAPI_LINUX_NF_VPN_PASSTHROUGH_H

#define NF_VPN_GENL_NAME	"vpn_passthrough"
#define NF_VPN_GENL_VERSION	1

/**
 * enum nf_vpn_proto - What one switch governs.
 * @NF_VPN_PPTP: TCP port 1723 and GRE version 1
 * @NF_VPN_IPSEC: ESP, AH, UDP ports 500 and 4500
 * @NF_VPN_L2TP: UDP port 1701 and IP protocol 115
 */
enum nf_vpn_proto {
	NF_VPN_PPTP,
	NF_VPN_IPSEC,
	NF_VPN_L2TP,

	/* private: */
	__NF_VPN_MAX,
	NF_VPN_MAX = (__NF_VPN_MAX - 1)
};

/**
 * enum nf_vpn_mode
 * @NF_VPN_MODE_OFF: refuse to forward the protocol
 * @NF_VPN_MODE_ON: track and translate
 * @NF_VPN_MODE_BYPASS: hands off, no hook registered
 * @NF_VPN_MODE_OBSERVE: look, count and report, change nothing
 */
enum nf_vpn_mode {
	NF_VPN_MODE_OFF,
	NF_VPN_MODE_ON,
	NF_VPN_MODE_BYPASS,
	NF_VPN_MODE_OBSERVE,

	/* private: */
	__NF_VPN_MODE_MAX,
	NF_VPN_MODE_MAX = (__NF_VPN_MODE_MAX - 1)
};

/**
 * enum nf_vpn_state - How far a tunnel, or one of its ids, has come.
 * @NF_VPN_STATE_WAITING: has no inbound id and must let others probe first
 * @NF_VPN_STATE_PROBING: holds the probe token, the next unknown inbound id is
 *   its own
 * @NF_VPN_STATE_PROVISIONAL: bound, not yet supported by traffic both ways
 * @NF_VPN_STATE_BOUND: bound and supported by traffic both ways
 * @NF_VPN_STATE_STATIC: bound by the administrator
 * @NF_VPN_STATE_OBSERVED: seen in mode observe
 * @NF_VPN_STATE_CLOSING: ended; its ids rest before they are used again
 */
enum nf_vpn_state {
	NF_VPN_STATE_WAITING,
	NF_VPN_STATE_PROBING,
	NF_VPN_STATE_PROVISIONAL,
	NF_VPN_STATE_BOUND,
	NF_VPN_STATE_STATIC,
	NF_VPN_STATE_OBSERVED,
	NF_VPN_STATE_CLOSING,

	/* private: */
	__NF_VPN_STATE_MAX,
	NF_VPN_STATE_MAX = (__NF_VPN_STATE_MAX - 1)
};

/**
 * enum nf_vpn_dir
 * @NF_VPN_DIR_OUT: client to server
 * @NF_VPN_DIR_IN: server to client
 */
enum nf_vpn_dir {
	NF_VPN_DIR_OUT,
	NF_VPN_DIR_IN,

	/* private: */
	__NF_VPN_DIR_MAX,
	NF_VPN_DIR_MAX = (__NF_VPN_DIR_MAX - 1)
};

/**
 * enum nf_vpn_kind - What a tunnel is, of a protocol that has several kinds.
 * @NF_VPN_KIND_SESSION: carries data
 * @NF_VPN_KIND_CONTROL: the control connection that sessions belong to
 */
enum nf_vpn_kind {
	NF_VPN_KIND_SESSION,
	NF_VPN_KIND_CONTROL,

	/* private: */
	__NF_VPN_KIND_MAX,
	NF_VPN_KIND_MAX = (__NF_VPN_KIND_MAX - 1)
};

/**
 * enum nf_vpn_policy - Whose an inbound id is that is negotiated under
 *   encryption.
 * @NF_VPN_POLICY_IKE: whose key exchange announced it, else who asks, one at a
 *   time
 * @NF_VPN_POLICY_SERIALIZE: who asks, one at a time
 * @NF_VPN_POLICY_FIFO: who has asked for longest, and all ask at once
 * @NF_VPN_POLICY_STRICT: who alone can be meant, else nobody's
 */
enum nf_vpn_policy {
	NF_VPN_POLICY_IKE,
	NF_VPN_POLICY_SERIALIZE,
	NF_VPN_POLICY_FIFO,
	NF_VPN_POLICY_STRICT,

	/* private: */
	__NF_VPN_POLICY_MAX,
	NF_VPN_POLICY_MAX = (__NF_VPN_POLICY_MAX - 1)
};

/**
 * enum nf_vpn_event
 * @NF_VPN_EVENT_UP: a tunnel was seen for the first time
 * @NF_VPN_EVENT_BOUND: an inbound id was bound to a tunnel
 * @NF_VPN_EVENT_REBOUND: a further inbound id was bound to a tunnel that had
 *   one
 * @NF_VPN_EVENT_UNBOUND: an inbound id was taken from a tunnel
 * @NF_VPN_EVENT_DOWN: the tunnel is gone
 */
enum nf_vpn_event {
	NF_VPN_EVENT_UP,
	NF_VPN_EVENT_BOUND,
	NF_VPN_EVENT_REBOUND,
	NF_VPN_EVENT_UNBOUND,
	NF_VPN_EVENT_DOWN,

	/* private: */
	__NF_VPN_EVENT_MAX,
	NF_VPN_EVENT_MAX = (__NF_VPN_EVENT_MAX - 1)
};

/**
 * enum nf_vpn_origin - By which way a change came.
 * @NF_VPN_ORIGIN_NETLINK: a process, through this family
 * @NF_VPN_ORIGIN_SYSCTL: a process, through a sysctl
 * @NF_VPN_ORIGIN_TIMER: the time was over that a mode had been set for
 * @NF_VPN_ORIGIN_MODULE: a process that loaded or unloaded the protocol's
 *   module
 */
enum nf_vpn_origin {
	NF_VPN_ORIGIN_NETLINK,
	NF_VPN_ORIGIN_SYSCTL,
	NF_VPN_ORIGIN_TIMER,
	NF_VPN_ORIGIN_MODULE,

	/* private: */
	__NF_VPN_ORIGIN_MAX,
	NF_VPN_ORIGIN_MAX = (__NF_VPN_ORIGIN_MAX - 1)
};

/**
 * enum nf_vpn_setting - What an owner can set beside modes.
 */
enum nf_vpn_setting {
	NF_VPN_SETTING_POLICY,
	NF_VPN_SETTING_PRESERVE_PORT,
	NF_VPN_SETTING_MAX_IDS,
	NF_VPN_SETTING_MAX_PER_CLIENT,
	NF_VPN_SETTING_MAX_PER_SERVER,
	NF_VPN_SETTING_PROBE_MS,
	NF_VPN_SETTING_FAST_PATH,

	/* private: */
	__NF_VPN_SETTING_MAX,
	NF_VPN_SETTING_MAX = (__NF_VPN_SETTING_MAX - 1)
};

/**
 * enum nf_vpn_counter - Counters, and the reasons that a refusal gives.
 *   Numbers are never re-used: new ones are added at the end.
 * @NF_VPN_CNT_TUNNEL_UP: tunnels created
 * @NF_VPN_CNT_TUNNEL_DOWN: tunnels removed
 * @NF_VPN_CNT_BOUND: first inbound ids bound to a tunnel
 * @NF_VPN_CNT_REBOUND: further inbound ids bound to a tunnel (re-keys)
 * @NF_VPN_CNT_UNBOUND: inbound ids taken from a tunnel
 * @NF_VPN_CNT_PROBE: probes started
 * @NF_VPN_CNT_PROBE_UNANSWERED: probes that ended without an answer
 * @NF_VPN_CNT_ICMP_RELATED: ICMP errors led to the client that they are about
 * @NF_VPN_CNT_MODE_OFF: packets rejected because the mode is off
 * @NF_VPN_CNT_OBSERVED: packets seen in mode observe
 * @NF_VPN_CNT_PROBE_WAIT: packets dropped while another client's probe is
 *   under way
 * @NF_VPN_CNT_PROBE_BACKOFF: packets of an unanswered client dropped while
 *   others probe
 * @NF_VPN_CNT_AMBIGUOUS: inbound packets dropped because several clients may
 *   own the id
 * @NF_VPN_CNT_CLASH: an id is in use by another client already
 * @NF_VPN_CNT_TABLE_FULL: ids not recorded because the namespace's limit is
 *   reached
 * @NF_VPN_CNT_CLIENT_QUOTA: tunnels refused because the client's limit is
 *   reached
 * @NF_VPN_CNT_SERVER_QUOTA: tunnels not recorded because the server's limit is
 *   reached
 * @NF_VPN_CNT_TUNNEL_QUOTA: inbound ids not recorded because the tunnel's
 *   limit is reached
 * @NF_VPN_CNT_BIND_RATE: inbound ids not bound because they came too fast
 * @NF_VPN_CNT_NO_FLOW_ID: packets dropped because no unique reply tuple was
 *   left
 * @NF_VPN_CNT_NO_MEMORY: ids not recorded for want of memory
 * @NF_VPN_CNT_TRUNCATED: packets too short for their header
 * @NF_VPN_CNT_RESERVED_ID: packets with a reserved id (SPI 0 to 255)
 * @NF_VPN_CNT_FRAGMENT: fragments that nobody reassembled (notrack before
 *   defragmentation)
 * @NF_VPN_CNT_UNKNOWN_ID: inbound packets with an id that no tunnel is waiting
 *   for
 * @NF_VPN_CNT_LOCAL: inbound packets left to the router's own tunnels
 * @NF_VPN_CNT_UNTRACKED: packets left alone because of a notrack rule
 * @NF_VPN_CNT_BAD_ICMP: ICMP errors that are malformed or quote something else
 * @NF_VPN_CNT_STALE: inbound packets of a tunnel whose conntrack entry is gone
 * @NF_VPN_CNT_EVENTS_LOST: events not sent because they came too fast
 * @NF_VPN_CNT_REWRITTEN: ids given another value because somebody has theirs
 * @NF_VPN_CNT_BAD_CONTROL: control messages that are malformed
 * @NF_VPN_CNT_CONTROL_ORDER: control segments dropped or cut, which their
 *   sender repeats
 * @NF_VPN_CNT_UNKNOWN_CALL: control messages about a call or session that
 *   their connection has not
 * @NF_VPN_CNT_OTHER_PORT: packets from or to an unexpected port, led by their
 *   tunnel's id
 * @NF_VPN_CNT_KEYED_DIGEST: control messages dropped because an id in them is
 *   taken and a keyed digest forbids to change it
 * @NF_VPN_CNT_HIDDEN_AVP: control messages with a hidden id, which nobody can
 *   follow
 * @NF_VPN_CNT_UNKNOWN_AVP: control messages with a mandatory attribute that is
 *   not known
 * @NF_VPN_CNT_UNKNOWN_VERSION: packets of a version that is not known
 * @NF_VPN_CNT_EXPECTED: inbound ids that a key exchange announced
 * @NF_VPN_CNT_BOUND_EXPECTED: inbound ids bound to a tunnel whose key exchange
 *   announced them
 * @NF_VPN_CNT_MISBIND: inbound ids found to be another client's, and given to
 *   it
 * @NF_VPN_CNT_UNCERTAIN: inbound packets dropped because policy strict binds
 *   nothing that several clients may own
 * @NF_VPN_CNT_UNASKED: answers of a key exchange that nobody has seen the
 *   question of
 * @NF_VPN_CNT_NAT_T: NAT-T conversations begun, which this passthrough leaves
 *   alone
 * @NF_VPN_CNT_ADDRESS_GONE: tunnels removed because their public address was
 * @NF_VPN_CNT_EXCHANGE_WAIT: key exchange requests dropped, to be repeated,
 *   until another client's new id has come
 * @NF_VPN_CNT_CONTESTED: inbound ids that several clients might own when they
 *   came
 * @NF_VPN_CNT_COPIED: copies of inbound packets that went to further clients
 *   while it was not known whose the id is
 * @NF_VPN_CNT_FAST_PATH: packets sent on where they came in, as one before
 *   them had gone
 */
enum nf_vpn_counter {
	NF_VPN_CNT_TUNNEL_UP,
	NF_VPN_CNT_TUNNEL_DOWN,
	NF_VPN_CNT_BOUND,
	NF_VPN_CNT_REBOUND,
	NF_VPN_CNT_UNBOUND,
	NF_VPN_CNT_PROBE,
	NF_VPN_CNT_PROBE_UNANSWERED,
	NF_VPN_CNT_ICMP_RELATED,
	NF_VPN_CNT_MODE_OFF,
	NF_VPN_CNT_OBSERVED,
	NF_VPN_CNT_PROBE_WAIT,
	NF_VPN_CNT_PROBE_BACKOFF,
	NF_VPN_CNT_AMBIGUOUS,
	NF_VPN_CNT_CLASH,
	NF_VPN_CNT_TABLE_FULL,
	NF_VPN_CNT_CLIENT_QUOTA,
	NF_VPN_CNT_SERVER_QUOTA,
	NF_VPN_CNT_TUNNEL_QUOTA,
	NF_VPN_CNT_BIND_RATE,
	NF_VPN_CNT_NO_FLOW_ID,
	NF_VPN_CNT_NO_MEMORY,
	NF_VPN_CNT_TRUNCATED,
	NF_VPN_CNT_RESERVED_ID,
	NF_VPN_CNT_FRAGMENT,
	NF_VPN_CNT_UNKNOWN_ID,
	NF_VPN_CNT_LOCAL,
	NF_VPN_CNT_UNTRACKED,
	NF_VPN_CNT_BAD_ICMP,
	NF_VPN_CNT_STALE,
	NF_VPN_CNT_EVENTS_LOST,
	NF_VPN_CNT_REWRITTEN,
	NF_VPN_CNT_BAD_CONTROL,
	NF_VPN_CNT_CONTROL_ORDER,
	NF_VPN_CNT_UNKNOWN_CALL,
	NF_VPN_CNT_OTHER_PORT,
	NF_VPN_CNT_KEYED_DIGEST,
	NF_VPN_CNT_HIDDEN_AVP,
	NF_VPN_CNT_UNKNOWN_AVP,
	NF_VPN_CNT_UNKNOWN_VERSION,
	NF_VPN_CNT_EXPECTED,
	NF_VPN_CNT_BOUND_EXPECTED,
	NF_VPN_CNT_MISBIND,
	NF_VPN_CNT_UNCERTAIN,
	NF_VPN_CNT_UNASKED,
	NF_VPN_CNT_NAT_T,
	NF_VPN_CNT_ADDRESS_GONE,
	NF_VPN_CNT_EXCHANGE_WAIT,
	NF_VPN_CNT_CONTESTED,
	NF_VPN_CNT_COPIED,
	NF_VPN_CNT_FAST_PATH,

	/* private: */
	__NF_VPN_CNT_MAX,
	NF_VPN_CNT_MAX = (__NF_VPN_CNT_MAX - 1)
};

enum nf_vpn_attr {
	NF_VPN_A_UNSPEC,
	NF_VPN_A_PAD,
	NF_VPN_A_PROTO,
	NF_VPN_A_MODE,
	NF_VPN_A_AVAILABLE,
	NF_VPN_A_CLIENT,
	NF_VPN_A_SERVER,
	NF_VPN_A_PUBLIC,
	NF_VPN_A_ZONE,
	NF_VPN_A_ZONE_DIR,
	NF_VPN_A_L4PROTO,
	NF_VPN_A_FLOW_ID,
	NF_VPN_A_STATE,
	NF_VPN_A_DIR,
	NF_VPN_A_ID_OUT,
	NF_VPN_A_ID_IN,
	NF_VPN_A_WIRE_ID,
	NF_VPN_A_AGE_MS,
	NF_VPN_A_IDLE_MS,
	NF_VPN_A_TRIES,
	NF_VPN_A_COUNTER,
	NF_VPN_A_VALUE,
	NF_VPN_A_EVENT,
	NF_VPN_A_UID,
	NF_VPN_A_PID,
	NF_VPN_A_COMM,
	NF_VPN_A_OLD_MODE,
	NF_VPN_A_CLASHES_WITH,
	NF_VPN_A_MAX_IDS,
	NF_VPN_A_MAX_PER_CLIENT,
	NF_VPN_A_MAX_PER_SERVER,
	NF_VPN_A_PROBE_MS,
	NF_VPN_A_IDS,
	NF_VPN_A_TUNNELS,
	NF_VPN_A_REMOVED,
	NF_VPN_A_KIND,
	NF_VPN_A_VERSION,
	NF_VPN_A_COOKIE_LEN,
	NF_VPN_A_CLIENT_PORT,
	NF_VPN_A_SERVER_PORT,
	NF_VPN_A_PUBLIC_PORT,
	NF_VPN_A_PRESERVE_PORT,
	NF_VPN_A_POLICY,
	NF_VPN_A_FOR_SECS,
	NF_VPN_A_LEFT_MS,
	NF_VPN_A_NEXT_MODE,
	NF_VPN_A_ORIGIN,
	NF_VPN_A_SETTING,
	NF_VPN_A_OLD_VALUE,
	NF_VPN_A_PEER,
	NF_VPN_A_FAST_PATH,

	__NF_VPN_A_MAX
};
#define NF_VPN_A_MAX (__NF_VPN_A_MAX - 1)

enum nf_vpn_id_attr {
	NF_VPN_ID_A_UNSPEC,
	NF_VPN_ID_A_PAD,
	NF_VPN_ID_A_DIR,
	NF_VPN_ID_A_ID,
	NF_VPN_ID_A_STATE,
	NF_VPN_ID_A_IDLE_MS,
	NF_VPN_ID_A_INSIDE_ID,

	__NF_VPN_ID_A_MAX
};
#define NF_VPN_ID_A_MAX (__NF_VPN_ID_A_MAX - 1)

enum nf_vpn_cmd {
	NF_VPN_CMD_UNSPEC,
	NF_VPN_CMD_MODE_GET,
	NF_VPN_CMD_MODE_SET,
	NF_VPN_CMD_LIMIT_GET,
	NF_VPN_CMD_LIMIT_SET,
	NF_VPN_CMD_TUNNEL_GET,
	NF_VPN_CMD_BIND_ADD,
	NF_VPN_CMD_BIND_DEL,
	NF_VPN_CMD_BIND_GET,
	NF_VPN_CMD_FLUSH,
	NF_VPN_CMD_STATS_GET,
	NF_VPN_CMD_MODE_NTF,
	NF_VPN_CMD_TUNNEL_NTF,
	NF_VPN_CMD_REFUSED_NTF,
	NF_VPN_CMD_SETTING_NTF,
	NF_VPN_CMD_BIND_ADD_NTF,
	NF_VPN_CMD_BIND_DEL_NTF,
	NF_VPN_CMD_FLUSH_NTF,
	NF_VPN_CMD_REFUSAL_GET,
	NF_VPN_CMD_TUNNEL_NEW,

	__NF_VPN_CMD_MAX
};
#define NF_VPN_CMD_MAX (__NF_VPN_CMD_MAX - 1)

#define VPN_PASSTHROUGH_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_NF_VPN_PASSTHROUGH_H */
