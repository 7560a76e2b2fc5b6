#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# IPv6: many clients behind one masqueraded address, and behind a prefix that is
# translated to another one.
#
#   C1 fd00::11 --.
#                 +-- br0 R wan 2001:db8::1 ---- 2001:db8::2 G
#   C2 fd00::12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 19
topo 2
ipb "$G" "route add 2001:db8:ff::/64 via $PUBLIC6"
commit
masquerade
peer sessions
tell server S G "$GATEWAY6" ids=500
tell server I G "$GATEWAY6" proto=ip ids=600

# tunnels NAME [ARG...]: one of each client, with one id.
tunnels()
{
	tell connect "$1a=C1:fd00::11,7" "$1b=C2:fd00::12,7" "to=$GATEWAY6" \
		"${@:2}"
}

mode bypass
check "stock: over IP, one of two has its tunnel" tunnels s proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays

mode on
tunnels m proto=ip version=3
check "on, over IP: sessions" tell session ma=9 mb=9
check "packets go both ways" tell data 'm*'
check "one id has an alias" tell aliases 'm*' client=1
check "messages about sessions" tell link_info 'm*'
check "sessions that the server begins" tell incoming ma=10 mb=10
check "packets go both ways in all" tell data 'm*'
check "cookies: no id is rewritten" tell session ma=11 mb=11 cookie=8
check "packets go both ways" tell data 'm*/11'
check "a session is cleared" tell clear mb/9
tunnels u
check "over UDP: sessions" tell session ua=9 ub=9
check "packets go both ways" tell data 'u*'
check "Hello of both ends" tell hello '[mu]?'

# A prefix for a prefix: each client has an address of its own.
in_ns "$R" conntrack -F 2>/dev/null
vpn-passthrough -n "$R" flush >/dev/null
ruleset "$R" <<-END
	flush ruleset
	table ip6 nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" ip6 saddr fd00::/64 snat ip6 prefix to 2001:db8:ff::/64
		}
	}
END
tunnels p proto=ip version=3
check "prefix translation, over IP: sessions" tell session pa=29 pb=29
check "packets go both ways" tell data 'p*'
check "all ids are left alone" tell aliases 'p*' client=0 server=0
tunnels q
check "over UDP: sessions" tell session qa=29 qb=29
check "packets go both ways" tell data 'q*'
check "nothing came to who does not know it" tell strays '*'
