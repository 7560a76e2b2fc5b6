#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two to eight clients start in the same instant, in several orders, one of
# them with a tunnel that nobody ever answers. All others are answered within a
# few seconds: the dead one holds nobody up, and takes nobody's answer.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C8 10.0.0.18 --'
#
# C8's SPI is not known to G.

. "$(dirname "$0")/lib.sh"

plan 11
topo 8
for i in 1 2 3 4 5 6 7 8; do
	tunnel "$i" "0x1000$i" "0x2000$i"
done
sa_del "$G" "$PUBLIC" "$GATEWAY" 0x10008
commit
masquerade

pings 1 2 3 4 5 6 7 !8
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
check "stock: one of eight is answered" answered_are 1
in_ns "$R" conntrack -F 2>/dev/null
mode on

# together NAME CLIENT...: they start together, in this order.
together()
{
	local name=$1 live=$(($# - 1)) i

	shift
	[[ $* != *8* ]] || live=$((live - 1))
	vpn-passthrough -n "$R" flush >/dev/null
	pings "${@/#8/!8}"
	ask -i 100 -t 12000 -w 3 "${PINGS[@]}"
	diag "first answers, ms: $(for ((i = 1; i <= $#; i++)); do
		asked "$i" first
		printf '%s:%s ' "${!i}" "$REPLY"
	done)"
	check "$name" answered_are "$live"
}

together "two, the dead one first" 8 1
together "two live ones" 2 1
together "three, the dead one in the middle" 1 8 2
together "four, the dead one first" 8 3 2 1
together "five, the dead one last" 5 4 3 2 8
together "six live ones" 6 1 5 2 4 3
together "eight, in order" 1 2 3 4 5 6 7 8
together "eight, the dead one first" 8 7 6 5 4 3 2 1
together "eight, the dead one in the middle" 3 7 1 8 5 2 6 4

pings 1 2 3 4 5 6 7 !8
ask -i 50 -c 20 "${PINGS[@]}"
lost=0
for i in 1 2 3 4 5 6 7; do
	asked "$i" lost
	lost=$((lost + REPLY))
done
check "the dead one goes on, and costs the others nothing" test "$lost" -eq 0
