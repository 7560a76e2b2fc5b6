#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A real client with NAT traversal (strongSwan, UDP port 4500) beside two that
# send raw ESP (libreswan), all to one address of one gateway: none disturbs
# another, whoever comes first, or comes again.
#
#   C1 10.0.0.11 raw ----.
#   C2 10.0.0.12 raw ----+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 NAT-T --'
#   inside of the tunnels: Ci 172.16.0.1i, G 172.16.0.1
#
# libreswan must know whom it may encapsulate ESP for before it knows with whom
# it talks. So the router gives that client ports of its own, and the gateway
# leads what comes from these to another local address.
#
# Environment: IKE_ROUNDS (3).

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

SECOND=192.0.2.3
rounds=${IKE_ROUNDS:-3}

# rules: of the router, and of the gateway.
rules()
{
	ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" ip saddr 10.0.0.13 udp dport { 500, 4500 } masquerade to :20000-29999
			oifname "wan" masquerade
		}
	}
	END
	ruleset "$G" <<-END
	table ip nat {
		chain pre {
			type nat hook prerouting priority dstnat
			udp sport 20000-29999 udp dport { 500, 4500 } dnat to $SECOND
		}
	}
	END
}

# on_port PORT ADDRESS: the router knows an answered conversation of it; for
# "check".
on_port()
{
	in_ns "$R" conntrack -L -p udp --src "$2" --dport "$1" 2>/dev/null |
		grep -v UNREPLIED
}

# beside: the raw clients come and go while the other one pings, and the other
# way round; for "check".
beside()
{
	local status=0

	tell traffic 250 c3
	ike_rounds "$rounds" 0 || status=1
	tell quiet || status=1
	return "$status"
}

# again: the client with NAT traversal does, while the raw ones ping; for
# "check".
again()
{
	local i status=0

	tell up 0 "${IKE_NAMES[@]}" || return 1
	tell traffic 250 "${IKE_NAMES[@]}"
	for ((i = 1; i <= rounds; i++)); do
		swan_down 3 && swan_up 3 && tell working c3 || status=1
	done
	tell quiet || status=1
	return "$status"
}

plan 6
topo 3
ipb "$G" "addr add $SECOND/32 dev eth0"
commit
rules
ike_need
swan_need
mode on
ike_gateway "${IKE_V2[@]}"
IKE_GATEWAY=$SECOND ike_gateway_conn 3 encapsulation=auto \
	"ike=$SWAN_AS_LIBRESWAN"
ike_spawn g "$G"
for i in 1 2; do
	ike_gateway_conn "$i"
	ike_client "$i" "${IKE_V2[@]}"
	ike_spawn "c$i" "${C[$i]}"
	IKE_NAMES+=("c$i")
done
ike_load g "${IKE_NAMES[@]}"
swan_spawn 3
ike_conductor 3

check "the client with NAT traversal comes up" swan_up 3
check "and is answered" tell working c3
check "on port 4500" on_port 4500 10.0.0.13
check "raw clients beside it: all are answered, $rounds times" beside
check "it comes again: nobody loses anything, $rounds times" again
check "nobody else uses port 4500" fails on_port 4500 10.0.0.11
ike_end_all
