# SPDX-License-Identifier: GPL-2.0-only
#
# From the guest's lines to one line for each measurement:
#
#   kernel RELEASE
#   cost PROTO MODE TUNNELS DIRECTION MEDIAN MIN MAX RATIO ABOVE-PLAIN
#   setup PROTO WHAT INSTRUCTIONS RATIO
#   control PROTO MODE TUNNELS MESSAGE NUMBER MEDIAN MIN MEAN
#   memory PROTO WHAT BYTES BYTES-OF-BUCKETS
#
# The ratio is that to stock Linux with one tunnel, and of setting up, that to a UDP
# flow. A hash table has a bucket of
# eight bytes for each entry, and shrinks when less than 30 % of them are in
# use: an entry has at most 27 bytes of them. An ESP tunnel's four objects stand
# in one each; so do a call itself and its four ids.

BEGIN {
	FS = OFS = "\t"
	bucket = 27
	hashed["ipsec", "entry"] = 1
	hashed["ipsec", "tunnel"] = 4
	hashed["pptp", "call"] = 5
	hashed["l2tp-ip", "session"] = hashed["l2tp-udp", "session"] = 5
	hashed["l2tp-static", "session"] = 4
}

$1 == "kernel" || $1 == "control" { print }

$1 == "cost" {
	name = $2 OFS $3 OFS $4 OFS $5
	if (!(name in n))
		order[++rows] = name
	value[name, ++n[name]] = $6
}

$1 == "setup" {
	if ($3 == "udp")
		udp[$2] = $4
	setups[++n_setups] = $0 OFS sprintf("%.4f", $4 / udp[$2])
}

$1 == "memory" {
	memory[++memories] = $0 OFS bucket * hashed[$2, $3]
}

# sort(name): insertion sort of a row's values.
function sort(name,	i, j, x)
{
	for (i = 2; i <= n[name]; i++) {
		x = value[name, i]
		for (j = i - 1; j > 0 && value[name, j] + 0 > x + 0; j--)
			value[name, j + 1] = value[name, j]
		value[name, j + 1] = x
	}
}

function median(name,	half)
{
	half = int(n[name] / 2)
	if (n[name] % 2)
		return value[name, half + 1]
	return (value[name, half] + value[name, half + 1]) / 2
}

function one(proto, mode, direction)
{
	return median(proto OFS mode OFS 1 OFS direction)
}

END {
	for (i = 1; i <= rows; i++)
		sort(order[i])
	for (i = 1; i <= rows; i++) {
		name = order[i]
		split(name, field)
		middle = median(name)
		printf "cost\t%s\t%.1f\t%.1f\t%.1f\t%.4f\t%.1f\n", name, middle,
			value[name, 1], value[name, n[name]],
			middle / one(field[1], "stock", field[4]),
			middle - one(field[1], "plain", field[4])
	}
	for (i = 1; i <= n_setups; i++)
		print setups[i]
	for (i = 1; i <= memories; i++)
		print memory[i]
}
