#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Where the administrator wants it, IKE of all clients keeps source port 500.
# What the gateway sends is led by cookie; what begins with cookies of its own
# goes to who has just re-keyed, else to one after the other.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 56
topo 3
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"
tell txoff R wan br0 lan1
tell txoff G eth0
tell txoff C1 eth0

preserve()
{
	vpn-passthrough -n "$R" set ipsec on --preserve-port
}

# sas NAME: one of each client.
sas()
{
	tell sa "$1a=C1:10.0.0.11" "$1b=C2:10.0.0.12" "$1c=C3:10.0.0.13" \
		"to=$GATEWAY"
}

# without_entries: what conntrack knew is gone, what the module knows is not.
without_entries()
{
	in_ns "$R" conntrack -F 2>/dev/null
}

mode bypass
sas s
check "stock: all have IKE" tell up 's*'
check "one has port 500" fails tell ports 's*' port=500
check "by different ports" tell ports 's*' distinct=1
without_entries
mode on
sas o
check "on: the same" tell up 'o*'
check "by different ports" tell ports 'o*' distinct=1
vpn-passthrough -n "$R" flush >/dev/null
without_entries

# The router's own comes first, and is in nobody's way.
check "it can be set" preserve
check "the sysctl says it" in_ns "$R" grep -q 1 \
	/proc/sys/net/netfilter/vpn_passthrough/ipsec_preserve_port
tell sa r=R:192.0.2.1 "to=$GATEWAY"
check "the router's own IKE" tell up r
check "has port 500" tell ports r port=500

sas n
check "preserved: all have IKE" tell up 'n*' first=client
check "all have port 500" tell ports 'n*' port=500
check "ESP works for all" tell esp 'n*' n=4
check "clients re-key" tell exchange 'n*' first=client
check "ESP works" tell esp 'n*' n=2
check "the gateway re-keys, and begins" \
	tell exchange 'n*' by=gateway first=gateway
check "ESP works" tell esp 'n*' n=2
check "requests of both that cross: the gateway's" \
	tell ask 'n*' kind=info by=gateway
check "the clients'" tell exchange 'n*' kind=info
check "the gateway's are answered" tell answer 'n*' kind=info by=gateway
check "ESP works" tell esp 'n*' n=2
check "the router's own goes on" tell exchange r kind=info
check "both ways" tell exchange r kind=info by=gateway
check "large messages" tell exchange 'n*' kind=info size=4000
check "of both sides" tell exchange 'n*' kind=info by=gateway size=4000

# What the router itself may be meant by is the router's.
in_ns "$R" conntrack -D -p udp -s 192.0.2.1 >/dev/null 2>&1
tell follow xc nc by=gateway
check "cookies that nobody knows, no hint: one client after the other" \
	tell guess xc tries=4
check "its client answers: they are known" tell exchange xc first=client
check "and lead to it" tell exchange xc by=gateway first=client

check "IKE itself is re-keyed" tell exchange na
tell follow ya na
check "the gateway begins in the new one: it is who has re-keyed" \
	tell exchange ya kind=info by=gateway
check "it goes on" tell exchange ya by=gateway first=client
check "another one" tell exchange nb by=gateway
tell follow yb nb by=gateway
check "the same" tell exchange yb kind=info by=gateway
check "ESP works" tell esp ya yb nc n=2

without_entries
check "without conntrack's entries, the gateway reaches all" \
	tell exchange ya yb xc kind=info by=gateway
check "still by port 500" tell ports ya yb xc port=500
without_entries
check "the clients reach it" tell exchange ya yb xc kind=info
check "still by port 500" tell ports ya yb xc port=500

monitor_bg
counter clash
clashes=$REPLY
tell sa pa=C1:10.0.0.11 pb=C2:10.0.0.12 "to=$GATEWAY" cookie=c0ffee00c0ffee00
check "equal cookies: the first client" tell exchange pa kind=init
check "has port 500" tell ports pa port=500
check "the second one has IKE, too" tell exchange pb kind=init
check "by another port" fails tell ports pb port=500
counter clash
check "it is counted" test "$REPLY" -gt "$clashes"
check "and reported" busywait 3000 event_seen clash
check "both go on" tell exchange pa pb kind=auth

tell sa va=C1:fd00::11 "to=$GATEWAY6"
tell sa vb=C2:fd00::12 "to=$GATEWAY6"
tell sa vc=C3:fd00::13 "to=$GATEWAY6"
check "IPv6" tell up 'v?' first=client
check "all have port 500" tell ports 'v?' port=500
check "ESP works" tell esp 'v?' n=3
check "the gateway re-keys" tell exchange 'v?' by=gateway first=client
check "large messages" tell exchange 'v?' kind=info size=4000
check "of both sides" tell exchange 'v?' kind=info by=gateway size=4000
without_entries
check "without conntrack's entries" tell exchange 'v?' kind=info by=gateway

vpn-passthrough -n "$R" set ipsec --no-preserve-port
vpn-passthrough -n "$R" flush >/dev/null
without_entries
check "not preserved any more: those that have it keep it" \
	tell exchange 'ya' kind=info
check "port 500" tell ports ya port=500
without_entries
sas z
check "others have IKE" tell up 'z*' first=client
check "by different ports" tell ports 'z*' distinct=1
check "ESP works" tell esp 'z*' n=2
