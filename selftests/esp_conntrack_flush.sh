#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The administrator removes conntrack entries of tunnels in use, or has the
# module forget them: they come back by themselves, at once.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 12
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade

pings 1 2
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
check "stock: one of two is answered" answered_are 1
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"

# The answer to what was on its way may be lost, nothing more.
ask_bg both -i 20 -t 60000 "${PINGS[@]}"
for i in 1 2 3 4 5; do
	in_ns "$R" conntrack -F 2>/dev/null
done
ask_end both
check "conntrack -F: the first loses a packet a time" asked_is 1 lost -le 5
check "so does the second" asked_is 2 lost -le 5
check "and they go on at once" asked_is 2 gap -lt 500

ask_bg both -i 20 -t 60000 "${PINGS[@]}"
check "conntrack -D removes one client's entry" \
	in_ns "$R" conntrack -D -s 10.0.0.12
ask_end both
check "the other loses nothing" asked_is 1 lost -eq 0
check "the client goes on at once" asked_is 2 lost -le 1

ask_bg both -i 20 -t 60000 "${PINGS[@]}"
for _ in 1 2 3; do
	vpn-passthrough -n "$R" flush >/dev/null
done
busywait 5000 state_is 10.0.0.11 bound >/dev/null
busywait 5000 state_is 10.0.0.12 bound >/dev/null
ask_end both
check "flush: the first goes on within two probe times" \
	asked_is 1 gap -lt 2500
check "so does the second" asked_is 2 gap -lt 2500
ask -i 20 -c 20 "${PINGS[@]}"
check "afterwards the first loses nothing" asked_is 1 lost -eq 0
check "nor does the second" asked_is 2 lost -eq 0
