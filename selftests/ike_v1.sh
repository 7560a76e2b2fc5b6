#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# IKE version 1: Quick Mode of either side announces an SPI with its second
# message, once, beside a client that asks in vain.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'   (C3 is not answered)

. "$(dirname "$0")/lib.sh"

plan 17
topo 3
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"
mode on
ask_bg dead -i 100 -t 60000 "!${C[3]},10.0.0.13,$GATEWAY,0x1003,0x9003"
busywait 5000 counter_is probe-unanswered -ge 1 >/dev/null
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY" version=1

check "Main Mode" tell exchange a kind=main
check "announces nothing" counter_is expected -eq 0
check "Quick Mode" tell exchange a kind=quick
check "announces an SPI" counter_is expected -eq 1
check "its third message" tell say a kind=quick number_=0x70000001 size=60
check "announces none" counter_is expected -eq 1
check "ESP works at once" tell esp a n=4
check "another client's, too" tell up b first=client
check "each was expected" busywait 20000 expected_settles 2 a b
check "a re-key of the gateway" \
	tell exchange a kind=quick by=gateway first=client
check "and of a client" tell exchange b kind=quick first=gateway
check "each was expected" busywait 20000 expected_settles 4 a b
check "all works" tell esp a b n=2
check "Quick Mode with Message ID zero, which is none" \
	tell say a kind=quick number_=0 size=248
tell say a kind=quick by=gateway number_=0 size=248
check "announces nothing" counter_is expected -eq 4
tell sa v=C1:fd00::11 "to=$GATEWAY6" version=1
check "IPv6" tell up v first=gateway
check "works" tell esp v n=4
ask_end dead
