# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The rows of ESP; for guest, whose functions it uses.

# Payloads in bytes, and flows whose first packets are measured.
LARGE=1400 FIRST=1000

# esp_measure MODE TUNNELS [PAYLOAD]: one mode's lines. Beside what is measured, each
# tunnel's packets go to and fro six times.
esp_measure()
{
	local mode=$1 tunnels=$2 payload=${3-64} nat=nat source=192.0.2.1
	local proto=ipsec

	if [[ $mode == plain ]]; then
		nat=plain source=10.0.0.1
	fi
	[[ $payload -eq 64 ]] || proto=ipsec-$payload
	sinks esp "$source/32"
	"$TOOLS/esp_flood" "$nat" "$tunnels" "$payload" "$PACKETS" "$REPEATS" \
		>"$TMP/cost"
	check_sinks $((6 * tunnels))
	sed -n "/^first/!s/^/cost\t$proto\t$mode\t$tunnels\t/p" "$TMP/cost"
}

# esp_first WHAT COMMAND...: what the command's first packets cost.
esp_first()
{
	"${@:2}" >"$TMP/cost"
	sed -n "s/^first\t/setup\tipsec\t$1\t/p" "$TMP/cost"
}

# The second time they take new SPIs.
esp_measure_setup()
{
	fresh_table ipsec
	sinks esp 192.0.2.1/32
	esp_first tunnel "$TOOLS/esp_flood" nat "$FIRST" 64 64 1
	esp_first rekey "$TOOLS/esp_flood" nat "$FIRST" 64 64 1 1
	check_bound "$FIRST"
}

# esp_measure_ours MODE TUNNELS [PAYLOAD]
esp_measure_ours()
{
	fresh_table ipsec
	esp_measure "$@"
	check_entries "$2"
	check_bound "$2"
}

# esp_measure_memory TUNNELS: first with two SPIs each, then with four.
esp_measure_memory()
{
	local before two four

	fresh_table ipsec
	before=$(slab_bytes)
	"$TOOLS/esp_flood" nat "$1" 64 64 1 >/dev/null
	check_entries "$1"
	two=$(slab_bytes)
	"$TOOLS/esp_flood" nat "$1" 64 64 1 1 >/dev/null
	check_bound "$1"
	four=$(slab_bytes)
	printf 'memory\tipsec\tentry\t%s\n' $(((four - two) / 2 / $1))
	printf 'memory\tipsec\ttunnel\t%s\n' $(((two - before) / $1))
}

# esp_measure_sender [PAYLOAD]: packets that the router drops as they come in. What is
# left is the sender's share in all other figures.
esp_measure_sender()
{
	local payload=${1-64} proto=ipsec

	[[ $payload -eq 64 ]] || proto=ipsec-$payload
	router nft -f - <<-END
	table netdev ingress {
		chain ingress {
			type filter hook ingress devices = { if_in, if_out } priority 0
			drop
		}
	}
	END
	"$TOOLS/esp_flood" none 1 "$payload" "$PACKETS" "$REPEATS" >"$TMP/cost"
	router nft delete table netdev ingress
	sed "s/^/cost\t$proto\tsender\t1\t/" "$TMP/cost"
}

esp_plain()
{
	esp_measure_sender
	esp_measure_sender "$LARGE"
	esp_measure plain 1
	esp_measure plain 1 "$LARGE"
}

# esp_udp: what a flow takes that stock Linux can translate.
esp_udp()
{
	local before

	sinks udp 192.0.2.1/32
	before=$(slab_bytes)
	esp_first udp "$TOOLS/udp_flood" "$FIRST"
	check_entries "$FIRST"
	printf 'memory\tipsec\tudp\t%s\n' $((($(slab_bytes) - before) / FIRST))
	router conntrack -F 2>/dev/null
}

esp_stock()
{
	esp_measure stock 1
	check_entries 1
	esp_measure stock 1 "$LARGE"
	router conntrack -F 2>/dev/null
	esp_udp
}

esp_ours()
{
	modprobe nf_nat_ipsec_esp mode=bypass
	router conntrack -F 2>/dev/null
	esp_measure bypass 1
	check_entries 1
	set_mode ipsec observe
	esp_measure observe 1
	set_mode ipsec bypass
	esp_measure_ours on 1
	esp_measure_ours on 100
	esp_measure_ours on "$MANY"
	esp_measure_ours on $((10 * MANY))
	esp_measure_ours on 1 "$LARGE"
	fast ipsec esp_measure_ours fast 1
	fast ipsec esp_measure_ours fast "$MANY"
	fast ipsec esp_measure_ours fast 1 "$LARGE"
	esp_measure_setup
	esp_measure_memory "$MANY"
	set_mode ipsec bypass
}
