#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Re-keys of both sides, of several clients at once, beside a client that asks
# in vain: the old SPIs go on, the new ones work at once, nothing is lost.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --+
#   C4 10.0.0.14 --'   (C4 is not answered)

. "$(dirname "$0")/lib.sh"

plan 28
topo 4
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY"
mode on
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
check "three clients" tell up a b c first=client
check "all work" tell esp a b c n=4
ask_bg dead -i 100 -t 60000 "!${C[4]},10.0.0.14,$GATEWAY,0x1004,0x9004"
busywait 5000 counter_is probe-unanswered -ge 1 >/dev/null

check "a client re-keys" tell exchange a
check "the old SPIs still work" tell esp a tunnel=-2
check "the new one does" tell esp a b c
check "the gateway re-keys" tell exchange b by=gateway
check "the client begins with it" tell esp b
check "once more: the gateway begins" tell exchange b by=gateway first=gateway
check "the client still sends with the old one" tell esp b tunnel=-2
check "and then with the new one" tell esp b

check "all re-key, clients begin" tell exchange a b c first=client
check "packets go on" tell esp a b c
check "the gateway re-keys all, clients begin" \
	tell exchange a b c by=gateway first=client
check "packets go on" tell esp a b c
check "the gateway re-keys all, and begins" \
	tell exchange a b c by=gateway first=gateway
check "packets go on" tell esp a b c n=2
check "both sides at once" tell ask a by=gateway
check "the client's is answered" tell exchange a
check "and the gateway's" tell answer a by=gateway
check "it goes on" tell esp a n=2
check "nobody got another one's" counter_is misbind -eq 0
check "nobody's packet was dropped for a doubt" counter_is ambiguous -eq 0
counter expected
check "each new SPI was expected" test "$REPLY" -ge 13

check "all re-key, and nobody says anything" tell exchange a b c
check "then they speak: it works for all after a while" \
	tell mend c a b limit=25000
check "for good" busywait 8000 settles a 10.0.0.11
check "the second one, too" busywait 8000 settles b 10.0.0.12
check "and the third" busywait 8000 settles c 10.0.0.13
ask_end dead
