#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What "explain" tells of a client and a server: of each thing that can be in the
# way, that it is, and what to do.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'                                         192.0.2.3 (silent)
#
# G answers SPI 0x1001 and 0x1002 with 0x5000 both.

. "$(dirname "$0")/lib.sh"

plan 38
topo 2
ipb "$G" "addr add 192.0.2.3/24 dev eth0"
commit
masquerade
mode on
answer_bg -t 200000 -m 0x1001=0x5000 -m 0x1002=0x5000 "$G" "$GATEWAY"

one=${C[1]},10.0.0.11,$GATEWAY,0x1001,0x5000
two=${C[2]},10.0.0.12,$GATEWAY,0x1002,0x5000
silent=${C[1]},10.0.0.11,192.0.2.3,0x1004,0x80001004

# explain CLIENT [SERVER]: into $TMP/explain, and as text into $TMP/text.
explain()
{
	vpn-passthrough -n "$R" -j explain "$1" "${2-$GATEWAY}" >"$TMP/explain"
	vpn-passthrough -n "$R" explain "$1" "${2-$GATEWAY}" >"$TMP/text"
}

# found LEVEL PROTO CODE [TEXT]: for "check".
found()
{
	local proto=\"$2\"

	[[ $2 != - ]] || proto=null
	grep -E "\"level\":\"$1\",\"proto\":$proto,\"code\":\"$3\",\"text\":\"${4-}" \
		"$TMP/explain" && return
	cat "$TMP/text"
	return 1
}

# advised CODE TEXT
advised()
{
	grep -E "\"advice\":.*\"code\":\"$1\",\"text\":\"$2" "$TMP/explain" &&
		return
	cat "$TMP/text"
	return 1
}

# verdict_is WORD
verdict_is()
{
	grep "\"server\":\"[0-9a-f:.]*\",\"verdict\":\"$1\"" "$TMP/explain" &&
		return
	cat "$TMP/text"
	return 1
}

explain 10.0.0.11
check "nothing is known before anything happens" verdict_is unknown
check "and that is said" found note - nothing-seen
check "the mode is told" found ok ipsec mode-on
check "a module that is absent is no problem" found note pptp not-loaded

ask -i 50 -t 4000 -w 10 "$one"
explain 10.0.0.11
check "a tunnel that works is ok" verdict_is ok
check "it is bound, with its public address" found '(ok|note)' ipsec \
	'tunnel(-unsettled)?' \
	'a tunnel is (provisional|bound) .*public address 192.0.2.1, last packet [0-9]s ago'
check "its packets are translated" found ok ipsec translated \
	'ESP leaves as 192.0.2.1'
check "and answered" found ok ipsec answered 'the server answers to ESP'
check "how many tunnels the client has" found ok - client-quota \
	'tunnels of the client: 1 of 64'
check "how full conntrack is" found ok - conntrack-use
check "people are told that there is nothing to do" sh -c \
	"tail -n 2 $TMP/text | tr '\n' ' ' | grep 'What to do:   nothing'"

# Equal inbound SPIs.
ask -i 20 -t 8000 "$one" "!$two" &
check "a clash comes" busywait 20000 counter_is clash -ge 1
explain 10.0.0.12
wait $!
check "a clash is a problem" verdict_is problem
check "with the id, and whose it is" found problem ipsec refused \
	'clash, [0-9]+ times, last [0-9]+s ago, id 0x00005000 of 10.0.0.11: '
check "what to do is told" advised refused 'let one of the two clients'
explain 10.0.0.11
check "the other client is told of" found note ipsec competitors \
	'other clients have 1 tunnels'
check "of the owner it is not told" sh -c "vpn-passthrough -n $R -j explain \
	10.0.0.11 $GATEWAY | grep '\"verdict\":\"ok\"'"

# A server that is silent.
ask -i 100 -t 3500 "!$silent"
explain 10.0.0.11 192.0.2.3
check "a silent server is a problem" found problem ipsec unanswered \
	'the server has not answered to ESP'
check "the tunnel is too" found problem ipsec \
	'tunnel-(unanswered|waiting)'
check "of the other server nothing is said" fails grep -q 5000 "$TMP/explain"

# Limits.
vpn-passthrough -n "$R" limits max-per-client 1
explain 10.0.0.11 192.0.2.3
check "a limit that is reached" found problem - client-quota \
	'tunnels of the client: 2 of 1, so nothing new is taken'
check "and how to raise it" advised client-quota '.*max-per-client'
vpn-passthrough -n "$R" limits max-per-client 64

# Modes.
vpn-passthrough -n "$R" set ipsec off --for 1h
ask -i 100 -t 500 "!$one"
explain 10.0.0.11
check "mode off is a problem" found problem ipsec mode-off
check "it is told how long it lasts" found note ipsec mode-timed \
	'the mode is off for 59m[0-9]*s more, then on'
check "what was refused is told" found problem ipsec refused 'mode-off, [0-9]+ times'
check "and what to do" advised mode-off 'vpn-passthrough set ipsec on'
check "once" test "$(grep -c 'vpn-passthrough set ipsec on' "$TMP/text")" -eq 1
vpn-passthrough -n "$R" set ipsec bypass
ask -i 100 -t 500 "!$one"
explain 10.0.0.11
check "bypass is told" found note ipsec mode-bypass
vpn-passthrough -n "$R" set ipsec on --policy strict
explain 10.0.0.11
check "a strict policy is told" found note ipsec policy-strict
vpn-passthrough -n "$R" bind ipsec client 10.0.0.11 server "$GATEWAY" \
	in 0x5000
explain 10.0.0.11
check "static bindings are, too" found ok ipsec bindings '1 static'
check "then the policy is not in the way" fails grep policy-strict \
	"$TMP/explain"

# NAT-T, and a protocol without its module.
in_ns "${C[2]}" bash -c "echo x >/dev/udp/$GATEWAY/4500"
explain 10.0.0.12
check "NAT-T is told of" found ok ipsec nat-t
modprobe -rq nf_conntrack_pptp_ext
in_ns "${C[2]}" bash -c ">/dev/tcp/192.0.2.9/1723" 2>/dev/null &
busywait 20000 eval "in_ns $R conntrack -L -p tcp 2>&1 |
	grep -q 'dst=192.0.2.9 .*dport=1723'"
explain 10.0.0.12 192.0.2.9
check "a module that is absent is a problem where it is wanted" \
	found problem pptp not-loaded
check "with what to load" advised not-loaded \
	'modprobe nf_conntrack_pptp_ext'

# No address translation.
in_ns "$R" nft flush ruleset
in_ns "$R" conntrack -F 2>/dev/null
in_ns "${C[2]}" bash -c "echo x >/dev/udp/$GATEWAY/500"
explain 10.0.0.12
check "packets that are not translated" found note ipsec not-translated \
	'IKE \(UDP port 500\)'

# Conntrack is full.
most=$(</proc/sys/net/netfilter/nf_conntrack_max)
echo 1 >/proc/sys/net/netfilter/nf_conntrack_max
explain 10.0.0.12
echo "$most" >/proc/sys/net/netfilter/nf_conntrack_max
check "a full conntrack table" found problem - conntrack-use \
	'conntrack entries: [0-9]+ of 1, so nothing new'

check "IPv6" sh -c "vpn-passthrough -n $R explain fd00::11 2001:db8::2 |
	grep '^client fd00::11, server 2001:db8::2: unknown'"
check "an ordinary user is refused" sh -c "! setpriv --reuid 65534 \
	--clear-groups vpn-passthrough explain 10.0.0.11 $GATEWAY 2>$TMP/err &&
	grep -i 'not permitted' $TMP/err && [ \$(wc -l <$TMP/err) -eq 1 ]"
