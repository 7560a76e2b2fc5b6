# SPDX-License-Identifier: GPL-2.0-only
#
# What two processors do: how much the second adds, and what they share.
#
#   smp MODE DIRECTION ONE TWO (packets in a second; for each repeat)
#   window MODE DIRECTION ONE TWO (the same, of those that were traced)
#   ADDRESS 0 FUNCTION MODULE
#   ADDRESS 1 WINDOW LINE CPU READS WRITES
#
# The latter two in order of their addresses. -v ms=MILLISECONDS of a window,
# -v gate=1 to fail where the modules share more than stock Linux.

BEGIN {
	FS = "\t"
	windows = 0
}

$1 == "smp" {
	name = $2 FS $3
	if (!(name in n))
		order[++rows] = name
	ratio[name, ++n[name]] = $5 / $4
	next
}

$1 == "window" {
	packets[windows] = $5 * ms / 1000
	title[windows++] = $2 FS $3
	next
}

$2 == 0 {
	where = $3 ($4 == "" ? "" : " " $4)
	next
}

{
	line = $3 FS $4
	reads[line, $5] += $6
	writes[line, $5] += $7
	if (!((line, where) in seen)) {
		seen[line, where] = 1
		at[line] = at[line] " " where
	}
	lines[line] = 1
}

function sort(name,	i, j, x)
{
	for (i = 2; i <= n[name]; i++) {
		x = ratio[name, i]
		for (j = i - 1; j > 0 && ratio[name, j] > x; j--)
			ratio[name, j + 1] = ratio[name, j]
		ratio[name, j + 1] = x
	}
}

# How often both touch a line and one writes it, of a packet: as often as the one
# that touches it less. What ticks is seldom, and is no part of a packet's way.
function often(line,	w, a, b)
{
	split(line, w, FS)
	a = reads[line, 0] + writes[line, 0]
	b = reads[line, 1] + writes[line, 1]
	return (a < b ? a : b) / (packets[w[1]] / 2)
}

END {
	print "Packets in a second of two processors to those of one: median (quartiles)\n"
	for (i = 1; i <= rows; i++) {
		name = order[i]
		sort(name)
		m = n[name]
		split(name, f, FS)
		middle[name] = ratio[name, int((m + 1) / 2)]
		printf "%-8s %-4s %6.2f (%.2f .. %.2f)\n", f[1], f[2], middle[name],
			ratio[name, int((m + 3) / 4)], ratio[name, int((3 * m + 1) / 4)]
	}
	print "\nCache lines that one writes and the other touches, at least once in 100 packets\n"
	for (line in lines) {
		split(line, w, FS)
		x = often(line)
		wr = (writes[line, 0] + writes[line, 1]) / packets[w[1]]
		if (x >= 0.01 && wr >= 0.01) {
			shared[w[1]]++
			printf "%s\t%s\t%.2f touches, %.2f writes\t%s\n",
				title[w[1]], w[2], x, wr, at[line] | "sort"
		}
	}
	close("sort")
	print ""
	for (i = 0; i < windows; i++) {
		split(title[i], f, FS)
		count[f[1], f[2]] = shared[i] + 0
		printf "%-8s %-4s %3d lines, %d packets\n", f[1], f[2], shared[i], packets[i]
	}
	for (way in middle) {
		split(way, f, FS)
		if (f[1] == "on" && count["on", f[2]] > count["stock", f[2]])
			failed = 1
	}
	exit gate != "" && failed
}
