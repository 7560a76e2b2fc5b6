#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode off: the router refuses to forward L2TP, says so to the sender, and counts;
# what is its own, and what is no L2TP, passes.
#
#   C1 10.0.0.11 ---- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#      fd00::11                 2001:db8::1                 2001:db8::2

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 23
topo 1
commit
masquerade
peer sessions
tell server S G 192.0.2.2
tell server I G 192.0.2.2 proto=ip
tell server S6 G 2001:db8::2
tell server I6 G 2001:db8::2 proto=ip
tell server other G 192.0.2.2 port=1702

# refused NAME ADDRESS TO TYPE CODE [ARG...]: no tunnel, and an ICMP error.
refused()
{
	tell connect "$1=C1:$2" "to=$3" up=0 ms=200 "${@:6}" &&
		tell icmp "$1" "$4" "$5"
}

mode bypass
check "stock: a tunnel over UDP" tell connect su=C1:10.0.0.11 to=192.0.2.2
check "stock: a tunnel over IP" tell connect si=C1:10.0.0.11 to=192.0.2.2 \
	proto=ip version=3
check "stock: sessions" tell session su=7 si=8
check "stock: packets go both ways" tell data 's*'
mode off
monitor_bg
counter mode-off
before=$REPLY
check "packets over UDP do not get through" tell data su/7 out=0 back=0 ms=200
check "the client is told" tell icmp su 3 13
check "packets over IP do not" tell data si/8 out=0 back=0 ms=200
check "the client is told" tell icmp si 3 13
check "answers do not come back" tell back 's*' n=0 ms=200
check "all are counted" counter_is mode-off -ge $((before + 4))
check "it is told" busywait 3000 event_seen \
	'"mode-off".*"client":"10.0.0.11.*"server":"192.0.2.2'
tell clear_errors
check "a new tunnel over UDP is refused" refused a 10.0.0.11 192.0.2.2 3 13
tell clear_errors
check "over IP" refused b 10.0.0.11 192.0.2.2 3 13 proto=ip version=3
check "over UDP and IPv6" refused c fd00::11 2001:db8::2 1 1
check "over IPv6" refused d fd00::11 2001:db8::2 1 1 proto=ip version=3
check "another port is let through" tell connect o=C1:10.0.0.11 \
	to=192.0.2.2 port=1702 to_port=1702
# Without the entry of the client, in whose place that of the router stands.
in_ns "$R" conntrack -F 2>/dev/null
check "the router's own tunnels are" tell connect r=R:192.0.2.1 to=192.0.2.2
check "over IP, too" tell connect ri=R:192.0.2.1 to=192.0.2.2 proto=ip version=3
mode on
check "the change is told" busywait 3000 event_seen \
	'"l2tp".*"old_mode":"off","mode":"on","uid":0'
check "on again: tunnels" tell connect nu=C1:10.0.0.11 to=192.0.2.2
check "over IP" tell connect ni=C1:10.0.0.11 to=192.0.2.2 proto=ip version=3
check "sessions" tell session nu=17 ni=18
check "packets go both ways" tell data 'n*'
