#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Servers on other ports: rules of nft and of iptables give their connections the
# helper by name.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G, 1724 and 1725
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 8
topo 2
commit
masquerade
peer calls
tell server S G 192.0.2.2 port=1724

mode on
tell connect s=C1:10.0.0.11 to=192.0.2.2 port=1724
check "on, without a rule: a call is answered" tell call s=7
check "no packet comes back" tell gre s/7 back=0 ms=300
ruleset "$R" <<-END
	table inet helper {
		ct helper pptp {
			type "pptp-ext" protocol tcp
		}
		chain pre {
			type filter hook prerouting priority filter
			tcp dport 1724 ct helper set "pptp"
		}
	}
END
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 to=192.0.2.2 port=1724
check "with it, calls with one id are answered" tell call a=7 b=7
check "packets go both ways" tell gre '[ab]/7'
check "the tool sees them" limit_is tunnels -eq 2

tell server T G 192.0.2.2 port=1725
modprobe -aq nft_compat xt_CT
check "iptables takes its name" in_ns "$R" iptables -t raw -A PREROUTING \
	-p tcp --dport 1725 -j CT --helper pptp-ext
tell connect c=C1:10.0.0.11 d=C2:10.0.0.12 to=192.0.2.2 port=1725
check "calls with one id are answered" tell call c=7 d=7
check "packets go both ways" tell gre '[cd]/7'
