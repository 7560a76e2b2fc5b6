#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is told of tunnels and sessions: that they were asked for, that they were
# answered, and that they have ended; with their ids, once each. What was told to be
# bound is told to be unbound.
#
#   C1 10.0.0.11 -- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 23
topo 1
commit
masquerade
mode on
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# told EVENT N: for "check" and "busywait".
told()
{
	cat "$TMP/events"
	test "$(grep -c "\"event\":\"$1\".*\"proto\":\"l2tp\"" "$TMP/events")" \
		-eq "$2"
}

for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	[[ $proto == ip ]] && name=I || name=S
	monitor_bg
	monitor=$!
	tell hold "$name" 2
	tell connect $proto=C1:10.0.0.11,7 to=192.0.2.2 proto=$proto \
		"version=$version" up=0 ms=100
	check "$proto: a request is told" busywait 3000 told up 1
	check "$proto: nothing is bound yet" told bound 0
	tell hold "$name"
	tell repeat $proto 1
	tell repeated $proto
	check "$proto: the answer is told" busywait 3000 told bound 1
	tell session $proto=9
	check "$proto: a session is told" busywait 3000 told up 2
	check "$proto: its answer is" busywait 3000 told bound 2
	check "$proto: with client and server" event_seen \
		'"bound".*"client":"10.0.0.11.*"server":"192.0.2.2'
	tell clear $proto/9
	check "$proto: its end is told" busywait 3000 told down 1
	check "$proto: its ids are nobody's any more" told unbound 1
	tell stop $proto
	check "$proto: so is the end of all" busywait 3000 told down 2
	check "$proto: and of all ids" told unbound 2
	vpn-passthrough -n "$R" flush >/dev/null
	check "$proto: none is told twice" ids_paired
	kill "$monitor"
done

tell connect x=C1:10.0.0.11 to=192.0.2.2
tell session x=9
vpn-passthrough -n "$R" flush >/dev/null
check "what goes before its end is told of, too" ids_paired
