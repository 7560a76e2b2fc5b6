#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented limit: one client that sends too much loses what is too much,
# and nobody else does.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 7
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade

# Slower than documented: machines differ.
slow=$TMP/vpn-rate.nft
sed 's/2 mbytes/20 kbytes/; s/64 kbytes/20 kbytes/' \
	"$HERE/../Documentation/examples/vpn-rate.nft" >"$slow"

mode on
check "the rules load" example vpn-rate.nft
pings 1 2
ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask -i 20 -c 100 -s 1000 "${PINGS[@]}"
check "nothing is lost below the rate" lost_nothing
check "none was dropped" counted_is vpn_rate vpn -eq 0
in_ns "$R" nft -f "$slow"
ping_of 1; one=$REPLY
ping_of 2; two=$REPLY
ask_bg slow -i 200 -t 60000 -s 100 "$two"
ask -i 10 -c 150 -s 1000 "$one"
check "the one that sends too much loses much" asked_is 1 lost -ge 50
check "but not all" asked_is 1 got -ge 10
check "it was dropped by the rate" counted_is vpn_rate vpn -ge 50
ask_end slow
check "the other one loses nothing" asked_is 1 lost -eq 0
