#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory is refused wherever the modules ask for it: each allocation in turn while
# they are loaded, in a new namespace, and under each command; and every one, every
# second one and so on while tunnels are set up. What fails says so and changes
# nothing, and afterwards all works.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

FAULT=/sys/kernel/debug/failslab
OURS=(nf_vpn_passthrough nf_nat_ipsec_esp nf_conntrack_pptp_ext
	 nf_conntrack_l2tp)
MOST=400	# allocations in one command: more must be a mistake of ours

plan 33
[[ -d $FAULT ]] || skip_all "this kernel can refuse no memory (CONFIG_FAILSLAB)"

# knob NAME VALUE
knob()
{
	echo "$2" >"$FAULT/$1"
}

# below START END: only allocations that were asked for between these addresses,
# at any depth.
below()
{
	knob require-start "$1"
	knob require-end "$2"
}

# range_of FUNCTION: "START END".
range_of()
{
	sort /proc/kallsyms | awk -v name="$1" '
		found { print start, "0x" $1; exit }
		$3 == name { found = 1; start = "0x" $1 }'
}

# spare FUNCTION: nothing that it asks for is refused.
spare()
{
	local range

	range=$(range_of "$1")
	knob reject-start "${range% *}"
	knob reject-end "${range#* }"
}

# below_function NAME
below_function()
{
	# shellcheck disable=SC2046 # two words
	below $(range_of "$1")
}

# below_modules: the code of ours. What else may lie between asks for nothing.
below_modules()
{
	local names range

	names=$(IFS='|' && echo "${OURS[*]}")
	range=$(grep -iE " t .*\[($names)\]" /proc/kallsyms | sort |
		awk 'NR == 1 { start = $1 } { end = $1 }
		     END { print "0x" start, "0x" end }')
	# shellcheck disable=SC2086 # two words
	below $range
}

# each_fails COMMAND...: run it with its first, second, ... allocation failing,
# until it has not so many; then it must succeed. AFTER is run after each. How
# many failed: FAILURES.
each_fails()
{
	local n said word status

	for ((n = 1; n <= MOST; n++)); do
		said=$("$HERE/tools/fail_nth" "$n" "$@" 2>"$TMP/stderr") || return
		read -r word status < <(tail -n 1 <<<"$said")
		"$AFTER" "$status" || { cat "$TMP/stderr"; return 1; }
		[[ $word == failed ]] || break
	done
	FAILURES=$((n - 1))
	echo "$FAILURES failures; then: $said"
	[[ $word == enough && $status -eq 0 && $FAILURES -gt 0 ]]
}

# unloaded MODULE: as it was, whether loading it succeeded or not.
unloaded()
{
	[[ $2 -ne 0 ]] || rmmod "$1"
	! grep -q "^$1 " /proc/modules
}

# state: all that commands change.
state()
{
	vpn-passthrough -n "$R" -j show
	vpn-passthrough -n "$R" -j limits
	vpn-passthrough -n "$R" save -
	vpn-passthrough -n "$R" -j bindings
} 2>&1

# unchanged STATUS: what failed changed nothing; what succeeded is undone.
unchanged()
{
	local now

	[[ $1 -ne 0 ]] || "${UNDO[@]}" || return
	now=$(state)
	[[ $now == "$STATE" ]] && return
	echo "after status $1:"
	diff <(echo "$STATE") <(echo "$now")
}

# command ARG...: each allocation of "vpn-passthrough ARG..." fails.
command()
{
	AFTER=unchanged
	STATE=$(state)
	each_fails vpn-passthrough -n "$R" "$@"
}

# reading ARG...: the same, of a command that changes nothing.
reading()
{
	UNDO=(true)
	command "$@"
}

# refuse INTERVAL: from now on every INTERVAL-th allocation; 0: none any more.
refuse()
{
	knob interval "${1/#0/1}"
	knob times -1
	knob probability $(($1 > 0 ? 100 : 0))
}

knob ignore-gfp-wait N
knob verbose 0
knob stacktrace-depth 32
require

# shellcheck disable=SC2153 # of lib.sh
rmmod "${MODULE[@]}" nf_vpn_passthrough 2>/dev/null
below_function do_one_initcall
# Where a slab cache cannot be made, the kernel itself dumps its stack.
spare __kmem_cache_create_args
for module in "${OURS[@]}"; do
	file=$(modinfo -n "$module")
	# shellcheck disable=SC2317 # called by name
	after()
	{
		unloaded "$module" "$1"
	}
	AFTER=after
	check "$module is loaded, or not" each_fails insmod "$file"
	diag "$FAILURES allocations"
	check "then it can be loaded" insmod "$file"
done

below_modules
# shellcheck disable=SC2317 # called by name
any()
{
	return 0
}
AFTER=any
check "a network namespace begins, or not" each_fails unshare --net true
diag "$FAILURES allocations"

topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
pings 1 2

UNDO=(vpn-passthrough -n "$R" set ipsec bypass)
check "a mode is set, or not" command set ipsec on
UNDO=(vpn-passthrough -n "$R" set ipsec bypass)
check "a mode is set for a time, or not" command set ipsec on --for 1h
mode on
UNDO=(vpn-passthrough -n "$R" unbind ipsec client 10.0.0.11 server "$GATEWAY"
      in 0x55555)
check "an id is bound, or not" command bind ipsec client 10.0.0.11 \
	server "$GATEWAY" in 0x55555
for proto in pptp l2tp; do
	UNDO=(vpn-passthrough -n "$R" set "$proto" bypass)
	check "$proto: a mode is set, or not" command set "$proto" on
	vpn-passthrough -n "$R" set "$proto" on
done
check "tunnels are in use" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
for words in show tunnels stats limits bindings "explain 10.0.0.11 $GATEWAY" \
	     export; do
	# shellcheck disable=SC2086 # words
	check "${words%% *} is told, or not" reading $words
done

# ESP: tunnels begin anew while memory is refused.
for interval in 1 2 3 5; do
	refuse "$interval"
	for _ in 1 2; do
		vpn-passthrough -n "$R" flush ipsec
		ask -i 50 -t 1500 "${PINGS[@]}"
	done
	refuse 0
	check "ESP: all work after every ${interval}th was refused" \
		ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
done

# PPTP and L2TP: calls and sessions are set up while memory is refused.
PROTO=pptp
peer calls
tell server S G 192.0.2.2
for interval in 1 2 3; do
	refuse "$interval"
	tell connect "x$interval=C1:10.0.0.11" to=192.0.2.2 >/dev/null
	tell call "x$interval=7" >/dev/null
	refuse 0
	tell connect "y$interval=C2:10.0.0.12" to=192.0.2.2
	tell call "y$interval=7"
	check "PPTP: a new call works after every ${interval}th was refused" \
		tell gre "y$interval/7"
done
peer_end

# shellcheck disable=SC2034 # for lib.sh
PROTO=l2tp
peer sessions
tell server S G "$GATEWAY" proto=ip ids=500
for interval in 1 2 3; do
	refuse "$interval"
	tell connect "x$interval=C1:10.0.0.11" "to=$GATEWAY" proto=ip version=3 \
		>/dev/null
	tell session "x$interval=1$interval" >/dev/null
	refuse 0
	tell connect "y$interval=C2:10.0.0.12" "to=$GATEWAY" proto=ip version=3
	tell session "y$interval=2$interval"
	check "L2TP: a new session works after every ${interval}th was refused" \
		tell data "y$interval*"
done
peer_end

# With what stands, a namespace goes while memory is refused.
refuse 1
ip netns del "$R"
check "the namespace goes" busywait 20000 fails ip -n "${C[1]}" link show eth0
refuse 0
below 0 0
knob reject-start 0
knob reject-end 0
