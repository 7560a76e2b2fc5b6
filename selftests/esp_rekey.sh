#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tunnels re-key under traffic, make before break, and lose nothing: with new
# SPIs both ways at once; with a gateway that goes on with its old SPI for a
# while; and when the gateway alone takes a new one.
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
check "stock: the second client is not answered" answered_are 1
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"

# An emulated machine may take longer between two steps than a turn lasts.
vpn-passthrough -n "$R" limits probe-ms 3000
ask_bg both -i 20 -t 60000 "${PINGS[@]}"
rekey_in 1 0x11001 0x21001
rekey_in 2 0x11002 0x21002
commit
rekey_client 1 0x11001 0x10001
commit
rekey_gateway 1 0x21001 0x20001
commit
rekey_client 2 0x11002 0x10002
commit
rekey_gateway 2 0x21002 0x20002
commit
check "both are bound twice" busywait 3000 counter_is rebound -eq 2
ask_end both
check "the first loses nothing" asked_is 1 lost -eq 0
check "the second loses nothing" asked_is 2 lost -eq 0

# The gateway goes on with its old SPI for longer than a probe takes.
rekey_in 1 0x12001 0x22001
commit
ask_bg both -i 20 -t 60000 "${PINGS[@]}"
rekey_client 1 0x12001 0x11001
commit
counter probe-unanswered
busywait 9000 counter_is probe-unanswered -gt "$REPLY" >"$TMP/said"
rekey_gateway 1 0x22001 0x21001
commit
check "a late new SPI is bound" busywait 9000 counter_is rebound -eq 3
ask_end both
check "a gateway that re-keys late loses nothing" asked_is 1 lost -eq 0
check "nor does the other client" asked_is 2 lost -eq 0

ask -i 20 -c 20 "${PINGS[@]}"
check "both work on" answered_are 2
