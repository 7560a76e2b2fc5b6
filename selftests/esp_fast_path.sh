#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The fast path: packets of tunnels that work leave where they come in, and one
# a second goes the long way. Nothing that rules, routes or the packets
# themselves say is missed for longer than that.
#
#   C1 10.0.0.11 -- br0 R wan  192.0.2.1 ---- 192.0.2.2    eth0 G
#                         wan2 198.51.100.1 ---- 198.51.100.2 eth1
#
# Source NAT to 192.0.2.1 on both links; masquerading would end a flow that
# changes them.

. "$(dirname "$0")/lib.sh"

plan 31
topo 1
link "$R" wan2 "$G" eth1
ipb "$R" "addr add 198.51.100.1/24 dev wan2"
ipb "$G" "addr add 198.51.100.2/24 dev eth1"
tunnel 1 0x10001 0x20001
tunnel6 1 0x30001 0x40001
commit
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_acct'
ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname { "wan", "wan2" } snat ip to $PUBLIC
			oifname "wan" meta nfproto ipv6 masquerade
		}
	}
	table inet rules {
		chain raw {
			type filter hook prerouting priority raw
		}
		chain forward {
			type filter hook forward priority filter
		}
	}
	table netdev leaving {
		chain marked {
			type filter hook egress device "wan" priority 0
			ip protocol esp meta mark 9 counter
		}
		chain unmarked {
			type filter hook egress device "wan" priority 1
			ip protocol esp meta mark != 9 counter
		}
	}
END
ruleset "$G" <<-END
	table inet seen {
		chain first {
			type filter hook prerouting priority -310
			iifname "eth0" meta l4proto esp counter
		}
		chain second {
			type filter hook prerouting priority -309
			iifname "eth1" meta l4proto esp counter
		}
		chain dscp {
			type filter hook prerouting priority -308
			meta l4proto esp ip dscp cs5 counter
		}
		chain large {
			type filter hook prerouting priority -307
			meta l4proto esp meta length > 1300 counter
		}
	}
END

# count NETNS FAMILY TABLE CHAIN: what a rule has counted, into REPLY.
count()
{
	REPLY=$(in_ns "$1" nft list chain "$2" "$3" "$4" |
		sed -n 's/.*packets \([0-9]*\).*/\1/p')
}

# seen CHAIN: what has come to the gateway, into REPLY.
seen()
{
	count "$G" inet seen "$1"
}

# left CHAIN: what has left by the first link, into REPLY.
left()
{
	count "$R" netdev leaving "$1"
}

# around COMMAND ARG... -- COMMAND...: what the first says before and after the
# second, into BEFORE and REPLY.
around()
{
	local read=() status

	while [[ $1 != -- ]]; do
		read+=("$1")
		shift
	done
	shift
	"${read[@]}"
	BEFORE=$REPLY
	"$@"
	status=$?
	"${read[@]}"
	echo "${read[*]}: $BEFORE, then $REPLY; $* said $status"
	return "$status"
}

# stays COMMAND ARG... -- COMMAND...: the second succeeds, and what the first says
# is the same afterwards.
stays()
{
	around "$@" && [[ $BEFORE -eq $REPLY ]]
}

# grows COMMAND ARG... -- COMMAND...: it is more, whatever the second says.
grows()
{
	around "$@"
	[[ $REPLY -gt $BEFORE ]]
}

# packets N: to and fro, so many.
packets()
{
	ask -i 10 -t 20000 -c "$1" "${PINGS[@]}"
	[[ ${ASKED[0]} == *"got $1 lost 0 "* ]]
}

# lost N: as many, but nobody answers.
lost()
{
	ask -i 10 -t 20000 -c "$1" "!${PINGS[0]}"
	[[ ${ASKED[0]} == *"got 0 "* ]]
}

# is_fast: packets go that way just now.
is_fast()
{
	grows counter fast-path -- packets 5
}

# forwarded: packets that the router has forwarded, into REPLY.
forwarded()
{
	local words

	read -ra words < <(in_ns "$R" sed -n '2p' /proc/net/snmp)
	REPLY=${words[6]}
}

# tracked: packets that conntrack has counted, both ways, into REPLY.
tracked()
{
	REPLY=$(in_ns "$R" conntrack -L -f ipv4 -p 50 2>/dev/null |
		sed -n 's/.*packets=\([0-9]*\).*packets=\([0-9]*\).*/\1 + \2/p')
	REPLY=$((REPLY))
}

# rule CHAIN RULE: a rule of the router.
rule()
{
	in_ns "$R" nft add rule inet rules "$@"
}

no_rules()
{
	in_ns "$R" nft flush table inet rules
}

pings 1
mode on
check "without it, a tunnel works" packets 40
check "and no packet takes it" counter_is fast-path -eq 0
vpn-passthrough -n "$R" set ipsec --fast-path
check "the tool shows it" sh -c \
	"vpn-passthrough -n $R show | grep -q 'ipsec.*fast path'"
forwarded
forwarded=$REPLY
tracked
tracked=$REPLY
check "with it, the tunnel works" packets 200
check "most packets take it" counter_is fast-path -ge 300
forwarded
check "all are counted as forwarded" test $((REPLY - forwarded)) -eq 400
tracked
check "and by conntrack" test $((REPLY - tracked)) -eq 400

# Rules: one that drops.
ask_bg one -i 10 -t 60000 "${PINGS[@]}"
busywait 5000 grows counter fast-path -- packets 1 >/dev/null
# What a look at a rule takes, on a slow machine.
now_ms
look=$REPLY
counted rules forward
now_ms
look=$((REPLY - look))
added=$REPLY
rule forward ip daddr "$GATEWAY" counter drop
check "a rule that is added sees a packet" \
	busywait 5000 counted_is rules forward -ge 1
now_ms
diag "after $((REPLY - added)) ms, of which a look takes $look"
check "after a second at most" test $((REPLY - added)) -lt $((1300 + 4 * look))
check "from then on it drops all" stays seen first -- \
	busywait 5000 counted_is rules forward -ge 30
ask_end one
no_rules
check "without it, packets pass" busywait 5000 packets 5

# Rules: marks.
busywait 5000 is_fast >/dev/null
rule forward meta mark set 9
check "a rule that marks sees a packet" \
	busywait 5000 grows left marked -- packets 2
check "from then on all are marked" stays left unmarked -- packets 30
check "and they are fast" is_fast
no_rules
busywait 5000 grows left unmarked -- packets 2 >/dev/null

# Rules: what they write into each packet.
rule forward ip daddr "$GATEWAY" ip dscp set cs5
busywait 5000 grows seen dscp -- packets 2 >/dev/null
seen dscp
before=$REPLY
packets 30
seen dscp
check "what a rule writes into each packet is in each" \
	test $((REPLY - before)) -eq 30
no_rules

# Marks that packets have where they come in, and routes by marks.
busywait 5000 is_fast >/dev/null
ipb "$R" "rule add fwmark 7 table 7" \
	"route add table 7 $GATEWAY/32 via 198.51.100.2 dev wan2"
commit
busywait 5000 is_fast >/dev/null
rule raw iifname "br0" meta mark set 7
check "a mark takes packets another way at once" \
	stays seen first -- packets 20
check "and they become fast there" busywait 5000 is_fast
check "on their new way" stays seen first -- packets 20
no_rules

# Routes.
busywait 5000 grows seen first -- packets 2 >/dev/null
check "packets are fast on the first link" busywait 5000 is_fast
ip -n "$R" route add "$GATEWAY/32" via 198.51.100.2 dev wan2
check "a new route holds at once" stays seen first -- packets 20
ip -n "$R" route del "$GATEWAY/32"
check "so does the old one" stays seen second -- packets 20
in_ns "$R" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
check "without forwarding, nothing passes" \
	stays seen first -- lost 20
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
check "with it, packets pass" busywait 5000 is_fast

# The packets themselves.
ip -n "$R" link set wan mtu 1300
busywait 5000 is_fast >/dev/null

# large: packets that do not fit any more.
large()
{
	ask -i 50 -t 1000 -m -s 1350 "!${PINGS[0]}"
}

check "a packet that is too large for a smaller MTU does not pass" \
	stays seen large -- large
check "the client learns the MTU" sh -c \
	"ip -n ${C[1]} route get $GATEWAY | grep -q 'mtu 1300'"
ip -n "$R" link set wan mtu 1500
busywait 5000 is_fast >/dev/null
ip -n "${C[1]}" route replace "$GATEWAY/32" via 10.0.0.1 hoplimit 1
check "packets that have come far enough go no further" \
	stays seen first -- lost 10
ip -n "${C[1]}" route del "$GATEWAY/32"

# IPv6.
ping6_of 1
PINGS=("$REPLY")
check "IPv6: the tunnel works" busywait 8000 packets 5
check "and is fast" busywait 5000 is_fast
check "nothing is lost" packets 200
in_ns "$R" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/forwarding'
check "without forwarding, nothing passes" stays seen first -- lost 20
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'

pings 1
busywait 5000 is_fast >/dev/null
vpn-passthrough -n "$R" set ipsec --no-fast-path
check "it ends at once" stays counter fast-path -- packets 20
