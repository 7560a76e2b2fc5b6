# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scenes share. A scene is a script that shows one protocol: it prints
# what it does, and calls "closing" last.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

N=3		# clients
PINGS_EACH=20

say()
{
	printf '\n== %s\n' "$*"
}

# draw GATEWAY TEXT: the topology, and what is in it.
draw()
{
	cat <<-END

	   client 10.0.0.11 --.
	   client 10.0.0.12 --+-- router, masquerade $PUBLIC --- $GATEWAY $1
	   client 10.0.0.13 --'
	   $2
	END
}

# result I GOT: of client I, in words.
result()
{
	printf '   client 10.0.0.%d  %2d of %d pings answered   %s\n' \
		$((10 + $1)) "$2" $PINGS_EACH \
		"$( (($2 > 0)) && echo works || echo DEAD)"
}

# ask_all: all PINGS at once; the report is in ASKED.
ask_all()
{
	ask -i 100 -c $PINGS_EACH "${PINGS[@]}"
}

# ping_all: all PINGS, a result for each client; into WORK, how many work.
ping_all()
{
	local i

	ask_all
	for ((i = 1; i <= N; i++)); do
		asked "$i" got
		result "$i" "$REPLY"
	done
	answered_count
	WORK=$REPLY
}

# ppp_ping_all: the same through PPP, see real/ppp.sh, for those that are up.
ppp_ping_all()
{
	local i up=()

	for ((i = 1; i <= N; i++)); do
		! ppp_up "c$i" || up+=("$i")
	done
	ASKED=()
	ppp_pings "${up[@]}"
	[[ ${#up[@]} -eq 0 ]] || ask_all
	WORK=0
	for ((i = 1; i <= N; i++)); do
		ppp_result "$i" "${up[@]}"
	done
}

# ppp_result I UP...: of client I, if the clients UP have been asked; counts in
# WORK.
ppp_result()
{
	local client=$1 n=0 up

	shift
	for up; do
		n=$((n + 1))
		[[ $up -eq $client ]] || continue
		asked "$n" got
		result "$client" "${REPLY:-0}"
		[[ ${REPLY:-0} -eq 0 ]] || WORK=$((WORK + 1))
		return
	done
	echo "   client 10.0.0.$((10 + client))  the call does not come up   DEAD"
}

# show_module: what the module says.
show_module()
{
	say "vpn-passthrough show"
	vpn-passthrough -n "$R" show
	say "vpn-passthrough tunnels"
	vpn-passthrough -n "$R" tunnels
}

# measured WHAT STOCK OURS: a line of the table that "run" prints: how many
# clients work; - where that was not tried.
measured()
{
	printf '%s\t%s\t%s\n' "$@" >>"${DEMO_TABLE:-/dev/null}"
}

# closing SHOWN TEXT: the scene's last line, which "run" keeps for the very end;
# SHOWN is 1 if all went as it should.
closing()
{
	local text=$2

	[[ $1 -eq 1 ]] || text="This is not what was to be shown: $text"
	echo "$text" >>"${DEMO_CLOSING:-/dev/stdout}"
	[[ $1 -eq 1 ]] || exit 1
}
