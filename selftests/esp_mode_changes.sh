#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Modes change while tunnels are in use: each takes effect at once, and what one
# leaves behind is not in the way of the next.
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
ask_bg both -i 5 -t 100000 "${PINGS[@]}"
for next in on off observe on bypass off on observe bypass on off bypass on \
	observe off on; do
	mode "$next" || failed=1
done
check "sixteen changes under traffic" test -z "${failed-}"
ask_end both

# mode_works MODE ANSWERED
mode_works()
{
	mode "$1"
	ask -i 20 -t 1000 "${PINGS[@]}"
	answered_are "$2"
}

check "on: both are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
check "bypass: one is, at once" mode_works bypass 1
check "off: none" mode_works off 0
check "bypass: one again" mode_works bypass 1
check "observe: one" mode_works observe 1
mode on
check "on: both again" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
ask -i 20 -c 30 "${PINGS[@]}"
check "without loss for the first" asked_is 1 lost -eq 0
check "without loss for the second" asked_is 2 lost -eq 0
