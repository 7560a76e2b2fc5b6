#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented rules that let a group of hosts have tunnels: joining it, for good
# or for a time, and leaving it, take effect at once, also on calls that are up.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 14
topo 3
commit
masquerade
peer calls
tell server S G 192.0.2.2

# hosts VERB ELEMENT: change the group.
hosts()
{
	in_ns "$R" nft "$1" element inet vpn_hosts hosts "{ $2 }"
}

# alone: nobody but the first one is in it.
alone()
{
	! in_ns "$R" nft list set inet vpn_hosts hosts | grep -q expires
}

mode on
check "the rules load" example vpn-hosts.nft
tell connect a=C1:10.0.0.11 to=192.0.2.2
check "who is in the group calls" tell call a=7
check "packets go both ways" tell gre a/7
check "who is not has no control connection" fails tell connect \
	x=C2:10.0.0.12 to=192.0.2.2 ms=300
check "it was refused" counted_is vpn_hosts vpn -ge 1
check "it joins" hosts add 10.0.0.12
tell connect b=C2:10.0.0.12 to=192.0.2.2
check "and calls" tell call b=7
check "packets go both ways" tell gre '[ab]/7'
check "it leaves" hosts delete 10.0.0.12
check "its call is dead at once" tell gre b/7 out=0 back=0 ms=300
check "the other one is not" tell gre a/7
hosts add '10.0.0.13 timeout 5s'
tell connect c=C3:10.0.0.13 to=192.0.2.2
tell call c=9
check "another one joins for some seconds" tell gre c/9
busywait 15000 alone
check "they are over, and so is its call" tell gre c/9 out=0 back=0 ms=300
check "who is there for good stays" tell gre a/7
