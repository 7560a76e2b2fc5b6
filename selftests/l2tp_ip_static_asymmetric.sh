#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Static L2TPv3 tunnels over IP protocol 115 whose session ids differ by
# direction, with cookies of 0, 4 and 8 bytes: nothing in a client's packets
# tells which id comes back. One of the clients is answered by nobody.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C4 10.0.0.14 --'
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1
#
# C4's session is not known to G.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 8
topo 4
l2tpeth_need
l2tpeth 1 0x10001 0x20001
l2tpeth 2 0x10002 0x20002 11223344 55667788
l2tpeth 3 0x10003 0x20003 1122334455667788 8877665544332211
l2tpeth 4 0x10004 0x20004
ipb "$G" "l2tp del session tunnel_id 4 session_id 0x10004"
commit
masquerade

l2tpeth_pings 1 2 3
mode bypass
ask -i 100 -t 1500 "${PINGS[@]}"
check "stock: one of three is answered" answered_are 1
l2tpeth_forget 1 2 3

l2tpeth_pings !4 1 2 3
mode on
ask -i 50 -t 15000 -w 5 "${PINGS[@]}"
check "on: three are answered, beside a dead one" answered_are 3
ask -i 20 -c 30 "${PINGS[@]}"
check "the client without cookies loses nothing" asked_is 2 lost -eq 0
check "nor does that with 4 bytes" asked_is 3 lost -eq 0
check "nor that with 8 bytes" asked_is 4 lost -eq 0
check "they are bound" busywait 3000 state_is 10.0.0.12 bound
check "the dead one is not" fails state_is 10.0.0.14 bound
ask -i 20 -c 30 "$G,172.18.0.1,172.18.0.11" "$G,172.18.0.1,172.18.0.12" \
	"$G,172.18.0.1,172.18.0.13"
check "the server pings each of them" answered_are 3
