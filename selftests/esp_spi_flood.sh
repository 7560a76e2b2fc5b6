#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# 100,000 made-up SPIs from the gateway's address, and 20,000 from a client: a
# tunnel that works goes on, tables stay small, and the log stays quiet.
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

pings 1
mode on
check "a tunnel works" ask -i 50 -t 3000 -w 5 "${PINGS[@]}"
ask_bg tunnel -i 20 -t 100000 "${PINGS[@]}"
started=${EPOCHREALTIME/.}
check "50,000 SPIs at the only tunnel" \
	inject -s 0x1000000-0x1ffffff -n 50000 "$G" "$GATEWAY" "$PUBLIC"
diag "$(((${EPOCHREALTIME/.} - started) / 1000)) ms"
check "the table is bounded" limit_is ids -le 34
check "what is refused is counted" counter_is bind-rate -gt 10000
ask_end tunnel
check "the tunnel lost nothing" asked_is 1 lost -eq 0
check "it is bound" state_is 10.0.0.11 bound

# Both, with two tunnels; and the second one's own flood.
pings 1 2
check "a second client is answered after the flood" \
	ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask_bg tunnel -i 20 -t 100000 "${PINGS[@]}"
inject -s 0x2000000-0x2ffffff -n 50000 "$G" "$GATEWAY" "$PUBLIC" >/dev/null
ask_end tunnel
check "50,000 SPIs: the first tunnel lost nothing" asked_is 1 lost -eq 0
check "nor did the second" asked_is 2 lost -eq 0
pings 1
ask_bg tunnel -i 20 -t 100000 "${PINGS[@]}"
inject -s 0x3000000-0x3ffffff -n 20000 "${C[2]}" 10.0.0.12 "$GATEWAY" >/dev/null
ask_end tunnel
check "20,000 from a client: the other's tunnel lost nothing" \
	asked_is 1 lost -eq 0
check "the table is bounded" limit_is ids -le 68
check "so is conntrack's" test "$(in_ns "$R" conntrack -L 2>/dev/null |
	wc -l)" -lt 20
