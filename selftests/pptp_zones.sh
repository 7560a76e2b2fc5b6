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
PROTO=pptp

plan 11
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

peer calls
tell server S G 192.0.2.2 ids=500 same=1
zones 'iifname "lan1" ct original zone set 1
	iifname "lan2" ct original zone set 2'

mode bypass
tell connect s=C1:10.0.0.11 to=192.0.2.2
check "stock: a call is answered" tell call s=7
check "stock: no packet comes back" tell gre s/7 back=0 ms=300

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.11 to=192.0.2.2
check "on: both clients' calls are answered" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
in_ns "$R" conntrack -L -p gre 2>/dev/null >"$TMP/entries"
check "the first has its entry in zone 1" grep -q 'zone-orig=1' "$TMP/entries"
check "the second has its entry in zone 2" grep -q 'zone-orig=2' "$TMP/entries"
check "the tool knows the zones" test "$(vpn-passthrough -n "$R" -j tunnels 2>/dev/null |
	grep -oE '"zone":[12],' | sort -u | wc -l)" -eq 2
check "one id has an alias outside" tell aliases '[ab]/7' client=1

# One zone for both directions, of everything.
vpn-passthrough -n "$R" flush >/dev/null
zones 'ct zone set 7' 'ct zone set 7'
tell connect c=C1:10.0.0.11 to=192.0.2.2
check "a zone for both directions: a call is answered" tell call c=8
check "packets go both ways" tell gre c/8
check "the entry is in the zone" sh -c "nsenter --net=/run/netns/$R \
	conntrack -L -p gre 2>&1 | grep -q 'zone=7'"
