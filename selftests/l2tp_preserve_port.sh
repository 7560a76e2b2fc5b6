#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Where the administrator wants it, all clients keep source port 1701, and are
# told apart by Tunnel IDs: of equal ones the second is rewritten. UDP checksums
# stay right, and zero where they were.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 55
topo 3
ipb "${C[3]}" "route add local 10.0.1.0/24 dev lo"
ipb "$R" "route add 10.0.1.0/24 via 10.0.0.13"
commit
masquerade
peer sessions
tell server S G "$GATEWAY" ids=500
tell server S6 G "$GATEWAY6" ids=500
tell wire G eth0
tell wire C1 eth0
tell wire C2 eth0
# C1's checksums are complete on the wire, C2's are not before R has sent them.
tell txoff R wan
tell txoff R br0
tell txoff R lan1
tell txoff R lan2
tell txoff G eth0
tell txoff C1 eth0

# tunnels NAME ID ID ID [ARG...]: one of each client.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11,$2" "$1b=C2:10.0.0.12,$3" \
		"$1c=C3:10.0.0.13,$4" "to=$GATEWAY" "${@:5}"
}

# tunnels6 NAME ID ID: over IPv6.
tunnels6()
{
	tell connect "$1a=C1:fd00::11,$2" "$1b=C2:fd00::12,$3" "to=$GATEWAY6"
}

mode bypass
check "stock: all have tunnels" tunnels s 7 8 9
check "stock: one has port 1701" tell ports 's*' 1701 n=1
in_ns "$R" conntrack -F 2>/dev/null
mode on
check "on: it is the same" tunnels o 7 8 9
check "one has port 1701" tell ports 'o*' 1701 n=1
vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "the sysctl says it" in_ns "$R" grep -q 1 \
	/proc/sys/net/netfilter/vpn_passthrough/l2tp_preserve_port

check "preserved: all have tunnels" tunnels n 7 8 9
check "all have port 1701" tell ports 'n*' 1701
check "no id was rewritten" tell tunnel_aliases 'n*' client=0
check "sessions" tell session na=21 nb=21 nc=21
check "packets go both ways" tell data 'n*'
check "the server's packet may be the first" tell back 'n*'
check "Hello of both ends" tell hello 'n*'
check "messages about sessions" tell link_info 'n*'
check "sessions that the server begins" tell incoming na=22 nb=22 nc=22
check "packets go both ways" tell data 'n*'
check "checksums are right at the server" tell checksums G zero=0 min=30
check "and at the clients" tell checksums C1 zero=0 source=192.0.2.2 min=10
check "also at the other" tell checksums C2 zero=0 source=192.0.2.2 min=10

vpn-passthrough -n "$R" flush >/dev/null
check "equal ids: all have tunnels" tunnels e 7 7 7
check "all have port 1701" tell ports 'e*' 1701
check "two have an alias" tell tunnel_aliases 'e*' client=2 server=0
check "the server can tell them apart" tell distinct 'e*'
check "equal session ids as well" tell session ea=21 eb=21 ec=21
check "packets go both ways" tell data 'e*'
check "the server's packet may be the first" tell back 'e*'
check "Hello of both ends" tell hello 'e*'
check "messages about sessions" tell link_info 'e*'
tell flags 'e*' LSO
check "data with length, sequence and offset" tell data 'e*'
check "checksums are right at the server" tell checksums G zero=0 min=30
check "and at the clients" tell checksums C1 zero=0 source=192.0.2.2 min=10
check "also at the other" tell checksums C2 zero=0 source=192.0.2.2 min=10
tell nocheck ea eb ec
check "without checksums" tell data 'e*'
check "Hello of both ends" tell hello 'e*'
check "at the server they are zero" tell checksums G zero=1 min=12
check "and at the clients" tell checksums C1 zero=1 source=192.0.2.2 min=2
check "the server ends a tunnel" tell stop eb by=server
check "the others go on" tell data 'e[ac]/*'

vpn-passthrough -n "$R" flush >/dev/null
check "IPv6: equal ids" tunnels6 v 7 7
check "both have port 1701" tell ports 'v*' 1701
check "one has an alias" tell tunnel_aliases 'v*' client=1
check "sessions" tell session va=21 vb=21
check "packets go both ways" tell data 'v*'
check "checksums are right" tell checksums G source=2001:db8::1 zero=0 min=8
check "and at the client" tell checksums C2 source=2001:db8::2 zero=0 min=4
tell nocheck va vb
check "without checksums" tell data 'v*'
check "they are zero" tell checksums G source=2001:db8::1 zero=1 min=2

vpn-passthrough -n "$R" flush >/dev/null
where=() sessions=()
for ((i = 1; i <= 50; i++)); do
	where+=("m$i=C3:10.0.1.$i,4711")
	sessions+=("m$i=1")
done
check "fifty clients with one id" tell connect "${where[@]}" "to=$GATEWAY" \
	ms=15000
check "all have port 1701" tell ports 'm*' 1701
check "the server can tell them apart" tell distinct 'm*'
tell session "${sessions[@]}" ms=15000
check "packets go both ways for all" tell data 'm*' ms=8000
check "who has another port of its own keeps that" \
	tell connect pa=C1:10.0.0.11,81 "to=$GATEWAY" port=1702
check "it is not 1701" tell ports pa 1702
vpn-passthrough -n "$R" set l2tp --no-preserve-port
check "not preserved any more: a new tunnel has another port" \
	tell connect xa=C1:10.0.0.11,71 xb=C2:10.0.0.12,72 "to=$GATEWAY"
check "one of two at most has port 1701" fails tell ports 'x?' 1701
check "those that were up go on" tell data 'm*' ms=8000
