#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ICMP errors go to the client whose packet they are about: a client learns the
# path MTU of its tunnel, another one does not.
#
#   C1 --.
#        +-- br0 R wan (masquerade) ---- H --mtu 1300-- G
#   C2 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 40
topo_hop 2 1300
commit
masquerade
ruleset "$H" </dev/null
peer sessions
tell server S G "$GATEWAY" ids=500
tell server I G "$GATEWAY" proto=ip ids=600
tell server S6 G "$GATEWAY6" ids=500
tell server I6 G "$GATEWAY6" proto=ip ids=600

# mtu_is CLIENT GATEWAY MTU: what the client knows; 0 is nothing.
mtu_is()
{
	local route

	route=$(ip -n "${C[$1]}" route get "$2")
	echo "$route"
	[[ $route =~ mtu\ ([0-9]+) ]]
	[[ ${BASH_REMATCH[1]:-0} -eq $3 ]]
}

# start NAME ADDRESS ADDRESS2 GATEWAY [ARG...]: sessions with equal ids.
start()
{
	local i

	for i in 1 2; do
		ip -n "${C[$i]}" route flush cache
		ip -n "${C[$i]}" -6 route flush cache
	done
	tell clear_errors
	tell connect "$1a=C1:$2,7" "$1b=C2:$3,7" "to=$4" "${@:5}" &&
		tell session "$1a=9" "$1b=9"
}

# learn NAME GATEWAY: first the second client, then the first one; 5 checks.
learn()
{
	check "$1: packets go both ways" tell data "$1?/9"
	tell big "$1b/9" 1350
	check "$1: the second one learns it" busywait 2000 mtu_is 2 "$2" 1300
	check "$1: the first one does not" mtu_is 1 "$2" 0
	tell big "$1a/9" 1350
	check "$1: the first one learns it in turn" \
		busywait 2000 mtu_is 1 "$2" 1300
	check "$1: packets go both ways" tell data "$1?/9"
}

mode bypass
check "stock: sessions over UDP" start su 10.0.0.11 10.0.0.12 "$GATEWAY"
tell big sub/9 1350
check "stock: a client learns it" busywait 2000 mtu_is 2 "$GATEWAY" 1300
check "stock: over IP, one of two has its tunnel" tell connect \
	si=C1:10.0.0.11,7 sj=C2:10.0.0.12,7 "to=$GATEWAY" proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null

mode on
check "ip: sessions" start ip 10.0.0.11 10.0.0.12 "$GATEWAY" proto=ip version=3
learn ip "$GATEWAY"
check "udp: sessions" start udp 10.0.0.11 10.0.0.12 "$GATEWAY"
learn udp "$GATEWAY"
check "IPv6, ip: sessions" start ip6 fd00::11 fd00::12 "$GATEWAY6" proto=ip \
	version=3
learn ip6 "$GATEWAY6"
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "one port for both: sessions" start one 10.0.0.11 10.0.0.12 "$GATEWAY"
check "they have it" tell ports 'one?' 1701
learn one "$GATEWAY"
check "IPv6: sessions" start one6 fd00::11 fd00::12 "$GATEWAY6"
learn one6 "$GATEWAY6"
check "version 3: sessions" start three 10.0.0.11 10.0.0.12 "$GATEWAY" version=3
learn three "$GATEWAY"
