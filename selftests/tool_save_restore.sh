#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is configured is saved to a file and comes back from it: all of it, or
# nothing; and the file is there as a whole, or as it was before.
#
#   R (a namespace without a wire)

. "$(dirname "$0")/lib.sh"

plan 53
require
netns "$R"
commit
modprobe nf_conntrack_l2tp
modprobe -rq nf_conntrack_pptp_ext

folder=/proc/sys/net/netfilter/vpn_passthrough
conf=$TMP/conf
pair=(client 10.0.0.11 server 192.0.2.2)

# vpn WORD...: the tool, in the namespace.
vpn()
{
	vpn-passthrough -n "$R" "$@"
}

# state: all that is configured, but for the time that a mode has left.
state()
{
	vpn -j show | sed 's/"left_ms":[0-9]*/"left_ms":0/g; s/"ids".*//'
	vpn -j bindings
}

# keeps COMMAND...: it changes nothing, whether it succeeds or not.
keeps()
{
	state >"$TMP/before"
	"$@" >"$TMP/out" 2>"$TMP/err"
	state | diff "$TMP/before" -
}

# refused STATUS TEXT COMMAND...: it ends so, in one line, and changes nothing.
refused()
{
	local status=$1 text=$2

	shift 2
	state >"$TMP/before"
	"$@" >"$TMP/out" 2>"$TMP/err"
	[[ $? -eq $status ]] || { cat "$TMP/err"; return 1; }
	cat "$TMP/err"
	[[ $(wc -l <"$TMP/err") -eq 1 && ! -s $TMP/out ]] &&
		grep -qF -- "$text" "$TMP/err" && state | diff "$TMP/before" -
}

# config LINE...: a file of these lines, and an end.
config()
{
	printf '%s\n' "$@" end >"$conf"
}

# changes N: restoring changes so many of the file's lines.
changes()
{
	vpn restore "$conf" | tee "$TMP/out"
	grep -q ", $1 changed something\$" "$TMP/out"
}

# --- there and back -----------------------------------------------------------

vpn set ipsec on --policy fifo --preserve-port --fast-path
vpn set l2tp observe
vpn limits max-ids 1000 max-per-client 7 probe-ms 250
vpn bind ipsec "${pair[@]}" in 0x20001 out 0x10001
vpn bind l2tp "${pair[@]}" in 77 zone 3
vpn bind ipsec client fd00::11 server 2001:db8::2 in 0x20002
check "it is saved" vpn save "$conf"
cat >"$TMP/expected" <<-END
	limits max-ids 1000
	limits max-per-client 7
	limits max-per-server 65535
	limits probe-ms 250
	# pptp: its kernel module is not loaded
	set ipsec on --policy fifo --preserve-port --fast-path
	set l2tp observe --policy serialize --no-preserve-port --no-fast-path
	bind ipsec client 10.0.0.11 server 192.0.2.2 in 0x20001 out 0x10001
	bind l2tp client 10.0.0.11 server 192.0.2.2 in 0x4d zone 3
	bind ipsec client fd00::11 server 2001:db8::2 in 0x20002
	end
	END
check "as commands" diff "$TMP/expected" <(tail -n +4 "$conf")
check "everybody can read it" test "$(stat -c %a "$conf")" = 644
state >"$TMP/full"
ip netns del "$R"
netns "$R"
commit
check "a new namespace is another one" fails diff "$TMP/full" <(state)
check "restored" changes 6
check "it is the same" diff "$TMP/full" <(state)
check "restoring again" changes 0
check "and again nothing is changed" keeps vpn restore "$conf"
check "restoring tells it in JSON" grep -x '{"lines":9,"changed":0}' \
	<(vpn -j restore "$conf")

# --- by hand ------------------------------------------------------------------

config "# mine" "" "set ipsec off # for now" "limits max-ids 0x200 probe-ms 500"
check "a file written by hand" changes 2
check "sets what it names" sh -c "vpn-passthrough -n $R -j show |
	grep '\"ipsec\",\"mode\":\"off\".*\"policy\":\"fifo\".*\"max_ids\":512,\"max_per_client\":7'"
check "and leaves what it does not" sh -c \
	"vpn-passthrough -n $R bindings | grep -c '10.0.0.11\|fd00::11' | grep -x 3"
check "from the standard input" sh -c \
	"echo 'set ipsec on
	end' | vpn-passthrough -n $R restore -"
check "to the standard output" grep -x 'set ipsec on .*' <(vpn save -)
check "--check reads" vpn restore --check "$conf"
check "and changes nothing" keeps vpn restore --check "$conf"

# --- a mode for a time --------------------------------------------------------

vpn set ipsec observe --for 1h
check "of a mode for a time" grep -x \
	'set ipsec on --policy fifo --preserve-port --fast-path' <(vpn save -)
vpn save "$conf"
check "what returns is saved, and restored" changes 1
check "which makes it last" sh -c "vpn-passthrough -n $R -j show |
	grep '\"ipsec\",\"mode\":\"on\",\"available\":true,\"left_ms\":null'"

# --- all or nothing -----------------------------------------------------------

config "limits max-ids 900" "set ipsec on" "sett l2tp on"
check "a word that is none is refused" refused 1 "$conf, line 3: 'sett'" \
	vpn restore "$conf"
config "limits max-ids 900 max-per-client 0"
check "a limit out of range" refused 1 "$conf, line 1: max-per-client is from" \
	vpn restore "$conf"
config "limits max-ids 900" "set pptp on" "set ipsec on"
check "a protocol without its module" refused 4 \
	"$conf, line 2: the kernel module of pptp is not loaded (modprobe nf_conntrack_pptp_ext)" \
	vpn restore "$conf"
config "set pptp bypass"
check "but bypass is what it is in" vpn restore "$conf"
printf 'limits max-ids 900\nset ipsec off\n' >"$conf"
check "half a file" refused 1 "ends before its last line" vpn restore "$conf"
printf 'limits max-ids 900\n\0\0\0\0\0\0\0\0' >"$conf"
check "one that was not written to its end" refused 1 "line 2: a byte 0" \
	vpn restore "$conf"
: >"$conf"
check "an empty one" refused 1 "ends before its last line" vpn restore "$conf"
check "none" refused 1 "No such file" vpn restore "$TMP/absent"

# The kernel refuses the last line; all before it were done, and are put back.
vpn set ipsec observe --for 1h
config "limits max-ids 900 probe-ms 100" "set ipsec off --policy strict" \
	"bind ipsec ${pair[*]} in 0x20009" "set l2tp on --policy ike"
monitor_bg
check "what the kernel refuses at last" refused 1 \
	"$conf, line 4: this protocol has no key exchange to follow" \
	vpn restore "$conf"
check "had been begun" busywait 3000 event_seen '"old_mode":"observe","mode":"off"'
check "and was put back" busywait 3000 event_seen '"setting":"max-ids","old_value":900,"value":512'
check "with the time that it had" sh -c "vpn-passthrough -n $R -j show |
	grep '\"ipsec\",\"mode\":\"observe\",\"available\":true,\"left_ms\":35[0-9]*,\"next_mode\":\"on\"'"
config "bind ipsec ${pair[*]} in 0x20008" \
	"bind ipsec client 10.0.0.12 server 192.0.2.2 in 0x20001"
check "another client's id" refused 1 \
	"$conf, line 2: this inbound id is bound to another client" \
	vpn restore "$conf"

# --- the file -----------------------------------------------------------------

echo precious >"$conf"
chmod 600 "$conf"
chown 65534:65534 "$conf"
ln -s conf "$TMP/link"
check "through a symbolic link" vpn save "$TMP/link"
check "the link stays" test -L "$TMP/link"
check "what it leads to is replaced" grep -qx end "$conf"
check "and keeps its owner" test "$(stat -c %u:%g:%a "$conf")" = 65534:65534:644
ln -s nowhere "$TMP/dangling"
check "a link that leads nowhere" refused 1 "leads nowhere" \
	vpn save "$TMP/dangling"
check "a folder" refused 1 "no regular file" vpn save "$TMP"
check "a folder that is absent" refused 1 "No such file" \
	vpn save "$TMP/absent/conf"
mkdir "$TMP/small"
mount -t tmpfs -o size=4k none "$TMP/small"
head -c 4096 /dev/zero >"$TMP/small/full"
check "a file system that is full" refused 1 "No space left" \
	vpn save "$TMP/small/conf"
check "nothing is left on it" test "$(ls -A "$TMP/small")" = full
umount "$TMP/small"
check "no half-written files are left" fails grep . <(cd "$TMP" && ls -d .[!.]* .*.conf* 2>/dev/null)

# Whoever reads it meanwhile finds all of it.
check "a reader finds a whole file each time" bash -c "
	(for ((i = 0; i < 40; i++)); do
		vpn-passthrough -n $R save $conf
	done) &
	while [[ -d /proc/\$! && ! \$(cat /proc/\$!/stat) =~ ') Z' ]]; do
		[[ \$(tail -n 1 $conf) == end ]] || exit 1
	done"

# --- who may, and where -------------------------------------------------------

user()
{
	in_ns "$R" setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all "$@"
}

vpn save "$conf"
chmod 755 "$TMP"
check "a user may not restore" refused 3 "not permitted" \
	user vpn-passthrough restore "$conf"
check "nor save" refused 3 "not permitted" user vpn-passthrough save "$conf"
check "but check" user vpn-passthrough restore --check "$conf"
check "a namespace needs a file" fails vpn save
check "to restore, too" fails vpn restore
check "no file of the machine was made" test ! -e /etc/vpn-passthrough.conf
vpn-passthrough set ipsec observe
check "the machine has its own" vpn-passthrough save
check "in /etc" grep -q '^set ipsec observe' /etc/vpn-passthrough.conf
vpn-passthrough set ipsec off
check "which is restored" vpn-passthrough restore
check "without a word more" grep -x 3 "$folder/ipsec"
