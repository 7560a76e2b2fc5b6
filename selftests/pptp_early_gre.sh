#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Servers may send packets of a call before the client has their reply, and
# clients send theirs as soon as they have it: nothing of that is lost.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 7
topo 2
commit
masquerade
intree
peer calls
tell server S G 192.0.2.2
tell hold S 8

mode bypass
intree_rule
tell connect s=C1:10.0.0.11 to=192.0.2.2
check "in-tree: packets before the reply are lost" \
	fails tell early s=7 ms=300
in_ns "$R" nft delete table ip intree

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "on: packets come before the reply" tell early a=7 b=7
check "the calls wait for their replies" state_is 10.0.0.12 waiting
check "with their replies the clients' first packets pass" tell late '[ab]/7'
check "the calls are bound" state_is 10.0.0.12 bound
check "packets go both ways" tell gre '[ab]/7'
check "one of the ids has an alias" tell aliases '[ab]/7' client=1
