# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The rows of ESP; for guest, whose functions it uses.

# esp_measure MODE TUNNELS: one mode's lines.
esp_measure()
{
	local mode=$1 tunnels=$2 nat=nat source=192.0.2.1

	if [[ $mode == plain ]]; then
		nat=plain source=10.0.0.1
	fi
	sinks esp "$source/32"
	"$TOOLS/esp_flood" "$nat" "$tunnels" "$PACKETS" "$REPEATS" >"$TMP/cost"
	check_sinks "$tunnels"
	sed "s/^/cost\tipsec\t$mode\t$tunnels\t/" "$TMP/cost"
}

# esp_measure_ours TUNNELS
esp_measure_ours()
{
	fresh_table ipsec
	esp_measure on "$1"
	check_entries "$1"
	check_bound "$1"
}

# esp_measure_memory TUNNELS: first with two SPIs each, then with four. The
# module keeps its tables a while when conntrack's entries are gone.
esp_measure_memory()
{
	local before two four ours

	fresh_table ipsec
	before=$(slab_bytes)
	"$TOOLS/esp_flood" nat "$1" 64 1 >/dev/null
	check_entries "$1"
	two=$(slab_bytes)
	"$TOOLS/esp_flood" nat "$1" 64 1 1 >/dev/null
	check_bound "$1"
	four=$(slab_bytes)
	router conntrack -F 2>/dev/null
	ours=$(slab_bytes)
	printf 'memory\tipsec\tentry\t%s\n' $(((four - two) / 2 / $1))
	printf 'memory\tipsec\ttunnel\t%s\n' \
		$(((ours - before - four + two) / $1))
}

esp_plain()
{
	esp_measure plain 1
}

esp_stock()
{
	esp_measure stock 1
	check_entries 1
}

esp_ours()
{
	modprobe nf_nat_ipsec_esp mode=bypass
	router conntrack -F 2>/dev/null
	esp_measure bypass 1
	check_entries 1
	esp_measure_ours 1
	esp_measure_ours 100
	esp_measure_ours "$MANY"
	esp_measure_memory "$MANY"
	set_mode ipsec bypass
}
