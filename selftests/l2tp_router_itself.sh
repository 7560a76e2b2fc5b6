#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router is an L2TP server itself, behind an input chain that takes nothing but
# L2TP and what belongs to it; and it is a client of a server that a client inside
# uses with the same ids.
#
#   C1 10.0.0.11 --.
#                  +-- 10.0.0.1 R 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 21
topo 2
commit
ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
	table inet firewall {
		chain input {
			type filter hook input priority filter; policy drop
			ct state established,related accept
			iifname "br0" udp dport 1701 accept
			iifname "br0" ip protocol 115 accept
		}
	}
END
peer sessions
tell server S R 10.0.0.1 ids=500
tell server I R 10.0.0.1 ids=600 proto=ip
tell server T G 192.0.2.2 ids=700
tell server U G 192.0.2.2 ids=800 proto=ip

mode bypass
check "stock: of the router and a client, one has its tunnel over IP" \
	tell connect sr=R:192.0.2.1,7 sc=C1:10.0.0.11,8 to=192.0.2.2 proto=ip \
	version=3 up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays

mode on
for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	p=$proto args=("proto=$proto" "version=$version")
	check "$p: clients of the router's own server" tell connect \
		${p}a=C1:10.0.0.11,7 ${p}b=C2:10.0.0.12,7 to=10.0.0.1 \
		"${args[@]}"
	check "$p: sessions" tell session ${p}a=9 ${p}b=9
	check "$p: packets go both ways" tell data "${p}[ab]/9"
	check "$p: no id is rewritten" tell aliases "$p*" client=0 server=0
	check "$p: the router and two clients have one server" tell connect \
		${p}r=R:192.0.2.1,17 ${p}c=C1:10.0.0.11,17 \
		${p}d=C2:10.0.0.12,17 to=192.0.2.2 "${args[@]}"
	check "$p: the server can tell them apart" tell distinct "${p}[rcd]"
	check "$p: sessions" tell session ${p}r=19 ${p}c=19 ${p}d=19
	check "$p: packets go both ways in all" tell data "$p*"
	check "$p: Hello of both ends" tell hello "$p?"
done
# The client was there first, and the router comes with ids that it has.
tell connect xc=C1:10.0.0.11,27 to=192.0.2.2 proto=ip version=3
tell connect xr=R:192.0.2.1,27 to=192.0.2.2 proto=ip version=3
check "the router comes second" tell session xc=29 xr=29
check "packets go both ways" tell data 'x*'
