#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two real clients with IKEv1 (libreswan, Main Mode and Quick Mode, without NAT
# traversal, raw ESP) at the same time.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   inside of the tunnels: Ci 172.16.0.1i, G 172.16.0.1
#
# Environment: IKE_CLIENTS (2, at most 9), IKE_ROUNDS (4) of each kind.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

clients=${IKE_CLIENTS:-2} rounds=${IKE_ROUNDS:-4}

plan 2
topo "$clients"
commit
masquerade
ike_need
ike_clients "$clients" "${IKE_V1[@]}"
mode on

check "in the same instant: all are answered, $rounds times" \
	ike_rounds "$rounds" 0
check "with random delays: all are answered, $rounds times" \
	ike_rounds "$rounds" 500
diag "$(tell total)"
ike_end_all
