#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three clients have static L2TPv3 tunnels over IP protocol 115 to one server,
# each with one session id for both directions. Stock Linux serves the client
# that came first; the module serves all.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 8
topo 3
l2tpeth_need
l2tpeth 1 0x10001 0x10001
l2tpeth 2 0x10002 0x10002
l2tpeth 3 0x10003 0x10003
commit
masquerade
l2tpeth_pings 1 2 3

mode bypass
ask -i 100 -t 1500 "${PINGS[@]}"
check "stock: one of three is answered" answered_are 1
l2tpeth_forget 1 2 3

mode on
check "on: all three are answered" ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask -i 20 -c 30 "${PINGS[@]}"
check "and lose nothing" lost_nothing
check "the first one's session is bound" \
	busywait 3000 state_is 10.0.0.11 bound
check "the second one's" busywait 3000 state_is 10.0.0.12 bound
check "the third one's" busywait 3000 state_is 10.0.0.13 bound
ask -i 20 -c 30 "$G,172.18.0.1,172.18.0.11" "$G,172.18.0.1,172.18.0.12" \
	"$G,172.18.0.1,172.18.0.13"
check "the server pings each of them" answered_are 3
check "and nothing is lost" asked_is 3 lost -eq 0
