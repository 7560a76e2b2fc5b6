#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real clients (libreswan, IKEv2, raw ESP) with the updown script of tools/hooks,
# behind a router with policy strict: tunnels that come up in the same instant
# work, because the clients had their SPIs bound; re-keys are followed; bindings
# go with the tunnels. Without the bindings they do not work.
#
#   C1 10.0.0.11 --.
#   C2 10.0.0.12 --+-- br0 R wan 192.0.2.1 (masquerade, strict) --- 192.0.2.2 G
#   C3 10.0.0.13 --'
#   inside of the tunnels: Ci 172.16.0.1i, G 172.16.0.1

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/real/ike.sh"

HOOK=$HERE/../tools/hooks/libreswan-updown
IKE_NAMES=(c1 c2 c3)

# daemons: as ike_clients has them, but the clients' ends have the script.
daemons()
{
	local i

	ike_gateway "${IKE_V2[@]}"
	ike_spawn g "$G"
	for i in 1 2 3; do
		ike_gateway_conn "$i"
		ike_client "$i" "${IKE_V2[@]}"
		sed -i "s|leftupdown=.*|leftupdown=\"$HOOK\"|" "$TMP/conf-c$i"
		ike_spawn "c$i" "${C[$i]}"
	done
	ike_load g "${IKE_NAMES[@]}"
	ike_conductor 3
}

# services: what the script waits for, one for each client. It could start it
# itself, but pluto leaves its programs no right to enter the router's namespace.
services()
{
	local i

	for i in 1 2 3; do
		in_ns "${C[$i]}" env VPN_PASSTHROUGH="vpn-passthrough -n $R" \
			"$HERE/../tools/hooks/sa-follow" &
	done
}

# hook LINE...: its configuration. Its other half is libreswan's own script,
# which on an installed system is found as "ipsec _updown".
hook()
{
	printf '%s\n' "UPDOWN='$IPSEC/_updown.xfrm'" "$@" >"$TMP/hook"
}

# installed: clients, and the SPIs that their kernels receive with.
installed()
{
	local i

	for i in 1 2 3; do
		ip -n "${C[$i]}" xfrm state list dst "10.0.0.1$i" |
			awk -v c="10.0.0.1$i" '$1 == "proto" { print c, $4 }'
	done | sort
}

# bound_as_installed N: the bindings are just these, N at least; for "check" and
# "busywait".
bound_as_installed()
{
	local bound associations

	associations=$(installed)
	bound=$(vpn-passthrough -n "$R" bindings |
		awk 'NR > 1 { print $2, $6 }' | sort)
	printf '%s\n' "installed:" "$associations" "bound:" "$bound"
	[[ $bound == "$associations" && $(wc -l <<<"$bound") -ge $1 ]]
}

# become_bound N: they are, soon; for "check".
become_bound()
{
	busywait 10000 bound_as_installed "$1" >/dev/null
	bound_as_installed "$1"
}

# rekeyed SIDE: all are re-keyed, and then bound as they are installed, and lose
# nothing; for "check".
rekeyed()
{
	local before

	before=$(installed)
	tell rekey child "$1" 0 "${IKE_NAMES[@]}" || return 1
	become_bound 3 || return 1
	if [[ $(comm -12 <(echo "$before") <(installed) | wc -l) -ne 0 ]]; then
		echo "the old associations are still there"
		return 1
	fi
	pings 1 2 3
	ask -i 50 -c 20 "${PINGS[@]}"
	lost_nothing
}

# none_bound: for "check" and "busywait".
none_bound()
{
	[[ -z $(vpn-passthrough -n "$R" bindings | sed 1d) ]]
}

# statics: all three are.
statics()
{
	state_is 10.0.0.11 static && state_is 10.0.0.12 static &&
		state_is 10.0.0.13 static
}

plan 10
topo 3
commit
masquerade
ike_need
export VPN_PASSTHROUGH_HOOK_CONFIG=$TMP/hook
hook
daemons
mode on
vpn-passthrough -n "$R" set ipsec --policy strict

check "without bindings, not all are answered" \
	fails tell up 0 "${IKE_NAMES[@]}"
check "what is refused is counted" counter_is uncertain -gt 0
check "the script says that it binds nothing" \
	grep -q "does not set VPN_PASSTHROUGH" "$TMP/out-c1"
tell down "${IKE_NAMES[@]}"

services
hook "VPN_PASSTHROUGH='vpn-passthrough -n $R'"
check "with them, all are, at once" tell up 0 "${IKE_NAMES[@]}"
check "what is bound is what is installed" bound_as_installed 3
check "the tunnels are static" statics
check "the scripts have nothing to complain of" \
	fails grep -hE "sa-follow|_updown|exited with" "$TMP"/out-c[123]
check "re-keyed by clients: bound, and nothing is lost" rekeyed client
check "re-keyed by the gateway: likewise" rekeyed gateway
tell down "${IKE_NAMES[@]}"
check "bindings go with the tunnels" busywait 10000 none_bound
ike_end_all
