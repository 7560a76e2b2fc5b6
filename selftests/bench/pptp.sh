# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The rows of PPTP; for guest, whose functions it uses.

# Calls of one client: what the kernel's own helper can serve, and the default
# of max_per_client.
ONE=1 FULL=64

# calls_begin plain|nat CALLS PER-CLIENT: start the tool that has both ends.
calls_begin()
{
	coproc CALLS {
		exec "$TOOLS/pptp_flood" "$@" "$PACKETS" "$REPEATS"
	}
	CALLS_FROM=${CALLS[0]} CALLS_TO=${CALLS[1]} CALLS_TOOL=$CALLS_PID
	: >"$TMP/said"
}

# calls WORD: have it do something, and keep what it says.
calls()
{
	local line

	echo "$1" >&"$CALLS_TO"
	while read -r line <&"$CALLS_FROM"; do
		[[ $line != "done" ]] || return 0
		echo "$line" >>"$TMP/said"
	done
	fail "pptp_flood ended when it should $1"
}

calls_end()
{
	eval "exec $CALLS_TO>&-"
	wait "$CALLS_TOOL"
}

# helper_rule add|delete: new control connections get the kernel's own helper.
helper_rule()
{
	if [[ $1 == delete ]]; then
		router nft delete table ip helper
		return
	fi
	router nft -f - <<-END
	table ip helper {
		ct helper stock {
			type "pptp" protocol tcp
		}
		chain prerouting {
			type filter hook prerouting priority filter
			iifname if_in tcp dport 1723 ct helper set "stock"
		}
	}
	END
}

# pptp_figures MODE CALLS: what the tool said.
pptp_figures()
{
	sed -e "s/^control\t/&pptp\t$1\t$2\t/" \
	    -e "s/^\(out\|in\)\t/cost\tpptp\t$1\t$2\t&/" "$TMP/said"
}

# pptp_set_up plain|nat CALLS PER-CLIENT: up to the calls' first packets, with
# the memory that is in use before the calls and after these.
pptp_set_up()
{
	calls_begin "$@"
	calls connect
	CONNECTED=$(slab_bytes)
	calls call
	calls look
	LOOKED=$(slab_bytes)
}

# pptp_finish MODE CALLS CLIENTS: the rest, and its lines.
pptp_finish()
{
	calls flood
	check_sinks $((5 * $2))
	[[ $1 == plain ]] || check_entries $(($2 + $3))
	[[ $1 != @(on|fast) ]] || check_bound "$2"
	calls_end
	pptp_figures "$1" "$2"
	[[ $1 == plain ]] || router conntrack -F 2>/dev/null
}

pptp_plain()
{
	sinks gre 10.0.0.0/16
	pptp_set_up plain 1 "$ONE"
	pptp_finish plain 1 1
}

# Conntrack without a helper: what control messages cost. There are no packets,
# for only one call would work.
pptp_no_helper()
{
	sinks gre 192.0.2.1/32
	calls_begin nat 100 "$ONE"
	calls connect
	calls call
	calls_end
	pptp_figures none 100
	router conntrack -F 2>/dev/null
}

# pptp_helper MODE CALLS [keep]: with the kernel's own helper. The rule that
# gives it to control connections is looked at for each packet. Unless it is to
# be kept, it is gone when packets are counted: other rules may be cheaper.
pptp_helper()
{
	sinks gre 192.0.2.1/32
	helper_rule add
	pptp_set_up nat "$2" "$ONE"
	[[ -n ${3-} ]] || helper_rule delete
	pptp_finish "$1" "$2" "$2"
	[[ -z ${3-} ]] || helper_rule delete
}

pptp_stock()
{
	pptp_no_helper
	modprobe nf_nat_pptp
	pptp_helper stock 1
	pptp_helper stock 100
	pptp_helper rule 1 keep
}

# pptp_measure_ours MODE CALLS PER-CLIENT
pptp_measure_ours()
{
	fresh_table pptp
	sinks gre 192.0.2.1/32
	pptp_set_up nat "$2" "$3"
	pptp_finish "$1" "$2" $((($2 + $3 - 1) / $3))
}

pptp_ours()
{
	modprobe nf_conntrack_pptp_ext mode=bypass
	pptp_helper bypass 1
	pptp_measure_ours on 1 "$ONE"
	pptp_measure_ours on 100 "$ONE"
	pptp_measure_ours on "$MANY" "$FULL"
	printf 'memory\tpptp\tcall\t%s\n' $(((LOOKED - CONNECTED) / MANY))
	fast pptp pptp_measure_ours fast 1 "$ONE"
	fast pptp pptp_measure_ours fast "$MANY" "$FULL"
	# Last, as what it leaves behind is tidied up while others run.
	router vpn-passthrough limits max-ids "$MOST_IDS"
	pptp_measure_ours on $((10 * MANY)) "$FULL"
	set_mode pptp bypass
}
