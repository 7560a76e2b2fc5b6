#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What nobody should send, from both sides: messages with impossible lengths, AVPs
# or flags, of other versions, cut short. It passes unchanged, is counted, and
# another client's tunnel goes on.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 47
topo 2
commit
masquerade
peer bad
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# tunnels NAME VERSION PROTO: one of each client, with one id.
tunnels()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,7" to=192.0.2.2 \
		"version=$2" "proto=$3" "${@:4}"
}

# all KIND PATTERN COUNTER: it passes, and all of it is counted, if at all.
all()
{
	local before n

	counter "${3:-tunnel-up}"
	before=$REPLY
	tell bad "$1" "$2" >"$TMP/bad" || {
		cat "$TMP/bad"
		return 1
	}
	n=$(awk '{n += $2} END {print n}' "$TMP/bad")
	counter "${3:-tunnel-up}"
	echo "${3:-} grew by $((REPLY - before)), for $n messages"
	[[ -n ${3-} ]] || n=0
	test "$((REPLY - before))" -eq "$n"
}

mode bypass
tunnels s 2 udp
check "stock: strange lengths pass" tell bad lengths 's?'
in_ns "$R" conntrack -F 2>/dev/null
mode on
tunnels u 2 udp
tell session ua=9 ub=9
tunnels v 3 udp
tell session va=19 vb=19
tunnels i 3 ip
check "on: two clients have sessions with one id" tell session ia=29 ib=29
check "packets go both ways" tell data '[uvi]*'
tell traffic '[uvi]a/*' every=200

for name in u v i; do
	for kind in lengths avp_lengths values order flags; do
		check "$name: $kind pass, and are counted" \
			all $kind "${name}?" bad-control
	done
	check "$name: other versions, too" all versions "${name}?" \
		unknown-version
	check "$name: unknown AVPs, too" all avps "${name}?" unknown-avp
	check "$name: hidden AVPs, too" all hidden "${name}?" hidden-avp
	check "$name: what is odd, but right" all fine "${name}?"
done
tell cut '[uvi]?'
check "what is cut short is counted" \
	busywait 2000 counter_is truncated -ge 24
counter unknown-call
before=$REPLY
tell unknown '[uvi]?'
check "messages about nothing that there is are counted" \
	busywait 2000 counter_is unknown-call -ge $((before + 12))
for name in u v i; do
	check "$name: noise" tell noise "${name}?"
	check "$name: sessions go on" tell data "${name}?/*"
done
check "one client's sessions have lost nothing" tell traffic_end sent=20
check "Hello of both ends" tell hello '[uvi]?'
check "messages about sessions" tell link_info '[uvi]?/*'

# With one port for all, nothing but the header tells whose a message is.
vpn-passthrough -n "$R" flush >/dev/null
in_ns "$R" conntrack -F 2>/dev/null
vpn-passthrough -n "$R" set l2tp on --preserve-port
tell connect pa=C1:10.0.0.11,17 pb=C2:10.0.0.12,17 to=192.0.2.2
check "one port: sessions" tell session pa=39 pb=39
for kind in avp_lengths values order; do
	check "one port: $kind pass, and are counted" \
		all $kind 'p?' bad-control
done
check "one port: noise" tell noise 'p?'
check "packets go both ways" tell data 'p*'
