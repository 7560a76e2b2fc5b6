#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented ruleset of a router that lets the three protocols out and answers
# in: what conntrack says of their packets is what the documentation says.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 17
topo 2
commit
masquerade
modprobe -aq "${MODULE[pptp]}" "${MODULE[l2tp]}"

# states: count what the filter sees, by protocol, state and direction.
states()
{
	in_ns "$R" nft -f - <<-END
	flush ruleset
	table inet seen {
		set states {
			type inet_proto . ct_state . ct_dir
			flags dynamic
			size 100
		}
		chain forward {
			type filter hook forward priority filter - 10
			add @states { meta l4proto . ct state . ct direction }
		}
	}
	END
	example router.nft
}

# seen PROTO STATE DIRECTION: for "check".
seen()
{
	in_ns "$R" nft list set inet seen states >"$TMP/states"
	cat "$TMP/states"
	grep -qE "$1 \. $2 \. $3" "$TMP/states"
}

for PROTO in ipsec pptp l2tp; do
	mode on
done
PROTO=ipsec
states
peer exchanges
tell gateway G "$GATEWAY"
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
check "IKE of both clients passes" tell up a b first=client
check "ESP of both clients" tell esp a b n=4
check "a client's first ESP is new" seen esp new original
check "answers are established" seen esp established reply
check "nothing from outside is new" fails seen esp new reply
states
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
tell sa c=C1:10.0.0.11 "to=$GATEWAY"
tell up c
check "a gateway sends ESP first" tell packet c by=gateway
check "that is related" seen esp related reply
peer_end

PROTO=pptp
states
peer calls
tell server S G 192.0.2.2
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "PPTP of both clients" tell call a=7 b=7
check "GRE" tell gre '[ab]/7'
check "a call's first GRE is related" seen gre related '(original|reply)'
check "it is never new" fails seen gre new '(original|reply)'
check "more of it" tell gre '[ab]/7'
check "later GRE is established" seen gre established '(original|reply)'
peer_end

PROTO=l2tp
states
peer sessions
tell server I G 192.0.2.2 proto=ip ids=600
check "L2TP over IP of both clients" tell connect a=C1:10.0.0.11,7 \
	b=C2:10.0.0.12,7 to=192.0.2.2 proto=ip version=3
tell session a=9 b=9
check "data" tell data '[ab]*'
check "a client's first packet is new" seen l2tp new original
check "answers are established" seen l2tp established reply
