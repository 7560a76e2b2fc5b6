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

plan 7
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
ruleset "$R" <<-END
	table ip t {
		chain raw {
			type filter hook prerouting priority raw
			iifname "lan1" ct original zone set 1
			iifname "lan2" ct original zone set 2
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

one=${C[1]},10.0.0.11,$GATEWAY
two=${C[2]},10.0.0.11,$GATEWAY

mode bypass
answer_bg "$G" "$GATEWAY" -t 60000
ask -i 100 -t 1000 "$one,0x1001,0x80001001" "$two,0x1002,0x80001002"
check "stock: one of two is answered" answered_are 1
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 \
	"$one,0x1001,0x80001001" "$two,0x1002,0x80001002"
in_ns "$R" conntrack -L 2>/dev/null | grep 10.0.0.11 >"$TMP/entries"
check "the first has its entry in zone 1" \
	grep -q 'zone-orig=1' "$TMP/entries"
check "the second has its entry in zone 2" \
	grep -q 'zone-orig=2' "$TMP/entries"
check "the tool knows the zones" test "$(vpn-passthrough -n "$R" -j tunnels 2>/dev/null |
	grep -oE '"zone":[12],' | sort -u | wc -l)" -eq 2

# One zone for both directions, of everything.
vpn-passthrough -n "$R" flush >/dev/null
ruleset "$R" <<-END
	flush ruleset
	table ip t {
		chain raw {
			type filter hook prerouting priority raw
			ct zone set 7
		}
		chain output {
			type filter hook output priority raw
			ct zone set 7
		}
		chain marks {
			type filter hook prerouting priority mangle
			iifname "lan1" ct mark set 1
			iifname "wan" meta mark set ct mark
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
END
check "a zone for both directions: the client is answered" \
	ask -i 50 -t 5000 -w 5 "$one,0x2001,0x80002001"
check "also with a new SPI" \
	ask -i 50 -t 5000 -w 5 "$one,0x2002,0x80002002"
