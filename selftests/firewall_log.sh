#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The documented log of new tunnels: in the kernel's log, and by "monitor", whatever
# the protocol; packets of tunnels that are there are not in it.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"

plan 9
topo 2
tunnel 1 0x10001 0x20001
commit
masquerade
modprobe -aq nf_log_syslog "${MODULE[pptp]}" "${MODULE[l2tp]}"

# Rules of other namespaces than the first may log only if this says so.
sysctl -qw net.netfilter.nf_log_all_netns=1

# logged REGEX: for "check" and "busywait".
logged()
{
	dmesg | sed "1,/$MARK\$/d" | grep -E "vpn new .*$1"
}

# mark: what follows is all that counts.
mark()
{
	MARK="firewall_log $EPOCHREALTIME"
	echo "<6>$MARK" >/dev/kmsg
}

check "the rules load" example vpn-log.nft
for PROTO in ipsec pptp l2tp; do
	mode on
done
PROTO=ipsec
monitor_bg
mark
pings 1
ask -i 50 -t 5000 -w 5 "${PINGS[@]}"
check "a tunnel of ESP is logged" busywait 3000 logged \
	'IN=br0 OUT=wan .*SRC=10.0.0.11 DST=192.0.2.2 .*PROTO=ESP SPI=0x10001'
check "and told by monitor" busywait 3000 event_seen \
	'"event":"bound","proto":"ipsec","client":"10.0.0.11"'
mark
ask -i 20 -c 20 "${PINGS[@]}"
check "its further packets are not" fails logged ESP
PROTO=pptp
peer calls
tell server S G 192.0.2.2
tell connect a=C2:10.0.0.12 to=192.0.2.2
check "a control connection of PPTP is" busywait 3000 logged \
	'SRC=10.0.0.12 .*PROTO=TCP .*DPT=1723'
tell call a=7
tell gre a/7
check "a call is" busywait 3000 logged 'PROTO=47'
check "and told by monitor" busywait 3000 event_seen \
	'"event":"bound","proto":"pptp","client":"10.0.0.12"'
peer_end
PROTO=l2tp
peer sessions
tell server S G 192.0.2.2 ids=500
tell connect b=C2:10.0.0.12,7 to=192.0.2.2
check "a tunnel of L2TP is" busywait 3000 logged \
	'SRC=10.0.0.12 .*PROTO=UDP .*DPT=1701'
check "and told by monitor" busywait 3000 event_seen \
	'"event":"bound","proto":"l2tp","client":"10.0.0.12"'
