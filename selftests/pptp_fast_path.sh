#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The fast path of PPTP: GRE packets of calls leave where they come in, with the
# Call ID that the other side knows.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 14
topo 3
commit
masquerade
peer calls
tell server S G "$GATEWAY" ids=500 same=1
tell server S6 G "$GATEWAY6" ids=500 same=1

# fast_more N: so many more packets have taken it than at the last time.
fast_more()
{
	local before=$FAST

	counter fast-path
	FAST=$REPLY
	echo "fast-path was $before and is $FAST"
	[[ $((FAST - before)) -ge $1 ]]
}

# flood PATTERN: for a while.
flood()
{
	tell traffic "$1" every=10 && tell traffic_end sent=600 ms=20000
}

FAST=0
mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
check "calls with equal ids" tell call a=7 b=7 c=7
check "one of three keeps its id" tell aliases '*' client=2
check "without it, nothing is lost" flood '*'
check "and no packet takes it" fails fast_more 1
vpn-passthrough -n "$R" set pptp --fast-path
check "with it, nothing is lost" flood '*'
check "and most packets take it" fast_more 400
check "a client ends its call" tell clear b/7
check "what is still on its way comes through" tell gre b/7
in_ns "$R" conntrack -D -p gre >/dev/null 2>&1
fast_more 0
check "without conntrack entries, others go on" flood '[ac]/7'
check "and most packets take it" fast_more 400

tell connect d=C1:fd00::11 e=C2:fd00::12 "to=$GATEWAY6"
check "IPv6: calls with equal ids" tell call d=7 e=7
fast_more 0
check "nothing is lost" flood '[de]/7'
check "and most packets take it" fast_more 400
vpn-passthrough -n "$R" set pptp --no-fast-path
fast_more 0
flood '[ac]/7'
check "it ends at once" fails fast_more 1
