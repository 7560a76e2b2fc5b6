#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Static L2TPv3 tunnels over UDP, both ports 1701, over IPv4 and over IPv6.
# Three clients have a server address each, for the kernel takes one tunnel for
# each address and port of its own. Stock Linux serves them all, and the module
# must not do worse, also when it is switched on and off under traffic.
#
#   C1 10.0.0.11 --.                                           192.0.2.2
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- G 192.0.2.3
#   C3 10.0.0.13 --'                                           192.0.2.4
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1
#   over IPv6:             Ci 172.19.0.1i, G 172.19.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

UDP="udp udp_sport 1701 udp_dport 1701"

# udp I: client I's tunnel over IPv4, from interface l2tp0.
udp()
{
	local server=192.0.2.$(($1 + 1))

	l2tpeth_end "${C[$1]}" l2tp0 "10.0.0.1$1" "$server" "$UDP" \
		"$1" "0x1000$1" "0x2000$1"
	l2tpeth_end "$G" "l2tp$1" "$server" "$PUBLIC" "$UDP" \
		"$1" "0x2000$1" "0x1000$1"
	l2tpeth_inner "$1"
}

# udp6 I: and over IPv6, from interface v6.
udp6()
{
	local server=2001:db8::$(($1 + 1)) tunnel=$(($1 + 10))

	l2tpeth_end "${C[$1]}" v6 "fd00::1$1" "$server" "$UDP" \
		"$tunnel" "0x3000$1" "0x4000$1" 11223344 55667788
	l2tpeth_end "$G" "v6$1" "$server" "$PUBLIC6" "$UDP" \
		"$tunnel" "0x4000$1" "0x3000$1" 55667788 11223344
	ipb "${C[$1]}" "addr add 172.19.0.1$1 peer 172.19.0.1 dev v6"
	ipb "$G" "addr add 172.19.0.1 peer 172.19.0.1$1 dev v6$1"
}

plan 7
topo 3
l2tpeth_need
ipb "$G" "addr add 192.0.2.3/24 dev eth0" "addr add 192.0.2.4/24 dev eth0" \
	"addr add 2001:db8::3/64 dev eth0 nodad" \
	"addr add 2001:db8::4/64 dev eth0 nodad"
for i in 1 2 3; do
	udp "$i"
	udp6 "$i"
done
commit
masquerade
# What the server says first must not take the port that a client will have.
in_ns "$R" nft -f - <<-END
	table inet closed {
		chain in {
			type filter hook input priority filter
			iifname "wan" udp dport 1701 drop
		}
	}
END
l2tpeth_pings 1 2 3
four=("${PINGS[@]}")
six=("${PINGS[@]//172.18/172.19}")
PINGS=("${four[@]}" "${six[@]}")

mode bypass
check "stock: all are answered" ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
ask_bg switch -i 50 -t 120000 "${PINGS[@]}"
for mode in on bypass on bypass on; do
	mode "$mode"
	ask -i 50 -w 5 "${PINGS[0]}"	# some of the traffic
done
ask_end switch
check "switched on, off and on under traffic: nothing is lost" lost_nothing
in_ns "$R" conntrack -F 2>/dev/null

ask -i 20 -c 30 "${four[@]}"
PINGS=("${four[@]}")
check "on, IPv4: nothing is lost" lost_nothing
ask -i 20 -c 30 "${six[@]}"
PINGS=("${six[@]}")
check "on, IPv6: nothing is lost" lost_nothing

vpn-passthrough -n "$R" set l2tp on --preserve-port
in_ns "$R" conntrack -F 2>/dev/null
PINGS=("${four[@]}" "${six[@]}")
ask -i 20 -c 30 "${PINGS[@]}"
check "preserve-port: nothing is lost" lost_nothing
in_ns "$R" conntrack -L -p udp >"$TMP/udp" 2>/dev/null
check "all are seen" test "$(grep -c 'dport=1701' "$TMP/udp")" -eq 6
check "and keep their port" \
	test "$(grep -c 'sport=1701.*dport=1701.*sport=1701 dport=1701' \
		"$TMP/udp")" -eq 6
