#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Control messages that are sent again, in other segments, overlapping, or from
# behind: each byte comes in one way only, however often it comes.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2, .3 G
#   C2 10.0.0.12 --'
#
# The kernel's own helper does not change what begins inside of a message.

. "$(dirname "$0")/lib.sh"
PROTO=pptp

plan 12
topo 2
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
intree

# The packet-level ends are unknown to their kernels.
for ns in "$G" "${C[2]}"; do
	in_ns "$ns" nft -f - <<-END
	table ip t {
		chain out {
			type filter hook output priority 0
			tcp flags & rst == rst drop
		}
	}
	END
done

peer retransmit
mode bypass
intree_rule
tell raw_open C2:10.0.0.12 G:192.0.2.3
check "in-tree: a request that is sent again has two ids" \
	fails tell request again 7
in_ns "$R" nft delete table ip intree

# The first client has the id, so the second one's is rewritten.
in_ns "$R" conntrack -F 2>/dev/null
mode on
tell server S G 192.0.2.3
check "on: the first client has a call" tell connect a=C1:10.0.0.11 to=192.0.2.3
check "with this id" tell call a=7
tell unlisten S
tell raw_open C2:10.0.0.12 G:192.0.2.3
check "a request that is sent again always has the same id" \
	tell request again 7
check "so has its reply" tell reply again
check "a request that comes from behind has one id" tell request disorder 8 alias=0
check "so has its reply" tell reply disorder
check "with an alias, too" tell request disorder 7
check "so has its reply" tell reply disorder
check "with ids whose bytes come one by one" tell request alone 7
check "so has its reply" tell reply alone
check "what came out of order was held up" counter_is control-order -ge 4
