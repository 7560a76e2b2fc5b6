#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented rules for iptables: they limit tunnels to networks, interfaces and
# a set of hosts, mark, classify and log them.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C3 10.0.0.13 --'

. "$(dirname "$0")/lib.sh"

plan 14
for program in ipset iptables-restore; do
	type "$program" >/dev/null 2>&1 ||
		skip_all "needs the program $program: selftests/setup"
done
topo 3
tunnel 1 0x10001 0x20001
tunnel 2 0x10002 0x20002
tunnel 3 0x10003 0x20003
commit
in_ns "$R" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	iptables -t nat -A POSTROUTING -o wan -j MASQUERADE'
modprobe -aq nf_log_syslog "${MODULE[pptp]}"
sysctl -qw net.netfilter.nf_log_all_netns=1

rules=$HERE/../Documentation/examples/vpn.iptables

# ipsets: run the commands that the file names, with a shorter time.
ipsets()
{
	sed -n 's/^# *\(ipset .*\)/\1/p' "$rules" | sed 's/7200/60/' \
		>"$TMP/ipsets"
	test "$(wc -l <"$TMP/ipsets")" -eq 3 && in_ns "$R" sh -e "$TMP/ipsets"
}

# rule_counted REGEX OP N: packets of the rule, for "check".
rule_counted()
{
	local text

	text=$(in_ns "$R" iptables-save -c | grep -E -- "$1")
	echo "$text"
	[[ $text =~ ^\[([0-9]+): ]] && test "${BASH_REMATCH[1]}" "$2" "$3"
}

mode on
check "the sets are made" ipsets
check "the rules load" in_ns "$R" iptables-restore --noflush "$rules"
echo "<6>firewall_iptables begins" >/dev/kmsg
pings 1 2 !3
ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
check "the two of the set have tunnels" answered_are 2
check "the third one is refused" rule_counted 'A VPN -j REJECT' -ge 5
check "and is not in the table" fails state_is 10.0.0.13 probing
in_ns "$R" ipset add vpn_hosts 10.0.0.13
pings 1 2 3
check "it joins, and has one" ask -i 50 -t 9000 -w 5 "${PINGS[@]}"
ask -i 20 -c 20 "${PINGS[@]}"
check "nothing is lost" lost_nothing
in_ns "$R" ipset del vpn_hosts 10.0.0.12
pings 1 !2 3
ask -i 20 -c 20 "${PINGS[@]}"
check "another one leaves: its tunnel is dead at once" answered_are 2
check "entries are marked" test "$(in_ns "$R" conntrack -L -p esp \
	--mark 0x100/0x100 2>/dev/null | wc -l)" -ge 2
check "packets are classified" rule_counted 'CLASSIFY' -ge 80

# logged REGEX: since the test began.
logged()
{
	dmesg | sed '1,/firewall_iptables begins$/d' | grep -E "vpn new .*$1"
}

check "new tunnels are logged" logged 'SRC=10.0.0.11 .*PROTO=ESP'
PROTO=pptp
mode on
peer calls
tell server S G 192.0.2.2
tell connect a=C1:10.0.0.11 to=192.0.2.2
check "PPTP: a call" tell call a=7
check "passes with its GRE" tell gre a/7
check "and its control connection is logged" logged 'PROTO=TCP .*DPT=1723'
