#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Source NAT to a pool of addresses: the packets of a call leave from where its
# control connection does, and clients that share an address work all the same.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan (snat to 192.0.2.10-192.0.2.12) -- 192.0.2.2 G
#   C1 10.0.0.16 --'
#
# The clients are addresses in one namespace.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 7
topo 1
where=() calls=()
for i in 1 2 3 4 5 6; do
	ipb "${C[1]}" "addr replace 10.0.0.1$i/24 dev eth0"
	where+=("a$i=C1:10.0.0.1$i")
	calls+=("a$i=7")
done
ipb "$R" "addr add 192.0.2.10/24 dev wan" "addr add 192.0.2.11/24 dev wan" \
	"addr add 192.0.2.12/24 dev wan"
commit
ruleset "$R" <<-END
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" snat to 192.0.2.10-192.0.2.12
		}
	}
END
peer calls
tell server S G 192.0.2.2

mode bypass
tell connect "${where[@]/#a/s}" to=192.0.2.2
check "stock: calls are answered" tell call "${calls[@]/#a/s}"
check "stock: no packet comes back" fails tell gre 's*' out=6 ms=300

mode on
tell connect "${where[@]}" to=192.0.2.2
check "on: calls with one id are answered" tell call "${calls[@]}"
check "packets go both ways, from the right address" tell gre 'a*'
check "the pool is used" tell publics 'a*' 2
check "who does not share an address keeps the id" tell shared 'a*'
in_ns "$R" conntrack -D -p gre >"$TMP/deleted" 2>&1
check "without conntrack's entries, too" tell gre 'a*'
