#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# L2TPv3 as protocol 115, with control connections: three clients reach one server
# at the same time, over IPv4 and IPv6.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 23
topo 3
commit
masquerade
peer sessions
tell server S G "$GATEWAY" proto=ip ids=500
tell server S6 G "$GATEWAY6" proto=ip ids=500

# tunnels NAME [ARG...]: one of each client.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11" "$1b=C2:10.0.0.12" "$1c=C3:10.0.0.13" \
		"to=$GATEWAY" proto=ip version=3 "${@:2}"
}

mode bypass
check "stock: one of three has its tunnel" tunnels s up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null

mode on
check "on: all have" tunnels n
check "sessions" tell session na=11 nb=12 nc=13
check "packets go both ways" tell data 'n*'
check "the server's packet may be the first" tell back 'n*'
check "sessions with cookies of 8 bytes" tell session na=21 nb=22 nc=23 cookie=8
check "sessions with cookies of 4 bytes" tell session na=31 nb=32 nc=33 cookie=4
check "packets go both ways in all" tell data 'n*'
check "sessions that the server begins" tell incoming na=41 nb=42 nc=43
check "packets go both ways in them" tell data 'n*/4?'
check "Hello of both ends" tell hello 'n*'
check "messages about sessions" tell link_info 'n*'
check "no id was rewritten" tell aliases '*' client=0 server=0
check "nor counted" counter_is rewritten -eq 0
check "the tool shows them as bound" test "$(vpn-passthrough -n "$R" -j \
	tunnels l2tp 2>/dev/null | grep -o '"state":"bound"' | wc -l)" -ge 15
check "conntrack has an entry for each" test "$(in_ns "$R" \
	conntrack -L -p 115 2>/dev/null | wc -l)" -ge 3
tell traffic 'n*' every=50
check "a session ends" tell clear nb/12
check "the others lose nothing" tell traffic_end sent=60
check "nothing came to who does not know it" tell strays 'n*'

tell connect va=C1:fd00::11 vb=C2:fd00::12 vc=C3:fd00::13 "to=$GATEWAY6" \
	proto=ip version=3
check "IPv6: sessions" tell session va=11 vb=12 vc=13 cookie=8
check "packets go both ways" tell data 'v*'
check "Hello of both ends" tell hello 'v*'
check "all go on" tell data '*/11'
