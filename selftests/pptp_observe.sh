#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode observe: the router says who uses PPTP, and changes and drops nothing: all
# is as in stock Linux.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 11
topo 2
commit
masquerade
peer calls
tell server S G 192.0.2.2

# as_stock NAME ID: calls are answered, ids are not changed, nothing comes back.
as_stock()
{
	tell connect "$1a=C1:10.0.0.11" "$1b=C2:10.0.0.12" to=192.0.2.2 &&
		tell call "$1a=$2" "$1b=$2" &&
		tell gre "$1*" out=2 back=0 ms=200 &&
		tell aliases "$1*" client=0 server=0
}

mode bypass
check "stock: packets get through, and none comes back" as_stock s 7
in_ns "$R" conntrack -F 2>/dev/null
mode observe
check "observe: it is the same" as_stock o 8
check "the first client is seen" state_is 10.0.0.11 observed
check "the second one is seen" state_is 10.0.0.12 observed
check "their packets are counted" counter_is observed -ge 10
check "nothing was rewritten" counter_is rewritten -eq 0
check "no packet was refused" test "$(vpn-passthrough -n "$R" -j stats pptp |
	grep -cE 'mode-off|bad-control|control-order|full|quota')" -eq 0
check "control connections go on" tell echo oa
mode on
tell connect na=C1:10.0.0.11 nb=C2:10.0.0.12 to=192.0.2.2
check "on: new calls" tell call na=9 nb=9
check "packets go both ways" tell gre 'n*'
check "one id has an alias" tell aliases 'n*' client=1
