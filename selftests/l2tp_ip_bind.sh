#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Session ids that the administrator gives: nothing is probed, nobody waits, and
# what cannot be is refused.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1
#
# C3's session is not known to G.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 12
topo 3
l2tpeth_need
l2tpeth 1 0x10001 0x20001
l2tpeth 2 0x10002 0x20002 11223344 55667788
l2tpeth 3 0x10003 0x20003
ipb "$G" "l2tp del session tunnel_id 3 session_id 0x10003"
l2tpeth_neighbours 1 2
ipb "${C[3]}" "neigh replace 172.18.0.1 lladdr 02:00:00:00:01:13\
	nud permanent dev l2tp0"
commit
masquerade

# bind VERB CLIENT ARG...: what the tool says is the output.
bind()
{
	local verb=$1 client=$2

	shift 2
	vpn-passthrough -n "$R" "$verb" l2tp client "$client" \
		server "$GATEWAY" "$@" 2>&1
}

mode on
check "a binding is made" bind bind 10.0.0.11 in 0x20001 out 0x10001
check "one without an outbound id" bind bind 10.0.0.12 in 0x20002
check "the same inbound id for another client is refused" \
	fails bind bind 10.0.0.13 in 0x20001
check "session id 0, of control messages, is refused" \
	fails bind bind 10.0.0.13 in 0
check "what was refused is not there" test \
	"$(vpn-passthrough -n "$R" -j bindings | grep -o '"client"' |
		wc -l)" -eq 2

l2tpeth_pings !3
ask_bg dead -i 10 -t 60000 "${PINGS[@]}"
check "a client without a binding probes" \
	busywait 3000 counter_is probe -ge 1
l2tpeth_pings 1 2
ask -i 20 -c 30 "${PINGS[@]}"
check "the others are answered at once, and lose nothing" lost_nothing
check "the first one's session is static" state_is 10.0.0.11 static
check "the second one's, too" state_is 10.0.0.12 static
ask_end dead

check "a binding can be removed" bind unbind 10.0.0.12 in 0x20002
ask_bg both -i 50 -t 60000 "${PINGS[@]}"
check "the second probes" busywait 20000 state_is 10.0.0.12 bound
ask_end both
check "both go on" answered_are 2
