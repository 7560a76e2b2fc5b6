#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Messages that are lost are sent again, and data may overtake an answer: ids and
# their aliases stay what they are.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 22
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

mode bypass
check "stock: one of two has its tunnel over IP" tell connect \
	sa=C1:10.0.0.11,7 sb=C2:10.0.0.12,7 to=192.0.2.2 proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port

for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	[[ $proto == ip ]] && name=I || name=S
	p=$proto
	tell clear_strays
	check "$p: tunnels with one id" tell connect ${p}a=C1:10.0.0.11,7 \
		${p}b=C2:10.0.0.12,7 to=192.0.2.2 proto=$p "version=$version"
	tell hold "$name" 11
	tell session ${p}a=9 up=0 ms=100
	tell session ${p}b=9 up=0 ms=100
	counter rewritten
	before=$REPLY
	tell asked_again ${p}b/9
	check "$p: a request sent again has its alias already" \
		counter_is rewritten -eq "$before"
	tell hold "$name"
	tell asked_again ${p}a/9 1
	tell asked_again ${p}b/9 1
	check "$p: the answer comes" tell is_up ${p}b/9
	tell asked_again ${p}b/9
	check "$p: and may come again" tell is_up ${p}b/9
	check "$p: packets go both ways" tell data "$p*/9"
	tell hold "$name" 11
	check "$p: data comes before the answer" tell early ${p}a=10 ${p}b=10
	check "$p: and goes after it at once" tell late "$p?/10"
	tell hold "$name"
	check "$p: packets go both ways" tell data "$p*"
	check "$p: messages about sessions" tell link_info "$p*"
	check "$p: nothing came to who does not know it" tell strays "$p?"
done
check "nothing was malformed" counter_is bad-control -eq 0
