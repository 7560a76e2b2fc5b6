#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A tunnel that is in use keeps the conntrack entry of its key exchange alive,
# so that the gateway can re-key it; and a key exchange that is in use that of
# its tunnel.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 11
topo 3
commit
masquerade
in_ns "$R" sh -c 'cd /proc/sys/net/netfilter || exit
	echo 45 >nf_conntrack_udp_timeout
	echo 45 >nf_conntrack_udp_timeout_stream
	echo 50 >nf_conntrack_generic_timeout'
peer exchanges
tell gateway G "$GATEWAY"

# timeout_is PATTERN OP N: seconds that an entry lives on.
timeout_is()
{
	local line

	line=$(in_ns "$R" conntrack -L 2>/dev/null | grep -E "$1")
	echo "${line:-no entry matches $1}"
	[[ $line =~ ^[a-z]+\ +[0-9]+\ ([0-9]+) ]] || return 1
	test "${BASH_REMATCH[1]}" "$2" "$3"
}

mode on
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 c=C3:10.0.0.13 "to=$GATEWAY"
tell spis c
check "one client has a tunnel only" tell retry c
check "another one a key exchange and a tunnel" tell up a
check "that works" tell esp a n=4
check "the third one a key exchange only" tell up b
check "that of the exchange lives for a while" \
	timeout_is '^udp.*src=10.0.0.11' -le 45
check "that of the tunnel too" timeout_is '^unknown.*src=10.0.0.11' -le 50
check "ESP keeps the exchange alive" busywait 25000 \
	timeout_is '^udp.*src=10.0.0.11' -gt 60
check "the exchange keeps the tunnel alive" \
	timeout_is '^unknown.*src=10.0.0.11' -gt 60
check "nothing keeps an exchange alive that has no tunnel" \
	timeout_is '^udp.*src=10.0.0.12' -lt 45
check "nor a tunnel that has no exchange" \
	timeout_is '^unknown.*src=10.0.0.13' -lt 50
check "the gateway can re-key" tell exchange a by=gateway
