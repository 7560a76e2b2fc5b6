#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Bindings that the administrator gives: nothing is probed, nobody waits, and
# what cannot be is refused with a reason.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#
# C3's SPI is not known to G.

. "$(dirname "$0")/lib.sh"

plan 18
topo 3
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
tunnel 3 0x10003 0x20003
sa_del "$G" "$PUBLIC" "$GATEWAY" 0x10003
commit
masquerade

# bind VERB ARG...: what the tool says is the output.
bind()
{
	local verb=$1 client=$2

	shift 2
	vpn-passthrough -n "$R" "$verb" ipsec client "$client" \
		server "$GATEWAY" "$@" 2>&1
}

# refused TEXT ARG...: bind says no, with this text.
refused()
{
	local text=$1 said

	shift
	if said=$(bind bind "$@"); then
		echo "was not refused"
		return 1
	fi
	echo "$said"
	grep -qi -- "$text" <<<"$said"
}

mode on
check "a binding is made" bind bind 10.0.0.11 in 0x20001 out 0x10001
check "one without an outbound id" bind bind 10.0.0.12 in 0x20002
check "the same once more is refused" refused "exists already" \
	10.0.0.11 in 0x20001 out 0x10001
check "the same inbound id for another client is refused" \
	refused "inbound id is bound" 10.0.0.13 in 0x20001
check "a reserved SPI is refused" refused "reserved" 10.0.0.13 in 0xff
check "an outbound one, too" refused "reserved" 10.0.0.13 in 0x20003 out 1
check "families do not mix" refused "famil" fd00::11 in 0x20003
check "what was refused is not there" test \
	"$(vpn-passthrough -n "$R" -j bindings | grep -o '"client"' |
		wc -l)" -eq 2

pings !3
ask_bg dead -i 10 -t 60000 "${PINGS[@]}"
check "a client without a binding probes" \
	busywait 3000 counter_is probe -ge 1
pings 1 2
ask -i 20 -c 30 "${PINGS[@]}"
check "the first is answered at once" asked_is 1 lost -eq 0
check "the second is answered at once" asked_is 2 lost -eq 0
check "its tunnel is static" state_is 10.0.0.12 static
ask_end dead

check "a binding that does not exist cannot be removed" \
	fails bind unbind 10.0.0.13 in 0x20003
check "one that does can" bind unbind 10.0.0.12 in 0x20002
ask_bg both -i 60 -t 60000 "${PINGS[@]}"
check "the second probes" busywait 20000 state_is 10.0.0.12 bound
ask_end both
check "both go on" answered_are 2

# What was learnt gives way to what is given.
bind unbind 10.0.0.11 in 0x20001 out 0x10001 >/dev/null
check "an id that another client has learnt is given" \
	bind bind 10.0.0.11 in 0x20002
bind unbind 10.0.0.11 in 0x20002 >/dev/null
check "and taken back: both work again" \
	ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
