#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Source NAT to one of several addresses by chance: IKE and ESP of a client and
# a gateway leave from the same one, whichever is first.
#
#   C1 10.0.0.11 --.                                       192.0.2.2 G
#   C2 10.0.0.12 --+-- br0 R wan (snat to 192.0.2.10 ...) ---- 192.0.2.3
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 19
topo 3
for i in {10..17}; do
	ipb "$R" "addr add 192.0.2.$i/24 dev wan"
done
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
ruleset "$R" <<-END
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" snat to numgen inc mod 8 map {
				0 : 192.0.2.10, 1 : 192.0.2.11, 2 : 192.0.2.12,
				3 : 192.0.2.13, 4 : 192.0.2.14, 5 : 192.0.2.15,
				6 : 192.0.2.16, 7 : 192.0.2.17
			}
		}
	}
END
peer exchanges
tell gateway G 192.0.2.2 192.0.2.3

# fresh: nothing is known.
fresh()
{
	vpn-passthrough -n "$R" flush >/dev/null
	in_ns "$R" conntrack -F 2>/dev/null
	tell forget '*'
}

mode bypass
tell sa s=C1:10.0.0.11 t=C2:10.0.0.12 to=192.0.2.2
tell up s t
tell packet s t
check "stock: IKE and ESP leave from different addresses" \
	fails tell same_public s t
in_ns "$R" conntrack -F 2>/dev/null
mode on
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 to=192.0.2.2
tell sa d=C1:10.0.0.11 e=C2:10.0.0.12 f=C3:10.0.0.13 to=192.0.2.3
check "IKE first" tell up '[a-f]' first=client
check "ESP works" tell esp '[a-f]' n=4
check "each client and gateway has one address" tell same_public '[a-f]' n=3
check "none is misbound" counter_is misbind -eq 0
check "a re-key" tell exchange '[a-f]' first=client
check "works" tell esp '[a-f]' n=2

fresh
check "ESP first" tell packet '[a-f]' ms=1500
check "IKE comes after it" tell exchange '[a-f]' first=client
check "each client and gateway has one address" tell same_public '[a-f]' n=3
check "ESP works" tell esp '[a-f]' n=2

fresh
tell sa k=C1:10.0.0.11 to=192.0.2.2 port=4711
check "from another port than 500" tell up k first=client
check "ESP works" tell esp k n=2

# Masquerading remembers its interface, and what goes with it.
fresh
ruleset "$R" <<-END
	delete table ip nat
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" ip protocol esp masquerade
			oifname "wan" snat to 192.0.2.15
		}
	}
END
tell sa m=C1:10.0.0.11 to=192.0.2.2
tell spis m
check "masquerade for ESP: it is first" tell packet m ms=1500
check "IKE follows" tell up m first=client
check "to the same address" tell same_public m
check "which is not that of the rule for IKE" tell public_is m 192.0.2.1

entries()
{
	in_ns "$R" conntrack -L -s 10.0.0.11 -d 192.0.2.2 2>/dev/null
}

check "both have an entry" test "$(entries | wc -l)" -eq 2
ip -n "$R" addr del 192.0.2.1/24 dev wan

no_entries()
{
	[[ -z $(entries) ]]
}

check "both go with the address" busywait 3000 no_entries
