#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two clients have re-keyed IKE itself, which looks like a tunnel and is none.
# Long after that the gateway sends an SPI that nobody knows: it is nobody's.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 9
topo 2
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY"
mode on
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
check "two clients have tunnels" tell up a b first=client
check "that work" tell esp a b n=4
check "IKE is re-keyed" tell exchange a b
check "which counts as a tunnel" counter_is expected -eq 4
# Ten seconds is what "just now" means; nothing is to be seen of its end.
read -rt 11 -u "$NEVER"
counter rebound
before=$REPLY
inject -s 0x7777 "$G" "$GATEWAY" "$PUBLIC" >/dev/null
check "an unknown SPI is given to nobody" counter_is rebound -eq "$before"
check "but shown to both" counter_is copied -ge 1
check "the tunnels go on" tell esp a b n=2
check "a real re-key" tell exchange a b by=gateway first=gateway
check "works" tell esp a b
