#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router is a PPTP server itself, behind an input chain that takes nothing
# but control connections and what belongs to them; and it is a client of a
# server that a client inside calls with the same id.
#
#   C1 10.0.0.11 --.
#                  +-- 10.0.0.1 R 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 8
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
			iifname "br0" tcp dport 1723 accept
		}
	}
END
peer calls
tell server S R 10.0.0.1
tell server T G 192.0.2.2

mode bypass
tell connect s=C1:10.0.0.11 to=10.0.0.1
check "stock: a call is answered" tell call s=7
check "stock: no packet gets in" tell gre s/7 out=0 ms=300

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=10.0.0.1
check "on: the router answers calls with one id" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
check "no id is rewritten" tell aliases '[ab]/7' client=0 server=0

tell connect r=R:192.0.2.1 c=C1:10.0.0.11 to=192.0.2.2
check "the router and a client call with one id" tell call r=9 c=9
check "packets go both ways for both" tell gre '[rc]/9'
check "the server can tell them apart" tell distinct '[rc]/9'
