#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # tap.sh sets them
#
# "tunnels --watch" on a terminal: what is drawn fits, and whatever ends it, the
# terminal is as it was.

# shellcheck disable=SC1091
. "$(dirname "$0")/tap.sh"

# at HOW DESCRIPTION STEP...: watch a kernel that does HOW; see screen.py
at() {
	local how=$1 description=$2

	shift 2
	if ! type python3 >/dev/null 2>&1; then
		skip "$description" "needs the program python3"
		return
	fi
	run python3 -S tests/screen.py "$@" -- env FAKE_KERNEL="$how" \
		LD_PRELOAD="$PWD/tests/fake_kernel.so" \
		"$tool" tunnels --watch 1 "${more[@]}"
	verdict "$status" "$description"
}
more=()

plan 16
at "" "q ends it" until=2m05s key=q end=0
at "" "Q does" frame key=Q end=0
at "" "Ctrl-C does" frame 'key=\x03' end=0
at "" "other keys do not" frame key=x frame key=q end=0
at "" "it goes on by itself" frame frame frame key=q end=0
for signal in TERM HUP QUIT SEGV ABRT; do
	at "" "SIG$signal ends it, and the terminal is given back" \
		frame signal=$signal end=$signal
done
at "" "stopped, the terminal is given back; and taken again" \
	frame 'key=\x1a' stopped signal=CONT frame key=q end=0
at many "more tunnels than lines" "until=20 of 103 tunnels" fits key=q end=0
at many "a small terminal" frame size=8x40 "until=^..:..:..  4 of 103" fits \
	key=q end=0
at many "a tiny one" frame size=2x5 until=^..:..\\s fits key=q end=0
at restless "a remark stands on the screen" "until=changed while it was read" \
	fits key=q end=0
more=(-c 2)
at "" "it ends after so many tables" frame frame end=0
finish
