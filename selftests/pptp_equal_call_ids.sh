#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Eight clients behind one NAT choose the same Call ID, and their server gives
# one and the same to all of them.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C1 10.0.0.18 --'
#
# The clients are addresses in one namespace. Stock Linux leads no answer to any
# of them; its own helper does, for one call of each.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 20
topo 1
for i in 2 3 4 5 6 7 8; do
	ipb "${C[1]}" "addr add 10.0.0.1$i/24 dev eth0"
done
commit
masquerade
intree
peer calls

# calls NAME ID [ARG...]: a call with this id on eight new connections.
calls()
{
	local i where=() calls=()

	for i in 1 2 3 4 5 6 7 8; do
		where+=("$1$i=C1:10.0.0.1$i")
		calls+=("$1$i=$2")
	done
	tell connect "${where[@]}" to=192.0.2.2 && tell call "${calls[@]}" "${@:3}"
}

tell server same G 192.0.2.2 ids=500 same=1
mode bypass
check "stock: eight calls are answered" calls s 0
check "stock: one client's packets get through, and nothing comes back" \
	tell gre 's*' out=1 back=0 ms=300
in_ns "$R" conntrack -F 2>/dev/null
intree_rule
check "in-tree: eight calls are answered" calls i 0
check "in-tree: packets go both ways for all" tell gre 'i*'
in_ns "$R" nft delete table ip intree

in_ns "$R" conntrack -F 2>/dev/null
mode on
for id in 0 4711; do
	check "on: eight calls with id $id are answered" calls "n$id-" "$id"
	check "the server can tell them apart" tell distinct "n$id-*"
	check "one of them keeps its id" tell aliases "n$id-*" client=7
	check "packets go both ways for all" tell gre "n$id-*"
	check "Set-Link-Info is about the right call" tell link_info "n$id-*"
	check "so is WAN-Error-Notify" tell wan_error "n$id-*"
done
check "a client's second call gets another id of the server's" \
	tell aliases 'n4711-*' server=8
check "its first one has kept it" tell aliases 'n0-*' server=0
check "conntrack has both ends' ids in a call's entry" sh -c \
	"nsenter --net=/run/netns/$R conntrack -L -p gre 2>&1 | grep -q \
	'src=10.0.0.1[1-8].*srckey=0x1267 dstkey=0x.*srckey=0x1f4 dstkey=0x1267'"
check "ids were rewritten, and counted" counter_is rewritten -ge 14
