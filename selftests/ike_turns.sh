#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Clients of one gateway have their key exchanges one after the other: a request
# for a tunnel waits until another client's new SPI has come, or will not come.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'                                         192.0.2.3

. "$(dirname "$0")/lib.sh"

plan 23
topo 3
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY" 192.0.2.3
mode on
vpn-passthrough -n "$R" limits probe-ms 3000

# begin: new IKE SAs of all, as far as the first exchange.
begin()
{
	vpn-passthrough -n "$R" flush >/dev/null
	tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
	tell sa o=C2:10.0.0.12 to=192.0.2.3
	tell exchange a b c o kind=init
}

# waited: how many requests have, before somebody takes a turn: it may be over
# before a slow machine has asked.
waited()
{
	counter exchange-wait
	WAITED=$REPLY
}

# held_up NAME [ARG...]: a request of it is lost, and counted.
held_up()
{
	local before=$WAITED

	tell ask "$1" kind=auth ms=200 "${@:2}" && return 1
	waited
	echo "$before requests had waited, now $WAITED"
	test "$WAITED" -gt "$before"
}

begin
check "the first exchanges need no turn" counter_is exchange-wait -eq 0
waited
check "one client's tunnel is agreed on" tell exchange a kind=auth
check "another one's request waits" held_up b
check "what is about no tunnel does not" tell exchange b kind=info
check "nor does that to another gateway" tell exchange o kind=auth
check "nor an exchange of the first client" tell exchange a kind=info
check "its SPI comes" tell esp a
waited
check "the other one's request goes" tell ask b kind=auth ms=200
check "while it is not answered, the third one's waits" held_up c
check "it is answered" tell answer b kind=auth
check "the third one's still waits" held_up c
check "the SPI comes with the gateway's first packet" \
	tell packet b by=gateway
waited
check "the third one's request goes" tell exchange c kind=auth
check "a request of the gateway waits, too" held_up a by=gateway
check "until the SPI comes" tell esp c
check "then it goes" tell ask a kind=child by=gateway ms=200

begin
tell ask a kind=auth
check "an answer with an error ends the turn" \
	tell answer a kind=auth size=76
waited
check "the next one goes" tell ask b kind=auth ms=200
tell answer b kind=auth
check "nothing comes of it: the third one is held up for a while" held_up c
check "but its request goes in the end" tell ask c kind=auth ms=8000

vpn-passthrough -n "$R" set ipsec --policy serialize
begin
counter exchange-wait
before=$REPLY
check "policy serialize: nobody waits" tell exchange a b c kind=auth ms=300
check "really" counter_is exchange-wait -eq "$before"
mode bypass
check "no more does anybody in mode bypass" tell exchange a b c ms=300
