# SPDX-License-Identifier: GPL-2.0-only
#
# The summary for people.

BEGIN {
	FS = "\t"
	title["plain"] = "no conntrack"
	title["stock"] = "conntrack, masquerade"
	title["bypass"] = "  + modules, bypass"
	title["on"] = "  + modules, on"
	way["out"] = "client -> gateway"
	way["in"] = "gateway -> client"
}

$1 == "kernel" {
	printf "Instructions for one forwarded ESP packet, Linux %s,\n", $2
	printf "median (min .. max) of %d times %d packets\n", repeats, packets
}

$1 == "cost" {
	if (!(($2, $3) in seen))
		rows[++n] = $2 FS $3
	seen[$2, $3] = 1
	line[$2, $3, $4] = sprintf("%9.1f (%8.1f .. %8.1f) %8.4f %12.1f", $5,
				   $6, $7, $8, $9)
}

$1 == "memory" {
	what = "tunnel with its two entries"
	if ($2 == "entry")
		what = "table entry"
	memory = memory sprintf("Bytes of a %s: %d, %s %d of hash buckets\n",
				what, $3, "and at most", $4)
}

function table(direction,	i, field)
{
	printf "\n%-24s %7s %9s %22s %8s %12s\n", way[direction], "tunnels",
		"median", "", "ratio", "above plain"
	for (i = 1; i <= n; i++) {
		split(rows[i], field)
		printf "%-24s %7d %s\n", title[field[1]], field[2],
			line[field[1], field[2], direction]
	}
}

END {
	table("out")
	table("in")
	printf "\n%s", memory
	print "Instructions are not cycles; see selftests/bench/README.md"
}
