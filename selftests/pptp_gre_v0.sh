#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Plain GRE (version 0), with and without a key, passes as it does in stock
# Linux, unchanged, beside calls of the same client.
#
#   C1 10.0.0.11 -- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 7
topo 1
commit
masquerade
peer calls
tell server S G 192.0.2.2

plain=(plain C1 10.0.0.11 G 192.0.2.2)
mode bypass
check "stock: plain GRE goes both ways" tell "${plain[@]}"
in_ns "$R" conntrack -F 2>/dev/null
mode on
check "on: it does" tell "${plain[@]}"
tell connect a=C1:10.0.0.11 to=192.0.2.2
check "a call beside it" tell call a=7
check "packets of the call go both ways" tell gre a/7
check "and plain GRE does" tell "${plain[@]}"
in_ns "$R" conntrack -F 2>/dev/null
check "also when it begins after the call" tell "${plain[@]}"
check "packets of the call still go both ways" tell gre a/7
