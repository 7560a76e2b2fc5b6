#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A mode that is set for a time: the kernel returns to the one before, with nobody
# there to do it; what cancels that, and what does not.
#
#   R (a namespace without a wire)

. "$(dirname "$0")/lib.sh"

plan 31
require
netns "$R"
commit

folder=/proc/sys/net/netfilter/vpn_passthrough

# set_ipsec WORD...: for "check".
set_ipsec()
{
	vpn-passthrough -n "$R" set ipsec "$@"
}

# shown REGEX: what "show" says of ipsec, in JSON.
shown()
{
	vpn-passthrough -n "$R" -j show | grep -o '{"proto":"ipsec"[^}]*}' |
		tee "$TMP/shown" | grep -E "$1" && return
	cat "$TMP/shown"
	return 1
}

# mode_is MODE: for "check" and "busywait".
mode_is()
{
	shown "\"mode\":\"$1\""
}

# returns_to MODE LEAST MOST: in so many milliseconds.
returns_to()
{
	local left

	shown "\"next_mode\":\"$1\"" || return 1
	left=$(sed 's/.*"left_ms":\([0-9]*\),.*/\1/' "$TMP/shown")
	[[ $left -ge $2 && $left -le $3 ]]
}

# lasts: no time is set.
lasts()
{
	shown '"left_ms":null,"next_mode":null'
}

# says REGEX COMMAND...: it fails, in one line that matches.
says()
{
	local regex=$1

	shift
	if "$@" 2>"$TMP/err"; then
		return 1
	fi
	cat "$TMP/err"
	[[ $(wc -l <"$TMP/err") -eq 1 ]] && grep -qE "$regex" "$TMP/err"
}

set_ipsec off
monitor_bg
now_ms
begin=$REPLY
check "on for ten seconds" set_ipsec on --for 10s
check "it is on" mode_is on
check "which is told, with what follows" busywait 3000 event_seen \
	'"old_mode":"off","mode":"on","left_ms":([89][0-9]{3}|10000),"next_mode":"off","uid":0,"pid":[0-9]+,"comm":"vpn-passthrough","origin":"netlink"'
check "it goes off by itself" busywait 60000 mode_is off
now_ms
check "not before the time is over" test $((REPLY - begin)) -ge 10000
check "nor much later" test $((REPLY - begin)) -lt 30000
check "the event names the timer, and nobody else" busywait 3000 event_seen \
	'"old_mode":"on","mode":"off","origin":"timer"}'
check "off lasts now" lasts

set_ipsec on --for 15m
check "on for 15 minutes" returns_to off 880000 900000
check "which people can read" sh -c "vpn-passthrough -n $R show |
	grep 'ipsec  on .* for 14m[0-9]*s more, then off'"
set_ipsec observe --for 2h
check "another time counts, and the first mode returns" \
	returns_to off 7180000 7200000
set_ipsec --policy fifo
check "a policy does not change that" returns_to off 7150000 7200000
in_ns "$R" sh -c "echo 1000 >$folder/max_ids"
check "nor does a limit" returns_to off 7150000 7200000
check "the mode that would return is refused" \
	says 'the mode that would return' set_ipsec off --for 1h
check "which changes nothing" mode_is observe
check "not even the time" returns_to off 7150000 7200000
set_ipsec observe
check "the same mode without a time lasts" lasts
check "which is told" busywait 3000 event_seen \
	'"old_mode":"observe","mode":"observe","uid":0,'

set_ipsec on --for 30d
check "the longest time" returns_to observe 2591000000 2592000000
in_ns "$R" sh -c "echo on >$folder/ipsec"
check "a sysctl makes it last, too" lasts
check "and keeps the mode" mode_is on
check "which is told as the sysctl's" busywait 3000 event_seen \
	'"old_mode":"on","mode":"on",.*"comm":"sh","origin":"sysctl"'
check "a time for the mode that is set is refused" \
	says 'the mode that would return' set_ipsec on --for 1h
modprobe -rq nf_conntrack_pptp_ext
check "a protocol without its module is refused" says 'not loaded' \
	vpn-passthrough -n "$R" set pptp bypass --for 1h

# A second timer is as good as the first; a cancelled one does nothing.
set_ipsec off --for 10s
set_ipsec bypass --for 12s
check "a new time replaces the old one" returns_to on 1 12000
check "on returns" busywait 60000 mode_is on
check "and nothing else" sh -c "[ \$(grep -c '\"timer\"' $TMP/events) -eq 2 ]"

# The namespace goes while its timer runs.
set_ipsec observe --for 1s
ip netns del "$R"
netns "$R"
commit
check "a new namespace knows nothing of it" lasts
check "nor of its mode" mode_is bypass

# Unloading is safe while timers run: one is about to end, one is not.
set_ipsec off --for 1s
vpn-passthrough set ipsec off --for 1h
modprobe -r nf_nat_ipsec_esp nf_conntrack_pptp_ext nf_conntrack_l2tp \
	nf_vpn_passthrough 2>"$TMP/modprobe"
check "the modules can be unloaded" test ! -d /sys/module/nf_vpn_passthrough
modprobe nf_nat_ipsec_esp
check "loaded again they know of no time" lasts
