#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ESP packets that do not fit the link come in fragments, both ways, and reach
# the right client.
#
#   C1 --.
#        +-- br0 R wan (masquerade) ---- G
#   C2 --'

. "$(dirname "$0")/lib.sh"

plan 7
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
ruleset "$R" <<-END
	table inet nat {
		counter from_clients { }
		counter from_gateway { }
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
		chain raw {
			type filter hook prerouting priority -500
			ip frag-off & 0x1fff != 0 iifname "br0" counter name from_clients
			ip frag-off & 0x1fff != 0 iifname "wan" counter name from_gateway
			exthdr frag exists iifname "br0" counter name from_clients
			exthdr frag exists iifname "wan" counter name from_gateway
		}
	}
END

# fragments_from CHAIN: were there any since the last time?
fragments_from()
{
	in_ns "$R" nft reset counter inet nat "$1" | tee "$TMP/counter"
	! grep -q 'packets 0 ' "$TMP/counter"
}

pings 1 2
mode bypass
ask -i 100 -t 1000 -s 4000 "${PINGS[@]}"
check "stock: one of two is answered" answered_are 1
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 -s 4000 "${PINGS[@]}"
check "the clients sent fragments" fragments_from from_clients
check "the gateway sent fragments" fragments_from from_gateway

# Real tunnels over IPv6 cut the packet inside.
answer_bg "$G" "$GATEWAY6"
check "IPv6: both are answered" ask -i 50 -t 8000 -w 5 -s 4000 \
	"${C[1]},fd00::11,$GATEWAY6,0x30001,0x80030001" \
	"${C[2]},fd00::12,$GATEWAY6,0x30002,0x80030002"
check "the clients sent fragments" fragments_from from_clients
check "the gateway sent fragments" fragments_from from_gateway
