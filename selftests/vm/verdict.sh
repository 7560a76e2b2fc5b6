# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a run's exit status is, from the report its guest wrote (guest/stage2).
#
# shellcheck disable=SC2154 # $folder, $limit and $qemu_status are the run's

# shellcheck source=../dmesg.sh
. "$VM_DIR/../dmesg.sh"

# Words with which a kernel complains.
COMPLAINTS='BUG:|BUG [^ ]+ \(|WARNING:|Oops|KFENCE|KASAN|UBSAN|KCSAN'
COMPLAINTS+='|kernel BUG at|general protection|Call Trace'
COMPLAINTS+='|scheduling while atomic|INFO: (task|rcu|possible|trying)|rcu: INFO'
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

# died: the report has no end. Show the console from its first complaint on:
# what follows a first one is often its consequence.
died()
{
	local status=125 what=died

	# What timeout returns when it had to end, or to kill, QEMU.
	if [[ $qemu_status -eq 124 || $qemu_status -eq 137 ]]; then
		status=124 what=hung
	fi
	say "the guest $what; its console:"
	cat "$folder/qemu" >&2
	grep -aE -m 1 -A 80 "$COMPLAINTS|Kernel panic" "$folder/console" >&2 ||
		tail -n 40 "$folder/console" >&2
	return "$status"
}

# complaints: the kernel's complaints and what follows each; 1 when none.
complaints()
{
	local log

	log=$(report_log | own_races)
	if ! grep -q 'vm: command starts' <<<"$log"; then
		echo "the kernel log was cleared or overrun"
	elif ! grep -E -A 25 "$COMPLAINTS" <<<"$log"; then
		[[ $(report_value taint) -ne 0 ]] || return 1
		echo "the kernel is tainted: $(report_value taint)"
	fi
}

# races_elsewhere: how many were left out.
races_elsewhere()
{
	local all own

	all=$(report_log | grep -c 'BUG: KCSAN') || return 0
	own=$(report_log | own_races | grep -c 'BUG: KCSAN') || true
	say "data races elsewhere in the kernel, left out: $((all - own))"
}

# verdict: return the run's status; words go to standard error.
verdict()
{
	local status words

	[[ $(tail -n 1 "$folder/report") == end ]] || { died; return; }
	status=$(report_value exit)
	[[ $status -ne 124 ]] || say "the command took longer than $limit s"
	races_elsewhere
	if words=$(complaints); then
		say "the kernel complained:"
		printf '%s\n' "$words" >&2
		[[ $status -ne 0 ]] || status=126
	fi
	return "$status"
}
