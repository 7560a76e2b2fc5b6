#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode on is left while the gateway only sends and the client only listens: who was
# sent to last keeps its tunnel, as if Linux had known no other; the answers that
# are on their way are nobody else's, and lock nobody out.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --+
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 22
topo 3
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
commit
masquerade
in_ns "$R" nft -f - <<END
table inet seen {
	chain to1 {
		type filter hook forward priority filter + 1
		ip saddr 192.0.2.2 ip daddr 10.0.0.11 counter
	}
	chain to2 {
		type filter hook forward priority filter + 1
		ip saddr 192.0.2.2 ip daddr 10.0.0.12 counter
	}
}
END

pings 1 2

# silent I VALUE: the client does not answer what comes through its tunnel.
silent()
{
	in_ns "${C[$1]}" sh -c \
		"echo $2 >/proc/sys/net/ipv4/icmp_echo_ignore_all"
}

# listens I: what the gateway sends goes on reaching it; for "check".
listens()
{
	counted seen "to$1"
	busywait 3000 counted_is seen "to$1" -gt "$((REPLY + 20))"
}

# marked I: its entry has the mark that it was given; for "check".
marked()
{
	in_ns "$R" conntrack -L -p 50 --orig-src "10.0.0.$((10 + $1))" 2>&1 |
		tee /dev/stderr | grep -q "mark=$1 "
}

# inherits I: it has the only entry of ESP; for "check".
inherits()
{
	entries 1 && in_ns "$R" conntrack -L -p 50 2>/dev/null |
		tee /dev/stderr | grep -q "src=10.0.0.$((10 + $1)) "
}

# unload: what takes the modules away.
unload()
{
	modprobe -rq nf_conntrack_pptp_ext
	modprobe -rq nf_conntrack_l2tp
	rmmod nf_nat_ipsec_esp nf_vpn_passthrough
}

# leave I HOW...: while the gateway sends to client I, which listens. Client 3 sends
# more than all others, without being answered: it must inherit nothing.
leave()
{
	local i=$1

	shift
	mode on
	check "on: both are answered" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
	in_ns "$R" conntrack -U -p 50 --orig-src "10.0.0.$((10 + i))" \
		--mark "$i" >/dev/null 2>&1
	silent "$i" 1
	ask_bg flood -i 2 -t 60000 \
		"!${C[3]},10.0.0.13,$GATEWAY,0x30001,0x30002"
	ask_bg down -i 10 -t 60000 "!$G,172.16.0.1,172.16.0.$((10 + i))"
	check "client $i listens" listens "$i"
	check "mode on is left: $*" "$@"
	check "client $i goes on listening" listens "$i"
	check "with the mark of its connection" marked "$i"
	ask_end down
	ask_end flood
	silent "$i" 0
	ask -i 20 -c 20 "${PINGS[@]}"
	check "when it speaks, it is answered" asked_is "$i" got -gt 0
}

# entries N: of ESP with the router's address; for "check".
entries()
{
	local n

	n=$(in_ns "$R" conntrack -L -p 50 2>/dev/null | grep -c " dst=$PUBLIC ")
	echo "$n entries"
	[[ $n -eq $1 ]]
}

leave 1 mode bypass
leave 2 mode bypass
leave 1 unload
modprobe nf_nat_ipsec_esp

# timeout_is SECONDS: of entries that packets pass by from now on.
timeout_is()
{
	in_ns "$R" sh -c \
		"echo $1 >/proc/sys/net/netfilter/nf_conntrack_generic_timeout"
}

# Who was used last may have the shorter time-out.
in_ns "$R" conntrack -F 2>/dev/null
mode on
timeout_is 3600
ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
timeout_is 60
pings 2
check "one of two goes on" ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
mode bypass
check "it inherits, though its entry would expire first" inherits 2
timeout_is 600
pings 1 2

mode on
ask -i 50 -t 8000 -w 5 "${PINGS[@]}"
mode bypass
check "both were in use: one has an entry" entries 1
ipb "$R" "addr del $PUBLIC/24 dev wan" "addr add 192.0.2.7/24 dev wan"
commit
check "it goes with the address that masquerade gave it" \
	busywait 3000 entries 0
