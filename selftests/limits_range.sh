#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Values out of range are refused, by sysctl and by netlink, and change nothing;
# both show the same truth at once; each namespace has its own.
#
#   R    G (two namespaces without a wire)

. "$(dirname "$0")/lib.sh"

plan 40
require
netns "$R" "$G"
commit

folder=/proc/sys/net/netfilter/vpn_passthrough

# sysctl_set NAME VALUE
sysctl_set()
{
	in_ns "$R" sh -c "echo '$2' >$folder/$1"
}

# same NAME VALUE: sysctl and tool agree that this is it.
same()
{
	local there

	there=$(in_ns "$R" cat "$folder/$1")
	limit_get "$1"
	echo "sysctl says $there, the tool says $REPLY"
	[[ $there == "$2" && $REPLY == "$2" ]]
}

# try NAME MIN MAX: both ends, and beyond them.
try()
{
	local option=${1//_/-} beyond=$(($3 + 1)) below=$(($2 - 1))

	sysctl_set "$1" "$2"
	check "$1: the least by sysctl" same "$1" "$2"
	vpn-passthrough -n "$R" limits "$option" "$3"
	check "$1: the most by netlink" same "$1" "$3"
	check "$1: less is refused by sysctl" fails sysctl_set "$1" "$below"
	check "$1: less is refused by netlink" \
		fails vpn-passthrough -n "$R" limits "$option" "$below"
	check "$1: more is refused by sysctl" fails sysctl_set "$1" "$beyond"
	check "$1: more is refused by netlink" \
		fails vpn-passthrough -n "$R" limits "$option" "$beyond"
	check "$1: nothing has changed" same "$1" "$3"
}

try max_ids 16 1048576
try max_per_client 1 65535
try max_per_server 1 65535
try probe_ms 10 60000

check "of two values, one bad, none is taken" fails \
	vpn-passthrough -n "$R" limits probe-ms 500 max-ids 1
check "which shows" same probe_ms 60000
check "words are refused" fails sysctl_set probe_ms soon
check "a mode by number" sysctl_set ipsec 3
check "the tool knows its name" sh -c "vpn-passthrough -n $R -j show |
	grep -q '\"ipsec\",\"mode\":\"observe\"'"
check "a mode by name" sysctl_set ipsec on
check "the sysctl shows its number" \
	test "$(in_ns "$R" cat "$folder/ipsec")" -eq 1
check "an unknown mode is refused" fails sysctl_set ipsec 4
check "an unknown name is refused" fails sysctl_set ipsec sometimes
check "a protocol without its module is refused" \
	fails sysctl_set pptp on
check "nothing has changed" test "$(in_ns "$R" cat "$folder/ipsec")" -eq 1
check "another namespace has limits and a mode of its own" sh -c \
	"vpn-passthrough -n $G -j show |
	grep '\"ipsec\",\"mode\":\"bypass\"' |
	grep '\"max_ids\":262144.*\"probe_ms\":1000'"
