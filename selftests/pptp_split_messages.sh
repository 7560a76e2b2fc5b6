#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Control messages in pieces, cut at every byte, and several in one segment: ids
# are translated all the same, and nothing else is changed.
#
#   C1 10.0.0.11 --- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#      10.0.0.12
#
# All clients use the same ids, so that most get an alias. The kernel's own helper
# needs a segment for each message.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 7
topo 1
for ((i = 12; i <= 40; i++)); do
	ipb "${C[1]}" "addr add 10.0.0.$i/24 dev eth0"
done
commit
masquerade
intree
peer split

# connected: many connections.
connected()
{
	local i where=()

	for ((i = 11; i <= 40; i++)); do
		where+=("a$i=C1:10.0.0.$i")
	done
	tell connect "${where[@]}" to=192.0.2.2
}

tell split_server G 192.0.2.2
mode bypass
intree_rule
tell connect s=C1:10.0.0.11 to=192.0.2.2
tell split_peers s
check "in-tree: calls that share a segment do not all work" fails tell merged
in_ns "$R" nft delete table ip intree

mode on
vpn-passthrough -n "$R" limits max-per-client 4096
check "on: connections are set up" connected
tell split_peers 'a*'
check "calls that share a segment all work" tell merged
check "messages may be cut anywhere" tell everywhere
check "also into pieces of three bytes" tell threes
check "nothing was taken for malformed" counter_is bad-control -eq 0
check "what ended inside of an id was held up" counter_is control-order -gt 0
