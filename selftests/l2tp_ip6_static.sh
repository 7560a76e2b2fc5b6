#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Static L2TPv3 tunnels over IPv6, next header 115: three clients behind one
# masqueraded address, one of them with a cookie, and then behind a prefix that
# is translated to another one.
#
#   C1 fd00::11 --.
#   C2 fd00::12 --+-- br0 R wan 2001:db8::1 (masquerade) ---- 2001:db8::2 G
#   C3 fd00::13 --'
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 6
topo 3
l2tpeth_need
l2tpeth6 1 0x10001 0x10001
l2tpeth6 2 0x10002 0x20002
l2tpeth6 3 0x10003 0x20003 11223344 55667788
commit
masquerade
l2tpeth_pings 1 2 3

mode bypass
ask -i 100 -t 1500 "${PINGS[@]}"
check "stock: one of three is answered" answered_are 1
l2tpeth_forget 1 2 3

mode on
check "on: all three are answered" ask -i 50 -t 12000 -w 5 "${PINGS[@]}"
ask -i 20 -c 30 "${PINGS[@]}"
check "and lose nothing" lost_nothing
check "they are bound" busywait 3000 state_is fd00::13 bound

# A prefix for a prefix: each client has an address of its own.
vpn-passthrough -n "$R" flush >/dev/null
ruleset "$R" <<-END
	flush ruleset
	table ip6 nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" ip6 saddr fd00::/64 snat ip6 prefix to 2001:db8:ff::/64
		}
	}
END
for i in 1 2 3; do
	ipb "$G" "l2tp del session tunnel_id $i session_id 0x1000$i" \
		"l2tp del tunnel tunnel_id $i"
	ipb "${C[$i]}" "neigh flush dev l2tp0"
done
commit
ipb "$G" "route add 2001:db8:ff::/64 via $PUBLIC6"
in=(0 0x10001 0x20002 0x20003)
for i in 1 2 3; do
	l2tpeth_end "$G" "l2tp$i" "$GATEWAY6" "2001:db8:ff::1$i" ip \
		"$i" "${in[$i]}" "0x1000$i"
	ipb "$G" "addr add 172.18.0.1 peer 172.18.0.1$i dev l2tp$i"
done
commit
l2tpeth_pings 1 2
check "prefix translation: both are answered" \
	ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask -i 20 -c 30 "${PINGS[@]}"
check "and lose nothing" lost_nothing
