#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The server begins calls: Incoming-Call-Request, Reply, Connected. Two clients
# answer with the same Call ID; the server uses one id for both, too.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 12
topo 2
commit
masquerade
intree
peer calls
tell server S G 192.0.2.2 ids=500 same=1

# connections NAME: one of each client.
connections()
{
	tell connect "$1a=C1:10.0.0.11" "$1b=C2:10.0.0.12" to=192.0.2.2
}

mode bypass
connections s
check "stock: calls come in" tell incoming S sa=7 sb=7
check "stock: no packet comes back" tell gre 's*' out=1 back=0 ms=300
intree_rule
connections i
check "in-tree: the clients are told wrong ids, or hear nothing" \
	fails eval "tell incoming S ia=7 ib=7 && tell gre 'i*' ms=300"
in_ns "$R" nft delete table ip intree

mode on
connections n
check "on: calls come in" tell incoming S na=7 nb=7
check "the server can tell them apart" tell distinct 'n*'
check "packets go both ways in both" tell gre 'n*'
check "WAN-Error-Notify is about the right call" tell wan_error 'n*'
check "so is Set-Link-Info, of both ends" tell link_info 'n*'
check "a call that goes out beside them" tell call na=8
check "packets go both ways in all" tell gre 'n*'
check "a call of the server's ends" tell disconnect S nb/7
check "the others go on" tell gre 'na/*'
