#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A client goes on with its tunnel from a new inside address. While the old one
# is in use, the new one is refused, and told why; once it is silent, the new one
# has the tunnel.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 7
topo 2
commit
masquerade

old=${C[1]},10.0.0.11,$GATEWAY,0x1001,0x80001001
new=${C[2]},10.0.0.12,$GATEWAY,0x1001,0x80001001
answer_bg -t 90000 "$G" "$GATEWAY"

mode bypass
ask -i 50 -t 1000 "$old" "!$new"
check "stock: the new address is not answered" asked_is 2 got -eq 0
in_ns "$R" conntrack -F 2>/dev/null

mode on
monitor_bg
# Two answers do not make it bound.
check "on: the old address is answered" ask -i 50 -t 3000 -w 2 "$old"
ask -i 100 -t 1000 "$old" "!$new"
check "the new one is not while the old one is in use" asked_is 2 got -eq 0
check "the clash is counted" counter_is clash -ge 1
check "and told" event_seen '"clash".*"client":"10.0.0.12"'

# Forgotten and asked only twice, it is provisional: silence of seconds will do.
vpn-passthrough -n "$R" flush >/dev/null
ask -i 50 -t 3000 -w 2 "$old"
check "the new one is once the old one is silent" \
	ask -i 200 -t 12000 -w 3 "$new"
check "the tunnel is its own" fails state_is 10.0.0.11 bound
