#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode observe: the router says who uses L2TP, and changes and drops nothing: all
# is as in stock Linux.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 15
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# as_stock NAME: over UDP all works, over IP one client.
as_stock()
{
	tell connect "u$1a=C1:10.0.0.11,7" "u$1b=C2:10.0.0.12,7" \
		to=192.0.2.2 &&
		tell session "u$1a=9" "u$1b=9" && tell data "u$1*" &&
		tell tunnel_aliases "u$1*" client=0 server=0 &&
		tell ports "u$1*" 1701 n=1 &&
		tell connect "i$1a=C1:10.0.0.11,7" "i$1b=C2:10.0.0.12,7" \
			to=192.0.2.2 proto=ip version=3 up=1 ms=1000
}

# seen CLIENT L4PROTO: the tool has one observed tunnel of that kind.
seen()
{
	vpn-passthrough -n "$R" -j tunnels l2tp client "$1" 2>/dev/null |
		grep -oE '"state":"[a-z]+"|"l4proto":[0-9]+' >"$TMP/seen"
	cat "$TMP/seen"
	test "$(grep -c observed "$TMP/seen")" -eq 2 &&
		test "$(grep -c ":$2\$" "$TMP/seen")" -eq 1
}

mode bypass
check "stock: over UDP all works, over IP one of two" as_stock s
in_ns "$R" conntrack -F 2>/dev/null
mode observe
check "observe: it is the same" as_stock o
check "the first client is seen" seen 10.0.0.11 17
check "the second one is seen" seen 10.0.0.12 17
check "the first one over IP" seen 10.0.0.11 115
check "the second one over IP" seen 10.0.0.12 115
check "their packets are counted" counter_is observed -ge 20
check "nothing was rewritten" counter_is rewritten -eq 0
check "no packet was refused" test "$(vpn-passthrough -n "$R" stats l2tp |
	grep -cE 'mode-off|bad-control|full|quota|keyed')" -eq 0
check "tunnels go on" tell hello 'uo*'
mode on
check "on: what is up over UDP goes on" tell data 'uo*'
in_ns "$R" conntrack -F 2>/dev/null
check "new tunnels over IP" tell connect na=C1:10.0.0.11,7 nb=C2:10.0.0.12,7 \
	to=192.0.2.2 proto=ip version=3
check "sessions" tell session na=9 nb=9
check "packets go both ways" tell data 'n*'
check "one id has an alias" tell aliases 'n*' client=1
