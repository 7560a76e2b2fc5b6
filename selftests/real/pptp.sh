# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real PPTP software in network namespaces: pptpd as the server, pppd with the
# program pptp as the client. To be read after lib.sh.
#
# Each daemon has a mount namespace of its own, with its own /run (all pptp
# processes that find a socket there share one control connection) and with an
# /etc/ppp that holds nothing but what the tests need.

REAL=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
PPTPD=$REAL/programs/pptpd
PPTP_PORT=06BB		# 1723 as /proc/net/tcp has it
declare -A PPTP_PID	# processes, by the name of the client or server

# The options of both sides. A lost request is repeated after a second, and
# what the test does not need is not negotiated.
PPTP_OPTIONS=(
	nodetach nodefaultroute nolock noipv6 novj nobsdcomp nodeflate
	mtu 1400 mru 1400 lcp-restart 1 ipcp-restart 1 chap-restart 1
	lcp-max-configure 10
)
PPTP_PLAIN=(noauth noccp)
PPTP_MPPE=(require-mppe-128)

# pptp_need: what these scripts use, beside lib.sh's.
pptp_need()
{
	local program

	for program in pppd pptp python3 unshare; do
		type "$program" >/dev/null 2>&1 ||
			skip_all "needs the program $program: selftests/setup"
	done
	[[ -x $PPTPD/usr/sbin/pptpd ]] ||
		skip_all "needs the program pptpd: selftests/setup"
	modprobe -aq ppp_generic ppp_async ppp_mppe sha1 arc4 overlay
	[[ -c /dev/ppp ]] || skip_all "module ppp_generic cannot be loaded"
	mkfifo "$TMP/gate"
	exec {PPTP_GATE}<>"$TMP/gate"
	pptp_etc
}

# pptp_etc: what the daemons find in /etc/ppp. The sixth argument of ip-up is
# the option ipparam: a file that appears when the interface is up.
pptp_etc()
{
	mkdir "$TMP/ppp"
	: >"$TMP/ppp/options"
	echo '* * secret *' >"$TMP/ppp/chap-secrets"
	chmod 600 "$TMP/ppp/chap-secrets"
	printf '%s\n' '#!/bin/sh' '[ -z "$6" ] || echo "$1 $4 $5" >"$6"' \
		>"$TMP/ppp/ip-up"
	chmod 755 "$TMP/ppp/ip-up"
}

# pptp_spawn NAME NETNS COMMAND...: in the background, with mounts of its own,
# and, unless it is a server, when "pptp_go" opens the gate. Each program
# executes the next one: the process becomes COMMAND.
pptp_spawn()
{
	local name=$1 ns=$2

	shift 2
	rm -rf "$TMP/up-$name" "$TMP/waits-$name" "$TMP/run-$name"
	mkdir -p "$TMP/run-$name/pppd"
	# shellcheck disable=SC2016 # for the other shell
	nsenter --net="/run/netns/$ns" unshare -m sh -ec '
		tmp=$1 name=$2 unpacked=$3
		shift 3
		mount --bind "$tmp/ppp" /etc/ppp
		mount --bind "$tmp/run-$name" /run
		if [ "$1" = pptpd ]; then
			mount -t overlay pptpd /usr/sbin -o \
				"lowerdir=$unpacked/usr/sbin:/usr/sbin"
		else
			echo >"$tmp/waits-$name"
			read line <"$tmp/gate"
		fi
		exec "$@"' spawn "$TMP" "$name" "$PPTPD" "$@" \
		>"$TMP/out-$name" 2>&1 {PPTP_GATE}>&- {NEVER}>&- &
	PPTP_PID[$name]=$!
}

# pptp_listens NAME: for "busywait"; costs no process.
pptp_listens()
{
	local lines

	mapfile -t lines 2>/dev/null <"/proc/${PPTP_PID[$1]}/net/tcp"
	[[ ${lines[*]} == *":$PPTP_PORT 00000000:0000 0A"* ]]
}

# pptp_server NAME NETNS ADDRESS SUBNET [OPTION...]: a server, with options of
# its pppd, whose inner address is 172.17.SUBNET.1. Clients say what theirs is.
pptp_server()
{
	local name=$1 ns=$2 address=$3 subnet=$4

	shift 4
	printf '%s\n' "${PPTP_OPTIONS[@]}" "$@" "172.17.$subnet.1:" \
		ipcp-accept-remote "logfile $TMP/log-$name" \
		>"$TMP/options-$name"
	printf '%s\n' "option $TMP/options-$name" "listen $address" \
		delegate noipparam >"$TMP/conf-$name"
	pptp_spawn "$name" "$ns" pptpd -f -c "$TMP/conf-$name"
	busywait 10000 pptp_listens "$name" && return
	echo "Bail out! no PPTP server"
	cat "$TMP/out-$name"
	exit 1
}

# pptp_dial NAME NETNS SERVER INNER [OPTION...]: a client, in the background;
# it waits for "pptp_go".
pptp_dial()
{
	local name=$1 ns=$2 server=$3 inner=$4

	shift 4
	pptp_spawn "$name" "$ns" pppd \
		pty "exec pptp $server --nolaunchpppd --nohostroute" \
		"${PPTP_OPTIONS[@]}" "$@" "$inner:" \
		ipparam "$TMP/up-$name" logfile "$TMP/log-$name"
}

# pptp_waiting NAME...: for "busywait".
pptp_waiting()
{
	local name

	for name; do
		[[ -e $TMP/waits-$name ]] || return 1
	done
}

# pptp_go NAME...: these clients, which have been told to dial, do so, in the
# same instant.
pptp_go()
{
	busywait 10000 pptp_waiting "$@"
	printf '\n%.0s' "$@" >&"$PPTP_GATE"
}

# pptp_up NAME...: all of them are up; for "busywait", costs no process.
pptp_up()
{
	local name

	for name; do
		[[ -s $TMP/up-$name ]] || return 1
	done
}

# pptp_ended NAME...: none of them tries any more; for "busywait".
pptp_ended()
{
	local name

	for name; do
		! kill -0 "${PPTP_PID[$name]}" 2>/dev/null || return 1
	done
}

# pptp_settled NAME...: each of them is up, or has given up; for "busywait".
pptp_settled()
{
	local name

	for name; do
		pptp_up "$name" || pptp_ended "$name" || return 1
	done
}

# pptp_count NAME...: how many are up, into REPLY.
pptp_count()
{
	local name n=0

	for name; do
		! pptp_up "$name" || n=$((n + 1))
	done
	REPLY=$n
}

# pptp_up_are N NAME...: for "check": so many of them come up, the others not.
# A client gives up after ten requests without an answer, one a second.
pptp_up_are()
{
	local name n=$1

	shift
	busywait 25000 pptp_settled "$@" || echo "still trying"
	pptp_count "$@"
	echo "$REPLY are up, not $n"
	for name; do
		pptp_up "$name" || tail -n 5 "$TMP/log-$name" "$TMP/out-$name"
	done
	[[ $REPLY -eq $n ]]
}

# pptp_end NAME...: end clients or servers, and wait until they have ended.
pptp_end()
{
	local name

	for name; do
		kill "${PPTP_PID[$name]}"
	done 2>/dev/null
	for name; do
		wait "${PPTP_PID[$name]}"
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

# pptp_dial_all I...: without encryption, in the same instant.
pptp_dial_all()
{
	local i

	for i; do
		pptp_dial "c$i" "${C[$i]}" "$GATEWAY" "172.17.0.1$i" \
			"${PPTP_PLAIN[@]}"
	done
	pptp_go "${@/#/c}"
}

# pptp_pings I...: their pings, for "ask", into PINGS.
pptp_pings()
{
	local i

	PINGS=()
	for i; do
		PINGS+=("${C[$i]},172.17.0.1$i,172.17.0.1")
	done
}

# pptp_lost_nothing: all of PINGS were answered; for "check".
pptp_lost_nothing()
{
	local i

	for ((i = 1; i <= ${#PINGS[@]}; i++)); do
		asked_is "$i" got -gt 0 && asked_is "$i" lost -eq 0 ||
			return 1
	done
}

# pptp_bulk BYTES I...: so many each way, at the same time; for "check".
pptp_bulk()
{
	local i bytes=$1 pairs=()

	shift
	for i; do
		pairs+=("${C[$i]},172.17.0.1$i,$G,172.17.0.1")
	done
	bulk -t 80 "$bytes" "${pairs[@]}"
}
