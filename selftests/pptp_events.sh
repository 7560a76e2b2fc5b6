#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is told of a call: that it was asked for, that it was answered, and that it
# has ended; with its ids, once each.
#
#   C1 10.0.0.11 -- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 10
topo 1
commit
masquerade
mode on
monitor_bg
peer calls
tell server S G 192.0.2.2 ids=500 same=1
tell hold S 8
tell connect a=C1:10.0.0.11 to=192.0.2.2

# told_once EVENT: for "check" and "busywait".
told_once()
{
	grep -cE "\"event\":\"$1\".*\"proto\":\"pptp\"" "$TMP/events"
	cat "$TMP/events"
	test "$(grep -c "\"event\":\"$1\"" "$TMP/events")" -eq 1
}

tell call a=7 answered=0
check "a request is told" busywait 3000 told_once up
check "with its client and server" event_seen \
	'"up".*"client":"10.0.0.11","server":"192.0.2.2"'
check "it is not bound yet" fails grep -q '"bound"' "$TMP/events"
tell late a/7
check "the answer is told" busywait 3000 told_once bound
check "with both ids" event_seen '"bound".*"id_out":500.*"id_in":7|"bound".*"id_in":7.*"id_out":500'
check "packets go both ways" tell gre a/7
tell clear a/7
check "the end is told" busywait 3000 told_once down
check "and that its ids are nobody's any more" told_once unbound
check "with both of them" event_seen \
	'"unbound".*"id_out":500.*"id_in":7|"unbound".*"id_in":7.*"id_out":500'
check "nothing else is" test "$(grep -c '"tunnel"' "$TMP/events")" -eq 4
