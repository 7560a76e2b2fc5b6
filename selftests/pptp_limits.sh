#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Limits on calls of a client, and on ids in all: what is beyond is refused with
# its reason and disturbs nobody, and those within go on.
#
#   C1 10.0.0.11 -- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#      ... 10.0.0.35
#
# The clients are addresses in one namespace.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 31
topo 1
for ((i = 12; i <= 35; i++)); do
	ipb "${C[1]}" "addr add 10.0.0.$i/24 dev eth0"
done
commit
masquerade
mode on
monitor_bg
peer calls
tell server S G 192.0.2.2 ids=500

# There is room to ask for a call, and none for the answer.
tell connect a=C1:10.0.0.11 to=192.0.2.2
tell call a=41 a=42 a=43 a=44
limit_get ids
vpn-passthrough -n "$R" limits max-ids $((REPLY + 2))
check "a call is refused when its reply comes" tell refuse a=45 known=1
vpn-passthrough -n "$R" limits max-ids 262144
check "with a higher limit its id is asked with anew" tell call a=45
check "under another one" tell aliases a/45 client=1
check "packets go both ways" tell gre 'a/*'
vpn-passthrough -n "$R" flush >/dev/null

# Of a client.
vpn-passthrough -n "$R" limits max-per-client 3
tell connect b=C1:10.0.0.12 to=192.0.2.2
check "three calls of a client" tell call a=1 a=2 a=3
check "packets go both ways" tell gre 'a/[123]'
check "another client's calls with the same ids" tell call b=1 b=2
check "a fourth one is refused in the server's name" tell refuse a=4
check "and counted" counter_is client-quota -ge 1
check "and told" busywait 2000 event_seen \
	'"client-quota".*"10.0.0.11","server":"192.0.2.2"'
check "it does not work" fails tell gre a/4 ms=300
check "all others go on" tell gre '[ab]/[123]'
check "the server is refused one, too" tell refuse_server S a=9
check "it asks with the same id, and is refused" tell refuse a=4
check "one after the other" tell refuse a={20..31}
check "one with the id of the server's end of another, which it clears" \
	tell refuse_twin a/2
check "that goes on" tell gre a/2
tell hold S 8
check "who gives up is heard of" tell give_up a=10
tell hold S
check "the connection goes on" tell echo a
check "and ends calls" tell clear a/1
vpn-passthrough -n "$R" limits max-per-client 64
check "with a higher limit there are more" tell call a=5 a=6 a=7
check "packets go both ways" tell gre 'a/[23567]'
check "with ids that were refused before" tell call a=4 a=10
check "packets go both ways" tell gre 'a/[234567]'
check "of all of them" tell gre a/10

# Of the namespace: a connection counts one, a call four; there are two
# connections and will be twenty more.
vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" limits max-ids 46
where=() calls=()
for ((i = 16; i <= 35; i++)); do
	where+=("u$i=C1:10.0.0.$i")
	calls+=("u$i=7")
done
tell connect "${where[@]}" to=192.0.2.2
counter table-full
before=$REPLY
check "six calls" tell call "${calls[@]:0:6}"
tell traffic 'u*'
tell call "${calls[@]:6}" ms=500 >/dev/null
check "the limit holds" limit_is ids -le 46
check "what is beyond it is refused" \
	counter_is table-full -ge $((before + 1))
check "and told" busywait 2000 event_seen \
	'"table-full".*"10.0.0.[23]'
check "the six have lost nothing" tell traffic_end
vpn-passthrough -n "$R" limits max-ids 262144
tell connect v=C1:10.0.0.15 to=192.0.2.2
tell call v=7
check "with a higher limit there is room" tell gre v/7
