#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real clients (libreswan, IKEv2, raw ESP) over IPv6, behind one masqueraded
# address.
#
#   C1 fd00::11 --.
#   C2 fd00::12 --+-- br0 R wan 2001:db8::1 (masquerade) ---- 2001:db8::2 G
#   C3 fd00::13 --'
#   inside of the tunnels: Ci fd10::1i, G fd10::1
#
# Environment: IKE_CLIENTS (3, at most 9), IKE_ROUNDS (3) of each kind.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

clients=${IKE_CLIENTS:-3} rounds=${IKE_ROUNDS:-3}

plan 2
topo "$clients"
commit
masquerade
ike_need
ike_ip6
ike_clients "$clients" "${IKE_V2[@]}"
mode on

check "in the same instant: all are answered, $rounds times" \
	ike_rounds "$rounds" 0
check "with random delays: all are answered, $rounds times" \
	ike_rounds "$rounds" 500
diag "$(tell total)"
ike_end_all
