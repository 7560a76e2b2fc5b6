# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A real systemd in a guest whose PID 1 is another: in a PID namespace, with this
# machine's files and network.

# systemd_boot: returns when it has started what it was to start.
systemd_boot()
{
	local state=''

	systemctl --quiet set-default multi-user.target
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --pid --mount --cgroup --fork --kill-child bash -c '
		mount -t proc proc /proc
		mount -t tmpfs tmp /tmp
		mount -t tmpfs tmp /var/tmp
		: >/run/console
		mount --bind /run/console /dev/console
		exec env -i container=vm PATH="$PATH" /lib/systemd/systemd
	' &
	SYSTEMD=$!
	busywait 240000 systemd_answers || return 1
	# Other units of this machine may fail.
	state=$(inside timeout 600 systemctl --wait is-system-running)
	echo "$state"
	[[ $state == running || $state == degraded ]]
}

# inside COMMAND...: beside it.
inside()
{
	local init

	init=$(pgrep -P "$SYSTEMD") || return 1
	nsenter -t "$init" -p -m "$@"
}

systemd_answers()
{
	inside systemctl is-system-running 2>&1 |
		grep -E 'initializing|starting|running|degraded'
}

# systemd_halt: everything that it started ends.
systemd_halt()
{
	inside systemctl poweroff
	busywait 240000 fails kill -0 "$SYSTEMD" || return 1
	wait "$SYSTEMD"
	return 0
}
