#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A client may begin IKE again and again, for days, by one conntrack entry that
# never goes: it is not shut out.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 6
topo 2
commit
masquerade
peer exchanges
tell gateway G "$GATEWAY"
mode on
# This makes the share of IKE SAs smallest: 68.
vpn-passthrough -n "$R" limits max-per-client 1
sas=()
for ((i = 1; i <= 80; i++)); do
	sas+=("s$i=C1:10.0.0.11")
done
tell sa "${sas[@]}" "to=$GATEWAY"
check "a client begins 80 times, and is answered" \
	tell exchange 's*' kind=init size=60
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
check "and once more" tell up a
check "its tunnel is expected" counter_is expected -eq 1
check "and works" tell esp a n=2
check "another client's, too" tell up b
check "and works" tell esp b n=2
