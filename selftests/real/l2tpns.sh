# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Another L2TPv2 server, l2tpns, which has nothing to do with the kernel's L2TP:
# it forwards all by a TUN device. It asks a RADIUS server about its users. To
# be read after l2tp.sh.

# l2tpns_need: what these scripts use, beside l2tp.sh's.
l2tpns_need()
{
	ppp_need_unpacked l2tpns/usr/sbin/l2tpns
	compgen -G "$PROGRAMS/libcli*/usr/lib/*/libcli.so.*" >/dev/null ||
		skip_all "needs libcli of l2tpns: selftests/setup"
	modprobe -aq tun overlay
	[[ -c /dev/net/tun ]] || skip_all "module tun cannot be loaded"
}

# l2tpns_etc NAME ADDRESS: its configuration. It serves as soon as it is sure
# that it is alone in its cluster.
l2tpns_etc()
{
	local etc=$TMP/etc-$1/l2tpns

	mkdir -p "$etc"
	printf 'set %s\n' "debug 3" 'pid_file "/run/l2tpns.pid"' \
		"bind_address $2" "peer_address 172.17.0.1" \
		"primary_radius 127.0.0.1" "primary_radius_port 1812" \
		'radius_secret "secret"' 'radius_authtypes "pap"' \
		'cluster_interface "lo"' "cluster_hb_timeout 15" \
		"cli_bind_address 127.0.0.1" >"$etc/startup-config"
	echo 172.17.0.0/24 >"$etc/ip_pool"
	: >"$etc/users"
}

# l2tpns_server NAME NETNS ADDRESS: a server whose inner address is 172.17.0.1.
# It gives the user whose name is N the address 172.17.0.N. It would take a
# minute to end, and end its whole session: so it has one of its own, and is
# killed with the shell that waits for it.
l2tpns_server()
{
	l2tpns_etc "$1" "$3"
	ipb "$2" "link set lo multicast on" "addr add 172.17.0.1/32 dev lo"
	commit
	ppp_spawn radius "$2" python3 "$REAL/radius.py" 172.17.0 secret
	# shellcheck disable=SC2016 # for the other shell
	ppp_spawn "$1" "$2" sh -ec '
		mount -t overlay l2tpns /etc -o "lowerdir=$1:/etc"
		shift
		setsid setpriv --pdeathsig KILL env LD_LIBRARY_PATH="$@" &
		wait' spawn "$TMP/etc-$1" \
		"$(echo "$PROGRAMS"/libcli*/usr/lib/*)" \
		"$PROGRAMS/l2tpns/usr/sbin/l2tpns"
	busywait 30000 grep -q "declaring myself the master" "$TMP/out-$1" &&
		return
	echo "Bail out! l2tpns does not start"
	tail -n 20 "$TMP/out-$1"
	exit 1
}
