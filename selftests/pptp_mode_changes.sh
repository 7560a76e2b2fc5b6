#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Modes change while calls are in use: each takes effect at once, and what one
# leaves behind is not in the way of the next.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 15
topo 2
commit
masquerade
peer calls
tell server S G 192.0.2.2 ids=500 same=1

# connections NAME [ARG...]: one of each client.
connections()
{
	tell connect "$1a=C1:10.0.0.11" "$1b=C2:10.0.0.12" to=192.0.2.2 "${@:2}"
}

mode on
connections x
check "on: calls with one id" tell call xa=7 xb=7
tell traffic 'x*' every=5
for next in off observe on bypass off on observe bypass on off bypass on \
	observe off on; do
	mode "$next" || failed=1
done
check "fifteen changes under traffic" test -z "${failed-}"
tell traffic_end lost=100000

connections y
check "on: new calls" tell call ya=8 yb=8
check "packets go both ways" tell gre 'y*'
mode bypass
check "bypass: nothing comes back" fails tell gre 'y*' ms=200
check "control connections go on" tell echo yb
tell connect l=C1:10.0.0.11 to=192.0.2.2
tell call l=0
tell gre l/0 ms=100 >/dev/null
mode on
tell connect m=C1:10.0.0.11 to=192.0.2.2
check "on: a call with id 0, as stock Linux's entry has" tell call m=0
check "is not disturbed by it" tell gre m/0
mode off
check "off: no new connection" connections z expect=refused
mode observe
connections o
check "observe: calls are answered" tell call oa=9 ob=9
check "nothing comes back" fails tell gre 'o*' ms=200
mode on
in_ns "$R" conntrack -D -p gre >"$TMP/deleted" 2>&1
connections p
check "on again: new calls" tell call pa=7 pb=7
check "packets go both ways" tell gre 'p*'
check "control messages are about the right call" tell link_info 'p*'
check "a call is cleared" tell clear pb/7
