#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented rules that let tunnels through from one interface to another
# only: answers come in, and a server may be the first after that; guests get none.
#
#   C1 10.0.0.11 ----- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.1.0.12 --- guest'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 10
topo 2
ipb "$R" "link set lan2 nomaster" "link set lan2 down" \
	"link set lan2 name guest" "link set guest up" \
	"addr add 10.1.0.1/24 dev guest"
ipb "${C[2]}" "addr flush dev eth0" "addr add 10.1.0.12/24 dev eth0" \
	"route add default via 10.1.0.1"
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

mode on
check "without them, a guest has a tunnel" tell connect \
	g=C2:10.1.0.12,7 to=192.0.2.2
check "the rules load" example vpn-interfaces.nft
check "it does not get further" fails tell session g=9
check "nor has it a new one" tell connect n=C2:10.1.0.12,8 to=192.0.2.2 up=0 \
	ms=300
check "nor over IP" tell connect i=C2:10.1.0.12,9 to=192.0.2.2 up=0 ms=300 \
	proto=ip version=3
check "they were refused" counted_is vpn_interfaces vpn -ge 3
check "who comes from the inside has one" tell connect u=C1:10.0.0.11,17 \
	to=192.0.2.2
check "also over IP" tell connect v=C1:10.0.0.11,18 to=192.0.2.2 proto=ip \
	version=3
tell session u=19 v=20
check "packets go both ways" tell data '[uv]*'
check "the server may be the first" tell back '[uv]*'
