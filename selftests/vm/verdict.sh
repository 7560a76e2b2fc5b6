# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a run's exit status is, from the report its guest wrote (guest/stage2).
#
# shellcheck disable=SC2154 # $folder, $limit and $qemu_status are the run's

# Words with which a kernel complains.
COMPLAINTS='BUG:|WARNING:|Oops|KFENCE|KASAN|UBSAN|KCSAN|kernel BUG at'
COMPLAINTS+='|general protection|Call Trace|scheduling while atomic'
COMPLAINTS+='|INFO: (task|rcu|possible|trying)|rcu: INFO|self-detected stall'
COMPLAINTS+='|blocked for more than|soft lockup|hard LOCKUP'
COMPLAINTS+='|possible (circular|recursive|irq) |inconsistent lock state'
COMPLAINTS+='|suspicious RCU|sleeping function called|bad unlock balance'
COMPLAINTS+='|unreferenced object|kmemleak|refcount_t:|ODEBUG'
COMPLAINTS+='|unregister_netdevice: waiting'

# report_value WORD: what follows WORD in the report.
report_value()
{
	awk -v word="$1" '$1 == word { print $2; exit } $1 == "log" { exit }' \
		"$folder/report"
}

report_log()
{
	sed '1,/^log$/d; $d' "$folder/report"
}

# died: the report has no end. Say what the console said last.
died()
{
	if [[ $qemu_status -eq 124 || $qemu_status -eq 137 ]]; then
		say "the guest hung; the end of its console:"
	else
		say "the guest died; the end of its console:"
	fi
	cat "$folder/qemu" >&2
	tail -n 40 "$folder/console" >&2
	[[ $qemu_status -eq 124 || $qemu_status -eq 137 ]] && return 124
	return 125
}

# complaints: the kernel's complaints and what follows each; 1 when none.
complaints()
{
	local log

	log=$(report_log)
	if ! grep -q 'vm: command starts' <<<"$log"; then
		echo "the kernel log was cleared or overrun"
	elif ! grep -E -A 25 "$COMPLAINTS" <<<"$log"; then
		[[ $(report_value taint) -ne 0 ]] || return 1
		echo "the kernel is tainted: $(report_value taint)"
	fi
}

# verdict: return the run's status; words go to standard error.
verdict()
{
	local status words

	[[ $(tail -n 1 "$folder/report") == end ]] || { died; return; }
	status=$(report_value exit)
	[[ $status -ne 124 ]] || say "the command took longer than $limit s"
	if words=$(complaints); then
		say "the kernel complained:"
		printf '%s\n' "$words" >&2
		[[ $status -ne 0 ]] || status=126
	fi
	return "$status"
}
