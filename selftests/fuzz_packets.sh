#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Spoilt traffic of all protocols through the router, from both sides, over IPv4
# and IPv6: the kernel has nothing to complain about, a client that came later has
# its tunnels, every tunnel that began has ended when all are removed, and nothing
# is left of them.
#
#   C1 10.0.0.11, fd00::11 --.
#                            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12, fd00::12 --'             2001:db8::1                 2001:db8::2
#   nobody, but packets go to C2:                       nobody, but they go to G:
#      10.0.0.20 to .22, fd00::20 to ::22               192.0.2.20, .21, 2001:...
#
# Environment: FUZZ_SECONDS (10), FUZZ_SEED (a new one each time; it is printed).

. "$(dirname "$0")/lib.sh"

seconds=${FUZZ_SECONDS:-10} seed=${FUZZ_SEED:-$((SRANDOM % 1000000))}

plan 19
topo 2
tunnel 1 0x10001 0x20001
tunnel6 1 0x10001 0x20001
commit
masquerade
modprobe -a "${MODULE[@]}"
diag "seed $seed, $seconds s"

# nobody DEVICE NETNS ADDRESS...: the router believes that they are in NETNS.
nobody()
{
	local device=$1 mac address

	mac=$(ip -n "$2" link show eth0 | awk '$1 == "link/ether" { print $2 }')
	shift 2
	for address; do
		ipb "$R" "neigh replace $address lladdr $mac dev $device nud permanent"
	done
}

# modes MODE: of all protocols.
modes()
{
	local proto

	for proto in pptp ipsec l2tp; do
		vpn-passthrough -n "$R" set "$proto" "$1" || return
	done
}

# fuzz SECONDS
fuzz()
{
	seed=$((seed + 1))
	"$HERE/tools/fuzz_packets" -s "$seed" -t "$1" "${C[2]}" "$G" \
		>"$TMP/counts"
}

# fuzzed NAME OP N: for "check".
fuzzed()
{
	cat "$TMP/counts"
	test "$(awk -v name="$1" '$1 == name { print $2 }' "$TMP/counts")" "$2" \
		"$3"
}

# made PROTO: it made tunnels of them.
made()
{
	PROTO=$1
	counter_is tunnel-up -gt 20
}

# paired PROTO: as many tunnels have ended as have begun.
paired()
{
	local up

	PROTO=$1
	counter tunnel-up
	up=$REPLY
	echo "$up have begun"
	counter_is tunnel-down -eq "$up"
}

# works: client 1 has its tunnels of all protocols.
works()
{
	ping_of 1
	PINGS=("$REPLY")
	check "$1: ESP" ask -i 50 -t 20000 -w 5 "${PINGS[@]}"
	ping6_of 1
	check "$1: ESP over IPv6" ask -i 50 -t 20000 -w 5 "$REPLY"
	PROTO=pptp
	peer calls
	tell server S G 192.0.2.2 >/dev/null
	tell connect "$2=C1:10.0.0.11" to=192.0.2.2
	tell call "$2=7"
	check "$1: PPTP" tell gre "$2/7"
	peer_end
	PROTO=l2tp
	peer sessions
	tell server S G 192.0.2.2 ids=500 >/dev/null
	tell server I G 192.0.2.2 proto=ip ids=600 >/dev/null
	tell connect "$2u=C1:10.0.0.11" to=192.0.2.2
	tell connect "$2i=C1:10.0.0.11" to=192.0.2.2 proto=ip version=3
	tell session "$2u=9" "$2i=19"
	check "$1: L2TP by UDP and IP" tell data "$2*"
	peer_end
}

nobody br0 "${C[2]}" 10.0.0.2{0..2} fd00::2{0..2}
nobody wan "$G" 192.0.2.2{0,1} 2001:db8::2{0,1}
commit
modes on

check "the fuzzer ends" fuzz "$((seconds * 3 / 4))"
diag "$(tr '\n' ' ' <"$TMP/counts")"
check "what clients send gets through" fuzzed servers-got -gt 500
check "what servers send gets through" fuzzed clients-got -gt 500
for proto in pptp ipsec l2tp; do
	check "$proto: there were tunnels" made "$proto"
done
works "while all of that is known" a

# Modes change while it goes on; observe and off have hooks of their own.
fuzz "$((seconds / 4 + 1))" &
for mode in observe off on bypass on; do
	modes "$mode"
	read -rt 0.4 -u "$NEVER"
done
check "the fuzzer ends while modes change" wait $!
modes bypass
for proto in pptp ipsec l2tp; do
	check "$proto: what has begun has ended" paired "$proto"
done
check "no object is left" busywait 10000 objects_gone
in_ns "$R" conntrack -F 2>/dev/null
modes on
works "afterwards" b
exit 0
