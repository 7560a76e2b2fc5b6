#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# With preserve-port, three real clients (xl2tpd, pppd) of one server all keep
# source port 1701 on the wire, which on stock Linux only the first one does.
# Their tunnels are told apart by their ids.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G xl2tpd
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.17.0.1i, G 172.17.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tp.sh"
PROTO=l2tp

CLIENTS=(c1 c2 c3)

# went_on: the others, if they waited no longer than the server takes for a
# call; without the kernel's L2TP it does one thing at a time, see real/l2tp.sh.
# For "check".
went_on()
{
	asked_is 1 gap -lt 2000 && asked_is 2 gap -lt 2000
}

plan 10
topo 3
commit
masquerade
l2tp_need
l2tp_alike server "$G" "$GATEWAY" 0
l2tp_clients 1 2 3
ppp_pings 1 2 3

mode bypass
l2tp_watch
l2tp_dial "${CLIENTS[@]}"
check "stock: all three are up" l2tp_all_up "${CLIENTS[@]}"
check "stock: from three ports" l2tp_ports_are 3
l2tp_hang_up "${CLIENTS[@]}"
in_ns "$R" conntrack -F 2>/dev/null

vpn-passthrough -n "$R" set l2tp on --preserve-port
l2tp_watch
l2tp_dial "${CLIENTS[@]}"
check "all three are up" l2tp_all_up "${CLIENTS[@]}"
ask -i 50 -c 20 "${PINGS[@]}"
check "they ping, and lose nothing" lost_nothing
check "they move data, both ways" ppp_bulk 100000 1 2 3

ppp_pings 1 3
ask_bg others -i 50 -t 120000 "${PINGS[@]}"
check "one hangs up" l2tp_hang_up c2
l2tp_dial c2
check "it dials again" l2tp_all_up c2
ask_end others
check "while the others went on" went_on
ppp_pings 1 2 3
ask -i 50 -c 20 "${PINGS[@]}"
check "and all three ping again" lost_nothing
check "all of it from port 1701" l2tp_ports_are 1
ppp_end "${CLIENTS[@]}" server
