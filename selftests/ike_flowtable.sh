#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A flow table in the ruleset takes packets past all hooks. Not those of IKE
# whose port must be written; and bare ESP is none of its business.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 17
topo 3
commit
modprobe -aq nft_flow_offload nf_flow_table nf_flow_table_inet
ruleset "$R" <<-END
	table inet nat {
		flowtable fast {
			hook ingress priority 0
			devices = { br0, lan1, lan2, lan3, wan }
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
		chain forward {
			type filter hook forward priority filter
			meta l4proto { tcp, udp } flow add @fast
		}
	}
END
peer exchanges
tell gateway G "$GATEWAY" "$GATEWAY6"
tell gateway G "$GATEWAY" port=4500

offloaded()
{
	in_ns "$R" conntrack -L -p udp --dport "$1" 2>/dev/null |
		grep OFFLOAD
}

mode on
tell sa o=C1:10.0.0.11 "to=$GATEWAY" port=4500
tell gateway G "$GATEWAY"

# Newer kernels take only what has been going on for a while.
taken_over()
{
	tell exchange o kind=info && offloaded 4500
}

check "the flow table is at work" busywait 8000 taken_over
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
check "IKE of all" tell up a b c first=client
check "ESP works" tell esp a b c n=4
check "the gateway re-keys" tell exchange a b c by=gateway first=gateway
check "ESP works" tell esp a b c n=2
check "clients re-key" tell exchange a b c first=client
check "ESP works" tell esp a b c n=2

vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
vpn-passthrough -n "$R" set ipsec on --preserve-port
tell sa d=C1:10.0.0.11 e=C2:10.0.0.12 f=C3:10.0.0.13 "to=$GATEWAY"
check "port 500 preserved: IKE of all" tell up d e f first=client
check "ESP works" tell esp d e f n=4
for ((i = 0; i < 3; i++)); do
	tell exchange d e f kind=info
done
check "all have port 500" tell ports d e f port=500
check "none was taken past the hooks" fails offloaded 500
check "the gateway re-keys" tell exchange d e f by=gateway first=gateway
check "ESP works" tell esp d e f n=2
in_ns "$R" conntrack -F 2>/dev/null
check "new entries: the gateway is the first" \
	tell exchange d e f kind=info by=gateway
check "clients" tell exchange d e f kind=info
check "once more" tell exchange d e f kind=info
check "all have port 500" tell ports d e f port=500
