#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The fast path ends where it must: entries are removed, devices and namespaces
# go, modes change and modules are removed, all under traffic.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 14
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
# A rule's zone stands on the packets when they leave by the fast path.
ruleset "$R" <<-END
	table inet zone {
		chain raw {
			type filter hook prerouting priority raw
			ct zone set 5
		}
	}
END

# is_fast: the counter grows.
is_fast()
{
	local before

	counter fast-path
	before=$REPLY
	busywait 5000 counter_is fast-path -gt "$before"
}

# gone NETNS DEVICE
gone()
{
	! ip -n "$1" link show "$2" 2>&1
}

# entries_are N: of ESP.
entries_are()
{
	local n

	n=$(in_ns "$R" conntrack -L -p 50 2>/dev/null | wc -l)
	echo "$n entries"
	[[ $n -eq $1 ]]
}

pings 1 2
vpn-passthrough -n "$R" set ipsec on --fast-path
ask_bg both -i 5 -t 200000 "${PINGS[@]}"
check "packets are fast, in a zone of a rule" is_fast
check "both tunnels are bound" busywait 5000 state_is 10.0.0.12 bound
in_ns "$R" conntrack -F 2>/dev/null
check "without their entries, they begin anew" busywait 5000 entries_are 2
check "and are fast" is_fast
check "tunnels are flushed" vpn-passthrough -n "$R" flush ipsec
check "and are fast again" busywait 10000 is_fast

ip -n "$R" link set wan down
ip -n "$R" link set wan up
check "after their device was down, they are fast again" \
	busywait 10000 is_fast
mode bypass
mode on
check "after another mode, too" busywait 10000 is_fast
check "a device goes at once" ip -n "$R" link del wan
check "at both ends" busywait 10000 gone "$G" eth0
ask_end both

link "$R" wan "$G" eth0
ipb "$R" "addr add $PUBLIC/24 dev wan"
ipb "$G" "addr add $GATEWAY/24 dev eth0" \
	"route add 172.16.0.0/24 via $PUBLIC src 172.16.0.1"
commit
ask_bg both -i 5 -t 200000 "${PINGS[@]}"
check "with another one, they are fast again" busywait 10000 is_fast
modprobe -rq nf_conntrack_pptp_ext
modprobe -rq nf_conntrack_l2tp
check "the modules can be removed" rmmod nf_nat_ipsec_esp nf_vpn_passthrough
modprobe nf_nat_ipsec_esp
vpn-passthrough -n "$R" set ipsec on --fast-path
check "loaded again, they are fast" busywait 10000 is_fast
ip netns del "$R"
check "the namespace goes" busywait 20000 gone "${C[1]}" eth0
ask_end both
