#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Messages that end a tunnel or a session are not the last word: what is repeated
# or still on its way gets through, and if both sides go on talking they were not
# true.
#
#   C1 10.0.0.11 --.
#                  +-- br0 R wan 192.0.2.1 (masquerade) ---- 192.0.2.2 G
#   C2 10.0.0.12 --'

. "$(dirname "$0")/lib.sh"
PROTO=l2tp

plan 24
topo 2
commit
masquerade
peer sessions
tell server S G 192.0.2.2 ids=500
tell server I G 192.0.2.2 proto=ip ids=600

# shown CLIENT KIND STATE N: the tool has so many of these.
shown()
{
	vpn-passthrough -n "$R" tunnels l2tp client "$1" >"$TMP/tunnels" \
		2>/dev/null
	cat "$TMP/tunnels"
	test "$(grep -cE "^l2tp +$3 .* $2 " "$TMP/tunnels")" -eq "$4"
}

# over PROTO VERSION: tunnels of both clients, with equal ids.
over()
{
	tell connect "$1a=C1:10.0.0.11,7" "$1b=C2:10.0.0.12,7" to=192.0.2.2 \
		proto="$1" version="$2" "${@:3}"
}

mode bypass
check "stock: one of two has its tunnel over IP" over ip 3 up=1 ms=1000
in_ns "$R" conntrack -F 2>/dev/null
tell clear_strays
mode on
vpn-passthrough -n "$R" set l2tp on --preserve-port

for proto in udp ip; do
	[[ $proto == ip ]] && version=3 || version=2
	check "$proto: tunnels" over $proto "$version"
	check "$proto: sessions" tell session ${proto}a=9 ${proto}b=9
	tell session ${proto}a=10
done

for proto in udp ip; do
	check "$proto: a session ends" tell clear ${proto}b/9
	check "$proto: what is on its way gets through" tell data ${proto}b/9
	check "$proto: a tunnel ends" tell stop ${proto}b
	check "$proto: its last message may be repeated" tell again ${proto}b
done
check "the tool shows them as closing" shown 10.0.0.12 control closing 2

# Nobody but the receiver can know that it was not the server who said so.
tell ignore '*a' 4 14
tell traffic '*a/10' every=500
check "a forged StopCCN reaches its client" tell spoof udpa stop
check "another one" tell spoof ipa stop
now_ms
spoofed=$REPLY
check "the tunnel is closing" busywait 2000 shown 10.0.0.11 control closing 2
check "packets get through" tell data '*a/10'
check "so does Hello" tell hello '*a'
check "both ends going on, the tunnels are bound again" \
	busywait 95000 shown 10.0.0.11 control bound 2
now_ms
diag "after $(((REPLY - spoofed) / 1000)) s"
check "nothing was lost meanwhile" tell traffic_end sent=20
check "sessions and tunnels that were ended are gone" \
	busywait 20000 shown 10.0.0.12 '(control|session)' closing 0
check "new sessions" tell session ipa=11 udpa=11
check "nothing came to who does not know it" tell strays '*'
