#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router's namespace goes while tunnels are in use and others probe. Nothing
# stays behind, and the next one works.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 4
topo 2
commit
masquerade

# gone NETNS: its end of a wire goes with it.
gone()
{
	! ip -n "$1" link show eth0 2>&1
}

mode on
answer_bg -t 60000 -d 0x1003 "$G" "$GATEWAY"
ask_bg flood -i 1 -t 60000 "${C[1]},10.0.0.11,$GATEWAY,0x1001,0x80001001" \
	"${C[2]},10.0.0.12,$GATEWAY,0x1002,0x80001002" \
	"${C[2]},10.0.0.12,$GATEWAY,0x1003,0x80001003"
vpn-passthrough -n "$R" bind ipsec client 10.0.0.11 server "$GATEWAY" \
	in 0x80001001
check "tunnels are in use" busywait 5000 counter_is bound -ge 2
ip netns del "$R"
check "the namespace goes" busywait 20000 gone "${C[1]}"
ask_end flood
answer_end

printf 'netns del %s\n' "$G" "${C[@]}" | ip -batch -
# shellcheck disable=SC2034 # for lib.sh
NAMESPACES=() ID+=b C=()
R=$ID-r G=$ID-g
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
pings 1 2
check "another one begins with mode bypass" sh -c "vpn-passthrough -n $R \
	-j show | grep -q '\"proto\":\"ipsec\",\"mode\":\"bypass\"'"
mode on
check "and works" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
