#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Limits on tunnels of a client, and on ids in all: what is beyond is refused with
# its reason and disturbs nobody.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 21
topo 2
commit
masquerade
mode on
monitor_bg
peer bad
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# has_at_most CLIENT N: tunnels and sessions.
has_at_most()
{
	vpn-passthrough -n "$R" tunnels l2tp client "$1" 2>/dev/null \
		>"$TMP/tunnels"
	cat "$TMP/tunnels"
	test "$(grep -c ^l2tp "$TMP/tunnels")" -le "$2"
}

# Of the namespace.
vpn-passthrough -n "$R" limits max-ids 60 max-per-client 1000
tell connect m=C2:10.0.0.12,8 to=192.0.2.2
tell session m=9
tell traffic 'm/9'
tell flood C1:10.0.0.11 192.0.2.2 300
check "the limit on ids holds" limit_is ids -le 60
check "what is beyond it is refused" counter_is table-full -ge 1
check "and the others have lost nothing" tell traffic_end
vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" limits max-ids 262144

# Of a client.
vpn-passthrough -n "$R" limits max-per-client 4
for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	vpn-passthrough -n "$R" flush >/dev/null
	tell connect $proto=C2:10.0.0.12,7 to=192.0.2.2 proto=$proto \
		"version=$version"
	check "$proto: a client has sessions" tell session $proto=9 $proto=10
	counter client-quota
	before=$REPLY
	tell flood C1:10.0.0.11 192.0.2.2 300 proto=$proto "version=$version"
	check "$proto: another one's flood is refused" \
		busywait 3000 counter_is client-quota -ge $((before + 250))
	check "$proto: its share is kept" has_at_most 10.0.0.11 4
	check "$proto: packets go both ways" tell data "$proto/*"
	check "$proto: Hello of both ends" tell hello $proto
	check "$proto: one session more" tell session $proto=11
	check "$proto: packets go both ways" tell data "$proto/*"
	tell session $proto=12 ms=300 >/dev/null
	check "$proto: the next is refused to this one as well" \
		has_at_most 10.0.0.12 4
done
check "it is told" busywait 2000 event_seen \
	'"client-quota".*"10.0.0.11.*"server":"192.0.2.2"'
vpn-passthrough -n "$R" limits max-per-client 64
check "with a higher limit there is more" tell session ip=13
