# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
# KTAP for the scripts of this folder: source it, plan, then check.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
tool=$PWD/vpn-passthrough
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

number=0
failures=0

plan() {
	echo "TAP version 13"
	echo "1..$1"
	planned=$1
}

# verdict STATUS DESCRIPTION: with the outputs of the last run, if it failed
verdict() {
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number $2"
		return
	fi
	failures=$((failures + 1))
	sed 's/^/# /' "$work/out" "$work/err"
	echo "not ok $number $2"
}

skip() {
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2"
}

# run COMMAND...: keeps status and outputs
run() {
	"$@" >"$work/out" 2>"$work/err"
	status=$?
}

# out_is DESCRIPTION: the last run succeeded and wrote exactly what stdin has
out_is() {
	local expected

	expected=$(cat)
	[ "$status" -eq 0 ] && diff <(echo "$expected") "$work/out" >"$work/err"
	verdict $? "$1"
}

# json_fits DEFINITION DESCRIPTION: the last run succeeded and wrote JSON of this kind
json_fits() {
	[ "$status" -eq 0 ] && ../../selftests/tools/json_fits.py "$1" \
		"$work/out" >/dev/null 2>"$work/err"
	verdict $? "$2"
}

# err_has STATUS TEXT DESCRIPTION: the last run ended so, and said so
err_has() {
	[ "$status" -eq "$1" ] && grep -qF -- "$2" "$work/err"
	verdict $? "$3"
}

finish() {
	[ "$number" -eq "$planned" ] || echo "# $number of $planned were run"
	[ "$failures" -eq 0 ] && [ "$number" -eq "$planned" ]
	exit
}
