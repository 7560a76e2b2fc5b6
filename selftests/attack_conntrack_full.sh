#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The conntrack table is full of connections that work: tunnels go on, a new one
# is refused, and "explain" says why. When there is room again, it works.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 9
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
limit=/proc/sys/net/netfilter/nf_conntrack_max
most=$(<$limit)
[[ -w $limit ]] || skip_all "nf_conntrack_max cannot be set here"

# set_max N: for the whole machine; at the end as it was.
set_max()
{
	echo "$1" >$limit
}
trap 'set_max "$most"; cleanup' EXIT

# full: so many packets were dropped for want of an entry, into REPLY.
full()
{
	REPLY=$(in_ns "$R" conntrack -S | awk '{
		for (i = 1; i <= NF; i++)
			if ($i ~ /^drop=/) n += substr($i, 6)
	} END { print n + 0 }')
}

full_is()
{
	full
	echo "$REPLY packets dropped"
	test "$REPLY" "$@"
}

mode on
pings 1
check "a tunnel works" ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
check "it is bound" busywait 3000 state_is 10.0.0.11 bound
in_ns "$R" conntrack -L 2>/dev/null | grep -v -e ASSURED -e ' 50 ' |
	sed 's/^/# not assured: /'
full
before=$REPLY
# As many as there are: whatever else comes finds no room.
set_max "$(in_ns "$R" conntrack -C)"
ask_bg tunnel -i 20 -t 60000 "${PINGS[@]}"
pings !2
check "a new tunnel does not work" ask -i 50 -t 2000 "${PINGS[@]}"
check "conntrack counts it" full_is -gt "$before"
vpn-passthrough -n "$R" explain 10.0.0.12 "$GATEWAY" >"$TMP/explain"
check "explain says why" grep -E 'conntrack entries: [0-9]+ of [0-9]+' \
	"$TMP/explain"
check "the first client's is bound" state_is 10.0.0.11 bound
set_max "$most"
pings 2
check "with room again the new one works" \
	ask -i 50 -t 10000 -w 5 "${PINGS[@]}"
ask_end tunnel
check "the first one has lost nothing" asked_is 1 lost -eq 0
check "both are bound" sh -c "[ \$(vpn-passthrough -n $R tunnels ipsec |
	grep -c ' bound ') -eq 2 ]"
