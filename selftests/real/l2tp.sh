# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real L2TP software in network namespaces: xl2tpd and pppd as clients (LAC) and
# servers (LNS), L2TPv2 over UDP port 1701. To be read after lib.sh.
#
# Clients that share address and port, as with preserve-port: 6.1 looks for a
# session only in the tunnel of the socket that it found by address and port,
# and does not find it; 6.12 goes by the Tunnel ID. A server can do without the
# kernel's L2TP ("userspace"), and then goes by the Tunnel ID, too.

# shellcheck source-path=SCRIPTDIR source=ppp.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/ppp.sh"
XL2TPD=$PROGRAMS/xl2tpd/usr/sbin/xl2tpd
L2TP_PORT=06A5		# 1701 as /proc/net/udp has it

# l2tp_need: what these scripts use, beside lib.sh's.
l2tp_need()
{
	ppp_need
	ppp_need_unpacked xl2tpd/usr/sbin/xl2tpd
	modprobe -aq l2tp_ppp l2tp_netlink
	[[ -d /sys/module/l2tp_ppp ]] ||
		skip_all "module l2tp_ppp cannot be loaded"
}

# l2tp_listens NAME: for "busywait"; costs no process.
l2tp_listens()
{
	local lines

	mapfile -t lines 2>/dev/null <"/proc/${PPP_PID[$1]}/net/udp"
	[[ -p $TMP/run-$1/control &&
	   ${lines[*]} == *":$L2TP_PORT 00000000:0000 07"* ]]
}

# l2tp_daemon NAME NETNS: with the configuration in $TMP/conf-NAME, and options
# of its pppd in $TMP/options-NAME.
l2tp_daemon()
{
	: >"$TMP/secrets"
	ppp_spawn "$1" "$2" "$XL2TPD" -D -c "$TMP/conf-$1" \
		-p /run/pid -C /run/control -s "$TMP/secrets"
}

# l2tp_ready NAME...: wait until they are.
l2tp_ready()
{
	local name

	for name; do
		busywait 30000 l2tp_listens "$name" && continue
		echo "Bail out! xl2tpd does not start"
		cat "$TMP/out-$name"
		exit 1
	done
}

# l2tp_server NAME NETNS ADDRESS SUBNET [userspace]: a server whose inner
# address is 172.17.SUBNET.1. Clients say what theirs is.
l2tp_server()
{
	printf '%s\n' "${PPP_OPTIONS[@]}" noauth noccp "172.17.$4.1:" \
		ipcp-accept-remote "logfile $TMP/log-$1" >"$TMP/options-$1"
	printf '%s\n' "[global]" "listen-addr = $3" \
		"force userspace = $([[ -n ${5-} ]] && echo yes || echo no)" \
		"[lns default]" "assign ip = no" "local ip = 172.17.$4.1" \
		"pass peer = no" "require authentication = no" \
		"pppoptfile = $TMP/options-$1" >"$TMP/conf-$1"
	l2tp_daemon "$1" "$2"
	l2tp_ready "$1"
}

# l2tp_alike NAME NETNS ADDRESS SUBNET: a server for clients that share address
# and port.
l2tp_alike()
{
	local major minor

	IFS=. read -r major minor _ </proc/sys/kernel/osrelease
	if ((major > 6 || (major == 6 && minor >= 12))); then
		l2tp_server "$@"
	else
		l2tp_server "$@" userspace
	fi
}

# l2tp_client NAME NETNS ADDRESS SERVER INNER [OPTION...]: a client with options
# of its pppd, which can dial when it is ready. Its own port is 1701, too.
l2tp_client()
{
	printf '%s\n' "${PPP_OPTIONS[@]}" noauth noccp "$5:" "${@:6}" \
		"ipparam $TMP/up-$1" "logfile $TMP/log-$1" >"$TMP/options-$1"
	printf '%s\n' "[global]" "listen-addr = $3" "[lac server]" \
		"lns = $4" "require authentication = no" "pass peer = no" \
		"pppoptfile = $TMP/options-$1" >"$TMP/conf-$1"
	l2tp_daemon "$1" "$2"
}

# l2tp_dial NAME...: these clients dial, in the same instant.
l2tp_dial()
{
	local name

	for name; do
		rm -f "$TMP/up-$name"
	done
	for name; do
		echo "c server" >"$TMP/run-$name/control"
	done
}

# l2tp_down NAME...: they have no PPP interface any more; for "busywait", costs
# no process.
l2tp_down()
{
	local name lines

	for name; do
		mapfile -t lines <"/proc/${PPP_PID[$name]}/net/dev"
		[[ ${lines[*]} != *ppp* ]] || return 1
	done
}

# l2tp_hang_up NAME...: these clients do, and are ready to dial again.
l2tp_hang_up()
{
	local name

	for name; do
		echo "d server" >"$TMP/run-$name/control"
	done
	busywait 10000 l2tp_down "$@"
}

# l2tp_clients I...: client I is "cI", see ppp.sh.
l2tp_clients()
{
	local i

	for i; do
		l2tp_client "c$i" "${C[$i]}" "10.0.0.1$i" "$GATEWAY" \
			"172.17.0.1$i"
	done
	l2tp_ready "${@/#/c}"
}

# l2tp_all_up NAME...: for "check".
l2tp_all_up()
{
	local name

	busywait 30000 ppp_up "$@" && return
	for name; do
		ppp_up "$name" || { echo "-- $name"; tail -n 15 \
			"$TMP/out-$name" "$TMP/log-$name"; } 2>/dev/null
	done
	return 1
}

# l2tp_watch: from which ports packets come to the gateway, from now on.
l2tp_watch()
{
	in_ns "$G" nft -f - <<-END
	table ip wire
	delete table ip wire
	table ip wire {
		set ports {
			type inet_service
			flags dynamic
		}
		chain in {
			type filter hook input priority filter
			udp dport 1701 add @ports { udp sport }
		}
	}
	END
}

# l2tp_ports_are N: they came from so many, one of them 1701; for "check".
l2tp_ports_are()
{
	local seen ports

	seen=$(in_ns "$G" nft -n list set ip wire ports)
	echo "$seen"
	[[ $seen =~ elements\ =\ \{([^}]*)\} ]] || return 1
	read -ra ports <<<"${BASH_REMATCH[1]//,/ }"
	[[ ${#ports[@]} -eq $1 && " ${ports[*]} " == *" 1701 "* ]]
}
