#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router's namespace goes while tunnels are in use and others wait for their
# answer. Nothing stays behind, and the next one works.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

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

# start: tunnels and sessions of both clients.
start()
{
	peer sessions
	tell server S G 192.0.2.2 ids=500
	tell server I G 192.0.2.2 proto=ip ids=600
	tell connect ua=C1:10.0.0.11,7 ub=C2:10.0.0.12,7 to=192.0.2.2 &&
		tell connect ia=C1:10.0.0.11,7 ib=C2:10.0.0.12,7 to=192.0.2.2 \
			proto=ip version=3 &&
		tell session ua=9 ub=9 ia=9 ib=9
}

mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "sessions are in use" start
check "packets go both ways" tell data '*'
tell server silent G 192.0.2.3
tell server silent-ip G 192.0.2.3 proto=ip
tell hold silent 2
tell hold silent-ip 2
tell connect x=C1:10.0.0.11,7 to=192.0.2.3 up=0 ms=100
tell connect y=C1:10.0.0.11,7 to=192.0.2.3 proto=ip version=3 up=0 ms=100
check "others wait" test "$(vpn-passthrough -n "$R" tunnels l2tp 2>/dev/null |
	grep -c ' waiting ')" -eq 2
tell traffic '*' every=2
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
	-j show | grep -q '\"proto\":\"l2tp\",\"mode\":\"bypass\"'"
mode on
check "its clients have sessions" start
check "packets go both ways" tell data '*'
