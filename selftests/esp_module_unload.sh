#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The modules are removed while tunnels are in use: what remains is stock Linux,
# where one client works at once; and they can be loaded again.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 10
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade

pings 1 2
mode on
check "on: both are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
ask_bg both -i 10 -t 60000 "${PINGS[@]}"
# Another protocol would keep the core.
modprobe -rq nf_conntrack_pptp_ext
modprobe -rq nf_conntrack_l2tp
check "the ESP module can be removed" rmmod nf_nat_ipsec_esp
check "its mode is bypass then" sh -c "vpn-passthrough -n $R -j show |
	grep -q '\"ipsec\",\"mode\":\"bypass\",\"available\":false'"
check "the core can be removed" rmmod nf_vpn_passthrough
ask_end both
ask -i 20 -c 20 "${PINGS[@]}"
check "one client is answered, as in stock Linux" answered_are 1
check "no entry of ours is left" sh -c \
	"! nsenter --net=/run/netns/$R conntrack -L 2>&1 | grep -q 'dport='"

ask_bg both -i 10 -t 60000 "${PINGS[@]}"
check "they can be loaded again" modprobe nf_nat_ipsec_esp
mode on
busywait 5000 state_is 10.0.0.11 bound >/dev/null
busywait 5000 state_is 10.0.0.12 bound >/dev/null
ask_end both
check "both are answered again" answered_are 2

# Many times, with traffic.
ask_bg both -i 5 -t 60000 "${PINGS[@]}"
for _ in 1 2 3; do
	rmmod nf_nat_ipsec_esp nf_vpn_passthrough || failed=1
	modprobe nf_nat_ipsec_esp || failed=1
	mode on || failed=1
done
ask_end both
check "again and again" test -z "${failed-}"
check "both are answered at the end" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
