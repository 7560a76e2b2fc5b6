#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# L2TPv3 over UDP: three clients, all with source port 1701, reach one server as
# in stock Linux, and the tool knows their tunnels and sessions.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 19
topo 3
commit
masquerade
peer sessions
tell server S G "$GATEWAY" ids=500
tell server S6 G "$GATEWAY6" ids=500

# tunnels NAME [ARG...]: one of each client.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,7" \
		"$1c=C3:10.0.0.13,7" "to=$GATEWAY" version=3 "${@:2}"
}

# tool_shows KIND N: so many of these are bound.
tool_shows()
{
	vpn-passthrough -n "$R" tunnels l2tp >"$TMP/tunnels" 2>/dev/null
	cat "$TMP/tunnels"
	test "$(grep -cE "^l2tp +bound .* $1 +L2TPv3 +udp " "$TMP/tunnels")" \
		-eq "$2"
}

mode bypass
check "stock: all have tunnels" tunnels s
check "stock: sessions" tell session sa=9 sb=9 sc=9
check "stock: packets go both ways" tell data 's*'
in_ns "$R" conntrack -F 2>/dev/null

mode on
check "on: all have tunnels" tunnels n
check "sessions" tell session na=9 nb=9 nc=9
check "packets go both ways" tell data 'n*'
check "sessions with cookies" tell session na=10 nb=10 nc=10 cookie=8
check "sessions that the server begins" tell incoming na=11 nb=11 nc=11
check "packets go both ways in all" tell data 'n*'
check "Hello of both ends" tell hello 'n*'
check "messages about sessions" tell link_info 'n*'
check "no id was rewritten" tell aliases 'n*' client=0 server=0
check "the tool knows the tunnels" tool_shows control 3
check "and the sessions" tool_shows session 9
check "a session ends" tell clear nb/9
check "the others go on" tell data 'n[ac]/*'

tell connect va=C1:fd00::11,7 vb=C2:fd00::12,7 "to=$GATEWAY6" version=3
check "IPv6: sessions" tell session va=9 vb=9
check "packets go both ways" tell data 'v*'
check "Hello of both ends" tell hello 'v*'
