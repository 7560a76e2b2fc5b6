#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Strangers, inside and outside, send what would end the tunnel of a client, or
# answer in its place: it goes on, and nothing of it is taken for its end.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'                                         192.0.2.3

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 19
topo 3
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# shown STATE N: the two clients have so many of these.
shown()
{
	local address

	for address in 10.0.0.11 10.0.0.12; do
		vpn-passthrough -n "$R" tunnels l2tp client $address
	done >"$TMP/tunnels" 2>/dev/null
	cat "$TMP/tunnels"
	test "$(grep -cE "^l2tp +$1 " "$TMP/tunnels")" -eq "$2"
}

mode bypass
check "stock: one of two has its tunnel over IP" tell connect \
	sa=C1:10.0.0.11,7 sb=C2:10.0.0.12,7 to=192.0.2.2 proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port

for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	p=$proto
	check "$p: tunnels with one id" tell connect ${p}a=C1:10.0.0.11,7 \
		${p}b=C2:10.0.0.12,7 to=192.0.2.2 proto=$p "version=$version"
	check "$p: sessions with one id" tell session ${p}a=9 ${p}b=9
	# Whether the peers believe it is not what this is about.
	tell ignore "$p?" 2 4 14
	tell foreign "$p?" C3:10.0.0.13 G:192.0.2.3
	check "$p: packets go both ways" tell data "$p*"
	check "$p: Hello of both ends" tell hello "$p?"
	check "$p: messages about sessions" tell link_info "$p*"
	check "$p: nothing is closing" shown closing 0
	check "$p: all are bound" shown bound 4
	tell ignore "$p?"
	check "$p: all ends by its own word" tell stop "$p?"
	vpn-passthrough -n "$R" flush >/dev/null
done
check "no stranger has a tunnel" test "$(vpn-passthrough -n "$R" tunnels \
	l2tp client 10.0.0.13 2>/dev/null | grep -c control)" -eq 0
check "the kernel's table is in order" limit_is tunnels -eq 0
