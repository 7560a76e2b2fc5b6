#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three real clients (xl2tpd, pppd) dial one real server in the same instant,
# all from port 1701. Stock Linux serves them all, for it gives them other ports
# on the wire, and the module must not do worse: they ping, they move data, and
# one that hangs up and dials again does not disturb the others.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G xl2tpd
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.17.0.1i, G 172.17.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tp.sh"
PROTO=l2tp

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

plan 10
topo 3
commit
masquerade
l2tp_need
l2tp_server server "$G" "$GATEWAY" 0
l2tp_clients 1 2 3
ppp_pings 1 2 3

mode bypass
l2tp_dial "${CLIENTS[@]}"
check "stock: all three are up" l2tp_all_up "${CLIENTS[@]}"
ask -i 50 -c 20 "${PINGS[@]}"
check "stock: and ping, and lose nothing" lost_nothing
l2tp_hang_up "${CLIENTS[@]}"
in_ns "$R" conntrack -F 2>/dev/null

mode on
l2tp_dial "${CLIENTS[@]}"
check "all three are up" l2tp_all_up "${CLIENTS[@]}"
check "and have a bound tunnel each" bound_are 1 2 3
ask -i 50 -c 20 "${PINGS[@]}"
check "all three ping, and lose nothing" lost_nothing
check "all three move data, both ways" ppp_bulk 200000 1 2 3

ppp_pings 1 3
ask_bg others -i 50 -t 120000 "${PINGS[@]}"
check "one hangs up" l2tp_hang_up c2
l2tp_dial c2
check "it dials again" l2tp_all_up c2
ask_end others
check "while the others lost nothing" lost_nothing
ppp_pings 1 2 3
ask -i 50 -c 20 "${PINGS[@]}"
check "and all three ping again" lost_nothing
ppp_end "${CLIENTS[@]}" server
