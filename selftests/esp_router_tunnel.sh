#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The router has a tunnel of its own to the gateway that its clients use. It
# stays the router's, whoever probes.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'       (172.16.0.10)
#
# C3's SPI is not known to G.

. "$(dirname "$0")/lib.sh"

plan 9
topo 3
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
tunnel 3 0x10003 0x20003
sa_del "$G" "$PUBLIC" "$GATEWAY" 0x10003
ipb "$R" "addr add 172.16.0.10/32 dev lo" \
	"route add 172.16.0.1/32 via $GATEWAY src 172.16.0.10"
sa "$R" "$PUBLIC" "$GATEWAY" 0x10009 9
sa "$R" "$GATEWAY" "$PUBLIC" 0x20009 9
policies "$R" "$PUBLIC" "$GATEWAY" 172.16.0.10 172.16.0.1 9
sa "$G" "$PUBLIC" "$GATEWAY" 0x10009 9
sa "$G" "$GATEWAY" "$PUBLIC" 0x20009 9
policies "$G" "$GATEWAY" "$PUBLIC" 172.16.0.1 172.16.0.10 9
commit
ruleset "$R" <<-END
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" ip saddr != 172.16.0.10 masquerade
		}
	}
END

own=$R,172.16.0.10,172.16.0.1
pings 1 2 !3
mode bypass
ask -i 100 -t 1000 "$own" "${PINGS[@]}"
check "stock: the router's own works" asked_is 1 lost -eq 0
check "stock: no client's does" answered_are 1
in_ns "$R" conntrack -F 2>/dev/null

# All begin at once, with the one first whom nobody answers.
mode on
ask_bg own -i 20 -t 60000 "$own"
pings !3 1 2
check "on: the clients are answered beside it" \
	ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
check "nobody answers the dead one" asked_is 1 got -eq 0
ask_end own
check "the router's own loses nothing" asked_is 1 lost -eq 0
check "its packets are counted" counter_is local -gt 0
check "its SPI is nobody else's" fails sh -c \
	"vpn-passthrough -n $R tunnels | grep -i 00020009"

# The gateway speaks first, while a client probes.
ask -i 20 -c 20 "$G,172.16.0.1,172.16.0.10" "!${PINGS[0]#!}" "${PINGS[1]}"
check "the gateway reaches the router" asked_is 1 lost -eq 0
check "and the client goes on" asked_is 3 lost -eq 0
