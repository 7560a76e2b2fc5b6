#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three real clients (xl2tpd, pppd) of another L2TP server, l2tpns: on stock
# Linux, with the module, and with preserve-port, where all have source port
# 1701 on the wire.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G l2tpns
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.17.0.1i, G 172.17.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tp.sh"
. "$(dirname "$0")/real/l2tpns.sh"
PROTO=l2tp

CLIENTS=(c1 c2 c3)

plan 8
topo 3
commit
masquerade
l2tp_need
l2tpns_need
l2tpns_server server "$G" "$GATEWAY"
for i in 1 2 3; do
	l2tp_client "c$i" "${C[$i]}" "10.0.0.1$i" "$GATEWAY" "172.17.0.1$i" \
		"user 1$i" "password secret"
done
l2tp_ready "${CLIENTS[@]}"
ppp_pings 1 2 3

mode bypass
l2tp_dial "${CLIENTS[@]}"
check "stock: all three are up" l2tp_all_up "${CLIENTS[@]}"
l2tp_hang_up "${CLIENTS[@]}"
in_ns "$R" conntrack -F 2>/dev/null

mode on
l2tp_dial "${CLIENTS[@]}"
check "on: all three are up" l2tp_all_up "${CLIENTS[@]}"
ask -i 50 -c 20 "${PINGS[@]}"
check "they ping, and lose nothing" lost_nothing
check "they move data, both ways" ppp_bulk 200000 1 2 3
l2tp_hang_up "${CLIENTS[@]}"
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null

vpn-passthrough -n "$R" set l2tp on --preserve-port
l2tp_watch
l2tp_dial "${CLIENTS[@]}"
check "preserve-port: all three are up" l2tp_all_up "${CLIENTS[@]}"
ask -i 50 -c 20 "${PINGS[@]}"
check "they ping, and lose nothing" lost_nothing
check "they move data, both ways" ppp_bulk 200000 1 2 3
check "all of it from port 1701" l2tp_ports_are 1
ppp_end "${CLIENTS[@]}" server radius
