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

plan 7
topo 2
tunnel6 1 0x10001 0x20001
tunnel6 2 0x10002 0x20002
commit
masquerade

ping6_of 1
first=$REPLY
ping6_of 2
second=$REPLY

mode bypass
ask -i 100 -t 1000 "$first" "$second"
check "stock: one of two is answered" answered_are 1
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 "$first" "$second"
ask -i 20 -c 30 "$first" "$second"
check "nothing is lost for the first" asked_is 1 lost -eq 0
check "nothing is lost for the second" asked_is 2 lost -eq 0
check "the second one's tunnel is bound" state_is fd00::12 bound

# A prefix for a prefix: each client has an address of its own.
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
ipb "$G" "route add 2001:db8:ff::/64 via $PUBLIC6"
commit
answer_bg "$G" "$GATEWAY6"
check "prefix translation: both are answered" ask -i 50 -t 8000 -w 5 \
	"${C[1]},fd00::11,$GATEWAY6,0x30001,0x80030001" \
	"${C[2]},fd00::12,$GATEWAY6,0x30002,0x80030002"
answer_end
check "each from an address of its own" test \
	"$(grep -o 'from [0-9a-f:]*' "$TMP/answer" | sort -u | wc -l)" -eq 2
