#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whatever is sent to the netlink family, by root, by an ordinary user and by the
# root of a user namespace: the kernel has nothing to complain about, who may not
# change anything does not, no memory is lost, and afterwards all works.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'
#
# Environment: FUZZ_SECONDS (10), FUZZ_SEED (a new one each time; it is printed).

. "$(dirname "$0")/lib.sh"

seconds=${FUZZ_SECONDS:-10} seed=${FUZZ_SEED:-$((SRANDOM % 1000000))}
USER=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)

plan 15
type setpriv unshare >/dev/null || skip_all "needs setpriv and unshare"
topo 2
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
pings 1 2
modprobe -a "${MODULE[@]}"
vpn-passthrough -n "$R" save "$TMP/saved"
diag "seed $seed, $seconds s"
# Where an ordinary user finds it.
chmod 755 "$TMP"
cp "$HERE/tools/fuzz_netlink" "$TMP/fuzz_netlink"

# unbind_all: no binding of the administrator's is left.
unbind_all()
{
	local proto client server zone in out

	while read -r proto client server zone out in; do
		[[ $out != - ]] && out="out $out" || out=
		# shellcheck disable=SC2086 # two words, or none
		vpn-passthrough -n "$R" unbind "$proto" client "$client" \
			server "$server" in "$in" $out zone "$zone" || return
	done < <(vpn-passthrough -n "$R" bindings | tail -n +2)
}

# reset: as it was in the beginning.
reset()
{
	unbind_all && vpn-passthrough -n "$R" restore "$TMP/saved" &&
		vpn-passthrough -n "$R" flush || return
	in_ns "$R" conntrack -F 2>/dev/null
}

# state: all that somebody could have changed.
state()
{
	vpn-passthrough -n "$R" -j limits
	vpn-passthrough -n "$R" save -
	vpn-passthrough -n "$R" -j bindings
	vpn-passthrough -n "$R" tunnels | awk '{ print $3, $4, $6, $7 }'
} 2>&1

unchanged()
{
	local now

	now=$(state)
	[[ $now == "$STATE" ]] && return
	diff <(echo "$STATE") <(echo "$now")
}

# fuzz SECONDS COMMAND...: the fuzzer, run by COMMAND in the router; counts in
# $TMP/counts.
fuzz()
{
	local seconds=$1

	shift
	seed=$((seed + 1))
	in_ns "$R" "$@" "$TMP/fuzz_netlink" -s "$seed" -n 10000000 \
		-t "$seconds" "" >"$TMP/counts"
}

# accepted_all: each command was, at least once, but for those that take luck in so
# short a time: to take away a binding that is there (7), and to import (19). There
# are none of numbers that only events have.
accepted_all()
{
	cat "$TMP/counts"
	awk '$1 == "command" { n[$2] = $6 } END {
		split("1 2 3 4 5 6 8 9 10 18", all)
		for (i in all)
			if (!n[all[i]])
				exit 1
	}' "$TMP/counts"
}

# accepted_reading: nothing but what everybody may read, and that was.
accepted_reading()
{
	cat "$TMP/counts"
	awk '$1 == "command" && $6 { n++; if ($2 != 1 && $2 != 3 && $2 != 10) bad = 1 }
	     END { exit bad || n != 3 }' "$TMP/counts"
}

# accepted COMMAND: it was, at least once.
accepted()
{
	cat "$TMP/counts"
	awk -v wanted="$1" '$1 == "command" && $2 == wanted { exit !$6 }' \
		"$TMP/counts"
}

# memory: that the kernel does not give back, in KB, into REPLY.
memory()
{
	shrink_caches
	REPLY=$(awk '$1 == "SUnreclaim:" || $1 == "VmallocUsed:" ||
		     $1 == "Percpu:" { n += $2 } END { print n }' /proc/meminfo)
}

# messages: how many were sent, into REPLY.
messages()
{
	REPLY=$(awk '$1 == "command" { n += $4 } END { print n }' "$TMP/counts")
}

# no_more BEFORE: no more memory than before, but for 2 MB, and less than 32 bytes
# for each message.
no_more()
{
	local now

	messages
	memory
	now=$REPLY
	messages
	echo "$1 KB, then $now KB after $REPLY messages"
	[[ $((now - $1)) -lt 2048 && $(((now - $1) * 1024)) -lt \
	   $((REPLY * 32 + 1048576)) ]]
}

check "root: the fuzzer ends" fuzz $((seconds / 4 + 1))
check "every command was accepted, and not always" accepted_all
messages
diag "$REPLY messages"
check "modes, limits and bindings can be reset" reset
memory
before=$REPLY
check "root, again: the fuzzer ends" fuzz $((seconds / 2 + 1))
messages
diag "$REPLY messages"
reset
check "no memory is lost" no_more "$before"
check "no object is left" busywait 10000 objects_gone

mode on
check "tunnels work" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
vpn-passthrough -n "$R" bind ipsec client 10.0.0.11 server "$GATEWAY" \
	in 0x55555 out 0x55556
STATE=$(state)
# Tunnels that nobody uses are forgotten after ten minutes.
ask_bg alive -i 1000 -t $((seconds * 1000 + 600000)) "${PINGS[@]}"
check "an ordinary user: the fuzzer ends" fuzz $((seconds / 8 + 1)) "${USER[@]}"
check "nothing but reading was accepted" accepted_reading
check "nothing has changed" unchanged
# In the router's namespace it is nobody, in a network namespace of its own root.
check "root of a user namespace: the fuzzer ends" \
	fuzz $((seconds / 8 + 1)) "${USER[@]}" unshare -Ur
check "nothing but reading was accepted" accepted_reading
fuzz $((seconds / 8 + 1)) "${USER[@]}" unshare -Urn
check "with a network namespace of its own: it may change that" accepted 2
check "nothing has changed here" unchanged
ask_end alive
vpn-passthrough -n "$R" unbind ipsec client 10.0.0.11 server "$GATEWAY" \
	in 0x55555 out 0x55556
check "tunnels work as before" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
