#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tunnels re-key while another client floods with an SPI that nobody answers.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#
# C3's SPI is not known to G.

. "$(dirname "$0")/lib.sh"

plan 9
topo 3
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
tunnel 3 0x10003 0x20003
sa_del "$G" "$PUBLIC" "$GATEWAY" 0x10003
commit
masquerade

pings 1 2 !3
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
check "stock: one of three is answered" answered_are 1
mode on
pings 1 2
check "on: two are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"

pings !3
ask_bg dead -i 5 -t 60000 "${PINGS[@]}"
check "the dead one probes in vain" \
	busywait 8000 counter_is probe-unanswered -ge 2

pings 1 2
ask_bg both -i 20 -t 60000 "${PINGS[@]}"
rekey_in 1 0x11001 0x21001
commit
rekey_client 1 0x11001 0x10001
commit
rekey_gateway 1 0x21001 0x20001
commit
check "a client re-keys meanwhile" busywait 3000 counter_is rebound -eq 1
ask_end both
check "and loses nothing" asked_is 1 lost -eq 0
check "nor does the other" asked_is 2 lost -eq 0

# The gateway keeps its SPI: the new outbound one is answered with an old one.
rekey_in 2 0x11002 0x21002
commit
ask_bg both -i 20 -t 60000 "${PINGS[@]}"
rekey_client 2 0x11002 0x10002
commit
counter probe-unanswered
busywait 9000 counter_is probe-unanswered -gt $((REPLY + 4)) >"$TMP/said"
ask_end both
check "a new outbound SPI alone costs nothing" asked_is 2 lost -eq 0
check "nor anything of the other client" asked_is 1 lost -eq 0
check "the dead one was never bound" fails state_is 10.0.0.13 bound
