#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A firewall that lets nothing in but answers: servers that answer from another
# port, or send to port 1701, and protocol 115 get through it; strangers do not.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'                                         192.0.2.3

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 22
topo 2
ipb "$G" "addr add 192.0.2.3/24 dev eth0" "addr add 192.0.2.4/24 dev eth0"
commit
ruleset "$R" <<-END
	table inet nat {
		counter let_in { }
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
		chain forward {
			type filter hook forward priority filter; policy drop
			ct state established,related counter name let_in accept
			iifname "br0" oifname "wan" accept
		}
		chain input {
			type filter hook input priority filter; policy drop
			ct state established,related accept
		}
	}
END
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600
tell server other G 192.0.2.3 answer=40000 ids=700
tell server fixed G 192.0.2.4 to_port=1701 ids=800

# start NAME ID TO [ARG...]: sessions of both, with equal ids.
start()
{
	tell connect "$1a=C1:10.0.0.11,$2" "$1b=C2:10.0.0.12,$2" "to=$3" \
		"${@:4}" && tell session "$1a=9" "$1b=9"
}

mode bypass
check "stock: an answer from another port does not get in" tell connect \
	sa=C1:10.0.0.11,7 to=192.0.2.3 up=0 ms=300
in_ns "$R" conntrack -F 2>/dev/null
mode on
check "on, over UDP" start u 7 192.0.2.2
check "packets go both ways" tell data 'u*'
check "over IP" start i 7 192.0.2.2 proto=ip version=3
check "packets go both ways" tell data 'i*'
check "answers from another port get in" start o 17 192.0.2.3
check "packets go both ways" tell data 'o*'
tell connect fa=C1:10.0.0.11,27 fb=C2:10.0.0.12,28 to=192.0.2.4
check "packets to port 1701 do" tell session fa=9 fb=9
check "packets go both ways" tell data 'f*'
check "Hello of both ends" tell hello '[uiof]?'
check "messages about sessions" tell link_info '[uiof]*'
check "an answer from yet another port does not" \
	tell answer_from oa G:192.0.2.3 40001
check "nor from another address" tell answer_from oa G:192.0.2.4 40002
check "the server may be the first" tell back '[uiof]*'
in_ns "$R" conntrack -F 2>/dev/null
check "clients go on without conntrack's entries" tell data '[uiof]*'
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
vpn-passthrough -n "$R" set l2tp on --preserve-port
check "with one port for all" start p 37 192.0.2.2
check "packets go both ways" tell data 'p*'
check "from another port as well" start q 47 192.0.2.3
check "packets go both ways" tell data '[pq]*'
check "to port 1701 as well" start t 57 192.0.2.4
check "packets go both ways" tell data '[pqt]*'
check "Hello of both ends" tell hello '[pqt]?'
