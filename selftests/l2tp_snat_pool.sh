#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Source NAT to a pool of addresses: clients that share an address work all the
# same, and all packets of a client leave from one address.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan (snat to 192.0.2.10-192.0.2.12) -- 192.0.2.2 G
#   C1 10.0.0.16 --'
#
# The clients are addresses in one namespace.

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 14
topo 1
where=() calls=()
for i in 1 2 3 4 5 6; do
	ipb "${C[1]}" "addr replace 10.0.0.1$i/24 dev eth0"
	where+=("a$i=C1:10.0.0.1$i,7")
	calls+=("a$i=9")
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
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

mode bypass
check "stock: over IP, not all have a tunnel" fails tell connect \
	"${where[@]/#a/s}" to=192.0.2.2 proto=ip version=3 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays

mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port
for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	check "$proto: tunnels with one id" tell connect \
		"${where[@]/#a/$proto}" to=192.0.2.2 proto=$proto \
		"version=$version"
	check "$proto: sessions with one id" \
		tell session "${calls[@]/#a/$proto}"
	check "$proto: packets go both ways" tell data "$proto*"
	check "$proto: the pool is used" tell publics "$proto*" 2
	check "$proto: the server can tell them apart" tell distinct "$proto*"
	check "$proto: who does not share an address keeps the id" \
		tell shared "$proto*"
done
in_ns "$R" conntrack -F 2>/dev/null
check "without conntrack's entries, too" tell data '*/9' ms=4000
