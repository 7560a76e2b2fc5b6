# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scripts share: KTAP, polling, a topology, tunnels, packets.
#
# A script sets no option of the shell, draws its topology, calls "plan", builds
# with "topo" and friends, and reports each result with "check". Names of
# namespaces are unique, and clean-up is the trap's.

HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
TMP=$(mktemp -d)
ID=vpt$$
R=$ID-r		# the router
G=$ID-g		# the gateway
C=()		# the clients, from 1 on

PUBLIC=192.0.2.1 GATEWAY=192.0.2.2
PUBLIC6=2001:db8::1 GATEWAY6=2001:db8::2
KEY=0x000102030405060708090a0b0c0d0e0f10111213

# What is tested; a script may set it after it has read this file.
PROTO=ipsec
declare -A MODULE=([ipsec]=nf_nat_ipsec_esp [pptp]=nf_conntrack_pptp_ext
		   [l2tp]=nf_conntrack_l2tp)
declare -A BATCH	# lines for "ip -batch", by namespace
NAMESPACES=()
PLAN=0 RUN=0 FAILED=0 SKIPPED=0

# --- KTAP ------------------------------------------------------------------

# plan N: how many results will follow.
plan()
{
	PLAN=$1
	echo "KTAP version 1"
	echo "1..$PLAN"
}

# diag TEXT...: a remark.
diag()
{
	echo "# $*"
}

# skip_all REASON: nothing can be tested here.
skip_all()
{
	[[ $PLAN -gt 0 ]] || echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	PLAN=0
	exit 4
}

# skip NAME REASON: one result cannot be had.
skip()
{
	echo "ok $((++RUN)) $1 # SKIP $2"
	SKIPPED=$((SKIPPED + 1))
}

# check NAME COMMAND...: a result; what the command says is shown if it fails.
check()
{
	local name=$1

	shift
	if "$@" >"$TMP/said" 2>&1; then
		echo "ok $((++RUN)) $name"
		return 0
	fi
	echo "not ok $((++RUN)) $name"
	diag "failed: $*"
	sed 's/^/#   /' "$TMP/said"
	[[ $FAILED -gt 0 ]] || diagnose
	FAILED=$((FAILED + 1))
	return 1
}

# fails COMMAND...: true if the command is not.
fails()
{
	! "$@"
}

# diagnose: the state of things, once, at the first failure.
diagnose()
{
	[[ -e /run/netns/$R ]] || return 0
	{
		echo "-- tunnels"; vpn-passthrough -n "$R" tunnels
		echo "-- stats"; vpn-passthrough -n "$R" stats
		echo "-- conntrack"; in_ns "$R" conntrack -L
		[[ $PROTO != ipsec ]] ||
			{ echo "-- asked"; printf '%s\n' "${ASKED[@]}"; }
	} 2>&1 | sed 's/^/#   /'
}

# cleanup: whatever happened; the exit status is the verdict.
cleanup()
{
	local status=$? pids

	trap - EXIT
	pids=$(jobs -p)
	# shellcheck disable=SC2086 # one word each
	[[ -z $pids ]] || { kill $pids; wait; } 2>/dev/null
	[[ ${#NAMESPACES[@]} -eq 0 ]] ||
		printf 'netns del %s\n' "${NAMESPACES[@]}" |
			ip -force -batch - 2>/dev/null
	rm -rf "$TMP"
	[[ $status -eq 0 ]] || exit "$status"
	if [[ $RUN -ne $PLAN ]]; then
		diag "planned $PLAN results, ran $RUN"
		exit 1
	fi
	[[ $FAILED -eq 0 ]] || exit 1
	[[ $PLAN -gt 0 && $SKIPPED -eq $PLAN ]] && exit 4
	exit 0
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# --- time ------------------------------------------------------------------

# A descriptor on which nothing ever comes: waiting costs no process.
mkfifo "$TMP/never"
exec {NEVER}<>"$TMP/never"

# now_ms: into REPLY.
now_ms()
{
	REPLY=${EPOCHREALTIME/.}
	REPLY=${REPLY%???}
}

# busywait MS COMMAND...: until it succeeds.
busywait()
{
	local end

	now_ms
	end=$((REPLY + $1))
	shift
	until "$@"; do
		now_ms
		[[ $REPLY -lt $end ]] || return 1
		read -rt 0.05 -u "$NEVER"
	done
	return 0
}

# --- requirements ----------------------------------------------------------

# need_modules: load what the scripts use, in one go.
need_modules()
{
	local module own=${MODULE[$PROTO]} missing=0 modules=(
		veth bridge nf_tables nft_chain_nat nft_masq nft_nat nft_ct
		nft_objref nf_conntrack_netlink nft_compat nft_reject_inet
		nfnetlink
	)

	[[ $PROTO != ipsec ]] || modules+=(
		esp4 esp6 xfrm_user gcm seqiv ctr ghash_generic aes_generic
		cryptd
	)
	for module in "$own" "${modules[@]}"; do
		case $module in
		nf_nat_*|nf_conntrack_pptp_ext|nf_conntrack_l2tp|\
		esp4|esp6|nft_masq|gcm)
			[[ -d /sys/module/$module ]] || missing=1 ;;
		esac
	done
	[[ $missing -eq 0 ]] && return
	modprobe -aq "$own" "${modules[@]}"
	[[ -d /sys/module/$own ]] || skip_all "module $own cannot be loaded"
}

require()
{
	local program

	[[ $EUID -eq 0 ]] || skip_all "needs root"
	for program in ip nft conntrack nsenter vpn-passthrough; do
		type "$program" >/dev/null 2>&1 ||
			skip_all "needs the program $program"
	done
	for program in ask answer inject; do
		[[ -x $HERE/tools/$program ]] ||
			skip_all "needs helpers: make -C selftests"
	done
	need_modules
}

# --- namespaces and topology -----------------------------------------------

# in_ns NETNS COMMAND...
in_ns()
{
	local ns=$1

	shift
	nsenter --net="/run/netns/$ns" "$@"
}

# ipb NETNS LINE...: lines for "ip -batch" there; "commit" runs them. The
# NETNS "" is the test's own.
ipb()
{
	local ns=${1:-.} line

	shift
	for line; do
		BATCH[$ns]+=$line$'\n'
	done
}

# commit: run all batches at the same time; if one fails, nothing can be tested.
commit()
{
	local ns pids=() status=0 pid

	if [[ -n ${BATCH[.]-} ]]; then
		ip -batch - <<<"${BATCH[.]}" || status=1
		unset 'BATCH[.]'
	fi
	for ns in "${!BATCH[@]}"; do
		ip -n "$ns" -batch - <<<"${BATCH[$ns]}" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	BATCH=()
	[[ $status -eq 0 ]] && return
	echo "Bail out! setting up failed"
	exit 1
}

# netns NAME...: create namespaces.
netns()
{
	local ns

	for ns; do
		NAMESPACES+=("$ns")
		ipb "" "netns add $ns"
		ipb "$ns" "link set lo up"
	done
}

# link NS-A IF-A NS-B IF-B: a wire; both ends go up.
link()
{
	ipb "" "link add $2 netns $1 type veth peer name $4 netns $3"
	ipb "$1" "link set $2 up"
	ipb "$3" "link set $4 up"
}

# client I: another client on the router's bridge.
client()
{
	local ns=$ID-c$1

	C[$1]=$ns
	netns "$ns"
	link "$ns" eth0 "$R" "lan$1"
	ipb "$R" "link set lan$1 master br0"
	ipb "$ns" "addr add 10.0.0.$((10 + $1))/24 dev eth0" \
		"route add default via 10.0.0.1" \
		"addr add 172.16.0.$((10 + $1))/32 dev lo"
	ipb "$ns" "addr add fd00::$((10 + $1))/64 dev eth0 nodad" \
		"route add default via fd00::1" \
		"addr add fd10::$((10 + $1))/128 dev lo nodad"
}

# topo N: N clients, the router, the gateway; needs "commit". Inner addresses
# are routed to the outside, where xfrm takes them.
#
#   C[i] 10.0.0.1i ---- br0 10.0.0.1 R wan 192.0.2.1 ---- 192.0.2.2 G
#        fd00::1i           fd00::1      2001:db8::1      2001:db8::2
#   inside the tunnels: C[i] 172.16.0.1i, fd10::1i     G 172.16.0.1, fd10::1
topo()
{
	local i

	require
	netns "$R" "$G"
	ipb "$R" "link add br0 type bridge" "link set br0 up" \
		"addr add 10.0.0.1/24 dev br0" \
		"addr add fd00::1/64 dev br0 nodad"
	link "$R" wan "$G" eth0
	ipb "$R" "addr add $PUBLIC/24 dev wan" \
		"addr add $PUBLIC6/64 dev wan nodad"
	ipb "$G" "addr add $GATEWAY/24 dev eth0" \
		"addr add $GATEWAY6/64 dev eth0 nodad"
	gateway_inside "$PUBLIC" "$PUBLIC6"
	for ((i = 1; i <= $1; i++)); do
		client "$i"
	done
}

# gateway_inside VIA VIA6: the gateway's inner addresses and routes.
gateway_inside()
{
	ipb "$G" "addr add 172.16.0.1/32 dev lo" \
		"addr add fd10::1/128 dev lo nodad" \
		"route add 172.16.0.0/24 via $1 src 172.16.0.1" \
		"route add fd10::/64 via $2 src fd10::1"
}

# topo_hop N MTU: the same with another router between, whose link to the
# gateway is narrow.
#
#   R wan 192.0.2.1 ---- 192.0.2.254 H 198.51.100.1 --MTU-- 198.51.100.2 G
#         2001:db8::1    2001:db8::fe  2001:db8:1::1        2001:db8:1::2
topo_hop()
{
	local i

	GATEWAY=198.51.100.2 GATEWAY6=2001:db8:1::2 H=$ID-h
	require
	netns "$R" "$H" "$G"
	ipb "$R" "link add br0 type bridge" "link set br0 up" \
		"addr add 10.0.0.1/24 dev br0" \
		"addr add fd00::1/64 dev br0 nodad"
	link "$R" wan "$H" near
	link "$H" far "$G" eth0
	ipb "$R" "addr add $PUBLIC/24 dev wan" \
		"addr add $PUBLIC6/64 dev wan nodad" \
		"route add default via 192.0.2.254" \
		"route add default via 2001:db8::fe"
	ipb "$H" "addr add 192.0.2.254/24 dev near" \
		"addr add 2001:db8::fe/64 dev near nodad" \
		"addr add 198.51.100.1/24 dev far" \
		"addr add 2001:db8:1::1/64 dev far nodad" \
		"link set far mtu $2"
	ipb "$G" "addr add $GATEWAY/24 dev eth0" \
		"addr add $GATEWAY6/64 dev eth0 nodad" \
		"link set eth0 mtu $2" \
		"route add default via 198.51.100.1" \
		"route add default via 2001:db8:1::1"
	gateway_inside 198.51.100.1 2001:db8:1::1
	for ((i = 1; i <= $1; i++)); do
		client "$i"
	done
}

# ruleset NETNS: load an nft ruleset from standard input, and forward.
ruleset()
{
	in_ns "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
		nft -f -'
}

# masquerade: what most routers do, for both families.
masquerade()
{
	ruleset "$R" <<-END
	table inet nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "wan" masquerade
		}
	}
	END
}

# example NAME: load this ruleset of the documentation into the router.
example()
{
	in_ns "$R" nft -f "$HERE/../Documentation/examples/$1"
}

# counted TABLE CHAIN: what a counter of the router's rules says, into REPLY: of
# the first rule of the chain that has one.
counted()
{
	local text

	text=$(in_ns "$R" nft list chain inet "$1" "$2")
	REPLY=
	if [[ $text =~ counter\ packets\ ([0-9]+) ]]; then
		REPLY=${BASH_REMATCH[1]}
	fi
}

# counted_is TABLE CHAIN OP N: for "check" and "busywait".
counted_is()
{
	counted "$1" "$2"
	echo "$1 $2 counted ${REPLY:-nothing}"
	test "${REPLY:--1}" "$3" "$4"
}

# mode MODE [NETNS]: of PROTO.
mode()
{
	vpn-passthrough -n "${2:-$R}" set "$PROTO" "$1"
}

# --- tunnels ---------------------------------------------------------------

# sa NETNS SRC DST SPI REQID [MORE]: a security association.
sa()
{
	ipb "$1" "xfrm state add src $2 dst $3 proto esp spi $4 reqid $5\
		mode tunnel aead rfc4106(gcm(aes)) $KEY 128 ${6-}"
}

# sa_del NETNS SRC DST SPI
sa_del()
{
	ipb "$1" "xfrm state delete src $2 dst $3 proto esp spi $4"
}

# policies NETNS OWN PEER INNER-OWN INNER-PEER REQID
policies()
{
	ipb "$1" "xfrm policy add src $4 dst $5 dir out\
		tmpl src $2 dst $3 proto esp reqid $6 mode tunnel" \
		"xfrm policy add src $5 dst $4 dir in\
		tmpl src $3 dst $2 proto esp reqid $6 mode tunnel"
}

# tunnel I SPI-OUT SPI-IN [PUBLIC]: both ends of client I's tunnel.
tunnel()
{
	local c=10.0.0.$((10 + $1)) inner=172.16.0.$((10 + $1))
	local public=${4:-$PUBLIC}

	sa "${C[$1]}" "$c" "$GATEWAY" "$2" "$1"
	sa "${C[$1]}" "$GATEWAY" "$c" "$3" "$1"
	policies "${C[$1]}" "$c" "$GATEWAY" "$inner" 172.16.0.1 "$1"
	ipb "${C[$1]}" \
		"route replace 172.16.0.1/32 via 10.0.0.1 src $inner"
	sa "$G" "$public" "$GATEWAY" "$2" "$1"
	sa "$G" "$GATEWAY" "$public" "$3" "$1"
	policies "$G" "$GATEWAY" "$public" 172.16.0.1 "$inner" "$1"
}

# rekey_in I SPI-OUT SPI-IN: both ends can receive with new SPIs.
rekey_in()
{
	local c=10.0.0.$((10 + $1))

	sa "${C[$1]}" "$GATEWAY" "$c" "$3" "$1"
	sa "$G" "$PUBLIC" "$GATEWAY" "$2" "$1"
}

# rekey_client I SPI-OUT OLD-OUT: the client sends with a new SPI.
rekey_client()
{
	local c=10.0.0.$((10 + $1))

	sa "${C[$1]}" "$c" "$GATEWAY" "$2" "$1"
	sa_del "${C[$1]}" "$c" "$GATEWAY" "$3"
}

# rekey_gateway I SPI-IN OLD-IN: the gateway does.
rekey_gateway()
{
	sa "$G" "$GATEWAY" "$PUBLIC" "$2" "$1"
	sa_del "$G" "$GATEWAY" "$PUBLIC" "$3"
}

# tunnel6 I SPI-OUT SPI-IN [PUBLIC]: the same over IPv6.
tunnel6()
{
	local c=fd00::$((10 + $1)) inner=fd10::$((10 + $1))
	local public=${4:-$PUBLIC6}

	sa "${C[$1]}" "$c" "$GATEWAY6" "$2" "$1"
	sa "${C[$1]}" "$GATEWAY6" "$c" "$3" "$1"
	policies "${C[$1]}" "$c" "$GATEWAY6" "$inner" fd10::1 "$1"
	ipb "${C[$1]}" "route replace fd10::1/128 via fd00::1 src $inner"
	sa "$G" "$public" "$GATEWAY6" "$2" "$1"
	sa "$G" "$GATEWAY6" "$public" "$3" "$1"
	policies "$G" "$GATEWAY6" "$public" fd10::1 "$inner" "$1"
}

# --- packets ---------------------------------------------------------------

# ping_of I, ping6_of I: client I, as "ask" wants it: echo through the tunnel.
ping_of()
{
	REPLY=${C[$1]},172.16.0.$((10 + $1)),172.16.0.1
}

ping6_of()
{
	REPLY=${C[$1]},fd10::$((10 + $1)),fd10::1
}

# pings I...: arguments for "ask" into PINGS; !I is not expected to be answered.
pings()
{
	local i

	PINGS=()
	for i; do
		ping_of "${i#!}"
		[[ $i != !* ]] || REPLY=!$REPLY
		PINGS+=("$REPLY")
	done
}

# ask ARG...: see tools/ask.c; the report goes to ASKED, a line each.
ask()
{
	local status

	"$HERE/tools/ask" "$@" >"$TMP/asked"
	status=$?
	mapfile -t ASKED <"$TMP/asked"
	return "$status"
}

# ask_bg NAME ARG...: the same in the background.
ask_bg()
{
	local name=$1

	shift
	"$HERE/tools/ask" "$@" >"$TMP/ask-$name" &
	printf -v "PID_$name" %d $!
}

# ask_end NAME: end it, and have its report in ASKED.
ask_end()
{
	local pid=PID_$1 status

	kill -INT "${!pid}" 2>/dev/null
	wait "${!pid}"
	status=$?
	mapfile -t ASKED <"$TMP/ask-$1"
	return "$status"
}

# ask_wait NAME: let it end by itself, and have its report in ASKED.
ask_wait()
{
	local pid=PID_$1 status

	wait "${!pid}"
	status=$?
	mapfile -t ASKED <"$TMP/ask-$1"
	return "$status"
}

# asked I FIELD: of the I-th client in ASKED (from 1 on), into REPLY.
asked()
{
	local words i

	read -ra words <<<"${ASKED[$1 - 1]-}"
	REPLY=
	for ((i = 2; i < ${#words[@]}; i += 2)); do
		[[ ${words[i]} != "$2" ]] || REPLY=${words[i + 1]}
	done
}

# asked_is I FIELD OP N: for "check".
asked_is()
{
	asked "$1" "$2"
	echo "client $1: $2 is ${REPLY:-missing}"
	[[ -n $REPLY && $REPLY -ge -1 ]] || return 1
	test "$REPLY" "$3" "$4"
}

# lost_nothing: all of PINGS were answered, and each of their packets; for
# "check".
lost_nothing()
{
	local i

	for ((i = 1; i <= ${#PINGS[@]}; i++)); do
		asked_is "$i" got -gt 0 && asked_is "$i" lost -eq 0 ||
			return 1
	done
}

# answered_count: how many of ASKED got an answer, into REPLY.
answered_count()
{
	local i n=0

	for ((i = 1; i <= ${#ASKED[@]}; i++)); do
		asked "$i" got
		[[ ${REPLY:-0} -eq 0 ]] || n=$((n + 1))
	done
	REPLY=$n
}

# answered_are N: for "check".
answered_are()
{
	answered_count
	echo "$REPLY answered, not $1"
	printf '%s\n' "${ASKED[@]}"
	[[ $REPLY -eq $1 ]]
}

# answer_bg ARG...: a gateway that answers raw ESP, see tools/answer.c.
answer_bg()
{
	"$HERE/tools/answer" "$@" >"$TMP/answer" &
	PID_answer=$!
	busywait 5000 grep -q ready "$TMP/answer"
}

# answer_end: end it; what it saw is in $TMP/answer.
answer_end()
{
	kill "$PID_answer"
	wait "$PID_answer"
}

# inject ARG...: see tools/inject.c.
inject()
{
	"$HERE/tools/inject" "$@"
}

# --- PPTP and L2TP peers -----------------------------------------------------

# peer SCENARIO: start what plays servers and clients, see pptp/peer.py and
# l2tp/peer.py. It knows the namespaces as R, G, C1, C2...
peer()
{
	local i names=("R=$R" "G=$G")

	for i in "${!C[@]}"; do
		names+=("C$i=${C[i]}")
	done
	coproc PEER {
		exec python3 -S "$HERE/$PROTO/peer.py" "$1" "${names[@]}" 2>&1
	}
}

# tell COMMAND [ARG...]: have it do that; its verdict is the status.
tell()
{
	local line

	printf '%s\n' "$*" >&"${PEER[1]}"
	while IFS= read -rt 60 -u "${PEER[0]}" line; do
		case $line in
		"= ok") return 0 ;;
		"= failed") return 1 ;;
		esac
		echo "$line"
	done
	echo "no answer from the peers"
	return 1
}

# settles NAME ADDRESS: packets go to and fro, and in the end it is bound.
settles()
{
	tell esp "$1" && state_is "$2" bound
}

# expected_settles N NAME...: and N ids were what an exchange had announced.
expected_settles()
{
	local n=$1 name

	shift
	for name; do
		tell esp "$name"
	done
	counter_is bound-expected -eq "$n"
}

# peer_end: end it.
peer_end()
{
	kill "$PEER_PID"
	wait "$PEER_PID"
} 2>/dev/null

# shrink_caches: of the modules. A kernel with KASAN counts for a while what was
# freed, until they are.
shrink_caches()
{
	local file

	for file in /sys/kernel/slab/nf_vpn_*/shrink; do
		[[ ! -e $file ]] || echo 1 >"$file"
	done
}

# objects_gone: none is known any more, and none is left in the caches, where they
# are not shared with others (before 6.5).
objects_gone()
{
	local name n aliases bad=0

	limit_is ids -eq 0 && limit_is tunnels -eq 0 || return
	shrink_caches
	for name in /sys/kernel/slab/nf_vpn_*; do
		read -r aliases <"$name/aliases" || continue
		[[ $aliases -eq 0 ]] || continue
		read -r n _ <"$name/objects"
		[[ $n -eq 0 ]] && continue
		echo "${name##*/}: $n objects"
		bad=1
	done
	return "$bad"
}

# intree: load the kernel's own helper for PPTP.
intree()
{
	modprobe -a nf_conntrack_pptp nf_nat_pptp ||
		skip_all "the kernel's own helper cannot be loaded"
}

# intree_rule: what makes the router use it.
intree_rule()
{
	ruleset "$R" <<-END
	table ip intree {
		ct helper pptp {
			type "pptp" protocol tcp
		}
		chain pre {
			type filter hook prerouting priority filter
			tcp dport 1723 ct helper set "pptp"
		}
	}
	END
}

# --- what the modules say --------------------------------------------------

# counter NAME [NETNS]: its value, into REPLY.
counter()
{
	local json

	json=$(vpn-passthrough -n "${2:-$R}" -j stats "$PROTO")
	REPLY=0
	if [[ $json =~ \"counter\":\"$1\",\"value\":([0-9]+) ]]; then
		REPLY=${BASH_REMATCH[1]}
	fi
}

# counter_is NAME OP N: for "check" and "busywait".
counter_is()
{
	counter "$1"
	echo "counter $1 is $REPLY"
	test "$REPLY" "$2" "$3"
}

# ids_paired: each id that was bound has been unbound; for "check".
ids_paired()
{
	local bound

	counter bound
	bound=$REPLY
	counter rebound
	bound=$((bound + REPLY))
	counter unbound
	echo "$bound bound, $REPLY unbound"
	[[ $bound -gt 0 && $bound -eq $REPLY ]]
}

# state_of ADDRESS: of the client's tunnel, into REPLY; empty without one.
state_of()
{
	local json address=${1//./\\.}

	json=$(vpn-passthrough -n "$R" -j tunnels "$PROTO" 2>/dev/null)
	REPLY=
	if [[ $json =~ \"state\":\"([a-z]+)\",\"client\":\"$address\" ]]; then
		REPLY=${BASH_REMATCH[1]}
	fi
}

# state_is ADDRESS STATE: for "check" and "busywait".
state_is()
{
	state_of "$1"
	echo "$1 is ${REPLY:-unknown}"
	[[ $REPLY == "$2" ]]
}

# limit_get NAME: from the tool, into REPLY.
limit_get()
{
	local json

	json=$(vpn-passthrough -n "$R" -j limits)
	REPLY=
	if [[ $json =~ \"$1\":([0-9]+) ]]; then
		REPLY=${BASH_REMATCH[1]}
	fi
}

# limit_is NAME OP N: for "check" and "busywait".
limit_is()
{
	limit_get "$1"
	echo "$1 is $REPLY"
	test "${REPLY:-0}" "$2" "$3"
}

# monitor_bg: events from now on, as JSON, into $TMP/events.
monitor_bg()
{
	vpn-passthrough -n "$R" -j monitor -t 90 >"$TMP/events" \
		2>"$TMP/monitor" &
	busywait 5000 grep -q listening "$TMP/monitor"
}

# event_seen REGEX: for "check" and "busywait".
event_seen()
{
	grep -E -- "$1" "$TMP/events" && return
	echo "no event matches $1 in:"
	tail -n 20 "$TMP/events"
	return 1
}
