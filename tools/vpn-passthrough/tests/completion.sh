#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # tap.sh sets them
#
# Completion offers every verb that the tool has, and every long option that the help
# of a verb names.

# shellcheck disable=SC1091
. "$(dirname "$0")/tap.sh"
# shellcheck disable=SC1091
. ./vpn-passthrough.bash

# offered WORD...: what completes the last of these words.
offered() {
	COMP_WORDS=(vpn-passthrough "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_vpn_passthrough
	printf '%s\n' "${COMPREPLY[@]}"
}

# offers DESCRIPTION FILE WORD...: the file's lines are all among what is offered.
offers() {
	local missing

	offered "${@:3}" >"$work/out"
	missing=$(sort -u "$2" | comm -23 - <(sort -u "$work/out"))
	echo "missing: ${missing//$'\n'/ }" >"$work/err"
	[ -s "$2" ] && [ -z "$missing" ]
	verdict $? "$1"
}

# options VERB: long options in its help, but for --help.
options() {
	"$tool" "$1" --help | grep -oE -- '--[a-z][a-z-]+' | grep -vx -- --help
}

"$tool" --help | sed -n 's/^  \([a-z]*\) \{2,\}.*/\1/p' >"$work/verbs"

# Where the options of a verb stand behind a word of its own, that word.
declare -A after=([set]=ipsec)

plan $((5 + $(wc -l <"$work/verbs")))
offers "all verbs" "$work/verbs" ""
offers "all verbs, to be helped with" "$work/verbs" help ""
while read -r verb; do
	if options "$verb" >"$work/options"; then
		offers "$verb: all options" "$work/options" "$verb" \
			${after[$verb]:+"${after[$verb]}"} ""
	else
		"$tool" "$verb" --help >"$work/out" 2>"$work/err"
		verdict $? "$verb: no options"
	fi
done <"$work/verbs"
printf '%s\n' off on bypass observe >"$work/words"
offers "modes" "$work/words" set l2tp ""
printf '%s\n' save set show stats >"$work/words"
offers "what begins alike" "$work/words" s
offered set pptp --pol >"$work/out"
! grep -q policy "$work/out"
verdict $? "no policy where there is none"
finish
