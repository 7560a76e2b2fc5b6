#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Calls end: by Call-Clear-Request and Call-Disconnect-Notify, which carries the
# server's own Call ID, as in the RFC, or the client's; by the end of the control
# connection, in all its ways. Ids rest, so that nobody gets what was meant for
# another one.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) -- 192.0.2.2 G (RFC)
#   C1 10.0.0.16 --'                                       192.0.2.3 G (other)
#
# The clients are addresses in one namespace.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 32
topo 1
for i in 2 3 4 5 6; do
	ipb "${C[1]}" "addr add 10.0.0.1$i/24 dev eth0"
done
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
peer calls
tell server rfc G 192.0.2.2 ids=500 same=1
tell server other G 192.0.2.3 ids=500 same=1 dialect=pns

mode on
monitor_bg

# ended I HOW: client I's call is closing, and that was told.
ended()
{
	check "$2: the call is closing" \
		busywait 3000 state_is "10.0.0.1$1" closing
	check "$2: it is told" busywait 3000 event_seen \
		"\"down\".*\"client\":\"10.0.0.1$1\""
}

tell connect a=C1:10.0.0.11 b=C1:10.0.0.12 c=C1:10.0.0.13 to=192.0.2.2
check "two clients have calls with one id" tell call a=7 b=7
check "the second one's has an alias" tell aliases 'b/7' client=1
check "packets go both ways" tell gre '[ab]/7'
check "the first one's call is cleared" tell clear a/7
ended 1 "Call-Clear-Request"
check "the second one's goes on" tell gre b/7
check "the second one's is cleared" tell clear b/7
ended 2 "the same with an alias"
check "a new call with the id" tell call c=7
check "gets an alias: the id rests" tell aliases c/7 client=1
check "packets go both ways" tell gre c/7
check "the server ends it" tell disconnect rfc c/7
ended 3 "Call-Disconnect-Notify"

tell connect d=C1:10.0.0.14 e=C1:10.0.0.15 to=192.0.2.3
check "the other dialect: two calls with one id" tell call d=7 e=7
check "packets go both ways" tell gre '[de]/7'
check "the one with the id is cleared" tell clear d/7
ended 4 "the other dialect"
check "the one with the alias is cleared" tell clear e/7
ended 5 "the same with an alias"

# The end of the control connection.
vpn-passthrough -n "$R" flush >/dev/null
tell connect a=C1:10.0.0.11 b=C1:10.0.0.12 c=C1:10.0.0.13 d=C1:10.0.0.14 \
	to=192.0.2.2
check "new calls" tell call a=21 b=22 c=23 d=24
: >"$TMP/events"
tell stop a
ended 1 "Stop-Control-Connection-Request"
tell close b
ended 2 "FIN"
tell close c reset=1
ended 3 "RST"
check "who has not ended goes on" tell gre d/24
