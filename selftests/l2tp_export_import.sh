#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# L2TPv3 sessions that are set up by hand survive the modules, too.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 9
topo 2
l2tpeth_need
l2tpeth 1 0x10001 0x20001
l2tpeth 2 0x10002 0x20002
commit
masquerade
l2tpeth_pings 1 2

mode on
check "on: both are answered" ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask -i 20 -c 30 "${PINGS[@]}"
check "the first is bound" busywait 5000 state_is 10.0.0.11 bound
check "the second, too" busywait 5000 state_is 10.0.0.12 bound
vpn-passthrough -n "$R" export >"$TMP/export"
check "they can be exported" test "$(grep -c '^tunnel l2tp ' "$TMP/export")" \
	-eq 2
modprobe -rq nf_nat_ipsec_esp
modprobe -rq nf_conntrack_pptp_ext
check "the modules are unloaded and loaded" sh -c \
	"rmmod nf_conntrack_l2tp nf_vpn_passthrough && modprobe nf_conntrack_l2tp"
mode on
check "the export can be imported" vpn-passthrough -n "$R" import "$TMP/export"
PINGS_KEPT=("${PINGS[@]}")
PINGS=("$G,172.18.0.1,172.18.0.11" "$G,172.18.0.1,172.18.0.12")
ask -i 20 -c 30 "${PINGS[@]}"
check "the server reaches both, and loses nothing" lost_nothing
PINGS=("${PINGS_KEPT[@]}")
ask -i 20 -c 30 "${PINGS[@]}"
check "so do the clients" lost_nothing
check "nothing was probed for" counter_is probe -eq 0
