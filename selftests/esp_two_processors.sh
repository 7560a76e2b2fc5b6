#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two clients behind one NAT keep their tunnels to the same gateway busy, each on a
# processor of its own, while others look at them.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'
#
# What the two do to each other in the kernel is for its log to tell, of a kernel
# that looks for data races: see Documentation/testing.md.

. "$(dirname "$0")/lib.sh"

BUSY_MS=10000

# busy_on PROCESSOR CLIENT: on one processor from the socket to the answer.
busy_on()
{
	taskset -c "$1" "$HERE/tools/ask" -i 1 -t "$BUSY_MS" "${PINGS[$2 - 1]}" \
		>"$TMP/busy-$2" &
}

look()
{
	while :; do
		vpn-passthrough -n "$R" tunnels
		vpn-passthrough -n "$R" stats
	done >/dev/null 2>&1
}

# of_busy CLIENT: its report into ASKED.
of_busy()
{
	mapfile -t ASKED <"$TMP/busy-$1"
}

[[ $(nproc) -ge 2 ]] || skip_all "one processor"
plan 6
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
pings 1 2
mode on
check "both are answered" ask -i 50 -t 20000 -w 3 "${PINGS[@]}"
busy_on 0 1
first=$!
busy_on 1 2
second=$!
look &
looks=$!
wait "$first" "$second"
kill "$looks"
# Not all need have come in time: some kernels are slow.
for client in 1 2; do
	of_busy "$client"
	diag "${ASKED[0]}"
	check "client $client was busy" asked_is 1 got -gt 100
	check "its tunnel is bound" state_is "10.0.0.1$client" bound
done
check "both are still answered" ask -i 50 -t 20000 -w 3 "${PINGS[@]}"
