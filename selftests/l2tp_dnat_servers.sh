#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two servers inside, behind one public address, each for clients of its own; and
# clients inside that reach one of them by the public address. All choose the same
# ids.
#
#   C1 10.0.0.11 (server) --.
#   C2 10.0.0.12 (server) --+-- br0 R wan 192.0.2.1 ---- 192.0.2.21 to .24 G
#   C3 10.0.0.13, .14 ------'                            (clients)
#         (clients)

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 29
topo 3
ipb "${C[3]}" "addr add 10.0.0.14/24 dev eth0"
for i in 21 22 23 24; do
	ipb "$G" "addr add 192.0.2.$i/24 dev eth0"
done
commit
ruleset "$R" <<-END
	table ip nat {
		chain pre {
			type nat hook prerouting priority dstnat
			ip saddr 192.0.2.22 ip daddr $PUBLIC udp dport 1701 dnat to 10.0.0.12
			ip saddr 192.0.2.22 ip daddr $PUBLIC ip protocol 115 dnat to 10.0.0.12
			ip daddr $PUBLIC udp dport 1701 dnat to 10.0.0.11
			ip daddr $PUBLIC ip protocol 115 dnat to 10.0.0.11
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
			ip saddr 10.0.0.0/24 oifname "br0" masquerade
		}
	}
END
peer sessions
tell server A C1 10.0.0.11 ids=500
tell server B C2 10.0.0.12 ids=500
tell server AI C1 10.0.0.11 ids=500 proto=ip
tell server BI C2 10.0.0.12 ids=500 proto=ip

mode bypass
check "stock: over IP, one of two clients inside has its tunnel" tell connect \
	sd=C3:10.0.0.13,7 se=C3:10.0.0.14,8 to=$PUBLIC proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays

mode on
for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	args=("to=$PUBLIC" "proto=$proto" "version=$version")
	p=$proto
	check "$p: each server has clients of its own" tell connect \
		${p}a=G:192.0.2.21,7 ${p}b=G:192.0.2.22,7 \
		${p}c=G:192.0.2.23,7 "${args[@]}"
	check "$p: sessions" tell session ${p}a=9 ${p}b=9 ${p}c=9
	check "$p: packets go both ways" tell data "${p}[abc]/9"
	check "$p: the server's packet may be the first" tell back "${p}[abc]/9"
	check "$p: all ids are left alone" \
		tell aliases "$p*" client=0 server=0
	check "$p: Hello of both ends" tell hello "${p}[abc]"
	check "$p: sessions that servers begin" \
		tell incoming ${p}a=10 ${p}b=10 ${p}c=10
	check "$p: packets go both ways in all" tell data "${p}[abc]/*"
	check "$p: the server ends one" tell clear ${p}c/9 by=server
	# Inside, by the public address: the server sees the router as client.
	check "$p: clients inside reach the server" tell connect \
		${p}d=C3:10.0.0.13,7 ${p}e=C3:10.0.0.14,7 "${args[@]}"
	check "$p: their sessions" tell session ${p}d=9 ${p}e=9
	check "$p: packets go both ways in all" tell data "${p}[abde]/9"
done
tell server A2 C1 10.0.0.11 ids=900 answer=40000
check "a server that answers from another port" \
	tell connect oa=G:192.0.2.24,7 to=$PUBLIC
check "its sessions" tell session oa=9
check "packets go both ways" tell data oa/9
check "nothing came to who does not know it" tell strays '*'
