#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A notrack rule is obeyed: ESP passes as it is, without NAT.
#
#   C1 10.0.0.11 ---- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#
# G has a route to 10.0.0.0/24.

. "$(dirname "$0")/lib.sh"

plan 5
topo 1
ipb "$G" "route add 10.0.0.0/24 via $PUBLIC"
commit
masquerade

client=${C[1]},10.0.0.11,$GATEWAY
mode on
answer_bg "$G" "$GATEWAY" -t 60000
check "tracked, the client is answered" \
	ask -i 50 -t 3000 -w 3 "$client,0x1001,0x80001001"
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" nft -f - <<-END
	table ip raw {
		chain pre {
			type filter hook prerouting priority raw
			ip protocol esp notrack
		}
	}
END
check "untracked, too" \
	ask -i 50 -t 3000 -w 3 "$client,0x1002,0x80001002"
answer_end
check "without NAT" grep -q 'spi 0x1002 from 10.0.0.11' "$TMP/answer"
check "no tunnel is recorded" limit_is tunnels -eq 0
in_ns "$R" conntrack -L 2>/dev/null >"$TMP/entries"
check "nor an entry" fails grep -q 'unknown *50' "$TMP/entries"
