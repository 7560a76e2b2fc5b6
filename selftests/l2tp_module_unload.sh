#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module is removed while tunnels are in use: nothing of it is left, those over
# UDP in which nothing was rewritten go on as in stock Linux, and it can be loaded
# again.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 16
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# start NAME: tunnels and sessions of both clients, over IP with equal ids.
start()
{
	tell connect "u$1a=C1:10.0.0.11,7" "u$1b=C2:10.0.0.12,8" to=192.0.2.2 &&
		tell connect "i$1a=C1:10.0.0.11,7" "i$1b=C2:10.0.0.12,7" \
			to=192.0.2.2 proto=ip version=3 &&
		tell session "u$1a=9" "u$1b=9" "i$1a=9" "i$1b=9"
}

mode on
check "on: sessions" start x
check "packets go both ways" tell data '*'
tell traffic '*' every=10
check "the module can be removed" rmmod nf_conntrack_l2tp
tell traffic_end lost=100000
check "its mode is bypass then" sh -c "vpn-passthrough -n $R -j show |
	grep -q '\"l2tp\",\"mode\":\"bypass\",\"available\":false'"
check "none of its tunnels is left" limit_is tunnels -eq 0
check "over UDP packets go both ways" tell data 'u*'
check "so do control messages" tell hello 'u*'
check "over IP, they do not for both" fails tell data 'i*' ms=300
check "it can be loaded again" modprobe nf_conntrack_l2tp
mode on
check "over UDP packets go both ways" tell data 'u*'
in_ns "$R" conntrack -F 2>/dev/null
check "new sessions" start y
check "packets go both ways" tell data '?y*'

# Many times, with traffic.
vpn-passthrough -n "$R" set l2tp on --preserve-port
tell traffic '?y*' every=5
for _ in 1 2 3; do
	rmmod nf_conntrack_l2tp || failed=1
	modprobe nf_conntrack_l2tp || failed=1
	mode on || failed=1
done
tell traffic_end lost=100000
check "again and again" test -z "${failed-}"
check "over UDP packets go both ways" tell data 'uy*'
in_ns "$R" conntrack -F 2>/dev/null
check "new sessions at the end" start z
check "packets go both ways" tell data '?z*'
