#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Clients with keys set by hand start over: they count from 1 again, with the
# SPIs that they had, while their gateway goes on counting. The router has
# forgotten them. A tunnel that has just begun is not answered with a high
# sequence number in its first two turns, for that may be somebody else's. So
# they are back in their third turns.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C4 10.0.0.14 --'

. "$(dirname "$0")/lib.sh"

plan 10
topo 4
commit
masquerade
mode on

# esp I...: client I's ESP, for "ask", into PINGS; !I is not expected to be
# answered.
esp()
{
	local i

	PINGS=()
	for i; do
		PINGS+=("${i%%[0-9]*}${C[${i#!}]},10.0.0.1${i#!},$GATEWAY,$(
			)0x1000${i#!},0x8001000${i#!}")
	done
}

# given ID: somebody has this inbound id; for "check".
given()
{
	vpn-passthrough -n "$R" tunnels | grep -F -- "$1"
}

# both_given: for "busywait".
both_given()
{
	given 0x80010001 && given 0x80010002
}

answer_bg -t 120000 "$G" "$GATEWAY"
esp 1 2
check "both are answered" ask -i 4 -t 60000 -w 1100 "${PINGS[@]}"
vpn-passthrough -n "$R" flush >/dev/null
counter ambiguous
before=$REPLY
ask -i 50 -t 20000 -w 3 "${PINGS[@]}"
check "they start over: what is answered seems to be another's" \
	counter_is ambiguous -gt "$before"
check "the first one is back in its third turn" asked_is 1 first -lt 9000
check "the second one, too" asked_is 2 first -lt 10000
ask -i 20 -c 20 "${PINGS[@]}"
check "then nothing is lost" lost_nothing
answer_end

# stranger: the gateway speaks to somebody else, all the time.
stranger()
{
	"$HERE/tools/inject" -s 0x7777 -q 5000 -n 1000 -g 40000 "$G" "$GATEWAY" \
		"$PUBLIC" >/dev/null &
	stranger=$!
}

# stranger_end: and is silent from then on.
stranger_end()
{
	kill "$stranger"
	wait "$stranger"
} 2>/dev/null

# dead N CLIENT...: these start over, and the router knows of each of them when the
# stranger begins; nobody answers them until they have had N turns; for "check".
dead()
{
	local before turns=$1 i

	shift
	esp "${@/#/!}"
	counter probe-unanswered
	before=$REPLY
	ask_bg dead -i 50 -t 60000 "${PINGS[@]}"
	for i; do
		busywait 5000 given "0x0001000$i" || return 1
	done
	stranger
	busywait 30000 counter_is probe-unanswered -ge $((before + turns))
}

# So that there is time to look before their third turns.
vpn-passthrough -n "$R" limits probe-ms 3000
vpn-passthrough -n "$R" flush >/dev/null
check "two that are dead start over, and have two turns each" dead 4 3 4
check "what the gateway says to somebody else is none's" fails given 0x00007777
stranger_end
ask_end dead

vpn-passthrough -n "$R" flush >/dev/null
answer_bg -t 120000 -d 0x10004 "$G" "$GATEWAY"
esp 1 2
ask_bg alive -q 2000 -i 50 -t 60000 "${PINGS[@]}"
check "two work" busywait 10000 both_given
check "one is dead, starts over, and has two turns" dead 2 4
check "what the gateway says to somebody else is not its own" fails given 0x00007777
stranger_end
ask_end dead
ask_end alive
