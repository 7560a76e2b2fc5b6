#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three real clients (pppd, pptp) dial one real server (pptpd) in the same
# instant. Stock Linux serves none of them. With the module all work: they ping,
# they move data, and one that hangs up and dials again does not disturb the
# others.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G pptpd
#   C3 10.0.0.13 --'
#   inside of the calls: Ci 172.17.0.1i, G 172.17.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/pptp.sh"
PROTO=pptp

CLIENTS=(c1 c2 c3)

# bound_are I...: for "check".
bound_are()
{
	local i

	for i; do
		busywait 5000 state_is "10.0.0.1$i" bound >/dev/null
		state_is "10.0.0.1$i" bound || return 1
	done
}

plan 9
topo 3
commit
masquerade
pptp_need
pptp_server server "$G" "$GATEWAY" 0 "${PPTP_PLAIN[@]}"

mode bypass
pptp_dial_all 1 2 3
check "stock: none of three works" ppp_up_are 0 "${CLIENTS[@]}"
ppp_end "${CLIENTS[@]}"
in_ns "$R" conntrack -F 2>/dev/null

mode on
pptp_dial_all 1 2 3
check "all three are up" ppp_up_are 3 "${CLIENTS[@]}"
check "and have a bound call each" bound_are 1 2 3
ppp_pings 1 2 3
ask -i 50 -c 20 -t 30000 "${PINGS[@]}"
check "all three ping, and lose nothing" lost_nothing
check "all three move data, both ways" ppp_bulk 200000 1 2 3

ppp_pings 1 3
# Until it is told to end: it does not wait for late answers when time is up.
ask_bg others -i 50 -t 120000 "${PINGS[@]}"
ppp_end c2
check "a client that hangs up has no call" \
	busywait 5000 fails state_is 10.0.0.12 bound
pptp_dial_all 2
check "it dials again" ppp_up_are 1 c2
ask_end others
check "while the others lost nothing" lost_nothing
ppp_pings 1 2 3
ask -i 50 -c 20 -t 30000 "${PINGS[@]}"
check "and all three ping again" lost_nothing
ppp_end "${CLIENTS[@]}" server
