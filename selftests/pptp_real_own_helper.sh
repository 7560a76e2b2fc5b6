#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A router whose rules attach the kernel's own helper serves three real clients
# of one server, on the stock kernel, and no worse with the module switched on:
# it leaves connections alone that have a helper.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G pptpd
#   C3 10.0.0.13 --'
#   inside of the calls: Ci 172.17.0.1i, G 172.17.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/pptp.sh"
PROTO=pptp

plan 4
topo 3
commit
masquerade
pptp_need
intree
intree_rule
pptp_server server "$G" "$GATEWAY" 0 "${PPTP_PLAIN[@]}"
ppp_pings 1 2 3

mode bypass
pptp_dial_all 1 2 3
check "stock: all three work" ppp_up_are 3 c1 c2 c3
ppp_end c1 c2 c3
in_ns "$R" conntrack -F 2>/dev/null

mode on
pptp_dial_all 1 2 3
check "the module on: all three work" ppp_up_are 3 c1 c2 c3
ask -i 50 -c 20 "${PINGS[@]}"
check "and ping, and lose nothing" lost_nothing
check "the module has no tunnel of them" fails state_is 10.0.0.11 bound
ppp_end c1 c2 c3 server
