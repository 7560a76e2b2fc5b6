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

# show_module: what the module says.
show_module()
{
	say "vpn-passthrough show"
	vpn-passthrough -n "$R" show
	say "vpn-passthrough tunnels"
	vpn-passthrough -n "$R" tunnels
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
