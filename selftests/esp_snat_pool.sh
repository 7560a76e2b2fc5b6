#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Source NAT to a pool of addresses: all tunnels of a client leave from one
# address, and clients that share one work all the same.
#
#   C1 10.0.0.11 --.
#   ...            +-- br0 R wan (snat to 192.0.2.10-192.0.2.12) -- 192.0.2.2 G
#   C6 10.0.0.16 --'
#
# The clients are addresses in one namespace.

. "$(dirname "$0")/lib.sh"

plan 5
topo 1
for i in 2 3 4 5 6; do
	ipb "${C[1]}" "addr add 10.0.0.1$i/24 dev eth0"
done
ipb "$R" "addr add 192.0.2.10/24 dev wan" "addr add 192.0.2.11/24 dev wan" \
	"addr add 192.0.2.12/24 dev wan"
commit
ruleset "$R" <<-END
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" snat to 192.0.2.10-192.0.2.12
		}
	}
END

first=() second=()
for i in 1 2 3 4 5 6; do
	first+=("${C[1]},10.0.0.1$i,$GATEWAY,0x1000$i,0x8001000$i")
	second+=("${C[1]},10.0.0.1$i,$GATEWAY,0x2000$i,0x8002000$i")
done

mode bypass
answer_bg "$G" "$GATEWAY" -t 60000
ask -i 100 -t 1000 "${first[@]}"
answered_count
check "stock: only one client of each address is answered" \
	test "$REPLY" -le 3
answer_end

in_ns "$R" conntrack -F 2>/dev/null
mode on
answer_bg "$G" "$GATEWAY" -t 60000
check "on: all are answered" ask -i 50 -t 15000 -w 3 "${first[@]}"
in_ns "$R" conntrack -F 2>/dev/null
check "also with new SPIs and new entries" \
	ask -i 50 -t 15000 -w 3 "${second[@]}"
answer_end
check "the pool is used" test \
	"$(grep -o 'from [0-9.]*' "$TMP/answer" | sort -u | wc -l)" -gt 1
sed -n 's/spi 0x[12]\(.*\) packets.*/\1/p' "$TMP/answer" | sort -u >"$TMP/from"
check "each client always has the same address" test \
	"$(wc -l <"$TMP/from")" -eq 6 || sed 's/^/# /' "$TMP/answer"
