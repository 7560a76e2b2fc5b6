#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real clients (libreswan, IKEv2, raw ESP) come up in the same instant, or with
# random delays, again and again; each tunnel must carry traffic within 5 s of
# its SA, and then all at the same time, losing nothing.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   Cn 10.0.0.1n --'
#   inside of the tunnels: Ci 172.16.0.1i, G 172.16.0.1
#
# Environment: IKE_CLIENTS (4, at most 9), IKE_ROUNDS (5) of each kind.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

clients=${IKE_CLIENTS:-4} rounds=${IKE_ROUNDS:-5}

plan 3
topo "$clients"
commit
masquerade
ike_need
ike_clients "$clients" "${IKE_V2[@]}"

mode bypass
tell up 0 "${IKE_NAMES[@]}" >"$TMP/stock"
check "stock: one of $clients is answered" tell answered 1
tell down "${IKE_NAMES[@]}"
mode on

check "in the same instant: all are answered, $rounds times" \
	ike_rounds "$rounds" 0
check "with random delays: all are answered, $rounds times" \
	ike_rounds "$rounds" 500
diag "$(tell total)"
ike_end_all
