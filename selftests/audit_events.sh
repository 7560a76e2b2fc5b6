#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every change of configuration is told: what, from which value to which, by whom,
# and by which way; what changes nothing, or is refused, is not.
#
#   R (a namespace without a wire)

. "$(dirname "$0")/lib.sh"

plan 22
require
netns "$R"
commit
mode on

folder=/proc/sys/net/netfilter/vpn_passthrough
tool='"uid":0,"pid":[0-9]+,"comm":"vpn-passthrough","origin":"netlink"}'
pair=(client 10.0.0.11 server 192.0.2.2)

# sysctl_set NAME VALUE: by a shell whose process id is in REPLY.
sysctl_set()
{
	in_ns "$R" sh -c "echo \$\$; echo '$2' >$folder/$1" >"$TMP/pid"
	read -r REPLY <"$TMP/pid"
}

# told REGEX: for "check".
told()
{
	busywait 3000 event_seen "$1"
}

monitor_bg
vpn-passthrough -n "$R" set ipsec observe
check "a mode by the tool" told \
	"\"mode\",\"proto\":\"ipsec\",\"old_mode\":\"on\",\"mode\":\"observe\",$tool"
sysctl_set ipsec off
check "a mode by sysctl, with the process" told \
	"\"old_mode\":\"observe\",\"mode\":\"off\",\"uid\":0,\"pid\":$REPLY,\"comm\":\"sh\",\"origin\":\"sysctl\"}"
vpn-passthrough -n "$R" set ipsec --policy strict
check "a policy by the tool" told \
	"\"setting\",\"proto\":\"ipsec\",\"setting\":\"policy\",\"old_value\":\"ike\",\"value\":\"strict\",$tool"
sysctl_set ipsec_policy fifo
check "a policy by sysctl" told \
	"\"old_value\":\"strict\",\"value\":\"fifo\",\"uid\":0,\"pid\":$REPLY,.*\"sysctl\"}"
vpn-passthrough -n "$R" set ipsec --preserve-port
check "a preserved port by the tool" told \
	"\"setting\":\"preserve-port\",\"old_value\":false,\"value\":true,$tool"
sysctl_set ipsec_preserve_port 0
check "a preserved port by sysctl" told \
	"\"old_value\":true,\"value\":false,\"uid\":0,\"pid\":$REPLY,.*\"sysctl\"}"
vpn-passthrough -n "$R" limits max-ids 1000 probe-ms 500
check "a limit by the tool" told \
	"\"setting\",\"setting\":\"max-ids\",\"old_value\":262144,\"value\":1000,$tool"
check "and the other one" told \
	"\"setting\":\"probe-ms\",\"old_value\":1000,\"value\":500,$tool"
sysctl_set max_per_client 5
check "a limit by sysctl" told \
	"\"max-per-client\",\"old_value\":64,\"value\":5,\"uid\":0,\"pid\":$REPLY,.*\"sysctl\"}"
vpn-passthrough -n "$R" bind ipsec "${pair[@]}" in 0x20001 out 0x10001
check "a binding" told \
	"\"name\":\"bind\",\"proto\":\"ipsec\",\"client\":\"10.0.0.11\",\"server\":\"192.0.2.2\",\"id_out\":65537,\"id_in\":131073,$tool"
vpn-passthrough -n "$R" unbind ipsec "${pair[@]}" in 0x20001 out 0x10001
check "its removal" told "\"name\":\"unbind\".*\"id_in\":131073,$tool"
vpn-passthrough -n "$R" flush ipsec client 10.0.0.11 >/dev/null
check "a flush" told \
	"\"name\":\"flush\",\"proto\":\"ipsec\",\"client\":\"10.0.0.11\",\"removed\":0,$tool"

n=$(wc -l <"$TMP/events")
vpn-passthrough -n "$R" set ipsec off --policy fifo --no-preserve-port
vpn-passthrough -n "$R" limits max-ids 1000
sysctl_set probe_ms 500
vpn-passthrough -n "$R" set ipsec off --for 1m 2>/dev/null
vpn-passthrough -n "$R" limits max-ids 3 2>/dev/null
vpn-passthrough -n "$R" unbind ipsec "${pair[@]}" in 0x20001 2>/dev/null
sysctl_set max_ids 3 2>/dev/null
sysctl_set ipsec_policy lifo 2>/dev/null
vpn-passthrough -n "$R" set pptp on --preserve-port 2>/dev/null
vpn-passthrough -n "$R" flush >/dev/null
check "after it, another flush" told '"name":"flush","removed":0'
check "what changes nothing is not told" \
	test "$(wc -l <"$TMP/events")" -eq $((n + 1))

# Of two options, one of which is refused, none is set, nor told.
check "of two options one is refused" fails vpn-passthrough -n "$R" set l2tp \
	--policy ike --preserve-port
vpn-passthrough -n "$R" flush l2tp >/dev/null
told '"name":"flush","proto":"l2tp"' >/dev/null
check "nothing was set" test "$(wc -l <"$TMP/events")" -eq $((n + 2))

# A hundred changes in no time are all told: no limit is on them.
in_ns "$R" sh -c "for i in \$(seq 100); do echo \$((1000 + i)); done |
	while read -r n; do echo \$n >$folder/max_ids; done"
check "a hundred changes" told '"old_value":1099,"value":1100'
check "are told one by one" test \
	"$(grep -c '"max-ids","old_value":1[01][0-9][0-9],"value":1[01]' \
		"$TMP/events")" -eq 100

# A process that calls itself something that would fool a terminal.
vpn-passthrough -n "$R" monitor -c 1 >"$TMP/text" 2>"$TMP/text.err" &
busywait 5000 grep -q listening "$TMP/text.err"
in_ns "$R" bash -c "printf 'a\\033[2J' >/proc/self/comm
	echo 700 >$folder/probe_ms"
check "a name made to fool a terminal is escaped" busywait 3000 grep -qE \
	'setting probe-ms 500 -> 700 by uid 0 pid [0-9]+ a\\x1b\[2J through sysctl$' \
	"$TMP/text"
check "and time leads the line" grep -qE \
	'^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9:]+ setting' "$TMP/text"

# A protocol's module comes and goes.
modprobe -r nf_nat_ipsec_esp
check "a module that goes is told of" told \
	'"old_mode":"off","mode":"bypass","uid":0,.*"comm":"modprobe","origin":"module"'
modprobe nf_nat_ipsec_esp
check "nobody else's mode is touched when it comes" \
	sh -c "vpn-passthrough -n $R -j show | grep '\"ipsec\",\"mode\":\"bypass\"'"
