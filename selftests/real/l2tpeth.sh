# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own static L2TPv3 tunnels ("ip l2tp"): Ethernet over sessions
# that nobody negotiates. To be read after lib.sh.
#
# Client I has the interface l2tp0, the gateway l2tpI; inside are 172.18.0.1I
# and 172.18.0.1. Without link-local addresses nothing goes through a tunnel,
# and so through the router, before the test sends it.

# l2tpeth_need: what these scripts use, beside lib.sh's.
l2tpeth_need()
{
	modprobe -aq l2tp_netlink l2tp_eth l2tp_ip l2tp_ip6
	[[ -d /sys/module/l2tp_ip6 && -d /sys/module/l2tp_eth ]] ||
		skip_all "modules l2tp_eth and l2tp_ip6 cannot be loaded"
}

# l2tpeth_end NETNS NAME LOCAL REMOTE ENCAP TUNNEL OUT IN [COOKIE-OUT
# COOKIE-IN]: one end, which sends with session id OUT and receives with IN.
l2tpeth_end()
{
	local cookies=${9:+"cookie $9 peer_cookie ${10}"}

	ipb "$1" "l2tp add tunnel tunnel_id $6 peer_tunnel_id $6\
		local $3 remote $4 encap $5" \
		"l2tp add session name $2 tunnel_id $6 session_id $8\
		peer_session_id $7 $cookies" \
		"link set $2 addrgenmode none" "link set $2 up mtu 1400"
}

# l2tpeth_inner I: addresses on both ends.
l2tpeth_inner()
{
	ipb "${C[$1]}" "addr add 172.18.0.1$1 peer 172.18.0.1 dev l2tp0"
	ipb "$G" "addr add 172.18.0.1 peer 172.18.0.1$1 dev l2tp$1"
}

# l2tpeth I OUT IN [COOKIE-OUT COOKIE-IN]: client I's tunnel over protocol 115,
# as the client sees it.
l2tpeth()
{
	l2tpeth_end "${C[$1]}" l2tp0 "10.0.0.1$1" "$GATEWAY" ip \
		"$1" "$2" "$3" "${@:4}"
	l2tpeth_end "$G" "l2tp$1" "$GATEWAY" "$PUBLIC" ip \
		"$1" "$3" "$2" ${5:+"$5" "$4"}
	l2tpeth_inner "$1"
}

# l2tpeth6 I OUT IN [COOKIE-OUT COOKIE-IN]: the same over IPv6.
l2tpeth6()
{
	l2tpeth_end "${C[$1]}" l2tp0 "fd00::1$1" "$GATEWAY6" ip \
		"$1" "$2" "$3" "${@:4}"
	l2tpeth_end "$G" "l2tp$1" "$GATEWAY6" "$PUBLIC6" ip \
		"$1" "$3" "$2" ${5:+"$5" "$4"}
	l2tpeth_inner "$1"
}

# l2tpeth_neighbours I...: nobody has to ask for these clients' MAC addresses,
# or they for the gateway's; each ping is one packet each way.
l2tpeth_neighbours()
{
	local i

	for i; do
		ipb "${C[$i]}" "link set l2tp0 down" \
			"link set l2tp0 up address 02:00:00:00:00:1$i" \
			"neigh replace 172.18.0.1 lladdr 02:00:00:00:01:1$i\
			nud permanent dev l2tp0"
		ipb "$G" "link set l2tp$i down" \
			"link set l2tp$i up address 02:00:00:00:01:1$i" \
			"neigh replace 172.18.0.1$i lladdr 02:00:00:00:00:1$i\
			nud permanent dev l2tp$i"
	done
}

# l2tpeth_forget I...: the MAC addresses that were asked for, or that nobody
# told, and all that the router knows.
l2tpeth_forget()
{
	local i

	for i; do
		ipb "${C[$i]}" "neigh flush dev l2tp0"
		ipb "$G" "neigh flush dev l2tp$i"
	done
	commit
	in_ns "$R" conntrack -F 2>/dev/null
}

# l2tpeth_pings I...: their pings, for "ask", into PINGS; !I is not expected to
# be answered.
l2tpeth_pings()
{
	local i

	PINGS=()
	for i; do
		PINGS+=("${i%%[0-9]*}${C[${i#!}]},172.18.0.1${i#!},172.18.0.1")
	done
}
