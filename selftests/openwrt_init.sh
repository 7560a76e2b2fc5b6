#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# OpenWrt's init script, run by the shell that OpenWrt has (busybox) with
# functions in place of OpenWrt's own: its configuration becomes modes, policies
# and limits.
#
#   R (a namespace without a wire)

. "$(dirname "$0")/lib.sh"

plan 22
require
type busybox >/dev/null || skip_all "needs busybox"
modprobe -aq nf_conntrack_pptp_ext nf_conntrack_l2tp
netns "$R"
commit
files=$HERE/../openwrt/files

# What OpenWrt's functions do, as far as the script uses them. An option is in
# the variable CONFIG_SECTION_OPTION, as there; what procd and the log are told is
# printed.
cat >"$TMP/functions" <<'END'
config_load() {
	eval "$(awk -v quote="'" '
		{ gsub(quote, "") }
		$1 == "config" {
			section = $3
			print "CONFIG_SECTIONS=\"$CONFIG_SECTIONS " $2 ":" $3 "\""
		}
		$1 == "option" {
			print "CONFIG_" section "_" $2 "=" quote $3 quote
		}' "$CONFIG")"
}
config_get() {
	eval "$1=\${CONFIG_$2_$3:-${4-}}"
}
config_get_bool() {
	config_get "$@"
	eval "case \$$1 in
	1|on|true|yes|enabled) $1=1 ;;
	0|off|false|no|disabled) $1=0 ;;
	*) $1=\${4-} ;;
	esac"
}
config_foreach() {
	local entry
	for entry in $CONFIG_SECTIONS; do
		[ "${entry%%:*}" != "$2" ] || $1 "${entry#*:}"
	done
}
logger() { shift $(($# - 1)); echo "log: $1"; }
procd_open_instance() { echo "procd: instance $*"; }
procd_set_param() { echo "procd: $*"; }
procd_close_instance() { :; }
procd_add_reload_trigger() { echo "procd: reload on $*"; }
END

# service FUNCTION: of the script, for "check"; what it says is in $TMP/out.
service()
{
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_ns "$R" env CONFIG="$TMP/config" busybox sh -euc '
		. "$1"
		CONFIG_SECTIONS=
		. "$2"
		TOOL=vpn-passthrough
		$3' service "$TMP/functions" "$files/vpn-passthrough.init" \
		"$1" >"$TMP/out" 2>&1
	cat "$TMP/out"
}

# option SECTION NAME VALUE: set it in the configuration.
option()
{
	sed -i "/^config .* '$1'/,/^\$/ {
		/#\?option $2 /d
		/^config/a\\	option $2 '$3'
	}" "$TMP/config"
}

# said REGEX: by the last service.
said()
{
	cat "$TMP/out"
	grep -qE "$1" "$TMP/out"
}

# quiet: it had nothing to complain of.
quiet()
{
	! said '^log:|error'
}

# shown PROTO REGEX: what the tool shows of it, in JSON.
shown()
{
	vpn-passthrough -n "$R" -j show | grep -o "{\"proto\":\"$1\"[^}]*}" |
		tee "$TMP/shown" | grep -E "$2" && return
	cat "$TMP/shown"
	return 1
}

cp "$files/vpn-passthrough.config" "$TMP/config"
check "the configuration that comes with it" service start_service
check "is accepted" quiet
check "IPsec is on" shown ipsec '"mode":"on"'
check "PPTP is left alone" shown pptp '"mode":"bypass"'
check "L2TP is left alone" shown l2tp '"mode":"bypass"'
check "events go to the log" said '^procd: command vpn-passthrough monitor$'
service service_triggers >/dev/null
check "changes of the configuration are noticed" said 'reload on vpn-passthrough'

option ipsec policy fifo
option ipsec preserve_port 1
option ipsec fast_path 1
option pptp mode off
option l2tp mode observe
option globals max_per_client 7
option globals probe_ms 2000
option globals log 0
check "all options" service start_service
check "are accepted" quiet
check "a policy, a port and the fast path" shown ipsec \
	'"mode":"on".*"policy":"fifo","preserve_port":true,"fast_path":true'
check "a protocol that is refused" shown pptp '"mode":"off"'
check "one that is observed" shown l2tp '"mode":"observe"'
check "a limit" limit_is max_per_client -eq 7
check "another" limit_is probe_ms -eq 2000
check "no log" fails said 'procd: command'

option ipsec mode always
option pptp mode on
option globals max_ids 1
service start_service >/dev/null
check "a wrong mode is told" said "^log: ipsec is left as it is: not 'always"
check "a wrong limit is told" said '^log: limits are left as they are'
check "and nothing of either is changed" shown ipsec \
	'"mode":"on".*"policy":"fifo"'
check "others are" shown pptp '"mode":"on"'

option globals enabled 0
service start_service >/dev/null
check "when it is disabled, all is left alone" shown ipsec '"mode":"bypass"'
option globals enabled 1
option ipsec mode on
service start_service >/dev/null
check "enabled again it works" shown ipsec '"mode":"on"'
service stop_service >/dev/null
check "when it stops, all is left alone" shown pptp '"mode":"bypass"'
