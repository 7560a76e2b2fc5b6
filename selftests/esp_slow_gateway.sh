#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A gateway far away: answers take 150 ms; and 1300 ms, for which a probe must
# be allowed to take longer. Every client gets its own answers.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) -- delay -- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 5
topo 3
for i in 1 2 3; do
	tunnel "$i" "0x1000$i" "0x2000$i"
done
commit
masquerade
modprobe -q sch_netem || skip_all "no sch_netem"

# delay MS: of everything that the gateway sends.
delay()
{
	in_ns "$G" tc qdisc replace dev eth0 root netem limit 10000 delay "$1ms"
}

# own_ids: each client's inbound id, where it has one, is its own.
own_ids()
{
	vpn-passthrough -n "$R" -j tunnels 2>/dev/null >"$TMP/tunnels"
	cat "$TMP/tunnels"
	for i in 1 2 3; do
		grep -oE "\"client\":\"10.0.0.1$i\"[^]]*" "$TMP/tunnels" |
			grep -oE '"in","id":[0-9]+' | cut -d: -f2
	done >"$TMP/ids"
	printf '%d\n' 0x20001 0x20002 0x20003 | cmp -s - "$TMP/ids"
}

pings 1 2 3
mode bypass
delay 150
ask -i 100 -t 1000 "${PINGS[@]}"
check "stock: one of three is answered" answered_are 1
mode on
check "150 ms: all are answered within seconds" \
	ask -i 100 -t 5000 -w 5 "${PINGS[@]}"
check "each has its own id" own_ids

vpn-passthrough -n "$R" flush >/dev/null
vpn-passthrough -n "$R" limits probe-ms 3000
delay 1300
check "1300 ms: all are answered" ask -i 100 -t 15000 -w 5 "${PINGS[@]}"
check "each has its own id" own_ids
