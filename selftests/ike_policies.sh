#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who is given an unknown SPI is the owner's choice: with policy strict nobody
# who is not alone, with fifo who has waited longest.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 34
topo 2
commit
masquerade
modprobe -q nf_conntrack_l2tp
sysctl=/proc/sys/net/netfilter/vpn_passthrough/ipsec_policy

# policy NAME: from now on.
policy()
{
	vpn-passthrough -n "$R" set ipsec on --policy "$1"
}

# policy_is NAME [NETNS]: for "check".
policy_is()
{
	vpn-passthrough -n "${2:-$R}" -j show >"$TMP/show"
	grep -oE '"(proto|policy|mode)":[^,}]*' "$TMP/show"
	grep -qE '"proto":"ipsec"[^}]*"policy":"'"$1"'"' "$TMP/show"
}

# refuses TEXT COMMAND...: it fails, and says why.
refuses()
{
	local text=$1 said

	shift
	said=$("$@" 2>&1) && return 1
	echo "$said"
	[[ $said == *"$text"* ]]
}

# write VALUE: to the sysctl.
write()
{
	in_ns "$R" sh -c "echo '$1' >$sysctl"
}

mode on
check "the default is ike" policy_is ike
check "strict can be had" policy strict
check "it is shown" policy_is strict
check "in this namespace only" policy_is ike "$G"
mode bypass
mode on
check "it stays over other modes" policy_is strict
check "the sysctl tells it" in_ns "$R" grep -qE '^(3|strict)$' $sysctl
check "and takes a name" write fifo
check "which is shown" policy_is fifo
check "or a number" write 1
check "which is shown" policy_is serialize
check "no name that there is not" fails write fastest
check "no number that there is not" fails write 7
check "it is as it was" policy_is serialize
check "L2TP has no key exchange: no policy ike" refuses "no key exchange" \
	vpn-passthrough -n "$R" set l2tp --policy ike
check "but others" vpn-passthrough -n "$R" set l2tp --policy fifo

peer exchanges
tell gateway G "$GATEWAY"
tell sa a=C1:10.0.0.11 b=C2:10.0.0.12 "to=$GATEWAY"
policy strict
monitor_bg
check "strict: IKE passes" tell up a
check "who is alone works" tell esp a n=4
check "a second one comes" tell up b
check "its packets leave" tell packet b
check "what comes back is refused" tell packet b by=gateway lost=1
check "it is counted" counter_is uncertain -ge 1
check "and reported" busywait 3000 event_seen uncertain
check "the first one goes on" tell esp a n=2
check "no new SPI of it is taken either" tell exchange a
check "as it may be the other one's" tell packet a by=gateway lost=1
# The peers count SPIs up.
check "a binding" vpn-passthrough -n "$R" bind ipsec client 10.0.0.12 \
	server "$GATEWAY" in 0x20002
check "lets it work" tell esp b n=4
check "it is static" state_is 10.0.0.12 static

vpn-passthrough -n "$R" unbind ipsec client 10.0.0.12 server "$GATEWAY" \
	in 0x20002
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
policy fifo
tell spis a b
counter probe-wait
waited=$REPLY
check "fifo: both send, and are answered in that order" \
	tell in_order b a answers=b,a
check "it was right" tell esp a b n=4
check "nobody waited" counter_is probe-wait -eq "$waited"
tell spis a b
check "once more with others" tell in_order a b answers=a,b
check "it was right" tell esp b a n=2
check "nothing was mended" counter_is misbind -eq 0
