#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented lines for bpftrace, as they are in Documentation/tracepoints.md:
# each sees what it says.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 6
type bpftrace >/dev/null 2>&1 ||
	skip_all "needs the program bpftrace: selftests/setup"
topo 2
tunnel 1 0x10001 0x20001
commit
masquerade

# programs: the documented ones, one a line.
programs()
{
	sed -n "s/^ *bpftrace -e '\(.*\)'$/\1/p" \
		"$HERE/../Documentation/tracepoints.md"
}

# traced REGEX: for "check".
traced()
{
	cat "$TMP/trace"
	grep -qE -- "$1" "$TMP/trace"
}

mode on
programs >"$TMP/programs"
check "there is one for each tracepoint" test \
	"$(grep -oE 'nf_vpn_[a-z]+ \{' "$TMP/programs" | sort -u | wc -l)" -eq 4

# One process for all: starting it takes long.
{
	printf '%s\n' 'BEGIN { printf("ready\n"); }'
	cat "$TMP/programs"
} >"$TMP/all.bt"
# Without headers it has all types from the kernel itself (BTF). Without debugfs it
# uses tracefs directly; newer kernels complain of the other way.
unshare -m sh -c "mount -t tmpfs none /lib/modules/\$(uname -r) &&
	mount -t tmpfs none /sys/kernel/debug &&
	exec bpftrace $TMP/all.bt" >"$TMP/trace" 2>&1 &
tracer=$!
busywait 90000 grep -q ready "$TMP/trace"
pings 1
ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
check "bind" busywait 5000 traced '10\.0\.0\.11 -> .*192\.0\.2\.2 id 0x00020001'
rekey_in 1 0x11001 0x21001
rekey_client 1 0x11001 0x10001
rekey_gateway 1 0x21001 0x20001
commit
ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
mode off
ask -i 50 -c 3 -t 500 "!${PINGS[0]}"
kill -INT "$tracer"
wait "$tracer"
check "rebind" traced '@rekeys\[.*10\.0\.0\.11\]: 1$'
check "unbind" traced '@unbound\[1, .*192\.0\.2\.2\]: [12]$'
check "refuse" traced '@refused\[8, .*10\.0\.0\.11, .*192\.0\.2\.2\]: [1-9]'
check "bpftrace has no complaint" fails traced 'ERROR|WARNING'
