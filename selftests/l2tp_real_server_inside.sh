#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A real server inside, to which the router forwards UDP port 1701, serves two
# clients outside that dial in the same instant, as it does on stock Linux.
#
#   C1 10.0.0.11 xl2tpd --- br0 R wan 192.0.2.1 ---- 192.0.2.254 H
#                                                    |-- 198.51.100.2 G client
#                                                    '-- 203.0.113.2  O client
#   inside of the tunnels: C1 172.17.1.1, G 172.17.1.2, O 172.17.1.3

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tp.sh"
PROTO=l2tp

plan 7
topo_hop 1 1500
O=$ID-o
netns "$O"
link "$H" far2 "$O" eth0
ipb "$H" "addr add 203.0.113.1/24 dev far2"
ipb "$O" "addr add 203.0.113.2/24 dev eth0" \
	"route add default via 203.0.113.1"
commit
ruleset "$H" </dev/null
ruleset "$R" <<-END
table ip nat {
	chain pre {
		type nat hook prerouting priority dstnat
		iifname "wan" udp dport 1701 dnat to 10.0.0.11
	}
	chain post {
		type nat hook postrouting priority srcnat
		oifname "wan" masquerade
	}
}
END
l2tp_need
l2tp_server server "${C[1]}" 10.0.0.11 1
l2tp_client g "$G" 198.51.100.2 "$PUBLIC" 172.17.1.2
l2tp_client o "$O" 203.0.113.2 "$PUBLIC" 172.17.1.3
l2tp_ready g o
PINGS=("$G,172.17.1.2,172.17.1.1" "$O,172.17.1.3,172.17.1.1")

mode bypass
l2tp_dial g o
check "stock: both are up" l2tp_all_up g o
l2tp_hang_up g o
in_ns "$R" conntrack -F 2>/dev/null

mode on
l2tp_dial g o
check "both are up" l2tp_all_up g o
ask -i 50 -c 20 "${PINGS[@]}"
check "both ping, and lose nothing" lost_nothing
check "both move data, both ways" bulk -t 80 200000 \
	"$G,172.17.1.2,${C[1]},172.17.1.1" "$O,172.17.1.3,${C[1]},172.17.1.1"
ask_bg other -i 50 -t 120000 "${PINGS[0]}"
l2tp_hang_up o
l2tp_dial o
check "one hangs up and dials again" l2tp_all_up o
ask_end other
check "while the other lost nothing" asked_is 1 lost -eq 0
ask -i 50 -c 20 "${PINGS[@]}"
check "both ping again" lost_nothing
ppp_end g o server
