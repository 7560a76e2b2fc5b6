# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two processors: once by the clock, and once by what they touch.

# Milliseconds of each measurement, and pairs of them.
SMP_TIME=400 SMP_REPEATS=15 SMP_TRACED=100

smp_run()
{
	compile_plugin
	in_guest clock -k "$series" --smp 2 -- "$SMP_TIME" "$SMP_REPEATS" 1 smp
	in_guest traced -k "$series" --smp 2 \
		--plugin "$work/trace_plugin.so,out=$work/trace,what=lines" -- \
		"$SMP_TRACED" 1 1 smp
	{
		grep ^smp "$work/clock"
		grep ^smp "$work/traced" | sed 's/^smp/window/'
		awk -F '\t' -v OFS='\t' \
			'$1 == "symbol" { print $2, 0, $3, $4 }' "$work/traced" |
			cat - <(awk -F '\t' -v OFS='\t' \
				'{ print $4, 1, $2, $3, $5, $6, $7 }' "$work/trace") |
			LC_ALL=C sort -k1,1 -k2,2n
	} >"$work/raw"
	[[ -z $out ]] || (cd "$OLDPWD" && cat "$work/raw" >"$out")
	awk -f smp.awk -v ms="$SMP_TRACED" -v gate="$gate" "$work/raw"
}
