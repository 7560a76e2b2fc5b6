# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real IKE daemons in network namespaces: libreswan's pluto as gateway and as
# clients, which send raw ESP and stay on UDP port 500. To be read after lib.sh.
#
# The gateway is "g" and has a connection "cI" for client I; the client "cI" has
# one connection, "t". What is to be done with them at which moment, and what
# must come of it, ike.py is told by "tell". Daemons run no program of
# their own: routes are there already.

REAL=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
PROGRAMS=$REAL/programs
IPSEC=$PROGRAMS/libreswan/usr/libexec/ipsec
CERTUTIL=$PROGRAMS/libnss3-tools/usr/bin/certutil
declare -A IKE_PID	# processes, by name
IKE_NAMES=()		# the clients

# Where they are; ike_ip6 changes that.
IKE_OUTER=10.0.0. IKE_INNER=172.16.0. IKE_BITS=32 IKE_GATEWAY=$GATEWAY

# The options of all connections. Cheap cryptography, patience for a slow
# machine, and raw ESP.
IKE_V2=(
	authby=secret ikev2=insist encapsulation=no
	ike=aes_gcm128-sha256-dh31 esp=aes_gcm128
	retransmit-interval=1000 retransmit-timeout=20s auto=add
)
IKE_V1=(
	authby=secret ikev2=no nat-ikev1-method=none encapsulation=no
	ike=aes128-sha2_256-dh19 esp=aes_gcm128 pfs=no
	retransmit-interval=1000 retransmit-timeout=20s auto=add
)

# ike_need: what these scripts use, beside lib.sh's.
ike_need()
{
	local program

	for program in python3 unshare; do
		type "$program" >/dev/null 2>&1 ||
			skip_all "needs the program $program: selftests/setup"
	done
	for program in "$IPSEC/pluto" "$CERTUTIL"; do
		[[ -x $program ]] || skip_all \
			"needs the program ${program##*/}: selftests/setup"
	done
	# Else the first SA waits for these, on a slow machine for long.
	modprobe -aq esp4_offload esp6_offload
	ike_libraries
	ike_etc
}

# ike_libraries: where those that setup unpacked are.
ike_libraries()
{
	local folders

	folders=$(compgen -G "$PROGRAMS/*/usr/lib/*-linux-gnu")
	IKE_LIBRARIES=${folders//$'\n'/:}
}

# ike_env COMMAND...: with these libraries.
ike_env()
{
	env LD_LIBRARY_PATH="$IKE_LIBRARIES" "$@"
}

# ike_etc: what all daemons have in common. pluto insists on a program addconn,
# which it runs with an empty environment.
ike_etc()
{
	mkdir -p "$TMP/ike/libexec/ipsec" "$TMP/ike/nss"
	ln -s /bin/true "$TMP/ike/libexec/ipsec/addconn"
	ike_env "$CERTUTIL" -N -d "sql:$TMP/ike/nss" --empty-password ||
		skip_all "certutil cannot make a database"
	echo '%any %any : PSK "one-secret-for-all-of-the-tests"' \
		>"$TMP/ike/secrets"
}

# ike_conf NAME OPTION...: begins its configuration; options of all connections.
ike_conf()
{
	local name=$1

	shift
	printf '%s\n' "config setup" $'\tikev1-policy=accept' \
		"conn %default" "${@/#/$'\t'}" >"$TMP/conf-$name"
}

# ike_conn NAME CONNECTION OPTION...: another connection.
ike_conn()
{
	local name=$1 conn=$2

	shift 2
	printf '%s\n' "conn $conn" "${@/#/$'\t'}" >>"$TMP/conf-$name"
}

# ike_ip6: all is IPv6 from now on, outside and inside.
ike_ip6()
{
	IKE_OUTER=fd00:: IKE_INNER=fd10:: IKE_BITS=128 IKE_GATEWAY=$GATEWAY6
}

# ike_end SIDE ADDRESS ID INNER: its options, into REPLY. It starts no program.
ike_end()
{
	REPLY=("$1=$2" "$1id=@$3" "$1subnet=$IKE_INNER$4/$IKE_BITS"
	       "$1updown=%disabled")
}

# ike_client I OPTION...: the configuration of client I.
ike_client()
{
	local i=$1 left

	shift
	ike_end left "$IKE_OUTER$((10 + i))" "c$i" $((10 + i))
	left=("${REPLY[@]}")
	ike_end right "$IKE_GATEWAY" g 1
	ike_conf "c$i" "$@"
	ike_conn "c$i" t "${left[@]}" "${REPLY[@]}"
}

# ike_gateway OPTION...: begins the gateway's.
ike_gateway()
{
	ike_conf g "$@"
}

# ike_gateway_conn I [OPTION...]: and adds client I to it.
ike_gateway_conn()
{
	local i=$1 left

	shift
	ike_end left "$IKE_GATEWAY" g 1
	left=("${REPLY[@]}")
	ike_end right "${IKE_ANY-%any}" "c$i" $((10 + i))
	ike_conn g "c$i" "${left[@]}" "${REPLY[@]}" "$@"
}

# ike_spawn NAME NETNS: a daemon in the background, with mounts of
# its own. Each program executes the next one: the process becomes pluto.
ike_spawn()
{
	local name=$1 ns=$2 nss=$TMP/nss-$1 run=$TMP/run-$1

	rm -rf "$nss" "$run" "$TMP/out-$name"
	mkdir -p "$run/ipsec.d"
	cp -r "$TMP/ike/nss" "$nss"
	# shellcheck disable=SC2016 # for the other shell
	nsenter --net="/run/netns/$ns" unshare -m sh -ec '
		mount --bind "$1" /usr/libexec
		shift
		exec "$@"' spawn "$TMP/ike/libexec" \
		env LD_LIBRARY_PATH="$IKE_LIBRARIES" "$IPSEC/pluto" \
		--config "$TMP/conf-$name" --nofork --stderrlog \
		--no-dnssec --nhelpers 0 --use-xfrm \
		--rundir "$run" --dumpdir "$run" --ipsecdir "$run/ipsec.d" \
		--nssdir "$nss" --secretsfile "$TMP/ike/secrets" \
		>"$TMP/out-$name" 2>&1 {NEVER}>&- &
	IKE_PID[$name]=$!
}

# ike_listens NAME: it has read its configuration; for "busywait", costs no
# process.
ike_listens()
{
	[[ $(<"$TMP/out-$1") == *"loading secrets from"* ]]
}

# ike_load NAME...: have them read their configurations, all at once.
ike_load()
{
	local name pids=()

	for name; do
		busywait 60000 test -S "$TMP/run-$name/pluto.ctl" || break
		ike_env "$IPSEC/addconn" --autoall \
			--ctlsocket "$TMP/run-$name/pluto.ctl" \
			--config "$TMP/conf-$name" >>"$TMP/load-$name" 2>&1 &
		pids+=($!)
	done
	wait "${pids[@]}"
	for name; do
		busywait 20000 ike_listens "$name" && continue
		echo "Bail out! pluto does not start"
		tail -n 20 "$TMP/out-$name" "$TMP/load-$name"
		exit 1
	done
}

# ike_clients N [OPTION...]: the gateway, and N clients, with options of all
# connections; and who tells them what to do.
ike_clients()
{
	local i n=$1

	shift
	ike_gateway "$@"
	ike_spawn g "$G"
	IKE_NAMES=()
	for ((i = 1; i <= n; i++)); do
		ike_gateway_conn "$i"
		ike_client "$i" "$@"
		ike_spawn "c$i" "${C[$i]}"
		IKE_NAMES+=("c$i")
	done
	ike_load g "${IKE_NAMES[@]}"
	ike_conductor "$n"
}

# ike_conductor N: start ike.py, which "tell" talks to, for N clients.
ike_conductor()
{
	local i names=("g=$G")

	for ((i = 1; i <= $1; i++)); do
		names+=("c$i=${C[$i]},$IKE_INNER$((10 + i)),${IKE_INNER}1")
	done
	coproc PEER {
		LD_LIBRARY_PATH=$IKE_LIBRARIES exec python3 -S "$REAL/ike.py" \
			"$IPSEC/whack" "$TMP" "${names[@]}" 2>&1
	}
}

# ike_end_all: end all daemons, and wait until they have ended. What they would
# do at their ease is of no use any more.
ike_end_all()
{
	kill -KILL "${IKE_PID[@]}"
	wait "${IKE_PID[@]}"
	return 0
} 2>/dev/null


# ike_rounds N MS: so many times, all clients come up within so many
# milliseconds, and go down; for "check".
ike_rounds()
{
	local i status=0

	for ((i = 1; i <= $1; i++)); do
		echo "round $i"
		tell up "$2" "${IKE_NAMES[@]}" || status=1
		tell down "${IKE_NAMES[@]}" || return 1
	done
	return "$status"
}

# ike_crash NAME NETNS: its daemon dies, and its kernel forgets all.
ike_crash()
{
	kill -KILL "${IKE_PID[$1]}"
	wait "${IKE_PID[$1]}"
	ip -n "$2" xfrm state flush
	ip -n "$2" xfrm policy flush
} 2>/dev/null

# ike_restart NAME NETNS: start it again; it has the same configuration.
ike_restart()
{
	ike_spawn "$1" "$2"
	ike_load "$1"
	tell restarted "$1"
}

# ike_says NAME TEXT: it has logged that, for "busywait"; costs no process.
ike_says()
{
	[[ $(<"$TMP/out-$1") == *"$2"* ]]
}

# --- strongSwan, which cannot do without NAT traversal ----------------------

SWAN_PROPOSAL=aes128-sha256-modp2048 SWAN_AS_LIBRESWAN=aes128-sha2_256-dh14
SWAN_PLUGINS="random nonce aes sha1 sha2 hmac kdf gmp"
SWAN_PLUGINS+=" kernel-netlink socket-default vici"

# swan_need: what these scripts use, beside ike_need's.
swan_need()
{
	[[ -x $PROGRAMS/strongswan-charon/usr/lib/ipsec/charon &&
	   -x $PROGRAMS/strongswan-swanctl/usr/sbin/swanctl ]] ||
		skip_all "needs the program charon: selftests/setup"
	modprobe -aq overlay
}

# swan_conf I: the configuration of client I.
swan_conf()
{
	local dir=$TMP/swan-$1 inner=$IKE_INNER$((10 + $1))

	mkdir -p "$dir"
	cat >"$dir/strongswan.conf" <<-END
	charon {
		load = $SWAN_PLUGINS
		install_routes = no
		filelog {
			stderr {
				default = 1
			}
		}
		plugins {
			vici {
				socket = unix://$dir/vici
			}
		}
	}
	swanctl {
		load = random
	}
	END
	cat >"$dir/swanctl.conf" <<-END
	connections {
		t {
			version = 2
			proposals = $SWAN_PROPOSAL
			remote_addrs = $IKE_GATEWAY
			local {
				auth = psk
				id = fqdn:c$1
			}
			remote {
				auth = psk
				id = fqdn:g
			}
			children {
				t {
					local_ts = $inner/$IKE_BITS
					remote_ts = ${IKE_INNER}1/$IKE_BITS
					esp_proposals = aes128gcm16
				}
			}
		}
	}
	secrets {
		ike {
			secret = one-secret-for-all-of-the-tests
		}
	}
	END
}

# swan I COMMAND...: for client I, with strongSwan where it expects itself to
# be, and with mounts of its own. Each program executes the next one.
swan()
{
	local dir=$TMP/swan-$1 netns=${C[$1]} lib

	shift
	printf -v lib '%s/usr/lib:' "$PROGRAMS"/*strongswan*
	mkdir -p "$dir/run"
	# shellcheck disable=SC2016 # for the other shell
	STRONGSWAN_CONF=$dir/strongswan.conf SWANCTL_DIR=$dir \
		LD_LIBRARY_PATH=/usr/lib/ipsec exec \
		nsenter --net="/run/netns/$netns" unshare -m sh -ec '
		mount -t overlay swan /usr/lib -o "lowerdir=$1/usr/lib"
		mount --bind "$2" /run
		shift 2
		exec "$@"' swan "$lib" "$dir/run" "$@"
}

# swan_spawn I: client I as "cI", in the background, ready to initiate.
swan_spawn()
{
	swan_conf "$1"
	(swan "$1" /usr/lib/ipsec/charon) >"$TMP/out-c$1" 2>&1 {NEVER}>&- &
	IKE_PID[c$1]=$!
	if ! busywait 60000 test -S "$TMP/swan-$1/vici" ||
	   ! swanctl "$1" --load-all >"$TMP/load-c$1" 2>&1; then
		echo "Bail out! charon does not start"
		tail -n 20 "$TMP/out-c$1" "$TMP/load-c$1"
		exit 1
	fi
}

# swanctl I ARG...: tell client I.
swanctl()
{
	local i=$1

	shift
	(swan "$i" "$PROGRAMS/strongswan-swanctl/usr/sbin/swanctl" "$@" \
		--uri "unix://$TMP/swan-$i/vici")
}

# swan_up I: for "check".
swan_up()
{
	swanctl "$1" --initiate --child t --timeout 40
}

# swan_down I: for "check".
swan_down()
{
	swanctl "$1" --terminate --ike t --timeout 20
}
