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

plan 12
topo_hop 2 1300
for i in 1 2; do
	tunnel "$i" "0x1000$i" "0x2000$i"
	tunnel6 "$i" "0x3000$i" "0x4000$i"
done
commit
masquerade
ruleset "$H" </dev/null

# mtu_is CLIENT GATEWAY MTU: what the client knows; 0 is nothing.
mtu_is()
{
	local route

	route=$(ip -n "${C[$1]}" route get "$2")
	echo "$route"
	[[ $route =~ mtu\ ([0-9]+) ]]
	[[ ${BASH_REMATCH[1]:-0} -eq $3 ]]
}

pings 1 2
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
ask -i 100 -t 1000 -m -s 1350 "${PINGS[1]}"
check "stock: the second client learns no path MTU" \
	mtu_is 2 "$GATEWAY" 0
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 3 "${PINGS[@]}"
ask -i 50 -t 5000 -w 3 -m -s 1350 "${PINGS[1]}"
check "the second one learns it" mtu_is 2 "$GATEWAY" 1300
check "the first one does not" mtu_is 1 "$GATEWAY" 0
check "the error is counted" counter_is icmp-related -eq 1
ask -i 50 -t 1000 -w 3 -m -s 1350 "${PINGS[0]}"
check "the first one learns it in turn" mtu_is 1 "$GATEWAY" 1300
check "both go on with packets that fit" \
	ask -i 50 -t 5000 -w 5 -m -s 1100 "${PINGS[@]}"

ping6_of 1
first=$REPLY
ping6_of 2
second=$REPLY
check "IPv6: both are answered" ask -i 50 -t 8000 -w 3 "$first" "$second"
ask -i 50 -t 1000 -m -s 1350 "$second"
check "the second one learns the path MTU" mtu_is 2 "$GATEWAY6" 1300
check "the first one does not" mtu_is 1 "$GATEWAY6" 0
check "the error is counted" counter_is icmp-related -eq 3
check "both go on with packets that fit" \
	ask -i 50 -t 5000 -w 5 -m -s 1100 "$first" "$second"
