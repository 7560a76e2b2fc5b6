#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented marks and classes: packets of tunnels are in the class that is
# theirs, in both directions, and all others are not.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 15
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
modprobe -aq sch_htb sch_fq_codel

# class_packets DEVICE CLASS: how many it has sent, into REPLY.
class_packets()
{
	local text

	text=$(in_ns "$R" tc -s class show dev "$1" classid "1:$2")
	REPLY=
	if [[ $text =~ bytes\ ([0-9]+)\ pkt ]]; then
		REPLY=${BASH_REMATCH[1]}
	fi
}

# class_is DEVICE CLASS OP N: for "check".
class_is()
{
	class_packets "$1" "$2"
	echo "class $2 of $1 has sent ${REPLY:-nothing}"
	test "${REPLY:--1}" "$3" "$4"
}

mode on
check "the classes are set up" in_ns "$R" tc -batch \
	"$HERE/../Documentation/examples/vpn-priority.tc"
check "the rules load" example vpn-priority.nft
class_packets br0 20
other=$REPLY
pings 1 2
ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask -i 20 -c 50 "${PINGS[@]}"
check "both clients have tunnels" answered_are 2
check "nothing is lost" lost_nothing
check "the rules know their packets, both ways" \
	counted_is vpn_priority postrouting -ge 200
check "out, they are in the class of tunnels" class_is wan 10 -ge 100
check "in, as well" class_is br0 10 -ge 100
check "the other class has not grown by that" \
	class_is br0 20 -lt $((other + 50))
check "entries of tunnels are marked" test "$(in_ns "$R" conntrack -L -p esp \
	--mark 0x100/0x100 2>/dev/null | wc -l)" -eq 2

class_packets wan 10
tunnels=$REPLY
class_packets wan 20
other=$REPLY
direct=${C[1]},10.0.0.11,$GATEWAY
ask -i 20 -c 50 "$direct"
check "what is no tunnel gets through" answered_are 1
check "in the other class" class_is wan 20 -ge $((other + 50))
check "and not in that of tunnels" class_is wan 10 -lt $((tunnels + 20))

# A mark that somebody else has set stays.
in_ns "$R" conntrack -U -s 10.0.0.11 -p esp --mark 0x7 >/dev/null 2>&1
ask -i 20 -c 5 "${PINGS[@]}"
check "another mark stays beside" test "$(in_ns "$R" conntrack -L -p esp \
	--mark 0x107 2>/dev/null | wc -l)" -eq 1

# What the router makes for calls inherits the mark.
peer exchanges
tell gateway G "$GATEWAY"
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
tell sa s=C1:10.0.0.11 "to=$GATEWAY"
tell up s
check "a gateway that sends first after an exchange" \
	tell packet s by=gateway
check "has the mark of the exchange" test "$(in_ns "$R" conntrack -L -p esp \
	--mark 0x100/0x100 2>/dev/null | wc -l)" -eq 1
