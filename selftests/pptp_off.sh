#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode off: the router refuses to forward PPTP, says so to the sender, and counts;
# what is its own, and what is no PPTP, passes.
#
#   C1 10.0.0.11 ---- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#      fd00::11                 2001:db8::1                 2001:db8::2

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 16
topo 1
commit
masquerade
peer calls
tell server S G 192.0.2.2
tell server S6 G 2001:db8::2
tell server other G 192.0.2.2 port=1724

mode bypass
tell connect s=C1:10.0.0.11 to=192.0.2.2
check "stock: a call is answered" tell call s=7
check "stock: packets get through" tell gre s/7 back=0 ms=300
in_ns "$R" conntrack -F 2>/dev/null
mode off
monitor_bg

counter mode-off
before=$REPLY
check "a connection is refused" \
	tell connect a=C1:10.0.0.11 to=192.0.2.2 expect=refused
check "also over IPv6" tell connect b=C1:fd00::11 to=2001:db8::2 expect=refused
check "both are counted" counter_is mode-off -ge $((before + 2))
check "the refusal is told" busywait 3000 event_seen \
	'"mode-off".*"client":"10.0.0.11","server":"192.0.2.2"'
counter mode-off
before=$REPLY
check "GRE does not get through" tell gre s/7 out=0 back=0 ms=200
check "it is counted" counter_is mode-off -ge $((before + 1))
check "it is answered with ICMP" tell icmp s/7 3 13
check "a connection from before ends" tell refused s
check "plain GRE passes" tell plain C1 10.0.0.11 G 192.0.2.2
check "another port is let through" \
	tell connect o=C1:10.0.0.11 to=192.0.2.2 port=1724
check "the router's own connections are" \
	tell connect r=R:192.0.2.1 to=192.0.2.2
mode on
check "the change is told" busywait 3000 event_seen \
	'"pptp".*"old_mode":"off","mode":"on","uid":0'
tell connect c=C1:10.0.0.11 to=192.0.2.2
check "on again: a call is answered" tell call c=7
check "packets go both ways" tell gre c/7
