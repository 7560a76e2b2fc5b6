#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A client that has crashed asks for a tunnel with the ids of the one before, and
# the server, which does not know it again, gives another id. Requests and answers
# that are repeated change nothing.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 37
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# start NAME PROTO [ARG...]: both clients, always with the same ids.
start()
{
	local version=2

	[[ $2 != ip ]] || version=3
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,7" to=192.0.2.2 \
		proto="$2" version="$version" "${@:3}"
}

mode bypass
check "stock: one of two has its tunnel over IP" start s ip up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port

for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	tell clear_strays
	check "$proto: tunnels with equal ids" start "$proto"1 "$proto"
	check "$proto: sessions" tell session "$proto"1a=9 "$proto"1b=9
	check "$proto: packets go both ways" tell data "$proto"1'*'
	for i in 2 3; do
		counter bound
		before=$REPLY
		check "$proto: all over again" start "$proto$i" "$proto"
		check "$proto: what their ids are now is told" \
			counter_is bound -ge $((before + 2))
		check "$proto: sessions with ids of before" \
			tell session "$proto$i"a=9 "$proto$i"b=9
		check "$proto: packets go both ways" tell data "$proto$i*"
		check "$proto: Hello of both ends" tell hello "$proto$i*"
	done
	# One of them alone.
	check "$proto: one client starts over" tell connect \
		"$proto"4b=C2:10.0.0.12,7 to=192.0.2.2 proto=$proto \
		"version=$version"
	tell session "$proto"4b=9
	check "$proto: packets go both ways" tell data "$proto"4b/9
done
tell hold S 2
tell connect r=C1:10.0.0.11,77 to=192.0.2.2 up=0 ms=100
tell repeat r 3
check "a request that is not answered yet" fails tell repeated r ms=100
tell hold S
tell repeat r 1
check "is repeated and answered" tell repeated r
check "the other clients go on" tell data '*4b/9'
tell session r=9
check "packets go both ways" tell data r/9
check "nothing came to who does not know it" tell strays '*'
vpn-passthrough -n "$R" flush >/dev/null
check "what was told to be bound is told to be unbound" ids_paired
