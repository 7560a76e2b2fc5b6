# SPDX-License-Identifier: GPL-2.0-only
#
# From blocks of code to functions: what each takes of a packet.
#
# Input, the latter two in order of their addresses:
#
#   cost PROTO MODE TUNNELS DIRECTION INSTRUCTIONS (for each window)
#   ADDRESS 0 FUNCTION MODULE
#   ADDRESS 1 WINDOW INSTRUCTIONS
#
# -v packets=N -v rows=N -v all=WINDOW'S-NAME

BEGIN {
	FS = "\t"
	windows = 0
}

$1 == "cost" {
	name[windows] = $3 "-" $2 "-" $5
	cost[windows] = $6
	number[name[windows]] = windows++
	next
}

$2 == 0 {
	where = $3 ($4 == "" ? "" : " " $4)
	next
}

# Addresses of the kernel begin with an f; below is the sender.
{
	function_of = $1 ~ /^f/ ? where : "(the sending program)"
	count[$3, function_of] += $4 / packets
	sum[$3] += $4 / packets
	functions[function_of] = 1
}

function table(a, b,	x, i, best, done, f, other_a, other_b)
{
	printf "\n| %s, a packet: function | stock | modules |\n|---|---|---|\n", a
	a = number[a]
	b = number[b]
	for (i = 0; i < rows; i++) {
		best = ""
		for (f in functions) {
			x = count[a, f] > count[b, f] ? count[a, f] : count[b, f]
			if (!(f in done) && (best == "" || x > most)) {
				best = f
				most = x
			}
		}
		done[best] = 1
		printf "| `%s` | %.0f | %.0f |\n", best, count[a, best], count[b, best]
	}
	for (f in functions)
		if (!(f in done)) {
			other_a += count[a, f]
			other_b += count[b, f]
		}
	printf "| all others | %.0f | %.0f |\n", other_a, other_b
	printf "| together | %.0f | %.0f |\n", sum[a], sum[b]
	printf "| by the clock | %.0f | %.0f |\n", cost[a], cost[b]
}

function differences(a, b,	f, x)
{
	a = number[a]
	b = number[b]
	for (f in functions) {
		x = count[b, f] - count[a, f]
		if (x >= 1 || x <= -1)
			printf "%9.1f %9.1f %9.1f %s\n", count[a, f], count[b, f], x, f | "sort -k3,3n"
	}
	close("sort -k3,3n")
}

END {
	if (all != "") {
		stock = all
		sub(/^[^-]*/, "stock", stock)
		differences(stock, all)
		exit
	}
	table("stock-ipsec-out", "on-ipsec-out")
	table("stock-ipsec-in", "on-ipsec-in")
}
