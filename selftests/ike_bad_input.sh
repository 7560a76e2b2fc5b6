#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Messages on UDP port 500 that are none, that lie, or that answer what nobody
# asked: they pass as they are, are counted, and make no tunnel. Many half-open
# exchanges take no more than the client's share.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 40
topo 2
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"
mode on
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
tell sa v=C1:fd00::11 "to=$GATEWAY6"
tell exchange a v kind=init

# counts COUNTER N NAME COMMAND...: it passes, and is counted so often.
counts()
{
	local why=$1 n=$2 before

	counter "$why"
	before=$REPLY
	check "$3: passes" tell "${@:4}"
	check "it is counted as $why" counter_is "$why" -eq $((before + n))
}

# used_ids: entries in the table, into REPLY.
used_ids()
{
	REPLY=$(vpn-passthrough -n "$R" show |
		awk '$1 == "max-ids" { print $3 }')
}

used_at_most()
{
	used_ids
	echo "$REPLY ids are used"
	[[ $REPLY -le $1 ]]
}

counts bad-control 1 "a length beyond the packet" say a size=76 length=77
counts bad-control 1 "a length below the header" say a size=76 length=27
counts bad-control 1 "a huge length" say a size=76 length=0xffffffff
counts bad-control 1 "no initiator" say a initiator=0000000000000000
counts bad-control 1 "a gateway's length lies" say a by=gateway length=4000
counts unknown-version 1 "version 3" say a version=3
counts unknown-version 1 "version 0" say v version=0
counts truncated 1 "27 bytes" raw a "$(printf '%054d' 1)"
counts truncated 1 "one byte" raw a 01
counts truncated 1 "one byte over IPv6" raw v 01
counts truncated 0 "a NAT keepalive" raw a ff
counts bad-control 0 "padding behind the message" say a size=200 length=76
counts unasked 1 "an answer before its request" \
	say a kind=auth by=gateway response=1 number_=9 size=248
tell say a kind=auth number_=1 size=248
counts unasked 1 "an answer to the next request" \
	say a kind=auth by=gateway response=1 number_=2 size=248
counts unasked 0 "an old answer" \
	say a kind=auth by=gateway response=1 number_=0 size=248
counts unasked 1 "an answer to the gateway, which has not asked" \
	say a kind=child response=1 number_=1 size=248
check "no tunnel is expected" counter_is expected -eq 0
tell sa h=C1:10.0.0.11 "to=$GATEWAY"
tell exchange h kind=init
tell ask h kind=auth
check "a gateway that answers with an error" tell answer h kind=auth size=76
check "makes no tunnel" counter_is expected -eq 0

vpn-passthrough -n "$R" limits max-per-client 4
used_ids
before=$REPLY
check "a flood of first messages: all pass" \
	tell flood C2 10.0.0.12 300 "$GATEWAY"
check "no more are known than a client may have" \
	used_at_most $((before + 80))
check "the others are counted" counter_is client-quota -ge 200
check "another client has its tunnel" tell up h
check "that works" tell esp h n=2
