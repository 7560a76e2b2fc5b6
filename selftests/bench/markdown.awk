# SPDX-License-Identifier: GPL-2.0-only
#
# The summary as the tables of Documentation/performance.md.

BEGIN { FS = "\t" }

# grouped(number): with a comma before each three digits.
function grouped(number,	text, groups)
{
	text = sprintf("%d", number + 0.5)
	for (; length(text) > 3; text = substr(text, 1, length(text) - 3))
		groups = "," substr(text, length(text) - 2) groups
	return text groups
}

# Which one a mode adds to is told by the row above it.
function name_of(proto, mode,	name)
{
	name = mode_title(proto, mode)
	sub(/^  \+ /, "+ ", name)
	return name
}

$1 == "cost" {
	if (!(($2, $3, $4) in rows)) {
		if (!($2 in n))
			protos[++n_protos] = $2
		rows[$2, $3, $4] = 1
		order[$2, ++n[$2]] = $3 FS $4
	}
	cost[$2, $3, $4, $5] = $6
	ratio[$2, $3, $4, $5] = $9
}

$1 == "setup" {
	setups = setups sprintf("| %s | %s | %.3f |\n", first[$3], grouped($4), $5)
}

$1 == "memory" {
	sizes = sizes sprintf("| %s | %s | %d |\n", memory[$2, $3], grouped($4), $5)
}

function packets(proto,	i, field, row)
{
	printf "\n| %s | %s | client to server | ratio | server to client | ratio |\n",
		packet[proto], unit[proto]
	print "|---|---|---|---|---|---|"
	for (i = 1; i <= n[proto]; i++) {
		split(order[proto, i], field)
		row = proto SUBSEP field[1] SUBSEP field[2] SUBSEP
		printf "| %s | %s | %s | %.3f | %s | %.3f |\n",
			name_of(proto, field[1]), grouped(field[2]),
			grouped(cost[row "out"]), ratio[row "out"],
			grouped(cost[row "in"]), ratio[row "in"]
	}
}

function less(mode, way)
{
	return cost["ipsec", mode, 1, way] - cost["ipsec", "sender", 1, way]
}

function one_way(mode, way)
{
	return sprintf(" %s | %.3f | %s | %.2f |",
		       grouped(cost["ipsec", mode, 1, way]),
		       ratio["ipsec", mode, 1, way], grouped(less(mode, way)),
		       less(mode, way) / less("stock", way))
}

# What the sender costs is in every row; without it, the router's share is left.
function fast_path(	i, modes)
{
	print "\n| ESP, 64 bytes, one tunnel | out | ratio | less the sender | ratio" \
	      " | in | ratio | less the sender | ratio |"
	print "|---|---|---|---|---|---|---|---|---|"
	split("stock plain on fast", modes, " ")
	for (i = 1; i <= 4; i++)
		print "| " name_of("ipsec", modes[i]) " |" one_way(modes[i], "out") \
			one_way(modes[i], "in")
}

END {
	for (i = 1; i <= n_protos; i++)
		packets(protos[i])
	if (("ipsec", "fast", 1) in rows)
		fast_path()
	if (setups)
		printf "\n| a first packet to and fro of | instructions | ratio |\n" \
			"|---|---|---|\n%s", setups
	if (sizes)
		printf "\n| | bytes | and of hash buckets, at most |\n|---|---|---|\n%s",
			sizes
}
