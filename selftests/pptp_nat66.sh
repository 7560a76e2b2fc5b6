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
PROTO=pptp

plan 12
topo 2
ipb "$G" "route add 2001:db8:ff::/64 via $PUBLIC6"
commit
masquerade
peer calls
tell server S G "$GATEWAY6" ids=500 same=1

# connections NAME: one of each client.
connections()
{
	tell connect "$1a=C1:fd00::11" "$1b=C2:fd00::12" "to=$GATEWAY6"
}

mode bypass
connections s
check "stock: calls are answered" tell call sa=7 sb=7
check "stock: no packet comes back" tell gre 's*' out=1 back=0 ms=300

mode on
connections m
check "on: calls with one id are answered" tell call ma=7 mb=7
check "packets go both ways" tell gre 'm*'
check "one id has an alias" tell aliases 'm*' client=1
check "control messages are about the right call" tell link_info 'm*'
check "a call that comes in" tell incoming S ma=9
check "packets go both ways in all" tell gre 'm*'
check "a call is cleared" tell clear ma/7

# A prefix for a prefix: each client has an address of its own.
ruleset "$R" <<-END
	flush ruleset
	table ip6 nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" ip6 saddr fd00::/64 snat ip6 prefix to 2001:db8:ff::/64
		}
	}
END
connections p
check "prefix translation: calls are answered" tell call pa=27 pb=27
check "packets go both ways" tell gre 'p*'
check "all ids of clients are left alone" tell aliases 'p*' client=0
