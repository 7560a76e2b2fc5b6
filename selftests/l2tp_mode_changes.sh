#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Modes change while tunnels are in use: each takes effect at once, and what one
# leaves behind is not in the way of the next.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 16
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# udp2 NAME [ARG...], ip3 NAME [ARG...]: a tunnel of each client, with one id.
udp2()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,7" to=192.0.2.2 \
		"${@:2}"
}

ip3()
{
	udp2 "$@" proto=ip version=3
}

mode on
udp2 ux
ip3 ix
check "on: sessions" tell session uxa=9 uxb=9 ixa=9 ixb=9
tell traffic '?x*' every=10
for next in off observe on bypass off on observe bypass on off bypass on \
	observe off on; do
	mode "$next" || failed=1
done
check "fifteen changes under traffic" test -z "${failed-}"
tell traffic_end lost=100000
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays

udp2 uy
ip3 iy
check "on: new sessions" tell session uya=19 uyb=19 iya=19 iyb=19
check "packets go both ways" tell data '?y*'
mode bypass
check "bypass: over UDP they go on" tell data 'uy*'
check "so do control messages" tell hello 'uy*'
check "over IP, they do not for both" fails tell data 'iy*' ms=300
mode on
in_ns "$R" conntrack -D -p udp >"$TMP/deleted" 2>&1
udp2 uz
ip3 iz
check "on: new sessions" tell session uza=29 uzb=29 iza=29 izb=29
check "packets go both ways" tell data '?z*'
mode off
check "off: no new tunnel over UDP" udp2 uo up=0 ms=300
check "nor over IP" ip3 io up=0 ms=300
check "nothing gets through" tell data '?z*' out=0 back=0 ms=300
mode observe
check "observe: tunnels over UDP" udp2 uq
mode on
in_ns "$R" conntrack -F 2>/dev/null
udp2 ur
ip3 ir
check "on again: new sessions" tell session ura=39 urb=39 ira=39 irb=39
check "packets go both ways" tell data '?r*'
check "messages about sessions" tell link_info '?r*'
