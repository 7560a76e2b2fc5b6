#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The administrator removes conntrack's entries of tunnels in use: they come back by
# themselves, with the ports of before, at the next packet of either side. What he
# has the module forget is gone, and new tunnels work.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 25
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# start NAME: tunnels of both kinds of both clients, with equal ids.
start()
{
	tell connect "u$1a=C1:10.0.0.11,7" "u$1b=C2:10.0.0.12,7" to=192.0.2.2 &&
		tell session "u$1a=9" "u$1b=9" &&
		tell connect "i$1a=C1:10.0.0.11,7" "i$1b=C2:10.0.0.12,7" \
			to=192.0.2.2 proto=ip version=3 &&
		tell session "i$1a=9" "i$1b=9"
}

mode bypass
tell connect sa=C1:10.0.0.11,7 sb=C2:10.0.0.12,7 to=192.0.2.2
check "stock: sessions over UDP" tell session sa=9 sb=9
check "stock: packets go both ways" tell data 's*'
in_ns "$R" conntrack -F 2>/dev/null
check "stock: conntrack -F: nothing comes back" tell back 's*' n=0 ms=300
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays

mode on
check "on: tunnels and sessions" start n
check "packets go both ways" tell data '?n*'
tell traffic '?n*' every=20
for _ in 1 2 3 4 5; do
	in_ns "$R" conntrack -F 2>/dev/null
done
check "conntrack -F: few packets are lost" tell traffic_end lost=40 sent=100
check "and they go on at once" tell data '?n*'
in_ns "$R" conntrack -F 2>/dev/null
check "the server's packet may be the first" tell back '?n*'
check "they go on, from the right ports" tell data '?n*'
in_ns "$R" conntrack -F 2>/dev/null
check "control messages may be the first" tell hello '?n*'
check "messages about sessions" tell link_info '?n*'
check "a session is cleared" tell clear 'ina/9'
check "a new one on the same tunnel" tell session ina=10 una=10
check "packets go both ways" tell data '?na/10'
check "nothing came to who does not know it" tell strays '?n*'

tell traffic '?nb/9' every=20
for _ in 1 2 3; do
	vpn-passthrough -n "$R" flush >/dev/null || failed=1
done
check "tunnels can be forgotten" test -z "${failed-}"
tell traffic_end lost=1000
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
check "none is left" limit_is tunnels -eq 0
check "new ones work" start f
check "packets go both ways" tell data '?f*'

# With one port for all and aliases.
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "one port for all: tunnels and sessions" start p
tell traffic '?p*' every=20
for _ in 1 2 3 4 5; do
	in_ns "$R" conntrack -F 2>/dev/null
done
check "conntrack -F: few packets are lost" tell traffic_end lost=40 sent=100
in_ns "$R" conntrack -F 2>/dev/null
check "the server's packet may be the first" tell back '?p*'
check "they go on, from the right port" tell data '?p*'
in_ns "$R" conntrack -F 2>/dev/null
check "control messages may be the first" tell hello '?p?'
check "the port is kept" tell ports 'up?' 1701
