#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What nobody should send, from both sides: streams that are no PPTP, messages
# about calls of others, GRE cut short. It passes unchanged, is counted, and
# another client's call goes on.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 17
topo 2
commit
masquerade
peer bad
tell server S G 192.0.2.2 ids=500 same=1

mode bypass
check "stock: strange lengths pass" \
	tell streams lengths C2:10.0.0.12 192.0.2.2
mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "on: two clients have calls with one id" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
tell traffic a/7

for what in lengths cookies garbage; do
	counter bad-control
	before=$REPLY
	check "$what: the bytes pass unchanged" \
		tell streams "$what" C2:10.0.0.12 192.0.2.2
	check "$what: they are counted" \
		counter_is bad-control -ge $((before + 4))
done
check "messages that never end: what follows them passes" \
	tell streams unfinished C2:10.0.0.12 192.0.2.2
check "unknown types pass" tell unknown_types b
check "a call after them" tell call b=8
tell connect c=C2:10.0.0.12 to=192.0.2.2
check "messages about calls of others pass" tell foreign c a/7
check "they are counted" counter_is unknown-call -ge 10
tell odd '[ab]/7'
check "GRE that is cut short is counted" \
	busywait 2000 counter_is truncated -ge 8
check "the other client's call has lost nothing" tell traffic_end
check "packets go both ways in all" tell gre '[ab]/*'
