#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A firewall that lets out control connections only, and what belongs to them:
# calls work without any rule about GRE.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 10
topo 2
commit

# firewall RULE: this is accepted, and new control connections are.
firewall()
{
	ruleset "$R" <<-END
	flush ruleset
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
	table inet firewall {
		counter related { }
		counter outside { }
		chain forward {
			type filter hook forward priority filter; policy drop
			meta l4proto gre ct state related counter name related
			iifname "wan" ct state new counter name outside
			$1
			iifname "br0" tcp dport 1723 accept
		}
	}
	END
}

# counted NAME OP N: for "check".
counted()
{
	local text

	text=$(in_ns "$R" nft list counter inet firewall "$1")
	echo "$text"
	[[ $text =~ packets\ ([0-9]+) ]] &&
		test "${BASH_REMATCH[1]}" "$2" "$3"
}

peer calls
tell server S G 192.0.2.2
mode bypass
firewall "ct state established,related accept"
tell connect s=C1:10.0.0.11 to=192.0.2.2
check "stock: a call is answered" tell call s=7
check "stock: no packet gets through" tell gre s/7 out=0 back=0 ms=300

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "on: calls with one id are answered" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
check "the first ones of a call are related" counted related -ge 2
check "nothing from outside was new" counted outside -eq 0
check "conntrack has an entry with both ids of the call" sh -c \
	"nsenter --net=/run/netns/$R conntrack -L -p gre 2>&1 | grep -qE \
	'src=10.0.0.11 dst=192.0.2.2 srckey=0x7 dstkey=0x[1-9].*src=192.0.2.2 dst=192.0.2.1 srckey=0x[1-9].*dstkey=0x7'"

firewall 'meta l4proto tcp ct state established accept
	ct helper "pptp-ext" meta l4proto gre accept'
check "rules can ask for the helper" tell gre '[ab]/7'
tell connect c=C2:10.0.0.12 to=192.0.2.2
check "also for new calls" tell call c=8
check "packets go both ways" tell gre 'c/8'
