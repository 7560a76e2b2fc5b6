#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One of three real clients (libreswan, IKEv2, raw ESP, dead peer detection)
# crashes. It comes back after the gateway has given the old tunnel up, or at
# once, while the gateway still has it, and keeps some of it for good. It works
# again within 5 s of its new SA, and the others never lose anything.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.16.0.1i, G 172.16.0.1
#
# Environment: IKE_CLIENTS (3, at most 9), IKE_ROUNDS (2).

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

clients=${IKE_CLIENTS:-3} rounds=${IKE_ROUNDS:-2}
others=()

# forgotten: the gateway has given up the tunnel of client 2; for "busywait".
forgotten()
{
	[[ -z $(ip -n "$G" xfrm policy list dst 172.16.0.12) ]]
}

# crashes [COMMAND...]: client 2 does, COMMAND waits, and it comes back; for
# "check".
crashes()
{
	local i

	for ((i = 1; i <= rounds; i++)); do
		ike_crash c2 "${C[2]}"
		if ! "$@"; then
			echo "still there"
			tail -n 30 "$TMP/out-g"
			return 1
		fi
		ike_restart c2 "${C[2]}"
		tell up 0 c2 || return 1
	done
}

plan 5
topo "$clients"
commit
masquerade
ike_need
ike_clients "$clients" "${IKE_V2[@]}" dpddelay=2 dpdtimeout=4 dpdaction=clear \
	retransmit-timeout=10s
mode on
for name in "${IKE_NAMES[@]}"; do
	[[ $name == c2 ]] || others+=("$name")
done

check "all are answered" tell up 0 "${IKE_NAMES[@]}"
tell traffic 250 "${others[@]}"
check "a client that comes back after it was given up works again" \
	crashes busywait 40000 forgotten
check "and one that comes back at once" crashes true
check "the others have lost nothing" tell quiet
check "all of them work at once" tell working "${IKE_NAMES[@]}"
ike_end_all
