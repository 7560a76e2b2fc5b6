#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who goes over to NAT-T (UDP port 4500) no longer counts among those who send
# bare ESP; its packets are left alone.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 16
topo 2
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"
tell gateway G "$GATEWAY" "$GATEWAY6" port=4500
mode on

tell gateway G "$GATEWAY" "$GATEWAY6"
tell sa t=C1:10.0.0.11 e=C2:10.0.0.12 "to=$GATEWAY"
tell sa t6=C1:fd00::11 "to=$GATEWAY6"
tell gateway G "$GATEWAY" "$GATEWAY6" port=4500
tell sa n=C1:10.0.0.11 m=C2:10.0.0.12 "to=$GATEWAY" port=4500
tell sa n6=C1:fd00::11 "to=$GATEWAY6" port=4500

check "both have a tunnel by IKE on port 500" tell up t e
check "both are expected" counter_is expected -eq 2
check "a flow waits" state_is 10.0.0.11 waiting
check "one begins with port 4500" tell exchange n kind=auth
check "its flow is gone" state_is 10.0.0.11 ""
check "it is counted" counter_is nat-t -eq 1
check "ESP in UDP passes as it is" tell raw n \
	"$(printf '%064d' 10001)"
check "also the gateway's" tell raw n "$(printf '%064d' 20001)" by=gateway
check "a keepalive" tell raw n ff
check "ESP beside it" tell esp e n=4
check "that works" busywait 8000 settles e 10.0.0.12
check "who works and uses port 4500 as well" tell exchange m kind=auth
check "goes on with both" tell esp e n=2
check "more on port 4500 is not counted" counter_is nat-t -eq 2
tell up t6
check "IPv6" tell exchange n6 kind=auth
check "its flow is gone" state_is fd00::11 ""
