#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Clients that have their inbound SPIs bound on the router (tools/hooks) as the
# kernel makes and deletes their security associations: under policy strict
# they work at once, and through re-keys, and those who do not, do not.
#
#   C1 10.0.0.11 --. sa-follow
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade, strict) --- 192.0.2.2 G
#   C3 10.0.0.13 --' has none

. "$(dirname "$0")/lib.sh"

FOLLOW=$HERE/../tools/hooks/sa-follow

# follow I: it is right, and goes on in the background.
follow()
{
	in_ns "${C[$1]}" env VPN_PASSTHROUGH="$TMP/router" "$FOLLOW" --daemon
}

# following I: how many are, in its namespace, into REPLY.
following()
{
	local pids

	mapfile -t pids < <(ip netns pids "${C[$1]}")
	REPLY=${#pids[@]}
}

# following_is I N: for "check" and "busywait".
following_is()
{
	following "$1"
	echo "$REPLY follow"
	[[ $REPLY -eq $2 ]]
}

# bindings_are LINE...: client and inbound id, all that there are; for "check"
# and "busywait".
bindings_are()
{
	local is

	is=$(vpn-passthrough -n "$R" bindings |
		awk 'NR > 1 { print $2, $6 }' | sort)
	echo "bindings: $is"
	[[ $is == "$(printf '%s\n' "$@" | sort)" ]]
}

# become LINE...: they do, within 10 seconds.
become()
{
	busywait 10000 bindings_are "$@" >/dev/null
	bindings_are "$@"
}

# received I SPI: something came with it; for "check" and "busywait".
received()
{
	ip -n "${C[$1]}" -s xfrm state get src "$GATEWAY" dst "10.0.0.1$1" \
		proto esp spi "$2" | grep ' [1-9][0-9]*(packets)'
}

# all_refused COMMAND...: the key does not allow them.
all_refused()
{
	local command said

	for command; do
		# shellcheck disable=SC2086 # into words
		said=$(set -f; "$TMP/router" $command 2>&1) && return 1
		echo "$command: $said"
		[[ $said == "this key does not allow"* ]] || return 1
	done
}

plan 24
topo 3
for i in 1 2 3; do
	tunnel "$i" "0x1000$i" "0x2000$i"
	sa_del "$G" "$PUBLIC" "$GATEWAY" "0x1000$i"
done
commit
masquerade
# As sshd would for a key that is good for two clients.
cat >"$TMP/router" <<END
#!/bin/sh
[ ! -e "$TMP/away" ] || exit 1
SSH_ORIGINAL_COMMAND="vpn-passthrough \$*" exec nsenter --net="/run/netns/$R" \
	"$HERE/../tools/hooks/router-command" 10.0.0.11 10.0.0.12 fd00::12
END
chmod +x "$TMP/router"

mode on
check "policy strict" vpn-passthrough -n "$R" set ipsec --policy strict
vpn-passthrough -n "$R" bind ipsec client 10.0.0.11 server "$GATEWAY" in 0x29999
pings '!1' '!2' '!3'
# Whoever is the first one, and alone for a moment, could be meant.
ask -i 50 -c 2 "${PINGS[@]}"
for i in 1 2 3; do
	sa "$G" "$PUBLIC" "$GATEWAY" "0x1000$i" "$i"
done
commit
ask -i 50 -c 10 "${PINGS[@]}"
check "without bindings nobody is answered" answered_are 0
check "what is refused is counted" counter_is uncertain -gt 0

check "a client's associations are bound when it returns" follow 1
check "it went on in the background" following_is 1 1
check "another client's" follow 2
check "and what had no association is no longer" bindings_are \
	"10.0.0.11 0x00020001" "10.0.0.12 0x00020002"
pings 1 2 '!3'
ask -i 20 -c 30 "${PINGS[@]}"
check "both are answered, and lose nothing" eval \
	'asked_is 1 lost -eq 0 && asked_is 2 lost -eq 0'
check "who is not bound is not" answered_are 2
check "their tunnels are static" eval \
	'state_is 10.0.0.11 static && state_is 10.0.0.12 static'
check "a second call finds the first one's work right" follow 1
check "and starts nothing" following_is 1 1

# Make before break, both clients while they ping.
pings 1 2
ask_bg rekeys -i 50 -t 60000 "${PINGS[@]}"
for i in 1 2; do
	rekey_in "$i" "0x1100$i" "0x2100$i"
done
commit
check "new associations are bound beside the old ones" become \
	"10.0.0.11 0x00020001" "10.0.0.11 0x00021001" \
	"10.0.0.12 0x00020002" "10.0.0.12 0x00021002"
for i in 1 2; do
	rekey_gateway "$i" "0x2100$i" "0x2000$i"
	rekey_client "$i" "0x1100$i" "0x1000$i"
done
commit
check "packets come with the new ones" busywait 10000 eval \
	'received 1 0x21001 && received 2 0x21002'
for i in 1 2; do
	sa_del "${C[$i]}" "$GATEWAY" "10.0.0.1$i" "0x2000$i"
done
commit
check "the old ones go with their associations" become \
	"10.0.0.11 0x00021001" "10.0.0.12 0x00021002"
ask_end rekeys
check "no ping was lost" lost_nothing

: >"$TMP/away"
sa "${C[1]}" "$GATEWAY" 10.0.0.11 0x22001 1
sa "${C[1]}" "$GATEWAY" 10.0.0.11 0x22002 1 "encap espinudp 4500 4500 0.0.0.0"
commit
check "with the router away, a call says so" fails follow 1
rm "$TMP/away"
check "when it is back, it gets what it missed, but nothing within UDP" become \
	"10.0.0.11 0x00021001" "10.0.0.11 0x00022001" "10.0.0.12 0x00021002"
tunnel6 2 0x10062 0x20062
commit
check "associations over IPv6 are bound, too" become \
	"10.0.0.11 0x00021001" "10.0.0.11 0x00022001" \
	"10.0.0.12 0x00021002" "fd00::12 0x00020062"

check "a key is good for its own addresses only" all_refused \
	"bind ipsec client 10.0.0.13 server $GATEWAY in 0x20003" \
	"bind ipsec client 10.0.0.1 server $GATEWAY in 0x20003" \
	"unbind ipsec client * server $GATEWAY in 0x20003"
check "and for nothing else" all_refused "set ipsec off" "flush" \
	"bind ipsec client 10.0.0.11 server $GATEWAY in 0x20003 out 0x10003" \
	"bind l2tp client 10.0.0.11 server $GATEWAY in 9"

kill "$(ip netns pids "${C[2]}")"
check "a signal ends it" busywait 10000 following_is 2 0
ipb "${C[1]}" "xfrm state flush"
commit
check "bindings go with all associations, and stay if merely it ends" become \
	"10.0.0.12 0x00021002" "fd00::12 0x00020062"
check "with nothing to do, it ends" busywait 30000 following_is 1 0
