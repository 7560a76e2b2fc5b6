#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A client floods the router with SPIs, Session IDs, GRE and key exchanges: tunnels
# of others lose nothing, new ones come up beside the flood, and what it costs is
# bounded.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 8
topo 3
for i in 1 2 3; do
	tunnel "$i" "0x1000$i" "0x2000$i"
done
commit
masquerade
for proto in ipsec pptp l2tp; do
	modprobe -q "${MODULE[$proto]}"
	vpn-passthrough -n "$R" set "$proto" on
done

# flood ARG...: by client 2, while the rest goes on.
flood()
{
	"$HERE/tools/inject" -g 200 "$@" "${C[2]}" 10.0.0.12 "$GATEWAY" \
		>/dev/null &
	floods+=($!)
}

# lines: of the kernel's log that are the modules'.
lines()
{
	dmesg | grep -cE 'nf_(vpn|nat_ipsec|conntrack_(pptp_ext|l2tp))'
}

# objects: of the modules' slab caches, in use.
objects()
{
	awk '/^nf_vpn_/ { n += $2 } END { print n + 0 }' /proc/slabinfo
}

pings 1
ask_bg live -i 20 -t 90000 "${PINGS[@]}"
check "a tunnel is in use" busywait 8000 counter_is bound -ge 1
before=$(lines) floods=()
flood -s 0x100000-0x1fffff -n 60000
flood -p 115 -s 0x1000-0xffff -n 60000
flood -p 47 -x 3081880b0000000100000001 -n 60000
flood -u 500:500 -x "$(printf '%056d' 1)" -n 60000
pings 3
check "another client begins beside the flood" \
	ask -i 50 -t 15000 -w 5 "${PINGS[@]}"
check "who floods has its quota, and no more" limit_is ids -le 300
check "memory is bounded" test "$(objects)" -le 2000
check "the log is, too" test $(($(lines) - before)) -le 40
kill "${floods[@]}"
wait "${floods[@]}" 2>/dev/null
ask_end live
pings 1
check "the tunnel in use has lost nothing" lost_nothing

vpn-passthrough -n "$R" flush >/dev/null
check "nothing is left" limit_is ids -eq 0
pings 1 3
check "all begin anew" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
