#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A server may answer from another port than the one it was asked at (RFC 2661,
# 8.1), and goes on from there: the first answer is led to the client that it
# names, and nothing else is.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 27
topo 3
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
peer sessions
tell server S G "$GATEWAY" ids=500 answer=40000
tell server S6 G "$GATEWAY6" ids=500 answer=40000

# tunnels NAME [ARG...]: one of each client.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,8" \
		"$1c=C3:10.0.0.13,9" "to=$GATEWAY" "${@:2}"
}

mode bypass
check "stock: nobody has a tunnel" tunnels s up=0 ms=1000
in_ns "$R" conntrack -F 2>/dev/null

mode on
check "on: all have" tunnels n
check "they are counted" counter_is other-port -eq 3
check "sessions" tell session na=21 nb=21 nc=21
check "packets go both ways" tell data 'n*'
check "Hello of both ends" tell hello 'n*'
check "the server's packet may be the first" tell back 'n*'
check "a second answer from yet another port is not led" \
	tell answer_from na G:192.0.2.2 40001
check "nor is one about an id that nobody has" \
	tell answer_from na G:192.0.2.2 40002 tunnel=77
check "nor is one of another address" tell answer_from na G:192.0.2.3 1701
check "all go on" tell data 'n*'
check "a session ends" tell clear na/21
check "a tunnel ends" tell stop na
check "and comes again" tell connect aa=C1:10.0.0.11,17 "to=$GATEWAY"
check "packets go both ways" tell session aa=31
check "version 3: tunnels" tell connect 3a=C1:10.0.0.11,70 3b=C2:10.0.0.12,80 \
	"to=$GATEWAY" version=3
check "sessions" tell session 3a=21 3b=22
check "packets go both ways" tell data '3*'

check "IPv6: tunnels" tell connect va=C1:fd00::11,7 vb=C2:fd00::12,8 \
	"to=$GATEWAY6"
check "sessions" tell session va=9 vb=9
check "packets go both ways" tell data 'v*'

vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "one port for all and equal ids: tunnels" tell connect \
	pa=C1:10.0.0.11,27 pb=C2:10.0.0.12,27 pc=C3:10.0.0.13,27 "to=$GATEWAY"
check "all have port 1701" tell ports 'p?' 1701
check "sessions" tell session pa=9 pb=9 pc=9
check "packets go both ways" tell data 'p*'
check "Hello of both ends" tell hello 'p?'
check "nothing came to who does not know it" tell strays '*'
