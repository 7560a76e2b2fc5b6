#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Port 500 is preserved from some time on, while clients have IKE already: what
# the gateway sends them goes on to reach them. And whoever has port 500 in
# conntrack's own view, after its entries have gone and come back in another
# order, is in nobody's way.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 14
topo 3
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY"
mode on
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
check "two clients have IKE" tell up a b first=client
check "one by port 500" tell ports a port=500
vpn-passthrough -n "$R" set ipsec --preserve-port
tell sa c=C3:10.0.0.13 "to=$GATEWAY"
check "a third one, from when the port is preserved" tell up c first=client
check "has port 500 as well" tell ports c port=500
check "the gateway reaches the first one" tell exchange a kind=info by=gateway
check "the second one" tell exchange b kind=info by=gateway
check "the third one" tell exchange c kind=info by=gateway
check "ESP works for all" tell esp a b c n=2

tell sa d=C1:10.0.0.11 e=C2:10.0.0.12 "to=$GATEWAY"
check "the first ones begin anew" tell up d e first=client
check "by port 500" tell ports d e port=500
in_ns "$R" conntrack -F 2>/dev/null
check "without conntrack's entries, the second one speaks first" \
	tell exchange e kind=info
check "the gateway reaches the first one" tell exchange d kind=info by=gateway
check "the third one" tell exchange c kind=info by=gateway
check "and the second one" tell exchange e kind=info by=gateway
