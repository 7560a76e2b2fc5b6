# SPDX-License-Identifier: GPL-2.0-only
#
# Fails where the summary exceeds a limit (README.md).

BEGIN {
	FS = "\t"
}

$1 == "cost" {
	ratio[$2, $3, $4] = $8
	if ($2 == "on" && $3 > most)
		most = $3
}

$1 == "memory" && $2 == "entry" { entry = $3 + $4 }

function limit(what, is, bound,	verdict)
{
	verdict = "ok"
	if (is > bound)
		verdict = failed = "FAILED"
	printf "%s: %s: %.4f, at most %.4f\n", verdict, what, is, bound
}

function limits(way)
{
	limit("modules in bypass to stock, " way, ratio["bypass", 1, way],
	      1.005)
	limit("one tunnel to stock, " way, ratio["on", 1, way], 1.01)
	limit(most " tunnels to one, " way,
	      ratio["on", most, way] / ratio["on", 1, way], 1.10)
}

END {
	print ""
	limits("out")
	limits("in")
	limit("bytes of a table entry", entry, 256)
	exit failed != ""
}
