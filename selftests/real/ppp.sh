# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What real VPN software with pppd in network namespaces has in common. To be
# read after lib.sh; pptp.sh and l2tp.sh build on it.
#
# Each daemon has a mount namespace of its own, with its own /run and with an
# /etc/ppp that holds nothing but what the tests need.

REAL=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
PROGRAMS=$REAL/programs
declare -A PPP_PID	# processes, by the name of the client or server

# The options of both sides. A lost request is repeated after a second, and
# what the test does not need is not negotiated.
PPP_OPTIONS=(
	nodetach nodefaultroute noipv6 novj nobsdcomp nodeflate
	mtu 1400 mru 1400 lcp-restart 1 ipcp-restart 1 chap-restart 1
	lcp-max-configure 10
)

# ppp_need PROGRAM...: what these scripts use, beside lib.sh's.
ppp_need()
{
	local program

	for program in pppd python3 unshare "$@"; do
		type "$program" >/dev/null 2>&1 ||
			skip_all "needs the program $program: selftests/setup"
	done
	modprobe -aq ppp_generic ppp_async
	[[ -c /dev/ppp ]] || skip_all "module ppp_generic cannot be loaded"
	ppp_etc
}

# ppp_need_unpacked PROGRAM: of setup's, with its path.
ppp_need_unpacked()
{
	[[ -x $PROGRAMS/$1 ]] ||
		skip_all "needs the program ${1##*/}: selftests/setup"
}

# ppp_etc: what the daemons find in /etc/ppp. The sixth argument of ip-up is
# the option ipparam: a file that appears when the interface is up.
ppp_etc()
{
	mkdir "$TMP/ppp"
	: >"$TMP/ppp/options"
	echo '* * secret *' >"$TMP/ppp/chap-secrets"
	chmod 600 "$TMP/ppp/chap-secrets"
	printf '%s\n' '#!/bin/sh' '[ -z "$6" ] || echo "$1 $4 $5" >"$6"' \
		>"$TMP/ppp/ip-up"
	chmod 755 "$TMP/ppp/ip-up"
}

# ppp_spawn NAME NETNS COMMAND...: in the background, with mounts of its own.
# Each program executes the next one: the process becomes COMMAND.
ppp_spawn()
{
	local name=$1 ns=$2

	shift 2
	rm -rf "$TMP/up-$name" "$TMP/waits-$name" "$TMP/run-$name"
	mkdir -p "$TMP/run-$name/pppd"
	# shellcheck disable=SC2016 # for the other shell
	nsenter --net="/run/netns/$ns" unshare -m sh -ec '
		tmp=$1 name=$2
		shift 2
		mount --bind "$tmp/ppp" /etc/ppp
		mount --bind "$tmp/run-$name" /run
		exec "$@"' spawn "$TMP" "$name" "$@" \
		>"$TMP/out-$name" 2>&1 {NEVER}>&- &
	PPP_PID[$name]=$!
}

# ppp_up NAME...: all of them are up; for "busywait", costs no process.
ppp_up()
{
	local name

	for name; do
		[[ -s $TMP/up-$name ]] || return 1
	done
}

# ppp_ended NAME...: none of them runs any more; for "busywait".
ppp_ended()
{
	local name

	for name; do
		! kill -0 "${PPP_PID[$name]}" 2>/dev/null || return 1
	done
}

# ppp_settled NAME...: each of them is up, or has given up; for "busywait".
ppp_settled()
{
	local name

	for name; do
		ppp_up "$name" || ppp_ended "$name" || return 1
	done
}

# ppp_count NAME...: how many are up, into REPLY.
ppp_count()
{
	local name n=0

	for name; do
		! ppp_up "$name" || n=$((n + 1))
	done
	REPLY=$n
}

# ppp_up_are N NAME...: for "check": so many of them come up, the others not.
# A client gives up after ten requests without an answer, one a second.
ppp_up_are()
{
	local name n=$1

	shift
	busywait 25000 ppp_settled "$@" || echo "still trying"
	ppp_count "$@"
	echo "$REPLY are up, not $n"
	for name; do
		ppp_up "$name" || tail -n 5 "$TMP/log-$name" "$TMP/out-$name"
	done
	[[ $REPLY -eq $n ]]
}

# ppp_end NAME...: end clients or servers, and wait until they have ended.
ppp_end()
{
	local name

	for name; do
		kill "${PPP_PID[$name]}"
	done 2>/dev/null
	for name; do
		wait "${PPP_PID[$name]}"
		rm -f "$TMP/up-$name"
	done 2>/dev/null
}

# bulk BYTES NETNS,ADDRESS,NETNS,ADDRESS...: see bulk.py.
bulk()
{
	python3 "$REAL/bulk.py" "$@"
}

# --- clients of one server ---------------------------------------------------
#
# Client I is "cI", dials the gateway, and has the inner address 172.17.0.1I.

# ppp_pings I...: their pings, for "ask", into PINGS.
ppp_pings()
{
	local i

	PINGS=()
	for i; do
		PINGS+=("${C[$i]},172.17.0.1$i,172.17.0.1")
	done
}

# ppp_bulk BYTES I...: so many each way, at the same time; for "check".
ppp_bulk()
{
	local i bytes=$1 pairs=()

	shift
	for i; do
		pairs+=("${C[$i]},172.17.0.1$i,$G,172.17.0.1")
	done
	bulk -t 80 "$bytes" "${pairs[@]}" && return
	for i; do
		tail -n 3 "$TMP/log-c$i"
	done
	return 1
}
