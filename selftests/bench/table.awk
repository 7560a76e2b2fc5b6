# SPDX-License-Identifier: GPL-2.0-only
#
# The summary for people.

BEGIN { FS = "\t" }

function row(proto, mode, tunnels)
{
	return sprintf("%-24s %8d", mode_title(proto, mode), tunnels)
}

$1 == "kernel" {
	printf "Linux %s, instructions, median (min .. max) of %d times %d packets\n",
		$2, repeats, packets
}

$1 == "cost" {
	if (!($2 in rows))
		protos[++n] = $2
	if ($5 == "out")
		++rows[$2]
	lines[$2, $5, rows[$2]] = row($2, $3, $4) \
		sprintf(" %9.1f (%8.1f .. %8.1f) %8.4f %12.1f", $6, $7, $8,
			$9, $10)
}

# What was measured once only is left out: first packets cost more.
$1 == "control" && $4 >= 100 {
	if (!(($3, $4) in cell))
		control[++controls] = $3 FS $4
	cell[$3, $4] = cell[$3, $4] sprintf(" %12d", $7)
}

$1 == "setup" {
	setups = setups sprintf("%-33s %9.1f %31.4f\n", first[$3], $4, $5)
}

$1 == "memory" {
	sizes = sizes sprintf("%7d bytes, and at most %3d of hash buckets: %s\n",
			      $4, $5, memory[$2, $3])
}

function table(proto, direction,	i)
{
	printf "\n%-24s %8s %9s %22s %8s %12s\n", way[direction], unit[proto],
		"median", "", "ratio", "above plain"
	for (i = 1; i <= rows[proto]; i++)
		print lines[proto, direction, i]
}

function messages(	i, field)
{
	printf "\nOne PPTP control message, from one end to the other: median\n\n"
	printf "%-24s %8s %12s %12s %12s %12s\n", "", "calls", "call request",
		"call reply", "echo request", "echo reply"
	for (i = 1; i <= controls; i++) {
		split(control[i], field)
		printf "%s%s\n", row("pptp", field[1], field[2]),
			cell[field[1], field[2]]
	}
}

END {
	for (i = 1; i <= n; i++) {
		printf "\nOne forwarded %s\n", packet[protos[i]]
		table(protos[i], "out")
		table(protos[i], "in")
	}
	if (controls)
		messages()
	if (setups)
		printf "\nA first packet to and fro, of 1,000 ESP flows\n\n%s", setups
	if (sizes)
		printf "\n%s", sizes
	print ""
	print "Instructions are not cycles; see selftests/bench/README.md"
}
