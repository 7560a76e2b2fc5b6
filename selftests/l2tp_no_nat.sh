#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A router that translates nothing changes no id: all clients have addresses of
# their own.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 17
topo 2
ipb "$G" "route add 10.0.0.0/24 via $PUBLIC" "route add fd00::/64 via $PUBLIC6"
commit
ruleset "$R" <<-END
	table inet filter {
		chain forward {
			type filter hook forward priority filter
			ct state established,related accept
		}
	}
END
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600
tell server I6 G "$GATEWAY6" proto=ip ids=600

# start NAME ID [ARG...]: sessions of both, with equal ids.
start()
{
	tell connect "$1a=C1:10.0.0.11,$2" "$1b=C2:10.0.0.12,$2" to=192.0.2.2 \
		"${@:3}" && tell session "$1a=9" "$1b=9"
}

mode bypass
check "stock: over UDP" start su 7
check "stock: over IP" start si 7 proto=ip version=3
check "stock: packets go both ways" tell data 's*'
in_ns "$R" conntrack -F 2>/dev/null
mode on
check "on, over UDP" start u 7
check "over IP" start i 7 proto=ip version=3
check "packets go both ways" tell data '[ui]?/9'
check "no id is rewritten" tell aliases '[ui]?/9' client=0 server=0
check "the server's packet may be the first" tell back '[ui]?/9'
check "Hello of both ends" tell hello '[ui]?'
check "sessions that the server begins" tell incoming ua=10 ub=10 ia=10 ib=10
check "packets go both ways" tell data '[ui]?/10'
tell connect va=C1:fd00::11,7 vb=C2:fd00::12,7 "to=$GATEWAY6" proto=ip version=3
check "IPv6: sessions" tell session va=9 vb=9
check "packets go both ways" tell data 'v*'
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "with ports preserved" start p 17
check "packets go both ways" tell data 'p?/9'
check "no id is rewritten" tell tunnel_aliases 'p?' client=0
check "sessions end" tell clear '[ui]?/10'
