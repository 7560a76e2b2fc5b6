#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A server that sends to port 1701 whatever port a client has: its packets are led
# by their Tunnel IDs.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 17
topo 3
commit
masquerade
peer sessions
tell server S G "$GATEWAY" ids=500 to_port=1701
tell server S6 G "$GATEWAY6" ids=500 to_port=1701

# tunnels NAME [ARG...]: one of each client.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,8" \
		"$1c=C3:10.0.0.13,9" "to=$GATEWAY" "${@:2}"
}

mode bypass
check "stock: one of three has its tunnel" tunnels s up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null

tell clear_strays
mode on
check "on: all have" tunnels n
check "sessions" tell session na=21 nb=21 nc=21
check "packets go both ways" tell data 'n*'
check "the server's packet may be the first" tell back 'n*'
check "Hello of both ends" tell hello 'n*'
check "messages about sessions" tell link_info 'n*'
check "they are counted" counter_is other-port -ge 6
check "a session ends" tell clear nb/21
check "a tunnel ends" tell stop nc by=server
check "the others go on" tell data na/21
check "version 3: tunnels" tell connect 3a=C1:10.0.0.11,70 3b=C2:10.0.0.12,80 \
	"to=$GATEWAY" version=3
check "sessions" tell session 3a=21 3b=22
check "packets go both ways" tell data '3*'

tell connect va=C1:fd00::11,7 vb=C2:fd00::12,8 "to=$GATEWAY6"
check "IPv6: sessions" tell session va=9 vb=9
check "packets go both ways" tell data 'v*'
check "nothing came to who does not know it" tell strays '*'
