#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The fast path of L2TP, protocol 115: packets of sessions leave where they come
# in, with the Session ID that the other side knows, whether a control connection
# told of them or not.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'
#   inside of static tunnels: Ci 172.18.0.1i, G 172.18.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 13
topo 2
l2tpeth_need
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
GATEWAY=192.0.2.3
l2tpeth 1 0x10001 0x20001
l2tpeth 2 0x10002 0x20002
GATEWAY=192.0.2.2
commit
masquerade
peer sessions
tell server S G "$GATEWAY" proto=ip ids=500
tell server S6 G "$GATEWAY6" proto=ip ids=500

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
vpn-passthrough -n "$R" set l2tp on --fast-path
tell connect a=C1:10.0.0.11,7 b=C2:10.0.0.12,7 "to=$GATEWAY" proto=ip version=3
check "sessions with equal ids" tell session a=9 b=9
check "one has an alias" tell aliases '*' client=1
check "nothing is lost" flood '*'
check "and most packets take it" fast_more 400
check "Hello of both ends" tell hello '*'
check "sessions with a cookie" tell session a=21 b=22 cookie=8
check "nothing is lost" flood '*/2?'
check "and most packets take it" fast_more 400

tell connect d=C1:fd00::11 e=C2:fd00::12 "to=$GATEWAY6" proto=ip version=3
check "IPv6: sessions" tell session d=7 e=8
check "nothing is lost" flood '[de]/?'
check "and most packets take it" fast_more 400

l2tpeth_pings 1 2
ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
busywait 3000 state_is 10.0.0.12 bound >/dev/null
fast_more 0
ask -i 20 -c 100 "${PINGS[@]}"
check "sessions that are set up by hand lose nothing" lost_nothing
check "and most packets take it" fast_more 200
