#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whose key exchange was just completed is not held up by a client that asks in
# vain, and what is sent to it is its own.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'   (C2 is not answered)

. "$(dirname "$0")/lib.sh"

plan 21
topo 2
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY"

dead=!${C[2]},10.0.0.12,$GATEWAY,0x1002,0x9002

# dead_first: C2 has the token, for two seconds.
dead_first()
{
	vpn-passthrough -n "$R" flush >/dev/null
	in_ns "$R" conntrack -F 2>/dev/null
	ask_bg dead -i 50 -t 60000 "$dead"
	busywait 5000 state_is 10.0.0.12 probing >/dev/null
}

mode on
vpn-passthrough -n "$R" limits probe-ms 2000
tell sa a=C1:10.0.0.11 "to=$GATEWAY"
dead_first
check "the dead client has the token" state_is 10.0.0.12 probing
check "IKE passes beside it" tell up a
check "a tunnel is expected" counter_is expected -eq 1
check "its flow is there before any packet of it" state_is 10.0.0.11 waiting
check "its first packet goes, and is answered" tell esp a
check "and is its own" busywait 20000 expected_settles 1 a
check "the next ones as well" tell esp a n=4
check "it works" busywait 8000 settles a 10.0.0.11
check "the dead one still asks" fails state_is 10.0.0.12 bound
check "a re-key beside it: nothing is held up" tell exchange a
check "the new SPI works at once" tell esp a n=4
check "it was expected" busywait 20000 expected_settles 2 a
check "no more were expected than agreed on" counter_is expected -eq 2
ask_end dead

mode bypass
mode on
dead_first
tell sa n=C1:10.0.0.11 "to=$GATEWAY"
tell exchange n kind=init
check "an answer too short for a tunnel" tell exchange n kind=auth size=100
counter expected
check "announces none" test "$REPLY" -eq 2
check "its client waits" tell packet n lost=1
ask_end dead

vpn-passthrough -n "$R" set ipsec on --policy serialize
dead_first
tell sa b=C1:10.0.0.11 "to=$GATEWAY"
check "policy serialize: IKE passes" tell up b
counter expected
check "nothing is expected" test "$REPLY" -eq 2
check "the client waits for its turn" tell packet b lost=1
check "and gets it" tell retry b limit=8000
check "it has its SPI by asking" counter_is bound-expected -eq 2
ask_end dead
