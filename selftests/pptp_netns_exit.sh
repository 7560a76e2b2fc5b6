#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router's namespace goes while calls are in use and others wait for their
# answer. Nothing stays behind, and the next one works.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 7
topo 2
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade

# gone NETNS: its end of a wire goes with it.
gone()
{
	! ip -n "$1" link show eth0 2>&1
}

mode on
peer calls
tell server S G 192.0.2.2
tell server silent G 192.0.2.3
tell hold silent 8
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
tell connect c=C2:10.0.0.12 to=192.0.2.3
check "calls are in use" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
tell call c=7 answered=0
tell traffic '[ab]/7' every=1
ip netns del "$R"
check "the namespace goes" busywait 20000 gone "${C[1]}"
peer_end

printf 'netns del %s\n' "$G" "${C[@]}" | ip -batch -
# shellcheck disable=SC2034 # for lib.sh
NAMESPACES=() ID+=b C=()
R=$ID-r G=$ID-g
topo 2
commit
masquerade
check "another one begins with mode bypass" sh -c "vpn-passthrough -n $R \
	-j show | grep -q '\"proto\":\"pptp\",\"mode\":\"bypass\"'"
mode on
peer calls
tell server S G 192.0.2.2
check "its clients connect" \
	tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "calls are answered" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
