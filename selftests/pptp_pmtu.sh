#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ICMP errors go to the client whose packet they are about: a client learns the
# path MTU of its call, another one does not.
#
#   C1 --.
#        +-- br0 R wan (masquerade) ---- H --mtu 1300-- G
#   C2 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 12
topo_hop 2 1300
commit
masquerade
ruleset "$H" </dev/null
peer calls
tell server S G "$GATEWAY"
tell server S6 G "$GATEWAY6"

# mtu_is CLIENT GATEWAY MTU: what the client knows; 0 is nothing.
mtu_is()
{
	local route

	route=$(ip -n "${C[$1]}" route get "$2")
	echo "$route"
	[[ $route =~ mtu\ ([0-9]+) ]]
	[[ ${BASH_REMATCH[1]:-0} -eq $3 ]]
}

mode bypass
tell connect sa=C1:10.0.0.11 sb=C2:10.0.0.12 "to=$GATEWAY"
tell call sa=7 sb=7
check "stock: no packet comes back" tell gre 's*' out=2 back=0 ms=200
in_ns "$R" conntrack -F 2>/dev/null

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
check "on: calls with one id are answered" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
tell big b/7 1350
check "the second one learns it" busywait 2000 mtu_is 2 "$GATEWAY" 1300
check "the first one does not" mtu_is 1 "$GATEWAY" 0
check "it is told once, the other never" tell icmp b/7 3 4
tell big a/7 1350
check "the first one learns it in turn" busywait 2000 mtu_is 1 "$GATEWAY" 1300

tell connect a6=C1:fd00::11 b6=C2:fd00::12 "to=$GATEWAY6"
check "IPv6: calls with one id are answered" tell call a6=7 b6=7
check "packets go both ways" tell gre '[ab]6/7'
tell big b6/7 1350
check "the second one learns the path MTU" \
	busywait 2000 mtu_is 2 "$GATEWAY6" 1300
check "the first one does not" mtu_is 1 "$GATEWAY6" 0
check "all go on with packets that fit" tell gre '[ab]*/7'
