#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Eight clients with static L2TPv3 tunnels over IP protocol 115 start in the
# same instant: with one id for both directions, with different ids, and with
# one of them that nobody answers. All others are answered within a few seconds.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C8 10.0.0.18 --'
#   inside of the tunnels: Ci 172.18.0.1i, G 172.18.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/l2tpeth.sh"
PROTO=l2tp

plan 7
topo 8
l2tpeth_need
for i in 1 2 3 4 5 6 7 8; do
	l2tpeth "$i" "0x1000$i" "0x1000$i"
done
l2tpeth_neighbours 1 2 3 4 5 6 7 8
commit
masquerade

# together NAME CLIENT...: they start together, in this order; !I is a dead one.
together()
{
	local name=$1 live=0 i

	shift
	vpn-passthrough -n "$R" flush >/dev/null
	l2tpeth_pings "$@"
	ask -i 100 -t 20000 -w 3 "${PINGS[@]}"
	diag "first answers, ms: $(for ((i = 1; i <= $#; i++)); do
		asked "$i" first
		printf '%s:%s ' "${!i}" "$REPLY"
	done)"
	for i; do
		[[ $i == !* ]] || live=$((live + 1))
	done
	check "$name" answered_are "$live"
}

# sessions IN: again, with ids for the way to the clients that begin with IN.
sessions()
{
	local i

	for i in 1 2 3 4 5 6 7 8; do
		ipb "${C[$i]}" "l2tp del tunnel tunnel_id $i"
		ipb "$G" "l2tp del tunnel tunnel_id $i"
	done
	commit
	for i in 1 2 3 4 5 6 7 8; do
		l2tpeth "$i" "0x1000$i" "$1$i"
	done
	l2tpeth_neighbours 1 2 3 4 5 6 7 8
	commit
}

l2tpeth_pings 1 2 3 4 5 6 7 8
mode bypass
ask -i 100 -t 1000 "${PINGS[@]}"
check "stock: one of eight is answered" answered_are 1
in_ns "$R" conntrack -F 2>/dev/null
mode on

together "one id both ways: all are answered" 1 2 3 4 5 6 7 8
ask -i 50 -c 20 "${PINGS[@]}"
check "and lose nothing" lost_nothing
sessions 0x2000
together "different ids: all are answered" 8 7 6 5 4 3 2 1
ask -i 50 -c 20 "${PINGS[@]}"
check "and lose nothing" lost_nothing

ipb "$G" "l2tp del session tunnel_id 5 session_id 0x10005"
commit
together "a dead one among them: the others are answered" 1 2 3 4 !5 6 7 8
l2tpeth_pings 1 2 3 4 6 7 8
ask -i 50 -c 20 "${PINGS[@]}"
check "and lose nothing" lost_nothing
