#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Fragments that overlap, that are as small as can be, with holes or beyond the
# largest packet, of all protocols and from both sides: a tunnel beside them
# loses nothing, and no tunnel comes of those from outside.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 8
topo 2
tunnel 1 0x10001 0x20001
commit
masquerade
modprobe -aq nf_conntrack_pptp_ext nf_conntrack_l2tp ||
	skip_all "the modules of PPTP and L2TP cannot be loaded"
for proto in ipsec pptp l2tp; do
	vpn-passthrough -n "$R" set $proto on
done

# overlaps: what the kernel has found to overlap, into REPLY.
overlaps()
{
	REPLY=$(in_ns "$R" cat /proc/net/netstat | awk '$1 == "IpExt:" {
		if (!n) n = split($0, names)
		else for (i = 2; i <= n; i++)
			if (names[i] == "ReasmOverlaps") print $i
	}')
}

overlaps_are()
{
	overlaps
	echo "${REPLY:-no} overlaps"
	test "${REPLY:--1}" "$@"
}

# send NETNS SRC DST: fragments of all protocols.
send()
{
	local what esp=000200010000006f gre=3001880b0004000700000001
	local v3=0000000900000001 l2tp=06a506a50040000040020007
	local ike=01f401f400400000a1b2c3d4e5f60718

	for what in 50:$esp 47:$gre 115:$v3 17:$l2tp 17:$ike; do
		in_ns "$1" python3 -S "$HERE/tools/overlap.py" "$2" "$3" \
			"${what%:*}" "${what#*:}" 20
	done
}

pings 1
check "a tunnel works" ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
limit_get tunnels
tunnels=$REPLY
limit_get ids
ids=$REPLY
ask_bg tunnel -i 20 -t 60000 "${PINGS[@]}"
check "nothing overlaps before" overlaps_are -eq 0
check "fragments of a stranger" send "$G" 192.0.2.9 "$PUBLIC"
check "and with the gateway's address" send "$G" "$GATEWAY" "$PUBLIC"
check "the kernel has seen them overlap" busywait 3000 overlaps_are -gt 100
check "no tunnel and no id came of them" sh -c \
	"vpn-passthrough -n $R -j limits |
	 grep -E '\"tunnels\":$tunnels\b' | grep -E '\"ids\":$ids\b'"
check "fragments of a client" send "${C[2]}" 10.0.0.12 "$GATEWAY"
ask_end tunnel
check "the tunnel beside them has lost nothing" asked_is 1 lost -eq 0
