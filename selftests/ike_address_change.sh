#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router's public address goes: tunnels behind it are forgotten at once,
# those behind another one stay, and clients come back behind the new one.
#
#   C1 10.0.0.11 --.          192.0.2.1 (masquerade)
#   C2 10.0.0.12 --+-- br0 R wan ------------------------- 192.0.2.2 G
#   C3 10.0.0.13 --'          192.0.2.5 (snat, of C3)

. "$(dirname "$0")/lib.sh"

plan 26
topo 3
ipb "$R" "addr add 192.0.2.5/32 dev wan"
commit
ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			ip saddr 10.0.0.13 oifname "wan" snat ip to 192.0.2.5
			oifname "wan" masquerade
		}
	}
END
modprobe -q nf_conntrack_l2tp || skip_all "L2TP's module cannot be loaded"
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"
mode on
vpn-passthrough -n "$R" set l2tp on

# new_address OLD NEW N: so many tunnels go with it.
new_address()
{
	ip -n "$R" addr del "$1" dev wan
	busywait 5000 counter_is address-gone -ge "$3" || return
	ip -n "$R" addr add "$2" dev wan nodad
}

# entries_of ADDRESS: conntrack's, that leave from there.
entries_of()
{
	in_ns "$R" conntrack -L -f "$1" -q "$2" 2>/dev/null
}

no_entries_of()
{
	entries_of "$@"
	[[ -z $(entries_of "$@") ]]
}

l2tp_tunnels()
{
	vpn-passthrough -n "$R" -j tunnels l2tp | grep -o '"client":"[^"]*"'
}

tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
check "three clients have tunnels" tell up a b c first=client
check "that work" tell esp a b c n=4
check "one leaves from the other address" tell public_is c 192.0.2.5
inject -p 115 -x "0000100100000000$(printf '%032d' 0)" \
	"${C[1]}" 10.0.0.11 "$GATEWAY" >/dev/null
check "and there is one of L2TP" l2tp_tunnels

check "the address changes: that is noticed" \
	new_address 192.0.2.1/24 192.0.2.9/24 2
check "one client's tunnel is gone" state_is 10.0.0.11 ""
check "the other one's" state_is 10.0.0.12 ""
check "and that of L2TP" fails l2tp_tunnels
check "with their conntrack entries" no_entries_of ipv4 192.0.2.1
check "the third one's is there" busywait 8000 settles c 10.0.0.13
check "and works" tell esp c n=2
check "its key exchange, too" tell exchange c by=gateway
tell sa d=C1:10.0.0.11 e=C2:10.0.0.12 "to=$GATEWAY"
check "clients begin anew" tell up d e first=client
check "from the new address" tell public_is d 192.0.2.9
check "and work" tell esp d e n=4
check "all do" tell esp c n=2

counter address-gone
gone=$REPLY
check "the other address goes" new_address 192.0.2.5/32 192.0.2.6/32 \
	$((gone + 1))
check "its tunnel, too" state_is 10.0.0.13 ""
check "the others stay" tell esp d e n=2

tell sa v=C1:fd00::11 "to=$GATEWAY6"
tell sa w=C2:fd00::12 "to=$GATEWAY6"
check "IPv6: two clients have tunnels" tell up v w first=client
check "that work" tell esp v w n=4
counter address-gone
gone=$REPLY
check "the address changes" \
	new_address 2001:db8::1/64 2001:db8::9/64 $((gone + 2))
check "the tunnels are gone" state_is fd00::11 ""
tell sa x=C1:fd00::11 "to=$GATEWAY6"
check "a client begins anew" tell up x first=client
check "and works" tell esp x n=2
check "IPv4 was not touched" tell esp d e
