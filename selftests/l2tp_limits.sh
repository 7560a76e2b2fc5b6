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

plan 38
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

# There is room to ask for a session, and none for the answer.
tell connect w=C1:10.0.0.11,9 to=192.0.2.2 proto=ip version=3
tell session w=1 w=2 w=3 w=4
limit_get ids
vpn-passthrough -n "$R" limits max-ids $((REPLY + 2))
check "one is refused when its answer comes" tell refused w=5 known=1
vpn-passthrough -n "$R" limits max-ids 262144
check "with a higher limit its id is asked with anew" tell session w=5
check "under another one" tell has_alias w/5
check "packets go both ways" tell data 'w/*'
vpn-passthrough -n "$R" flush >/dev/null

# Of the namespace.
vpn-passthrough -n "$R" limits max-ids 60 max-per-client 1000
tell connect m=C2:10.0.0.12,8 to=192.0.2.2
tell session m=9
tell traffic 'm/9'
counter table-full
before=$REPLY
tell flood C1:10.0.0.11 192.0.2.2 300
check "the limit on ids holds" limit_is ids -le 60
check "what is beyond it is refused" \
	counter_is table-full -ge $((before + 200))
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
	# Of version 2 it works all the same, for its ids are never changed.
	[[ $proto == ip ]] || tell session $proto=12 ms=300 >/dev/null
	[[ $proto == udp ]] || check "$proto: the next is refused by a CDN" \
		tell refused ip=12
	check "$proto: the next is not one of this one's either" \
		has_at_most 10.0.0.12 4
done
check "the server is refused one, too" tell refused ip=14 by=server
check "both answers may come again" tell refused_again ip=12
check "it asks with the same id, and is refused" tell refused ip=12
check "one after the other" tell refused ip={20..31}
tell refuses I
check "the server refuses one by itself" tell refused ip=15
tell refuses I 0
tell hold I 11
check "who gives up is heard of" tell given_up ip=16
tell hold I
check "packets of the others go both ways" tell data "ip/9"
check "it is told" busywait 2000 event_seen \
	'"client-quota".*"10.0.0.11.*"server":"192.0.2.2"'
vpn-passthrough -n "$R" limits max-per-client 64
check "with a higher limit there is more" tell session ip=13
check "with ids that were refused before" tell session ip=12 ip=16
check "packets go both ways" tell data "ip/1[236]"

# Over UDP, whose checksum follows.
vpn-passthrough -n "$R" limits max-per-client 1
vpn-passthrough -n "$R" flush >/dev/null
tell connect u=C2:10.0.0.12,6 to=192.0.2.2 version=3
check "a refusal over UDP" tell refused_again u=9

# With digests that are made anew.
vpn-passthrough -n "$R" flush >/dev/null
tell connect d=C1:10.0.0.11,7 to=192.0.2.2 proto=ip version=3 secret=empty
check "a refusal has a digest" tell refused_again d=9
check "that is right" tell digests d
