#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A gateway gives two clients the same inbound SPI. Both cannot work; the one
# that was there first does, and the other's trouble is told with its reason.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'
#
# G answers SPI 0x1001 and 0x1002 with 0x5000 both.

. "$(dirname "$0")/lib.sh"

plan 7
topo 2
commit
masquerade

first=${C[1]},10.0.0.11,$GATEWAY,0x1001,0x5000
second=${C[2]},10.0.0.12,$GATEWAY,0x1002,0x5000
answer_bg -t 60000 -m 0x1001=0x5000 -m 0x1002=0x5000 "$G" "$GATEWAY"

mode bypass
ask -i 50 -t 1000 "$first" "!$second"
check "stock: the second is not answered" asked_is 2 got -eq 0
check "and nobody says so" counter_is clash -eq 0

mode on
monitor_bg
check "on: the first is answered" ask -i 50 -t 4000 -w 10 "$first"
ask -i 20 -t 5000 "$first" "!$second"
check "it goes on" asked_is 1 gap -lt 500
check "the second is not answered" asked_is 2 got -eq 0
check "the clash is counted" counter_is clash -ge 1
check "and told, with both clients and the id" event_seen \
	'"clash".*"client":"10.0.0.12".*"id_in":20480.*"clashes_with":"10.0.0.11"'
