#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The gateway speaks first: on tunnels that are bound, and with a new SPI to the
# only client there is.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 7
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade

to_1=$G,172.16.0.1,172.16.0.11
to_2=$G,172.16.0.1,172.16.0.12

pings 1 2
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
ask -i 100 -t 1000 "$to_1" "$to_2"
check "stock: the gateway reaches one of two" answered_are 1

# A router's own firewall has no say in what is not for the router.
in_ns "$R" nft -f - <<END
table ip filter {
	chain input {
		type filter hook input priority filter; policy drop
	}
}
END
mode on
in_ns "$R" conntrack -F 2>/dev/null
pings 1
ask -i 50 -t 5000 -w 1 "${PINGS[@]}"
rekey_in 1 0x11001 0x21001
rekey_gateway 1 0x21001 0x20001
commit
check "on: the only client is reached with a new SPI" \
	ask -i 50 -c 10 -w 10 "$to_1"
check "and loses nothing" asked_is 1 lost -eq 0

pings 1 2
ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
ask -i 50 -c 20 "$to_1" "$to_2"
check "the gateway reaches both" answered_are 2
check "nothing is lost on the way to the first" asked_is 1 lost -eq 0
check "nothing is lost on the way to the second" asked_is 2 lost -eq 0

# The gateway's own packets, before the client's first, leave an entry behind.
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
ask -i 50 -t 500 "!$to_1" "!$to_2"
pings 1 2
check "packets for nobody are not in the way of the clients" \
	ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
