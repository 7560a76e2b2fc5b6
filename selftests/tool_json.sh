#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tool writes in JSON is what its schema says, of real tunnels, changes and
# refusals.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"

plan 15
python3 -c 'import jsonschema' 2>/dev/null ||
	skip_all "needs the Python module jsonschema"
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_acct'
modprobe nf_conntrack_l2tp

# writes DEFINITION WORD...: the tool does, and what it writes is kept.
writes()
{
	local file

	file=$(mktemp "$TMP/json-XXXXXX")

	vpn-passthrough -n "$R" -j "${@:2}" >"$file" || return
	printf '%s\n' "$1" "$file" >>"$TMP/kept"
}

# events_are NAME...: some of all these kinds came.
events_are()
{
	local name

	for name; do
		grep -q "\"name\":\"$name\"" "$TMP/events" || return 1
	done
}

# all_fit: the interpreter takes long to start, so all at once.
all_fit()
{
	local kept

	mapfile -t kept <"$TMP/kept"
	grep '^{' "$TMP/events" >"$TMP/monitor"
	"$HERE/tools/json_fits.py" "${kept[@]}" monitor "$TMP/monitor"
}

check "nothing at all" writes show show
monitor_bg
mode on
pings 1 2
ask_bg both -i 100 -t 120000 "${PINGS[@]}"
check "both are bound" busywait 30000 eval \
	'state_is 10.0.0.11 bound && state_is 10.0.0.12 bound'
check "tunnels" writes tunnels tunnels
check "tunnels that are watched" writes watch tunnels -w 1 -c 2
check "statistics" writes stats stats
check "all of them" writes stats stats --all
check "limits" writes limits limits
vpn-passthrough -n "$R" set l2tp observe --for 1h
vpn-passthrough -n "$R" set ipsec on --policy serialize
vpn-passthrough -n "$R" limits max-ids 5000
vpn-passthrough -n "$R" bind ipsec client 10.0.0.13 server "$GATEWAY" in 0x20003
check "a mode for a time" writes show show
check "bindings" writes bindings bindings
check "an explanation" writes explain explain 10.0.0.11 "$GATEWAY"
vpn-passthrough -n "$R" save "$TMP/conf"
check "restoring" writes restore restore "$TMP/conf"
vpn-passthrough -n "$R" export >"$TMP/export"
vpn-passthrough -n "$R" unbind ipsec client 10.0.0.13 server "$GATEWAY" \
	in 0x20003
check "importing" writes import import "$TMP/export"
check "flushing" writes flush flush ipsec client 10.0.0.12
check "events" busywait 10000 events_are mode setting tunnel bind unbind flush
ask_end both
check "all of it is as the schema says" all_fit
