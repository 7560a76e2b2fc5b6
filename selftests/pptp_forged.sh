#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A stranger inside makes up ICMP errors about a client's control connection, and
# its end, without knowing its sequence numbers: the call goes on, and ids are
# translated as before.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 9
topo 3
commit
masquerade
mode on
peer forged
tell server S G 192.0.2.2
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "two clients have calls with one id" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'

tell forge_icmp b C3:10.0.0.13
check "ICMP errors end no call" state_is 10.0.0.12 bound
tell forge_end b C3
check "nor does an end from nowhere" state_is 10.0.0.12 bound
check "the connection goes on" tell echo b
check "with new calls whose ids are rewritten" tell call a=8 b=8
check "packets go both ways" tell gre '*'
check "the server can tell them apart" tell distinct '*'
check "the calls end as they should" tell clear 'b/*'
