# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real PPTP software in network namespaces: pptpd as the server, pppd with the
# program pptp as the client. To be read after lib.sh.
#
# All pptp processes that find a socket in /run share one control connection:
# one more reason for a /run of their own.

# shellcheck source-path=SCRIPTDIR source=ppp.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/ppp.sh"
PPTPD=$PROGRAMS/pptpd
PPTP_PORT=06BB		# 1723 as /proc/net/tcp has it
PPTP_PLAIN=(nolock noauth noccp)
PPTP_MPPE=(nolock require-mppe-128)

# pptp_small_windows: no more than 16 kB may be on its way in each direction of
# a TCP connection.
#
# GRE is read from raw sockets, and each process of the server gets the packets
# of all clients that share an address. A packet that finds all of these sockets
# full was dropped by Linux 6.1. Newer kernels answer it with "protocol
# unreachable", which ends the call, with NAT or without. So what is on its way
# must fit: 200 kB, and a packet of 1400 bytes counts for 2300.
pptp_small_windows()
{
	local ns

	for ns in "${NAMESPACES[@]}"; do
		in_ns "$ns" sh -c \
			'echo 4096 16384 16384 >/proc/sys/net/ipv4/tcp_rmem'
	done
}

# pptp_need: what these scripts use, beside lib.sh's; to be called when the
# namespaces are there.
pptp_need()
{
	pptp_small_windows
	ppp_need pptp
	ppp_need_unpacked pptpd/usr/sbin/pptpd
	modprobe -aq ppp_mppe sha1 arc4 overlay
	mkfifo "$TMP/gate"
	exec {PPTP_GATE}<>"$TMP/gate"
}

# pptp_listens NAME: for "busywait"; costs no process.
pptp_listens()
{
	local lines

	mapfile -t lines 2>/dev/null <"/proc/${PPP_PID[$1]}/net/tcp"
	[[ ${lines[*]} == *":$PPTP_PORT 00000000:0000 0A"* ]]
}

# pptp_server NAME NETNS ADDRESS SUBNET [OPTION...]: a server, with options of
# its pppd, whose inner address is 172.17.SUBNET.1. Clients say what theirs is.
# It looks for its other programs in /usr/sbin.
pptp_server()
{
	local name=$1 ns=$2 address=$3 subnet=$4

	shift 4
	printf '%s\n' "${PPP_OPTIONS[@]}" "$@" "172.17.$subnet.1:" \
		ipcp-accept-remote "logfile $TMP/log-$name" \
		>"$TMP/options-$name"
	printf '%s\n' "option $TMP/options-$name" "listen $address" \
		delegate noipparam >"$TMP/conf-$name"
	# shellcheck disable=SC2016 # for the other shell
	ppp_spawn "$name" "$ns" sh -ec '
		mount -t overlay pptpd /usr/sbin \
			-o "lowerdir=$1/usr/sbin:/usr/sbin"
		exec pptpd -f -c "$2"' spawn "$PPTPD" "$TMP/conf-$name"
	busywait 10000 pptp_listens "$name" && return
	echo "Bail out! no PPTP server"
	cat "$TMP/out-$name"
	exit 1
}

# pptp_dial NAME NETNS SERVER INNER [OPTION...]: a client, in the background;
# it waits until "pptp_go" opens the gate.
pptp_dial()
{
	local name=$1 ns=$2 server=$3 inner=$4

	shift 4
	# shellcheck disable=SC2016 # for the other shell
	ppp_spawn "$name" "$ns" sh -ec '
		tmp=$1 name=$2
		shift 2
		echo >"$tmp/waits-$name"
		read line <"$tmp/gate"
		exec "$@"' spawn "$TMP" "$name" pppd \
		pty "exec pptp $server --nolaunchpppd --nohostroute" \
		"${PPP_OPTIONS[@]}" "$@" "$inner:" \
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
