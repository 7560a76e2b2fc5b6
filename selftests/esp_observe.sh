#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode observe: the router says who uses IPsec, and changes and drops nothing:
# all is as in stock Linux.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 9
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade

pings 1 2
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
check "stock: one of two is answered" answered_are 1
in_ns "$R" conntrack -F 2>/dev/null
mode observe
ask -i 20 -t 1000 "${PINGS[@]}"
check "observe: one of two, too" answered_are 1
check "which loses nothing" asked_is 1 lost -le 1
check "the first is seen" state_is 10.0.0.11 observed
check "the second is seen" state_is 10.0.0.12 observed
check "their packets are counted" counter_is observed -gt 20
inject -u 500:500 "${C[1]}" 10.0.0.11 "$GATEWAY" >/dev/null
check "IKE is seen as well" busywait 2000 limit_is tunnels -eq 3
check "no packet was refused" test "$(vpn-passthrough -n "$R" -j stats |
	grep -cE 'probe|mode-off|ambiguous|full|quota')" -eq 0
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
