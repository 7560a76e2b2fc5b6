#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented rules that let some clients have tunnels, to some servers.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'                                         198.51.100.2

. "$(dirname "$0")/lib.sh"

plan 14
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
tunnel6 1 0x10003 0x20003
tunnel6 2 0x10004 0x20004
ipb "$G" "addr add 198.51.100.2/32 dev lo"
ipb "$R" "route add 198.51.100.2 via $GATEWAY"
commit
masquerade

ping6_of 1; six_1=$REPLY
ping6_of 2; six_2=$REPLY

mode on
pings 1 2
check "without them, both have tunnels" ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
check "over IPv6 as well" ask -i 50 -t 9000 -w 5 "$six_1" "$six_2"
check "the rules load" example vpn-networks.nft
pings 1 !2
check "the client that may goes on" ask -i 50 -c 20 -w 20 "${PINGS[@]}"
check "the other one does not" answered_are 1
check "it was refused, packet by packet" counted_is vpn_networks vpn -ge 20
check "over IPv6 as well" ask -i 50 -c 20 -w 20 "$six_1" "!$six_2"
check "nothing of it gets through" answered_are 1

vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
check "a new tunnel of the client that may" ask -i 50 -c 20 -w 19 "${PINGS[@]}"
check "who is refused takes nobody's turn" asked_is 1 lost -eq 0
check "and is not in the table" fails state_is 10.0.0.12 probing
counted vpn_networks vpn
before=$REPLY
raw=${C[1]},10.0.0.11,198.51.100.2,0x10009,0x20009
check "another server is refused" ask -i 50 -c 5 -t 500 "!$raw"
check "by these rules" counted_is vpn_networks vpn -ge $((before + 5))
check "they can be loaded again while traffic flows" example vpn-networks.nft
