#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two clients behind one NAT have tunnels to the same gateway.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'
#
# Stock Linux loses every packet of the second one, silently.

. "$(dirname "$0")/lib.sh"

plan 8
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade

pings 1 2
mode bypass
ask -i 100 -t 1500 "${PINGS[@]}"
check "stock: a client is answered" answered_are 1
check "stock: the other one is not" fails answered_are 2

# The same flows go on: what they were before must not be in the way.
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 10 "${PINGS[@]}"
check "the second one within two probe times" asked_is 2 first -lt 2500

ask -i 20 -c 40 "${PINGS[@]}"
check "from then on nothing is lost" answered_are 2
check "neither for the first" asked_is 1 lost -eq 0
check "nor for the second" asked_is 2 lost -eq 0
check "the second one's tunnel is bound" state_is 10.0.0.12 bound
