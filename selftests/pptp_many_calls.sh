#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A hundred calls on one control connection; and two hundred clients that have
# chosen the same Call ID, at one server.
#
#   C1 10.0.0.11, .12 ----- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#      10.0.1.1 to .200
#
# The clients are addresses in one namespace. The kernel's own helper serves one
# call of each connection.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 14
topo 1
ipb "${C[1]}" "addr add 10.0.0.12/24 dev eth0" \
	"route add local 10.0.1.0/24 dev lo"
ipb "$R" "route add 10.0.1.0/24 via 10.0.0.11"
commit
masquerade
intree
peer calls
tell server S G 192.0.2.2

# calls NAME N: this connection's calls, with ids from 1 on.
calls()
{
	local i calls=()

	for ((i = 1; i <= $2; i++)); do
		calls+=("$1=$i")
	done
	tell call "${calls[@]}"
}

# clients N: so many connections, each with a call of the same id.
clients()
{
	local i where=() calls=()

	for ((i = 1; i <= $1; i++)); do
		where+=("u$i=C1:10.0.1.$i")
		calls+=("u$i=4711")
	done
	tell connect "${where[@]}" to=192.0.2.2 ms=20000 &&
		tell call "${calls[@]}" ms=20000
}

mode bypass
intree_rule
tell connect s=C1:10.0.0.11 to=192.0.2.2
check "in-tree: a call" tell call s=1
check "in-tree: works" tell gre s/1
tell call s=2 ms=500
check "in-tree: a second one of the same connection does not" fails \
	tell gre s/2 ms=300
in_ns "$R" nft delete table ip intree

mode on
vpn-passthrough -n "$R" limits max-per-client 128
tell connect a=C1:10.0.0.11 b=C1:10.0.0.12 to=192.0.2.2
check "on: a hundred calls on one connection" calls a 100
check "packets go both ways in all" tell gre 'a/*'
check "all ids are left alone" tell aliases 'a/*' client=0 server=0
check "a hundred more with the same ids, of another client" calls b 100
check "the server can tell them apart" tell distinct '[ab]/*'
check "packets go both ways in all" tell gre '[ab]/*' ms=5000
check "the tool sees them" limit_is tunnels -eq 200
vpn-passthrough -n "$R" flush >/dev/null

check "two hundred clients with the same id" clients 200
check "the server can tell them apart" tell distinct 'u*'
check "packets go both ways for all" tell gre 'u*' ms=5000
check "all are bound" test "$(vpn-passthrough -n "$R" -j tunnels pptp 2>/dev/null |
	grep -o '"state":"bound","client"' | wc -l)" -eq 200
