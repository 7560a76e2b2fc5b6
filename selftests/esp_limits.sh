#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Limits on tunnels of a client, of a server, and on ids in all: what is beyond
# is refused with its reason, and those within go on.
#
#   C1 10.0.0.11 -- br0 R wan 192.0.2.1 (masquerade) -- 192.0.2.2 to .5 G
#      ... 10.0.0.40
#
# The clients are addresses in one namespace.

. "$(dirname "$0")/lib.sh"

plan 14
topo 1
ipb "$G" "addr add 192.0.2.3/24 dev eth0" "addr add 192.0.2.4/24 dev eth0" \
	"addr add 192.0.2.5/24 dev eth0"
for ((i = 12; i <= 40; i++)); do
	ipb "${C[1]}" "addr add 10.0.0.$i/24 dev eth0"
done
commit
masquerade
mode on
monitor_bg

# fake CLIENT SERVER SPI: into REPLY, for "ask".
fake()
{
	REPLY=${C[1]},10.0.0.$1,192.0.2.$2,$3,$(($3 ^ 0x80000000))
}

answers=()
for i in 2 3 4; do
	answer_bg -t 90000 "$G" "192.0.2.$i"
	answers+=("$PID_answer")
done

# Of a client.
vpn-passthrough -n "$R" limits max-per-client 2
fake 11 2 0x1001; one=$REPLY
fake 11 3 0x1002; two=$REPLY
fake 11 4 0x1003; three=$REPLY
fake 12 4 0x1004; other=$REPLY
ask -i 50 -t 1500 "$one" "$two" "!$three" "$other"
check "two tunnels of a client work, and another client's" answered_are 3
check "a third is refused" counter_is client-quota -ge 1
check "and told" busywait 2000 event_seen \
	'"client-quota".*"10.0.0.11","server":"192.0.2.4"'
vpn-passthrough -n "$R" limits max-per-client 64
check "with a higher limit it works" ask -i 50 -t 3000 -w 3 "$three"

# Of a server.
vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" limits max-per-server 2
fake 11 2 0x2001; one=$REPLY
fake 12 2 0x2002; two=$REPLY
fake 13 2 0x2003; three=$REPLY
fake 13 3 0x2004; other=$REPLY
ask -i 50 -t 3000 "$one" "$two" "!$three" "$other"
check "two tunnels of a server work, and another server's" answered_are 3
check "a third is refused" counter_is server-quota -ge 1
check "and told" busywait 2000 event_seen \
	'"server-quota".*"10.0.0.13","server":"192.0.2.2"'
vpn-passthrough -n "$R" limits max-per-server 65535
check "with a higher limit it works" ask -i 50 -t 5000 -w 3 "$three"

# Of the namespace: sixteen ids are eight tunnels. Those that nobody answers
# (from 20 on) must not displace those that work.
vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" limits max-ids 16
live=() dead=()
for ((i = 11; i <= 16; i++)); do
	fake "$i" 2 $((0x3000 + i))
	live+=("$REPLY")
done
check "six tunnels fit" ask -i 50 -t 5000 -w 5 "${live[@]}"
for ((i = 20; i <= 40; i++)); do
	dead+=("!${C[1]},10.0.0.$i,192.0.2.5,$((0x4000 + i)),0x9")
done
ask_bg live -i 20 -t 60000 "${live[@]}"
ask -i 100 -t 2000 "${dead[@]}"
ask_end live
lost=0
for i in 1 2 3 4 5 6; do
	asked "$i" lost
	lost=$((lost + REPLY))
done
check "they lose nothing while others ask for more" test "$lost" -eq 0
check "the limit holds" limit_is ids -le 16
check "what is beyond it is refused" counter_is table-full -ge 1
check "and told" busywait 2000 event_seen '"table-full"'
vpn-passthrough -n "$R" limits max-ids 262144
fake 17 2 0x5001
check "with a higher limit there is room" ask -i 50 -t 5000 -w 3 "$REPLY"
kill "${answers[@]}"
