#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A real server inside, to which the router forwards TCP port 1723 and nothing
# else, serves a client outside, while another client inside has a server
# outside.
#
#   C1 10.0.0.11 pptpd --.
#   C2 10.0.0.12 client -+- br0 R wan 192.0.2.1 ---- 192.0.2.2 G pptpd, client
#
#   inside of the calls: C1 172.17.1.1, G 172.17.1.2
#                        G 172.17.2.1, C2 172.17.2.2

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/pptp.sh"
PROTO=pptp

# dial: the client outside, and the one inside, together.
dial()
{
	pptp_dial out "$G" "$PUBLIC" 172.17.1.2 "${PPTP_PLAIN[@]}"
	pptp_dial in "${C[2]}" "$GATEWAY" 172.17.2.2 "${PPTP_PLAIN[@]}"
	pptp_go out in
}

plan 5
topo 2
commit
ruleset "$R" <<-END
table ip nat {
	chain pre {
		type nat hook prerouting priority dstnat
		iifname "wan" tcp dport 1723 dnat to 10.0.0.11
	}
	chain post {
		type nat hook postrouting priority srcnat
		oifname "wan" masquerade
	}
}
END
pptp_need
pptp_server inside "${C[1]}" 10.0.0.11 1 "${PPTP_PLAIN[@]}"
pptp_server outside "$G" "$GATEWAY" 2 "${PPTP_PLAIN[@]}"

mode bypass
dial
check "stock: neither works" ppp_up_are 0 out in
ppp_end out in
in_ns "$R" conntrack -F 2>/dev/null

mode on
dial
check "both are up" ppp_up_are 2 out in
ask -i 50 -c 20 "$G,172.17.1.2,172.17.1.1" "${C[2]},172.17.2.2,172.17.2.1"
check "the client outside pings, and loses nothing" asked_is 1 lost -eq 0
check "and so does the client inside" asked_is 2 lost -eq 0
check "both move data, both ways" bulk -t 80 200000 \
	"$G,172.17.1.2,${C[1]},172.17.1.1" "${C[2]},172.17.2.2,$G,172.17.2.1"
ppp_end out in inside outside
