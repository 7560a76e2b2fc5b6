#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In a guest: the packages as dpkg installed them, booted by systemd, removed and
# purged.
#
#	deb_guest.sh MODULES SCENE

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$(readlink -f "$0")")/../lib.sh"
# shellcheck source=scene.sh
. "$HERE/package/scene.sh"
# shellcheck source=left.sh
. "$HERE/package/left.sh"
# shellcheck source=systemd.sh
. "$HERE/package/systemd.sh"

plan 37
sysctls=/proc/sys/net/netfilter/vpn_passthrough
METRICS=/var/lib/prometheus/node-exporter/vpn-passthrough.prom
samples=/usr/share/doc/vpn-passthrough/examples

# unit_is UNIT STATE: for "check" and "busywait".
unit_is()
{
	[[ $(inside systemctl is-active "$1" | tee /dev/stderr) == "$2" ]]
}

# main_pid UNIT: its process as seen out here, into REPLY.
main_pid()
{
	local cgroup

	cgroup=$(inside systemctl show -P ControlGroup "$1")
	REPLY=$(grep -lsx "0::.*$cgroup" /proc/[0-9]*/cgroup | cut -d/ -f3)
	[[ -n $REPLY ]]
}

# runs_bare PID: no root, and one capability.
runs_bare()
{
	grep -E '^(Uid|Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' \
		"/proc/$1/status"
	! grep '^Uid:.*\b0\b' "/proc/$1/status" &&
		[[ $(grep -c '^Cap[PEBA].*0000000000001000$' \
			"/proc/$1/status") -eq 4 ]]
}

# logged REGEX: in the journal of the log unit; for "check" and "busywait".
logged()
{
	inside journalctl -q -o cat -u vpn-passthrough-log | grep -E "$1"
}

# another_pid OLD: the log unit has a new process; for "busywait".
another_pid()
{
	main_pid vpn-passthrough-log && [[ $REPLY != "$1" ]]
}

# set_by_all_lines FILE: with its comments taken away, sysctl accepts it all.
set_by_all_lines()
{
	sed -n 's/^#\(net\.\)/\1/p' "$1" >"$TMP/sysctl"
	sysctl -p "$TMP/sysctl"
}

# names_all FILE: it names each sysctl, and with its default.
names_all()
{
	local name

	for name in "$sysctls"/*; do
		grep -q "^#net.netfilter.vpn_passthrough.${name##*/} = $(cat \
			"$name")\$" "$1" || { echo "not ${name##*/}"; return 1; }
	done
}

# units: those of the package.
units()
{
	dpkg -L vpn-passthrough | grep -E '\.(service|timer)$'
}

# verified: no unit has a line that systemd does not like.
verified()
{
	local said

	# shellcheck disable=SC2046 # one word each
	said=$(systemd-analyze verify --man=no $(units) 2>&1 |
		grep vpn-passthrough)
	[[ -z $said ]] || { echo "$said"; return 1; }
}

# both_are STATUS: as dpkg has it.
both_are()
{
	local package

	for package in vpn-passthrough vpn-passthrough-dkms; do
		[[ $(dpkg-query -W -f '${db:Status-Status}' "$package") == \
			"$1" ]] || return 1
	done
}

scene_enter "$1" "$2"
rm -f /var/lib/man-db/auto-update # which takes minutes
rm -f /usr/sbin/policy-rc.d # with which containers keep packages from services
check "dpkg has installed both" both_are installed
check "dkms has built and installed the modules" come_from updates/dkms
check "systemd accepts the units" verified
check "not loaded before it boots" none_loaded
check "systemd boots" systemd_boot
check "the modules are loaded" are_loaded
check "the unit that restores is active" unit_is vpn-passthrough active
check "the tool shows the modes" \
	grep -E 'ipsec  on' <(vpn-passthrough show)
check "so do the sysctls" grep -qx 1 "$sysctls/ipsec"
check "the sample of sysctls has all, with defaults" \
	names_all "$samples/sysctl.d/90-vpn-passthrough.conf"
check "and sysctl takes it" \
	set_by_all_lines "$samples/sysctl.d/90-vpn-passthrough.conf"

check "the log is off unless asked for" unit_is vpn-passthrough-log inactive
check "it can be enabled" inside systemctl enable --now vpn-passthrough-log
check "it listens" busywait 60000 logged listening
vpn-passthrough set ipsec observe
check "it logs what happens" busywait 60000 logged \
	' mode ipsec on -> observe by uid 0 '
main_pid vpn-passthrough-log
pid=$REPLY
check "without root, with one capability" runs_bare "$pid"
kill -SEGV "$pid"
check "it starts again if it dies" busywait 90000 another_pid "$pid"

mkdir -p "${METRICS%/*}"
check "metrics can be enabled" \
	inside systemctl enable --now vpn-passthrough-prometheus.timer
check "they are written" busywait 60000 grep -x \
	'vpn_passthrough_mode{proto="ipsec",mode="observe"} 1' "$METRICS"

vpn-passthrough set ipsec off
vpn-passthrough save
sed -i '/^set [pl]\|^limits/d' /etc/vpn-passthrough.conf
check "it can be halted" systemd_halt
modprobe -ra "${OURS[@]:1}" "${OURS[0]}"
check "the modules can be unloaded" none_loaded
sed -i 's/^#\(options.*\)/\1/' /etc/modprobe.d/vpn-passthrough.conf
sed -i 's/^#\(.*probe_ms =\).*/\1 2000/' /etc/sysctl.d/90-vpn-passthrough.conf
sed -i '/l2tp/d' /etc/modules-load.d/vpn-passthrough.conf
check "it boots with another configuration" systemd_boot
check "the mode that was saved" grep -E 'ipsec +off' <(vpn-passthrough show)
check "a mode of modprobe.d" grep -E 'pptp +off' <(vpn-passthrough show)
check "a limit of sysctl.d" grep -x 2000 "$sysctls/probe_ms"
check "no module that is not wanted" test ! -d /sys/module/nf_conntrack_l2tp
check "the log runs" unit_is vpn-passthrough-log active

check "the packages can be removed" inside dpkg -r vpn-passthrough \
	vpn-passthrough-dkms
check "the log has ended" busywait 60000 unit_is vpn-passthrough-log inactive
check "the modules are unloaded" none_loaded
check "the metrics have ended" unit_is vpn-passthrough-prometheus.timer \
	inactive
check "and nobody reads old ones" test ! -e "$METRICS"
check "and no longer there" fails modprobe -q nf_nat_ipsec_esp
check "what was configured is kept" grep -q '^options' \
	/etc/modprobe.d/vpn-passthrough.conf
check "so is what was saved" grep -q '^set ipsec off' \
	/etc/vpn-passthrough.conf
check "the packages can be purged" inside dpkg -P vpn-passthrough \
	vpn-passthrough-dkms
check "nothing is left" nothing_left "$2"
systemd_halt
