#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A gateway of the user's own, inside, that a DNAT rule makes reachable: its
# peers reach it as before, beside clients that go out; also to the same peer.
#
#   C1 10.0.0.11 (server) --.
#                           +-- br0 R wan 192.0.2.1 ---- 192.0.2.2, .3 G
#   C2 10.0.0.12 (client) --'    (masquerade; ESP: DNAT to C1)

. "$(dirname "$0")/lib.sh"

plan 8
topo 2
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
ruleset "$R" <<-END
	table ip nat {
		chain pre {
			type nat hook prerouting priority dstnat
			iifname "wan" ip protocol esp dnat to 10.0.0.11
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
END

peer=$G,192.0.2.2,192.0.2.1
client=${C[2]},10.0.0.12

answer_bg "${C[1]}" 10.0.0.11 -t 60000
mode bypass
check "stock: the server is reached" \
	ask -i 50 -t 3000 -w 3 "$peer,0x1001,0x80001001"
ask -i 50 -t 1000 "$client,192.0.2.2,0x5001,0x80005001" \
	"$peer,0x1001,0x80001001"
check "stock: a client to the same peer is not answered" \
	asked_is 1 got -eq 0
in_ns "$R" conntrack -F 2>/dev/null
mode on
check "on: the server is reached" \
	ask -i 50 -t 3000 -w 3 "$peer,0x1002,0x80001002"

# The gateway answers the client, from both of its addresses.
# shellcheck disable=SC2154 # set by answer_bg
PID_server=$PID_answer
answer_bg "$G" 192.0.2.3 -t 60000
check "a client to another address works beside it" \
	ask -i 50 -t 3000 -w 3 "$client,192.0.2.3,0x5002,0x80005002"
check "the server is still reached" \
	ask -i 50 -t 3000 -w 3 "$peer,0x1002,0x80001002"
answer_end

ask_bg peer -i 20 -t 60000 "$peer,0x1002,0x80001002"
# This gateway does not answer the peer's own packets.
answer_bg "$G" 192.0.2.2 -t 60000 -d 0x80001002 -d 0x80001003
check "a client to the same peer works beside it" \
	ask -i 50 -t 5000 -w 3 "$client,192.0.2.2,0x5003,0x80005003"
ask_end peer
check "the server's peer loses nothing meanwhile" asked_is 1 lost -eq 0
check "the peer reaches the server with a new SPI" \
	ask -i 50 -t 3000 -w 3 "$peer,0x1003,0x80001003"
kill "$PID_server"
