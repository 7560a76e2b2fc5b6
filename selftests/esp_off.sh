#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode off: the router refuses to forward ESP, AH, IKE and NAT-T, says so to the
# sender, and counts; what is its own, and what is none of these, passes.
#
#   C1 10.0.0.11 ---- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#      fd00::11           (172.16.0.10)    2001:db8::1      2001:db8::2

. "$(dirname "$0")/lib.sh"

plan 17
topo 1
tunnel 1 0x10001 0x20001
ipb "$R" "addr add 172.16.0.10/32 dev lo" \
	"route add 172.16.0.1/32 via $GATEWAY src 172.16.0.10"
sa "$R" "$PUBLIC" "$GATEWAY" 0x10009 9
sa "$R" "$GATEWAY" "$PUBLIC" 0x20009 9
policies "$R" "$PUBLIC" "$GATEWAY" 172.16.0.10 172.16.0.1 9
sa "$G" "$PUBLIC" "$GATEWAY" 0x10009 9
sa "$G" "$GATEWAY" "$PUBLIC" 0x20009 9
policies "$G" "$GATEWAY" "$PUBLIC" 172.16.0.1 172.16.0.10 9
commit
ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			ip saddr 172.16.0.10 accept
			oifname "wan" masquerade
		}
	}
END

# What the client is told, by the protocol that the error quotes; and what
# the gateway sees.
in_ns "${C[1]}" nft -f - <<-END
	table inet t {
		counter esp4 { }
		counter ah4 { }
		counter udp4 { }
		counter esp6 { }
		counter ah6 { }
		counter udp6 { }
		chain in {
			type filter hook input priority 0
			icmp type destination-unreachable icmp code admin-prohibited @th,136,8 50 counter name esp4
			icmp type destination-unreachable icmp code admin-prohibited @th,136,8 51 counter name ah4
			icmp type destination-unreachable icmp code admin-prohibited @th,136,8 17 counter name udp4
			icmpv6 type destination-unreachable icmpv6 code admin-prohibited @th,112,8 50 counter name esp6
			icmpv6 type destination-unreachable icmpv6 code admin-prohibited @th,112,8 51 counter name ah6
			icmpv6 type destination-unreachable icmpv6 code admin-prohibited @th,112,8 17 counter name udp6
		}
	}
END
in_ns "$G" nft -f - <<-END
	table inet t {
		counter refused { }
		counter others { }
		chain in {
			type filter hook input priority 0
			meta l4proto { 50, 51 } counter name refused
			udp dport { 500, 4500 } counter name refused
			udp sport { 500, 4500 } counter name refused
			udp dport 501 counter name others
		}
	}
END

# nft_counter NETNS NAME: packets, into REPLY.
nft_counter()
{
	local text

	text=$(in_ns "$1" nft list counter inet t "$2")
	[[ $text =~ packets\ ([0-9]+) ]]
	REPLY=${BASH_REMATCH[1]:-0}
}

# nft_counter_is NETNS NAME N: for "check" and "busywait".
nft_counter_is()
{
	nft_counter "$1" "$2"
	echo "$2 is $REPLY"
	[[ $REPLY -eq $3 ]]
}

pings 1
mode bypass
check "stock: the client's tunnel works" ask -i 50 -t 3000 -w 1 "${PINGS[@]}"
in_ns "$R" conntrack -F 2>/dev/null
nft_counter "$G" refused
before=$REPLY
mode off

for to in "10.0.0.11 $GATEWAY" "fd00::11 $GATEWAY6"; do
	# shellcheck disable=SC2086 # two words
	{
		inject -s 0x3001 "${C[1]}" $to
		inject -p 51 "${C[1]}" $to
		inject -u 500:500 "${C[1]}" $to
		inject -u 4500:4500 "${C[1]}" $to
		inject -u 501:501 "${C[1]}" $to
	} >/dev/null
done
check "other UDP passes" busywait 3000 nft_counter_is "$G" others 2
check "all eight are counted" counter_is mode-off -eq 8
check "none of them gets through" nft_counter_is "$G" refused "$before"
check "ESP is answered with ICMP" nft_counter_is "${C[1]}" esp4 1
check "AH is answered with ICMP" nft_counter_is "${C[1]}" ah4 1
check "IKE and NAT-T are answered with ICMP" nft_counter_is "${C[1]}" udp4 2
check "ESP over IPv6 is" nft_counter_is "${C[1]}" esp6 1
check "AH over IPv6 is" nft_counter_is "${C[1]}" ah6 1
check "IKE and NAT-T over IPv6 are" nft_counter_is "${C[1]}" udp6 2

check "the tunnel does not work" fails ask -i 50 -t 500 "${PINGS[@]}"
check "nor anything from outside" \
	fails ask -i 50 -t 300 "$G,172.16.0.1,172.16.0.11"
monitor_bg
ask -i 50 -t 200 "!${PINGS[0]}"
check "the refusal is told" busywait 3000 event_seen \
	'"mode-off".*"client":"10.0.0.11","server":"192.0.2.2"'
check "the router's own tunnel works" \
	ask -i 50 -c 10 -w 10 "$R,172.16.0.10,172.16.0.1"
mode on
check "the change is told" busywait 3000 event_seen \
	'"old_mode":"off","mode":"on","uid":0'
check "on again: the client is answered" \
	ask -i 50 -t 3000 -w 3 "${PINGS[@]}"
check "nothing more is counted" counter_is mode-off -gt 8
