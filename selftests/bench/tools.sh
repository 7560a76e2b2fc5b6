# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What run and profile need: the tools of the guest, compiled.

# make_work: a folder that the guest reads, but through the host's user; into
# $work.
make_work()
{
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	chmod 755 "$work"
}

compile()
{
	${CC:-cc} -D_GNU_SOURCE -std=gnu11 -O2 -Wall -Wextra -Wshadow \
		-o "$work/$1" "$1.c" flood.c "${@:2}"
}

compile_tools()
{
	compile esp_flood
	compile udp_flood
	compile smp_flood
	compile pptp_flood pptp_control.c
	compile l2tp_flood l2tp_control.c
}

compile_plugin()
{
	${CC:-cc} -std=gnu11 -O2 -Wall -Wextra -Wshadow -shared -fPIC \
		-o "$work/trace_plugin.so" trace_plugin.c
}

# in_guest FILE OPTIONS... -- PACKETS REPEATS TUNNELS PROTO...: what the guest
# says, into FILE of the folder. Its clock is no measure of how long it takes, so
# the time-out is kept here.
in_guest()
{
	local file=$work/$1 options=() status=0

	shift
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	timeout 3600 ../vm/run "${options[@]}" --timeout 1000000 -- \
		selftests/bench/guest "$work" "$@" >"$file" || status=$?
	[[ $status -eq 0 ]] || cat "$file" >&2
	return "$status"
}
