#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The administrator removes conntrack's entries of calls in use: they come back by
# themselves, at the next packet of either side. What he has the module forget is
# gone, and new calls work.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 16
topo 2
commit
masquerade
peer calls
tell server S G 192.0.2.2 ids=500 same=1

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2
check "on: calls with one id" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'

tell traffic '[ab]/7' every=10
for _ in 1 2 3 4 5; do
	in_ns "$R" conntrack -F 2>/dev/null
done
check "conntrack -F: a packet each way is lost at most" \
	tell traffic_end lost=20 sent=40
check "and they go on at once" tell gre '[ab]/7'
in_ns "$R" conntrack -F 2>/dev/null
check "the server's packet may be the first" tell back '[ab]/7'
check "control messages are about the right call" tell link_info '[ab]/7'
check "a call is cleared" tell clear a/7
check "a new one is made on the same connection" tell call a=8
tell traffic 'b/7' every=10
check "conntrack -D removes one client's entry" \
	in_ns "$R" conntrack -D -p gre -s 10.0.0.11
check "the other one loses nothing" tell traffic_end sent=20
check "the client goes on" tell gre a/8

tell traffic 'b/7' every=10
for _ in 1 2 3; do
	vpn-passthrough -n "$R" flush >/dev/null || failed=1
done
check "calls can be forgotten" test -z "${failed-}"
check "none is left" limit_is tunnels -eq 0
tell traffic_end lost=1000
tell connect c=C1:10.0.0.11 d=C2:10.0.0.12 to=192.0.2.2
check "new calls work" tell call c=7 d=7
check "packets go both ways" tell gre '[cd]/7'
check "old connections are still up" tell echo b
