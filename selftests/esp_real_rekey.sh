#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real clients (libreswan, IKEv2, raw ESP) that ping all the time, while IKE SAs
# and Child SAs are re-keyed, by either side, at the same instant or nearly so:
# no ping is lost, but for those that the daemons lose themselves: the one that
# answers sends with its new SPI before the other can receive with it.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.16.0.1i, G 172.16.0.1
#
# Environment: IKE_CLIENTS (3, at most 9), IKE_ROUNDS (3).

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

clients=${IKE_CLIENTS:-3} rounds=${IKE_ROUNDS:-3}

# rekeys WHAT SIDE: within 0 and 500 ms; for "check". After each, some pings.
rekeys()
{
	local i ms status=0

	tell traffic 250 "${IKE_NAMES[@]}"
	for ((i = 1; i <= rounds; i++)); do
		for ms in 0 500; do
			tell rekey "$1" "$2" "$ms" "${IKE_NAMES[@]}" ||
				status=1
			tell more 8 || status=1
		done
	done
	tell quiet || status=1
	return "$status"
}

plan 5
topo "$clients"
commit
masquerade
ike_need
ike_clients "$clients" "${IKE_V2[@]}"
mode on

check "all are answered" tell up 0 "${IKE_NAMES[@]}"
for side in client gateway; do
	check "IKE SAs, by the $side: nothing is lost" rekeys ike "$side"
	check "Child SAs, by the $side: nothing is lost" rekeys child "$side"
done
ike_end_all
