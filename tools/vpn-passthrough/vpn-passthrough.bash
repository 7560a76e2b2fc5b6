# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completes vpn-passthrough(8) in bash.

_vpn_passthrough_protos="pptp ipsec l2tp"

# Sets verb and the words after it in args, the one under the cursor left out.
_vpn_passthrough_split() {
	local i

	verb=
	args=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n | --netns)
			i=$((i + 1))
			;;
		-*)
			;;
		*)
			verb=${COMP_WORDS[i]}
			args=("${COMP_WORDS[@]:i + 1:COMP_CWORD - i - 1}")
			return
			;;
		esac
	done
}

# The words of the first argument that are not on the command line yet.
_vpn_passthrough_unused() {
	local word

	for word in $1; do
		[[ " ${args[*]} " == *" $word "* ]] || echo "$word"
	done
}

_vpn_passthrough_selection() {
	local words="client server"

	case $previous in
	client | server | -c | --count)
		return
		;;
	esac
	if [[ $verb == tunnels ]]; then
		words+=" -w --watch -c --count"
	fi
	[[ " ${args[*]} " =~ \ (pptp|ipsec|l2tp)\  ]] ||
		words+=" $_vpn_passthrough_protos"
	_vpn_passthrough_unused "$words"
}

_vpn_passthrough_binding() {
	if [ ${#args[@]} -eq 0 ]; then
		echo "$_vpn_passthrough_protos"
		return
	fi
	case $previous in
	client | server | in | out | zone)
		;;
	*)
		_vpn_passthrough_unused "client server in out zone"
		;;
	esac
}

# Only the key exchange of IPsec can be read.
_vpn_passthrough_policies() {
	[ "$1" != ipsec ] || echo ike
	echo "serialize fifo strict"
}

_vpn_passthrough_set() {
	local words=

	if [ ${#args[@]} -eq 0 ]; then
		echo "$_vpn_passthrough_protos"
		return
	fi
	if [[ $previous == --policy ]]; then
		_vpn_passthrough_policies "${args[0]}"
		return
	fi
	if [[ $previous == --for ]]; then
		echo "30s 15m 2h 1d"
		return
	fi
	[[ " ${args[*]:1} " =~ \ (off|on|bypass|observe)\  ]] ||
		words="off on bypass observe"
	[[ " ${args[*]} " == *\ --for\ * ]] || words+=" --for"
	[[ ${args[0]} == pptp || " ${args[*]} " == *\ --policy\ * ]] ||
		words+=" --policy"
	[[ ${args[0]} == pptp || " ${args[*]} " == *-preserve-port\ * ]] ||
		words+=" --preserve-port --no-preserve-port"
	[[ " ${args[*]} " == *-fast-path\ * ]] ||
		words+=" --fast-path --no-fast-path"
	echo "$words"
}

_vpn_passthrough_args() {
	local verbs=$1

	case $verb in
	"")
		echo "$verbs -j --json -p --pretty -n --netns -h --help"
		echo "-V --version"
		;;
	set)
		_vpn_passthrough_set
		;;
	limits)
		((${#args[@]} % 2)) || _vpn_passthrough_unused \
			"max-ids max-per-client max-per-server probe-ms"
		;;
	tunnels | flush)
		_vpn_passthrough_selection
		;;
	stats)
		if [[ $previous == --prometheus ]]; then
			compgen -f -- "$word"
		elif [ ${#args[@]} -eq 0 ]; then
			echo "--prometheus -a --all $_vpn_passthrough_protos"
		elif [[ ${args[0]} != --prometheus ]]; then
			_vpn_passthrough_unused \
				"-a --all $_vpn_passthrough_protos"
		fi
		;;
	bind | unbind)
		_vpn_passthrough_binding
		;;
	monitor)
		case $previous in
		-c | --count | -t | --timeout)
			;;
		*)
			_vpn_passthrough_unused "-c --count -t --timeout"
			;;
		esac
		;;
	import | save)
		[ ${#args[@]} -gt 0 ] || compgen -f -- "$word"
		;;
	restore)
		[[ -n ${args[0]} && ${args[0]} != --check ]] ||
			compgen -f -- "$word"
		_vpn_passthrough_unused --check
		;;
	help)
		[ ${#args[@]} -gt 0 ] || echo "$verbs"
		;;
	esac
}

_vpn_passthrough_netns() {
	local path

	for path in /run/netns/*; do
		[ -e "$path" ] && echo "${path##*/}"
	done
}

_vpn_passthrough() {
	local verbs="show set limits tunnels explain stats flush bind unbind"
	local word=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local verb args words

	verbs+=" bindings export import save restore monitor help version"
	_vpn_passthrough_split
	if [ -z "$verb" ] && [[ $previous == -n || $previous == --netns ]]; then
		words=$(_vpn_passthrough_netns)
	else
		words=$(_vpn_passthrough_args "$verbs")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _vpn_passthrough vpn-passthrough
