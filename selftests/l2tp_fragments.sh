#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets that do not fit the link come in fragments, both ways, and reach the
# right client.
#
#   C1 --.
#        +-- br0 R wan (masquerade) ---- G
#   C2 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 17
topo 2
commit
ruleset "$R" <<-END
	table inet nat {
		counter from_clients { }
		counter from_server { }
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
		chain raw {
			type filter hook prerouting priority -500
			ip frag-off & 0x1fff != 0 iifname "br0" counter name from_clients
			ip frag-off & 0x1fff != 0 iifname "wan" counter name from_server
			exthdr frag exists iifname "br0" counter name from_clients
			exthdr frag exists iifname "wan" counter name from_server
		}
	}
END
peer sessions
tell server S G "$GATEWAY" ids=500
tell server I G "$GATEWAY" proto=ip ids=600
tell server S6 G "$GATEWAY6" ids=500
tell server I6 G "$GATEWAY6" proto=ip ids=600

# fragments_from CHAIN: were there any since the last time?
fragments_from()
{
	in_ns "$R" nft reset counter inet nat "$1" | tee "$TMP/counter"
	! grep -q 'packets 0 ' "$TMP/counter"
}

# start NAME ADDRESS ADDRESS2 GATEWAY [ARG...]: sessions with equal ids.
start()
{
	tell connect "$1a=C1:$2,7" "$1b=C2:$3,7" "to=$4" "${@:5}" &&
		tell session "$1a=9" "$1b=9"
}

# large NAME: 3 checks.
large()
{
	check "large packets go both ways" tell sized "$1?/9" 4000
	check "the clients sent fragments" fragments_from from_clients
	check "the server sent fragments" fragments_from from_server
}

mode bypass
check "stock: one of two has its tunnel over IP" tell connect \
	sa=C1:10.0.0.11,7 sb=C2:10.0.0.12,7 "to=$GATEWAY" proto=ip version=3 \
	up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "on, over IP" start ip 10.0.0.11 10.0.0.12 "$GATEWAY" proto=ip version=3
large ip
check "over UDP, with one port" start udp 10.0.0.11 10.0.0.12 "$GATEWAY"
large udp
check "over IPv6" start ip6 fd00::11 fd00::12 "$GATEWAY6" proto=ip version=3
large ip6
check "over UDP and IPv6" start udp6 fd00::11 fd00::12 "$GATEWAY6"
large udp6
