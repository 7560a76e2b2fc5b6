#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An ordinary user who has made a user and a network namespace is root there: it
# may set modes and flush, but no limits, and reach no other namespace.
#
#   R (a namespace of the machine's root)

. "$(dirname "$0")/lib.sh"

plan 13
require
netns "$R"
commit
type setpriv unshare >/dev/null || skip_all "needs setpriv and unshare"
modprobe -aq nf_conntrack_pptp_ext nf_conntrack_l2tp
folder=/proc/sys/net/netfilter/vpn_passthrough

# own COMMAND: of a shell, as root of a user namespace that nobody has made.
own()
{
	in_ns "$R" setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all unshare -Urn sh -c "$1"
}

own true 2>/dev/null || skip_all "users may make no user namespaces here"

# denied COMMAND: fails, for this reason.
denied()
{
	if own "$1" >"$TMP/denied" 2>&1; then
		echo "was not denied"
		return 1
	fi
	cat "$TMP/denied"
	grep -qiE 'not permitted|permission denied' "$TMP/denied"
}

# settings: all of R's and of this namespace.
settings()
{
	vpn-passthrough -n "$R" -j show
	vpn-passthrough -j show
}

mode observe
settings >"$TMP/before"
check "it may set a mode of its own" own \
	"vpn-passthrough set ipsec observe && vpn-passthrough -j show |
	 grep '\"ipsec\",\"mode\":\"observe\"'"
check "see its tunnels" own "vpn-passthrough tunnels"
check "and flush them" own "vpn-passthrough flush"
check "and bind" own "vpn-passthrough set ipsec on &&
	vpn-passthrough bind ipsec client 10.0.0.11 server 192.0.2.2 in 0x20001"
check "and hear events" own "vpn-passthrough monitor -t 1"
for limit in max-ids max-per-client max-per-server probe-ms; do
	check "it may not set $limit" denied \
		"vpn-passthrough limits $limit 1000"
done
check "nor by sysctl" denied "echo 1000 >$folder/max_ids"
check "not enter another namespace" denied \
	"nsenter --net=/run/netns/$R vpn-passthrough set ipsec off"
check "not have the tool do it" denied "vpn-passthrough -n $R set ipsec off"
settings >"$TMP/after"
check "nothing has changed outside" cmp "$TMP/before" "$TMP/after"
