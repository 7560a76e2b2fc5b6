#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After a key exchange the gateway sends ESP before the client does. It gets to
# the client if the firewall lets related packets pass, for as long as the
# exchange's own entry lives.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 31
topo 2
commit
ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
END
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"

# firewall STATES: nothing but these gets in.
firewall()
{
	ruleset "$R" <<-END
	table inet filter
	delete table inet filter
	table inet filter {
		chain forward {
			type filter hook forward priority filter; policy drop
			ct state $1 accept
			iifname "br0" oifname "wan" ct state new accept
		}
	}
	END
}

# entries CLIENT N: so many ESP entries of it.
entries()
{
	local n

	n=$(in_ns "$R" conntrack -L -f "$2" -s "$1" -d "$3" 2>/dev/null |
		grep -c '^unknown *50')
	echo "$n entries"
	[[ $n -eq $4 ]]
}

mode bypass
firewall established,related
tell sa s=C1:10.0.0.11 "to=$GATEWAY"
tell up s
check "stock: it does not get in" tell packet s by=gateway lost=1
in_ns "$R" conntrack -F 2>/dev/null
mode on

firewall established
tell sa b=C1:10.0.0.11 "to=$GATEWAY"
tell up b
check "a firewall that lets only established ones pass" \
	tell packet b by=gateway lost=1
check "the client's own packet goes, and is answered" tell esp b
check "then the gateway may be the first" tell esp b first=gateway
in_ns "$R" conntrack -F 2>/dev/null
tell exchange b kind=info
check "without the entry, not even with an SPI that is known" \
	tell packet b by=gateway lost=1
check "the client's own packet goes, and is answered" tell esp b
tell exchange b
check "a re-key: the gateway is the first, and there is an entry" \
	tell packet b by=gateway
check "both ways" tell esp b n=4

vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
firewall established,related
tell sa a=C1:10.0.0.11 x=C2:10.0.0.12 "to=$GATEWAY"
tell up a
check "one that lets related ones pass: it gets in" \
	tell packet a by=gateway
check "a second one too" tell packet a by=gateway
check "its SPI is bound" state_is 10.0.0.11 provisional
tell up x
check "the other client's as well" tell packet x by=gateway
check "there is one entry" entries 10.0.0.11 ipv4 "$GATEWAY" 1
check "the client answers" tell packet a
check "by the same entry" entries 10.0.0.11 ipv4 "$GATEWAY" 1
check "both ways" tell esp a x n=4
check "it works" busywait 8000 settles a 10.0.0.11
check "both do" busywait 8000 settles x 10.0.0.12

in_ns "$R" conntrack -F 2>/dev/null
counter stale
stale=$REPLY
check "without the exchange's entry, nothing gets in" \
	tell packet a by=gateway lost=1
check "it is counted" counter_is stale -gt "$stale"
tell say a kind=info number_=2
check "a message of the client's alone is no consent" \
	tell packet a by=gateway lost=1
tell say a kind=info by=gateway response=1 number_=2
check "with its answer the gateway gets in again" tell packet a by=gateway
check "its client speaks: all is well" tell esp a x n=2

vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
tell sa v=C1:fd00::11 "to=$GATEWAY6"
tell sa w=C2:fd00::12 "to=$GATEWAY6"
check "IPv6: an exchange" tell up v
check "the gateway speaks first" tell packet v by=gateway
tell up w
check "to another one, too" tell packet w by=gateway
check "there is one entry" entries fd00::11 ipv6 "$GATEWAY6" 1
check "the clients answer" tell esp w v
check "by the same entry" entries fd00::11 ipv6 "$GATEWAY6" 1
check "both work" tell esp v w n=4

# An entry that no packet has passed by yet must not become one that is established.
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
firewall established
tell sa c=C1:10.0.0.11 "to=$GATEWAY"
tell up c
tell packet c by=gateway lost=1
mode bypass
check "mode on is left: what the firewall stopped does not get in then" \
	tell packet c by=gateway lost=1
