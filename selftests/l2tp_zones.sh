#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The user's own conntrack zones keep working: two clients with the same address
# in two networks, told apart by a zone of the original direction; and a zone
# for both directions.
#
#   C1 10.0.0.11 ---- lan1 zone 1 --.
#                                    R wan 192.0.2.1 ---- 192.0.2.2 G
#   C2 10.0.0.11 ---- lan2 zone 2 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 19
require
netns "$R" "$G"
link "$R" wan "$G" eth0
ipb "$R" "addr add 192.0.2.1/24 dev wan"
ipb "$G" "addr add 192.0.2.2/24 dev eth0"
for i in 1 2; do
	C[i]=$ID-c$i
	netns "${C[i]}"
	link "${C[i]}" eth0 "$R" "lan$i"
	ipb "${C[i]}" "addr add 10.0.0.11/24 dev eth0" \
		"route add default via 10.0.0.1"
	ipb "$R" "addr add 10.0.0.1/32 dev lan$i" \
		"route add 10.0.0.0/24 dev lan$i table 10$i" \
		"rule add fwmark $i lookup 10$i"
done
commit

# zones RULE...: what the rules for zones are.
zones()
{
	ruleset "$R" <<-END
	flush ruleset
	table ip t {
		chain raw {
			type filter hook prerouting priority raw
			$1
		}
		chain output {
			type filter hook output priority raw
			${2-}
		}
		chain marks {
			type filter hook prerouting priority mangle
			iifname "lan1" ct mark set 1
			iifname "lan2" ct mark set 2
			iifname "wan" meta mark set ct mark
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
	END
}

# start NAME [ARG...]: sessions of both, with equal ids.
start()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.11,7" to=192.0.2.2 \
		"${@:2}" && tell session "$1a=9" "$1b=9"
}

peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600
zones 'iifname "lan1" ct original zone set 1
	iifname "lan2" ct original zone set 2'

mode bypass
check "stock: over IP, one of two has its tunnel" tell connect \
	sa=C1:10.0.0.11,7 sb=C2:10.0.0.11,7 to=192.0.2.2 proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null

mode on
check "on, over IP: sessions" start ip proto=ip version=3
check "packets go both ways" tell data 'ip?/9'
in_ns "$R" conntrack -L -p 115 2>/dev/null >"$TMP/entries"
check "the first has its entry in zone 1" grep -q 'zone-orig=1' "$TMP/entries"
check "the second has its entry in zone 2" grep -q 'zone-orig=2' "$TMP/entries"
check "the tool knows the zones" test "$(vpn-passthrough -n "$R" -j tunnels 2>/dev/null |
	grep -oE '"zone":[12],' | sort -u | wc -l)" -eq 2
check "one id has an alias outside" tell aliases 'ip?/9' client=1
check "over UDP: sessions" start udp
check "packets go both ways" tell data 'udp?/9'
check "conntrack gives them ports of their own" tell ports 'udp?' 1701 n=1
vpn-passthrough -n "$R" set l2tp on --preserve-port
in_ns "$R" conntrack -D -p udp >"$TMP/deleted" 2>&1
vpn-passthrough -n "$R" flush >/dev/null
check "with one port: sessions" start one
check "they have it" tell ports 'one?' 1701
check "packets go both ways" tell data 'one?/9'

# One zone for both directions, of everything.
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
zones 'ct zone set 7' 'ct zone set 7'
check "a zone for both directions: a tunnel over IP" \
	tell connect c=C1:10.0.0.11,17 to=192.0.2.2 proto=ip version=3
check "over UDP" tell connect d=C1:10.0.0.11,18 to=192.0.2.2
check "sessions" tell session c=9 d=9
check "packets go both ways" tell data '[cd]/9'
check "the entries are in the zone" sh -c "nsenter --net=/run/netns/$R \
	conntrack -L -p 115 2>&1 | grep -q 'zone=7'"
check "Hello of both ends" tell hello '[cd]'
