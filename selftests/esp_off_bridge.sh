#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode off refuses what is routed, not what a bridge passes on, even if its
# frames run through the rules of IP.
#
#   C1 10.0.0.11 --- lan1 \
#                          br0 R (br_netfilter)
#   C2 10.0.0.12 --- lan2 /

. "$(dirname "$0")/lib.sh"

plan 4
topo 2
commit
masquerade
[[ -d /sys/module/br_netfilter ]] || unload=1
modprobe -q br_netfilter || skip_all "no br_netfilter"

bridge_sysctl=net.bridge.bridge-nf-call-iptables
in_ns "$R" sysctl -qw "$bridge_sysctl=1" ||
	skip_all "no $bridge_sysctl"
in_ns "$R" nft -f - <<-END
	table ip t {
		counter forwarded { }
		chain forward {
			type filter hook forward priority -10
			ip protocol esp counter name forwarded
		}
	}
END

mode off
answer_bg "${C[2]}" 10.0.0.12
check "ESP crosses the bridge" ask -i 50 -t 3000 -w 5 \
	"${C[1]},10.0.0.11,10.0.0.12,0x1001,0x80001001"
answer_end
check "through the rules of IP" fails sh -c "nsenter --net=/run/netns/$R \
	nft list counter ip t forwarded | grep -q 'packets 0 '"
check "and nothing is counted" counter_is mode-off -eq 0
answer_bg "$G" "$GATEWAY"
ask -i 50 -t 500 "!${C[1]},10.0.0.11,$GATEWAY,0x1002,0x80001002"
check "what is routed is refused" asked_is 1 got -eq 0
[[ -z ${unload-} ]] || rmmod br_netfilter
