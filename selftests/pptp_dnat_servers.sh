#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two servers inside, behind one public address, each for a client of its own, or
# on a port of its own; and clients inside that reach one of them by the public
# address. All choose the same Call IDs.
#
#   C1 10.0.0.11 (server) --.
#   C2 10.0.0.12 (server) --+-- br0 R wan 192.0.2.1 ---- 192.0.2.21, .22 G
#   C3 10.0.0.13, .14 ------'                            (clients)
#         (clients)

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 13
topo 3
ipb "${C[3]}" "addr add 10.0.0.14/24 dev eth0"
ipb "$G" "addr add 192.0.2.21/24 dev eth0" "addr add 192.0.2.22/24 dev eth0"
commit
ruleset "$R" <<-END
	table ip nat {
		ct helper pptp {
			type "pptp-ext" protocol tcp
		}
		chain help {
			type filter hook prerouting priority mangle
			tcp dport 1724 ct helper set "pptp"
		}
		chain pre {
			type nat hook prerouting priority dstnat
			ip saddr 192.0.2.22 ip daddr $PUBLIC tcp dport 1723 dnat to 10.0.0.12
			ip daddr $PUBLIC tcp dport 1723 dnat to 10.0.0.11
			ip daddr $PUBLIC tcp dport 1724 dnat to 10.0.0.12:1723
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
			ip saddr 10.0.0.0/24 oifname "br0" masquerade
		}
	}
END
peer calls
tell server A C1 10.0.0.11 ids=500 same=1
tell server B C2 10.0.0.12 ids=500 same=1

mode bypass
tell connect s=G:192.0.2.21 to=$PUBLIC
check "stock: a client outside has a call" tell call s=7
check "stock: no packet gets through" tell gre s/7 out=0 ms=300

mode on
tell connect a=G:192.0.2.21 b=G:192.0.2.22 to=$PUBLIC
check "on: each server is called by a client of its own" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
check "all ids are left alone" tell aliases '[ab]/7' client=0 server=0
tell connect c=G:192.0.2.21 to=$PUBLIC port=1724
check "one of the clients calls the other server, too" tell call c=8
check "packets go both ways in all" tell gre '[abc]/*'
check "one server's id has an alias there" tell aliases 'c/8' server=1
check "the server ends it" tell disconnect B c/8
check "the others go on" tell gre '[ab]/7'

# Inside, by the public address: the server sees the router as the client.
tell connect d=C3:10.0.0.13 e=C3:10.0.0.14 to=$PUBLIC
check "clients inside call the server by the public address" tell call d=7 e=7
check "packets go both ways" tell gre '[de]/7'
check "the clients outside go on" tell gre '[ab]/7'
