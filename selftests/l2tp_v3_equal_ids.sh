#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Clients that chose the same Control Connection ID or Session ID, of L2TPv3 as
# protocol 115: the second one's is rewritten, unless cookies tell them apart or a
# Message Digest with a secret forbids it.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 52
topo 2
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
peer sessions
tell server S G 192.0.2.2 proto=ip ids=500
tell server K G 192.0.2.3 proto=ip ids=500 secret=key

# tunnels NAME ID ID2 [ARG...]: one of each client.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11,$2" "$1b=C2:10.0.0.12,$3" proto=ip \
		version=3 to=192.0.2.2 "${@:4}"
}

# afresh: nothing of what was before is in the way.
afresh()
{
	vpn-passthrough -n "$R" flush >/dev/null
	in_ns "$R" conntrack -F 2>/dev/null
}

# rewritten_more N: so many more ids than at the last time.
rewritten_more()
{
	local before=$REWRITTEN

	counter rewritten
	REWRITTEN=$REPLY
	echo "rewritten was $before and is $REWRITTEN"
	test $((REWRITTEN - before)) -eq "$1"
}

mode bypass
check "stock: one of two has its tunnel" tunnels s 7 7 up=1 ms=1000
mode on
monitor_bg
REWRITTEN=0

afresh
check "equal ids: tunnels" tunnels e 7 7
check "one has an alias" tell tunnel_aliases 'e*' client=1 server=0
check "sessions with equal ids" tell session ea=9 eb=9
check "one has an alias" tell aliases 'e*' client=1 server=0
check "packets go both ways" tell data 'e*'
check "the server's packet may be the first" tell back 'e*'
check "Hello of both ends" tell hello 'e*'
check "messages about sessions" tell link_info 'e*'
check "sessions that the server begins" tell incoming ea=10 eb=10
check "packets go both ways in all" tell data 'e*'
check "three ids were rewritten, once each" rewritten_more 3
check "the tool shows both values" test "$(vpn-passthrough -n "$R" tunnels \
	l2tp 2>/dev/null | grep -cE ' (7|9|10)->[0-9]')" -eq 3
check "the client ends one" tell clear eb/9
check "the server ends one" tell clear eb/10 by=server
check "the other client goes on" tell data 'ea/*'
check "the server ends a tunnel" tell stop eb by=server
check "nothing came to who does not know it" tell strays 'e*'

afresh
check "cookies: tunnels" tunnels c 7 8
check "sessions with equal ids" tell session ca=9 cb=9 cookie=8
check "no id is rewritten" tell aliases 'c*' client=0 server=0
check "packets go both ways" tell data 'c*'
check "the server's packet may be the first" tell back 'c*'
check "cookies of 4 bytes" tell session ca=10 cb=10 cookie=4
check "no id is rewritten" tell aliases 'c*' client=0 server=0
check "packets go both ways in all" tell data 'c*'
check "nothing was counted" rewritten_more 0
check "one has a cookie, the other has none" tell session ca=11,0102030405060708 cb=11
check "packets go both ways in all" tell data 'c*'
check "a cookie that is the beginning of the other" \
	tell session ca=12,1112131415161718 cb=12,11121314
check "packets go both ways in all" tell data 'c*'
check "one cookie for two" tell session ca=13,2122232425262728 \
	cb=13,2122232425262728
check "packets go both ways in all" tell data 'c*'
check "three ids were rewritten" rewritten_more 3

# digest ID ARG...: with equal ids, everything is rewritten and right.
digest()
{
	afresh
	tunnels d "$1" "$1" "${@:2}" && tell session da=9 db=9 &&
		tell tunnel_aliases 'd*' client=1 &&
		tell aliases 'd*/9' client=1 && tell data 'd*/9' &&
		tell hello 'd*' && tell link_info 'd*/9' &&
		tell incoming da=10 db=10 && tell data 'd*' &&
		tell digests 'd*' && tell strays 'd*'
}

id=20
for hash in md5 sha1; do
	check "$hash, no secret: the digest is made anew" \
		digest $((++id)) secret=empty hash=$hash
	check "$hash, no secret, nonces: the same" \
		digest $((++id)) secret=empty hash=$hash nonce=1
done

afresh
check "a secret: tunnels with unequal ids" tunnels k 17 18 to=192.0.2.3 \
	secret=key hash=sha1 nonce=1
check "sessions with equal ids and cookies" tell session ka=9 kb=9 cookie=8
check "packets go both ways" tell data 'k*'
check "all digests are right" tell digests 'k*'
check "a second tunnel with an equal id is refused" fails tell connect \
	kc=C2:10.0.0.12,17 to=192.0.2.3 proto=ip version=3 secret=key ms=300
check "it is counted" counter_is keyed-digest -ge 1
check "and told" busywait 2000 event_seen \
	'"keyed-digest".*"client":"10.0.0.12","server":"192.0.2.3"'
tell session ka=19
check "so is a second session without a cookie" fails tell session kb=19 ms=300
check "all others go on" tell data 'k*/9'
check "nothing came to who does not know it" tell strays 'k*'

# Nobody can follow hidden ids: who has them must be found out.
afresh
counter hidden-avp
before=$REPLY
check "hidden ids: a tunnel" tell connect h=C1:10.0.0.11,27 to=192.0.2.3 \
	proto=ip version=3 secret=key hash=sha1 hidden=key ms=5000
check "a session" tell session h=29
check "packets go both ways" busywait 10000 tell data h/29 ms=300
check "they were left alone, and counted" \
	counter_is hidden-avp -ge $((before + 4))
