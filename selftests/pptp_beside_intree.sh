#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own helper serves one client, because a rule says so; all others
# have ours. Neither disturbs the other.
#
#   C1 10.0.0.11 (kernel's own) --.
#   C2 10.0.0.12                --+-- br0 R wan 192.0.2.1 ---- 192.0.2.2 G
#   C3 10.0.0.13                --'

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 10
topo 3
commit
masquerade
intree
peer calls
tell server S G 192.0.2.2 ids=500 same=1

ruleset "$R" <<-END
	table ip intree {
		ct helper pptp {
			type "pptp" protocol tcp
		}
		chain pre {
			type filter hook prerouting priority filter
			ip saddr 10.0.0.11 tcp dport 1723 ct helper set "pptp"
		}
	}
END

mode on
tell connect a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 to=192.0.2.2
check "calls with one id are answered" tell call a=7 b=7 c=7
check "the server can tell them apart" tell distinct '*'
check "packets go both ways with ours" tell gre '[bc]/7'
check "and with the kernel's own" tell gre a/7
check "ours does not know the other's call" fails state_is 10.0.0.11 bound
check "but its own" state_is 10.0.0.12 bound
check "also mixed" tell gre '*'
tell traffic '[bc]/7'
tell connect d=C1:10.0.0.11 to=192.0.2.2
check "another one of the kernel's own" tell call d=8
check "works" tell gre d/8
check "ours have lost nothing" tell traffic_end
