#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "tunnels --watch" of tunnels with traffic: rates are what the traffic is, who
# carries most comes first, and each table is complete.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G

. "$(dirname "$0")/lib.sh"

plan 13
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/netfilter/nf_conntrack_acct'
mode on

# watch_bg FILE OPTION...: in the background.
watch_bg()
{
	local file=$1

	shift
	vpn-passthrough -n "$R" "$@" >"$file" 2>"$file-err" &
	WATCH=$!
}

# watch_end: end it.
watch_end()
{
	kill "$WATCH"
	wait "$WATCH" 2>/dev/null || :
}

# ends: it does, by itself.
ends()
{
	wait "$WATCH"
}

# rates FILE LINE CLIENT: packets out and in per second there, into REPLY.
rates()
{
	REPLY=$(sed -n "$2p" "$1" | python3 -Sc '
import json, sys
for t in json.load(sys.stdin)["tunnels"]:
    if t["client"] == sys.argv[1]:
        print(t["packets_out_rate"], t["packets_in_rate"])' "$3")
}

# rates_are FILE LINE CLIENT LEAST MOST
rates_are()
{
	local out in

	rates "$1" "$2" "$3"
	echo "client $3: $REPLY"
	read -r out in <<<"$REPLY"
	[[ $out -ge $4 && $out -le $5 && $in -ge $4 && $in -le $5 ]]
}

# C1 asks 10 times a second, C2 once or twice.
pings 1
ask_bg many -i 100 -t 120000 "${PINGS[@]}"
pings 2
ask_bg few -i 700 -t 120000 "${PINGS[@]}"
check "both are bound" busywait 30000 eval \
	'state_is 10.0.0.11 bound && state_is 10.0.0.12 bound'

watch_bg "$TMP/json" -j tunnels --watch 4 -c 3
check "it ends after three tables" ends
check "each is a line" test "$(wc -l <"$TMP/json")" -eq 3
rates "$TMP/json" 1 10.0.0.11
check "in the first one there are no rates" test "$REPLY" = "None None"
check "in the next one there are" rates_are "$TMP/json" 2 10.0.0.11 3 12
check "of the other client less" rates_are "$TMP/json" 2 10.0.0.12 0 2
check "who carries most comes first" test "$(sed -n 3p "$TMP/json" |
	grep -o '"client":"[^"]*"' | tr '\n' ' ')" = \
	'"client":"10.0.0.11" "client":"10.0.0.12" '

# A pipe gets each table when it is made.
watch_bg "$TMP/plain" tunnels --watch 1
check "tables come one by one" busywait 20000 eval \
	"[[ \$(grep -c '^PROTO' $TMP/plain) -ge 2 ]]"
check "with the time" grep -qE '^20[0-9-]+T[0-9:.]+[+-]' "$TMP/plain"
check "and no escape sequence" fails grep -q $'\e' "$TMP/plain"
check "rates in words" busywait 20000 grep -qE \
	'^ipsec +bound +10\.0\.0\.11 .* [0-9.]+k?/[0-9.]+k? +[0-9]+/[0-9]+ ' \
	"$TMP/plain"
watch_end
check "one client alone" grep -c 10.0.0.12 \
	<(vpn-passthrough -n "$R" tunnels client 10.0.0.12 -w 1 -c 1)

# The tunnels go while it watches.
watch_bg "$TMP/gone" tunnels --watch 1
busywait 10000 grep -q '^PROTO' "$TMP/gone"
ask_end many
ask_end few
mode bypass
check "it goes on without tunnels" busywait 20000 eval \
	"[[ \$(tail -n 2 $TMP/gone | grep -c '^PROTO') -eq 1 ]]"
watch_end
