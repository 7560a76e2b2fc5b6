#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module is removed while calls are in use: nothing of it is left, control
# connections go on as in stock Linux, and it can be loaded again.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 13
topo 2
commit
masquerade
peer calls
tell server S G 192.0.2.2 ids=500 same=1

# ours: conntrack's entries that have both ids of a call; stock Linux's have not.
ours()
{
	in_ns "$R" conntrack -L -p gre 2>/dev/null |
		grep -E 'srckey=0x[1-9a-f].*srckey=0x[1-9a-f].*dstkey=0x[1-9a-f]'
}

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "on: calls with one id" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
check "conntrack has their entries" ours
tell traffic '[ab]/7' every=5
check "the module can be removed" rmmod nf_conntrack_pptp_ext
check "its mode is bypass then" sh -c "vpn-passthrough -n $R -j show |
	grep -q '\"pptp\",\"mode\":\"bypass\",\"available\":false'"
check "no entry of ours is left" fails ours
check "no packet comes back any more" fails tell gre '[ab]/7' ms=200
check "control connections go on" tell echo b
check "it can be loaded again" modprobe nf_conntrack_pptp_ext
tell traffic_end lost=100000

# Many times, with traffic.
mode on
tell connect c=C1:10.0.0.11 d=C2:10.0.0.12 to=192.0.2.2
tell call c=7 d=7
tell traffic '[cd]/7' every=2
for _ in 1 2 3; do
	rmmod nf_conntrack_pptp_ext || failed=1
	modprobe nf_conntrack_pptp_ext || failed=1
	mode on || failed=1
done
tell traffic_end lost=100000
check "again and again" test -z "${failed-}"
in_ns "$R" conntrack -F 2>/dev/null
tell connect e=C1:10.0.0.11 f=C2:10.0.0.12 to=192.0.2.2
check "new calls at the end" tell call e=9 f=9
check "packets go both ways" tell gre '[ef]/9'
check "old connections are still up" tell echo a
