#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several clients expect an SPI, and one comes: each of them gets the packets,
# until it shows whose they are.  Nobody else does.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 37
topo 3
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY"

# count_esp: packets of ESP that each client gets.
count_esp()
{
	local i

	for i in 1 2 3; do
		in_ns "${C[i]}" nft -f - <<-NFT
		table inet t {
			counter got { }
			chain in {
				type filter hook prerouting priority -300
				meta l4proto esp counter name got
			}
		}
		NFT
	done
}

# esp_of I: into REPLY
esp_of()
{
	REPLY=$(in_ns "${C[$1]}" nft -j list counter inet t got |
		sed 's/.*"packets": *\([0-9]*\).*/\1/')
}

# got I [CONDITION...]: since the last mark
got()
{
	esp_of "$1"
	diag "C$1 got $((REPLY - MARK[$1]))"
	test $((REPLY - MARK[$1])) "${@:2}"
}

mark()
{
	local i

	for i in 1 2 3; do
		esp_of "$i"
		MARK[i]=$REPLY
	done
}

# settled N: so many ids are known to be whose they are.
settled()
{
	busywait 20000 expected_settles "$1" a b
}

count_esp
mode on
monitor_bg
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
check "three have tunnels" tell up a b c first=client
check "that work" tell esp a b c n=4
check "the first's is its own" busywait 8000 settles a 10.0.0.11
check "the second's, too" busywait 8000 settles b 10.0.0.12
check "and the third's" busywait 8000 settles c 10.0.0.13

for round in 1 2; do
	counter contested
	before=$REPLY
	check "round $round: two re-key" tell exchange a b
	mark
	check "the gateway begins with the first" tell packet a by=gateway
	check "it may be either's" counter_is contested -gt "$before"
	check "one has got it" got 1 -eq 1
	check "so has the other" got 2 -eq 1
	check "the third has not" got 3 -eq 0
	check "it shows whose it is" settled $((3 + 2 * round))
	mark
	check "the second one's works as well" tell esp b n=4
	check "then nobody else is told" got 1 -eq 0
done
check "nothing was bound wrongly" counter_is misbind -eq 0

check "two re-key, the second one with much to say" tell exchange a b
counter copied
before=$REPLY
check "it does not wait for an answer" tell monologue b n=60
check "then it is answered" tell talk b s=4
check "which is copied, but not without end" \
	counter_is copied -le $((before + 1000))
check "it is known for the second's" counter_is bound-expected -eq 8
check "and works" tell esp b n=20 ms=200
check "and so is the first one's" settled 9
check "two re-key once more" tell exchange a b
counter copied
before=$REPLY
inject -s 0x7777 -n 4000 "$G" "$GATEWAY" "$PUBLIC" >/dev/null
check "what somebody makes up is copied" counter_is copied -ge $((before + 200))
check "but not without end" counter_is copied -le $((before + 1000))
check "and takes nothing from anybody" tell esp a b n=4
check "it shows whose theirs are" settled 11

vpn-passthrough -n "$R" flush >/dev/null
check "what was told to be bound is told to be unbound" ids_paired
