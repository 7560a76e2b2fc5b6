#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An ordinary user may see modes, limits and counters, not who has which tunnel,
# and change nothing.
#
#   R (a namespace without a wire)

. "$(dirname "$0")/lib.sh"

plan 12
require
netns "$R"
commit
type setpriv >/dev/null || skip_all "needs the program setpriv"

folder=/proc/sys/net/netfilter/vpn_passthrough

# user COMMAND...: as nobody, in the namespace.
user()
{
	in_ns "$R" setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all "$@"
}

# denied COMMAND...: fails, for this reason.
denied()
{
	if user "$@" >"$TMP/denied" 2>&1; then
		echo "was not denied"
		return 1
	fi
	cat "$TMP/denied"
	grep -qiE 'not permitted|permission denied' "$TMP/denied"
}

mode observe
check "may see modes and limits" user vpn-passthrough show
check "may see counters" user vpn-passthrough stats
check "may not see tunnels" denied vpn-passthrough tunnels
check "may not see bindings" denied vpn-passthrough bindings
check "may not set a mode" denied vpn-passthrough set ipsec off
check "may not set a limit" denied vpn-passthrough limits max-ids 16
check "may not flush" denied vpn-passthrough flush
check "may not bind" denied vpn-passthrough bind ipsec client 10.0.0.11 \
	server 192.0.2.2 in 0x20001
check "may not unbind" denied vpn-passthrough unbind ipsec client 10.0.0.11 \
	server 192.0.2.2 in 0x20001
check "may not write a mode's sysctl" denied sh -c "echo 0 >$folder/ipsec"
check "may not write a limit's sysctl" denied sh -c "echo 16 >$folder/max_ids"
check "nothing has changed" sh -c "vpn-passthrough -n $R -j show |
	grep '\"ipsec\",\"mode\":\"observe\"' | grep -q '\"max_ids\":262144'"
