#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # tap.sh sets them
#
# What the tool asks and what it makes of the answers, with fake_kernel.so in
# the kernel's place, and the real conntrack of a namespace of its own.

# shellcheck disable=SC1091
. "$(dirname "$0")/tap.sh"

log=$work/log
isolate=()

# fake HOW ARGUMENTS: run the tool with a kernel that does HOW
fake() {
	local how=$1

	shift
	run timeout 20 "${isolate[@]}" env LD_PRELOAD="$tool_dir/tests/fake_kernel.so" \
		FAKE_KERNEL="$how" FAKE_KERNEL_LOG="$log" "$tool" "$@"
}

# asked DESCRIPTION: the last run sent exactly what stdin has
asked() {
	local expected

	expected=$(cat)
	[ "$status" -eq 0 ] && diff <(echo "$expected") "$log" >"$work/err"
	verdict $? "$1"
	: >"$log"
}

# u32 NUMBER: as it is in the log
u32() {
	printf '%08x' "$1" | if [ "$little" ]; then
		sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/'
	else
		cat
	fi
}

u16() {
	u32 "$1" | if [ "$little" ]; then cut -c1-4; else cut -c5-8; fi
}

no_time() {
	sed -i -E 's/^[0-9T:.+-]+ //; s/"time":"[^"]*"/"time":0/' "$work/out"
}

# Entries for the tunnels to be joined with; "conntrack" speaks to the kernel.
conntrack_add() {
	conntrack -I -p 50 -s "$1" -d 192.0.2.1 -t "$2" "${@:3}" >/dev/null 2>&1
}

# conntrack_udp CLIENT SERVER PORT PORT SECONDS
conntrack_udp() {
	conntrack -I -p udp -s "$1" -d "$2" --sport "$3" --dport "$4" -t "$5" \
		>/dev/null 2>&1
}

# in_conntrack ACCT HOW ARGUMENTS: run with entries for three tunnels
in_conntrack() {
	local acct=$1

	shift
	isolate=(unshare -n bash -c "
		$(declare -f conntrack_add conntrack_udp)
		sysctl -qw net.netfilter.nf_conntrack_acct=$acct
		conntrack_add 10.0.0.2 90060 --zone 7
		conntrack_add 10.0.0.3 90060
		conntrack_add 10.0.0.150 90060
		conntrack_udp 10.0.0.2 192.0.2.1 1701 1701 7230
		conntrack_udp 10.0.0.2 192.0.2.1 53 1701 90060
		conntrack_udp 10.0.0.2 192.0.2.1 1701 53 90060
		conntrack_udp 10.0.0.3 192.0.2.1 1701 1701 90060
		conntrack_udp 2001:db8::2 2001:db8::1 1701 1701 10830
		\"\$@\"" bash)
	fake "$@"
	isolate=()
}

tool_dir=$PWD
[ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ] && little=yes || little=

plan 75

fake absent show
err_has 4 "the kernel module nf_vpn_passthrough is not loaded" "no module"
fake refuse limits max-ids 1
err_has 1 "max-ids: integer out of range: Numerical" "the kernel's words"
fake refuse tunnels
[ "$status" -eq 1 ] && [ ! -s "$work/out" ]
verdict $? "no table where the kernel refuses it"
fake newer show
err_has 5 "the kernel modules do not understand this tool, version " \
	"modules that speak another version"
fake unknown set ipsec on --for 1h
err_has 5 "the kernel modules do not understand this tool, version " \
	"modules that do not know an attribute"
fake unheard bindings
err_has 5 "the kernel modules do not understand this tool, version " \
	"modules that do not know a command"
: >"$log"
fake denied flush
err_has 3 "Operation not permitted" "no permission"
: >"$log"
fake short show
err_has 1 "malformed answer" "an attribute that is too short"
: >"$log"

fake "" show
out_is show <<'EOF'
PROTO  MODE        MEANING
pptp   not loaded  -
ipsec  bypass      hands off, no hook registered
l2tp   observe     look, count and report, change nothing

LIMIT           VALUE  USED  MEANING
max-ids         65536  3     most wire ids in the namespace
max-per-client  64     -     most tunnels of one client
max-per-server  256    -     most tunnels between one public address and one server
probe-ms        1000   -     how long a probe waits for its answer
tunnels         -      2     tunnels in the namespace now
EOF
asked "show asks" <<'EOF'
cmd 1
cmd 3
EOF
fake "" -j show
out_is "show, JSON" <<'EOF'
{"modes":[{"proto":"pptp","mode":"on","available":false,"left_ms":null,"next_mode":null,"policy":null},{"proto":"ipsec","mode":"bypass","available":true,"left_ms":null,"next_mode":null,"policy":"ike"},{"proto":"l2tp","mode":"observe","available":true,"left_ms":null,"next_mode":null,"policy":"serialize"}],"limits":{"max_ids":65536,"max_per_client":64,"max_per_server":256,"probe_ms":1000,"ids":3,"tunnels":2}}
EOF
fake l2tp show
sed -i 4q "$work/out"
out_is "show, a port preserved" <<'EOF'
PROTO  MODE        MEANING
pptp   not loaded  -
ipsec  bypass      hands off, no hook registered
l2tp   observe     look, count and report, change nothing; clients keep their source port (preserve-port)
EOF
fake l2tp -j show
sed -i 's/,"limits":.*/}/' "$work/out"
out_is "show, a port preserved, JSON" <<'EOF'
{"modes":[{"proto":"pptp","mode":"on","available":false,"left_ms":null,"next_mode":null,"policy":null,"preserve_port":false},{"proto":"ipsec","mode":"bypass","available":true,"left_ms":null,"next_mode":null,"policy":"ike","preserve_port":false},{"proto":"l2tp","mode":"observe","available":true,"left_ms":null,"next_mode":null,"policy":"serialize","preserve_port":true}]}
EOF
fake fast show
sed -i 4q "$work/out"
out_is "show, a fast path" <<'EOF'
PROTO  MODE        MEANING
pptp   not loaded  -
ipsec  bypass      hands off, no hook registered; fast path
l2tp   observe     look, count and report, change nothing
EOF
fake fast -j show
sed -i 's/,"limits":.*/}/' "$work/out"
out_is "show, a fast path, JSON" <<'EOF'
{"modes":[{"proto":"pptp","mode":"on","available":false,"left_ms":null,"next_mode":null,"policy":null},{"proto":"ipsec","mode":"bypass","available":true,"left_ms":null,"next_mode":null,"policy":"ike","fast_path":true},{"proto":"l2tp","mode":"observe","available":true,"left_ms":null,"next_mode":null,"policy":"serialize"}]}
EOF
fake policy show
sed -i 4q "$work/out"
out_is "show, other policies" <<'EOF'
PROTO  MODE        MEANING
pptp   not loaded  -
ipsec  bypass      hands off, no hook registered; policy fifo
l2tp   observe     look, count and report, change nothing; policy strict
EOF
fake policy -j show
sed -i 's/,"limits":.*/}/' "$work/out"
out_is "show, other policies, JSON" <<'EOF'
{"modes":[{"proto":"pptp","mode":"on","available":false,"left_ms":null,"next_mode":null,"policy":null},{"proto":"ipsec","mode":"bypass","available":true,"left_ms":null,"next_mode":null,"policy":"fifo"},{"proto":"l2tp","mode":"observe","available":true,"left_ms":null,"next_mode":null,"policy":"strict"}]}
EOF
fake timer save -
out_is "save" <<'EOF'
# Written by "vpn-passthrough save". Each line is a command of
# vpn-passthrough(8); "vpn-passthrough restore" runs them all.
# What is not named stays as it is. The last line must be "end".
limits max-ids 65536
limits max-per-client 64
limits max-per-server 256
limits probe-ms 1000
# pptp: its kernel module is not loaded
set ipsec off --policy ike
set l2tp observe --policy serialize
bind ipsec client 10.0.0.2 server 192.0.2.1 in 0x101 out 0x100 zone 7
bind pptp client 10.0.0.2 server 192.0.2.1 in 0x101
end
EOF
: >"$log"
printf 'limits probe-ms 1000\nset ipsec on\nset pptp on\nend\n' >"$work/conf"
fake "" restore "$work/conf"
err_has 4 "conf, line 3: the kernel module of pptp is not loaded (modprobe nf_conntrack_pptp_ext)" \
	"restore: a protocol without its module"
printf 'cmd 3\ncmd 1\ncmd 8\n' | diff - "$log" >"$work/err"
verdict $? "restore: then it only looks"
: >"$log"
fake timer show
sed -i 4q "$work/out"
out_is "show, a mode for a time" <<'EOF'
PROTO  MODE        MEANING
pptp   not loaded  -
ipsec  bypass      hands off, no hook registered; for 14m59s more, then off
l2tp   observe     look, count and report, change nothing
EOF
fake timer -j show
sed -i 's/,"limits":.*/}/; s/.*\("proto":"ipsec".*\),{.*/\1/' "$work/out"
out_is "show, a mode for a time, JSON" <<'EOF'
"proto":"ipsec","mode":"bypass","available":true,"left_ms":899999,"next_mode":"off","policy":"ike"}
EOF
: >"$log"
fake "" set pptp off --for 15m
asked "set for a time" <<EOF
cmd 2 2:$(u32 0) 3:$(u32 0) 43:$(u32 900)
EOF
fake "" -p limits
out_is "limits, pretty JSON" <<'EOF'
{
    "max_ids": 65536,
    "max_per_client": 64,
    "max_per_server": 256,
    "probe_ms": 1000,
    "ids": 3,
    "tunnels": 2
}
EOF
: >"$log"

fake "" set ipsec observe
asked "set by name" <<EOF
cmd 2 2:$(u32 1) 3:$(u32 3)
EOF
fake "" set 2 0
asked "set by number" <<EOF
cmd 2 2:$(u32 2) 3:$(u32 0)
EOF
fake "" set l2tp on --preserve-port
asked "set a mode and to preserve the port" <<EOF
cmd 2 2:$(u32 2) 3:$(u32 1) 41:$(u32 1)
EOF
fake "" set l2tp --no-preserve-port
asked "set not to preserve the port, alone" <<EOF
cmd 2 2:$(u32 2) 41:$(u32 0)
EOF
fake "" set ipsec --policy strict
asked "set a policy, alone" <<EOF
cmd 2 2:$(u32 1) 42:$(u32 3)
EOF
fake "" set l2tp --preserve-port --policy 2 on
asked "set all at once, in any order" <<EOF
cmd 2 2:$(u32 2) 3:$(u32 1) 42:$(u32 2) 41:$(u32 1)
EOF
fake "" set ipsec --policy ike --no-preserve-port
asked "set the policy that is number 0" <<EOF
cmd 2 2:$(u32 1) 42:$(u32 0) 41:$(u32 0)
EOF
fake "" set ipsec --fast-path on
asked "set a mode and the fast path" <<EOF
cmd 2 2:$(u32 1) 3:$(u32 1) 50:$(u32 1)
EOF
fake "" set ipsec --no-fast-path --policy ike
asked "set a policy and no fast path" <<EOF
cmd 2 2:$(u32 1) 42:$(u32 0) 50:$(u32 0)
EOF
fake refuse set l2tp --policy ike
err_has 1 "integer out of range" "a policy that the kernel refuses"
: >"$log"
fake "" limits probe-ms 500 max-ids 0x100
asked "limits in one request" <<EOF
cmd 4 28:$(u32 256) 31:$(u32 500)
EOF
fake "" flush ipsec server 2001:db8::1 client 2001:db8::2
asked "flush asks" <<EOF
cmd 9 2:$(u32 1) 5:20010db8000000000000000000000002 6:20010db8000000000000000000000001
EOF
fake "" flush
out_is flush <<'EOF'
2 tunnels removed
EOF
: >"$log"
fake "" bind ipsec in 0xC0FFEE00 server 192.0.2.1 client 10.0.0.2
asked bind <<EOF
cmd 6 2:$(u32 1) 5:0a000002 6:c0000201 15:$(u32 0xc0ffee00)
EOF
fake "" unbind l2tp client 10.0.0.2 server 192.0.2.1 in 7 out 8 zone 9
asked unbind <<EOF
cmd 7 2:$(u32 2) 5:0a000002 6:c0000201 8:$(u16 9) 14:$(u32 8) 15:$(u32 7)
EOF
fake "" bind l2tp client 10.0.0.2 server 192.0.2.1 in 0xffffffff out 4294967295
asked "bind the largest ids" <<EOF
cmd 6 2:$(u32 2) 5:0a000002 6:c0000201 14:$(u32 0xffffffff) 15:$(u32 0xffffffff)
EOF
fake "" bindings
out_is bindings <<'EOF'
PROTO  CLIENT    SERVER     ZONE  OUT-ID      IN-ID
ipsec  10.0.0.2  192.0.2.1  7     0x00000100  0x00000101
pptp   10.0.0.2  192.0.2.1  0     -           257
EOF
fake "" stats
out_is "stats leaves zeros out" <<'EOF'
PROTO  COUNTER    VALUE                 MEANING
pptp   mode-off   1                     packets rejected because the mode is off
ipsec  tunnel-up  18446744073709551615  tunnels created
ipsec  4000       5                     unknown to this version of the tool
EOF
fake "" -j stats --all ipsec
out_is "stats of one protocol, JSON" <<'EOF'
[{"proto":"ipsec","counter":"tunnel-up","value":18446744073709551615,"explanation":"tunnels created"},{"proto":"ipsec","counter":"clash","value":0,"explanation":"an id is in use by another client already"},{"proto":"ipsec","counter":"4000","value":5,"explanation":"unknown to this version of the tool"}]
EOF

fake "" monitor --count 10
no_time
out_is "monitor, with a name made to fool a terminal" <<'EOF'
mode ipsec off -> on by uid 1000 pid 42 a"\x5c\x1b[31m\xc3\xa4\xff through netlink
tunnel bound ipsec client 10.0.0.2 server 192.0.2.1 public 198.51.100.1 l4proto 50 in 0x00001000
refused clash ipsec client 10.0.0.2 server 192.0.2.1 public 198.51.100.1 zone 7 in 0x00001000 clashes-with 10.0.0.3 (an id is in use by another client already)
mode pptp on -> on for 14m59s, then off by timer
setting max-ids 65536 -> 1000 by uid 0 pid 43 sysctl through sysctl
setting l2tp policy serialize -> strict by uid 0 pid 43 sysctl through sysctl
setting l2tp preserve-port no -> yes by uid 0 pid 43 sysctl through sysctl
setting ipsec fast-path no -> yes by uid 0 pid 43 sysctl through sysctl
bind ipsec client 10.0.0.2 server 192.0.2.1 public 198.51.100.1 in 0x00001000 by uid 0 pid 43 sysctl through sysctl
events-lost: they came faster than they could be read
flush tunnels removed 2 by uid 0 pid 43 sysctl through sysctl
EOF
fake "" -j monitor -c 10
no_time
out_is "monitor, JSON" <<'EOF'
{"time":0,"name":"mode","proto":"ipsec","old_mode":"off","mode":"on","uid":1000,"pid":42,"comm":"a\"\\\u001b[31mä\ufffd","origin":"netlink"}
{"time":0,"name":"tunnel","event":"bound","proto":"ipsec","client":"10.0.0.2","server":"192.0.2.1","public":"198.51.100.1","l4proto":50,"id_in":4096}
{"time":0,"name":"refused","counter":"clash","proto":"ipsec","client":"10.0.0.2","server":"192.0.2.1","public":"198.51.100.1","zone":7,"id_in":4096,"clashes_with":"10.0.0.3","explanation":"an id is in use by another client already"}
{"time":0,"name":"mode","proto":"pptp","old_mode":"on","mode":"on","left_ms":899999,"next_mode":"off","origin":"timer"}
{"time":0,"name":"setting","setting":"max-ids","old_value":65536,"value":1000,"uid":0,"pid":43,"comm":"sysctl","origin":"sysctl"}
{"time":0,"name":"setting","proto":"l2tp","setting":"policy","old_value":"serialize","value":"strict","uid":0,"pid":43,"comm":"sysctl","origin":"sysctl"}
{"time":0,"name":"setting","proto":"l2tp","setting":"preserve-port","old_value":false,"value":true,"uid":0,"pid":43,"comm":"sysctl","origin":"sysctl"}
{"time":0,"name":"setting","proto":"ipsec","setting":"fast-path","old_value":false,"value":true,"uid":0,"pid":43,"comm":"sysctl","origin":"sysctl"}
{"time":0,"name":"bind","proto":"ipsec","client":"10.0.0.2","server":"192.0.2.1","public":"198.51.100.1","id_in":4096,"uid":0,"pid":43,"comm":"sysctl","origin":"sysctl"}
{"time":0,"name":"events-lost"}
{"time":0,"name":"flush","removed":2,"uid":0,"pid":43,"comm":"sysctl","origin":"sysctl"}
EOF
fake "" monitor -t 0
[ "$status" -eq 0 ] && [ "$(cat "$work/err")" = listening ]
verdict $? "monitor says that it listens, and ends in time"

if ! unshare -n true 2>/dev/null || ! command -v conntrack >/dev/null; then
	for what in one two three four five six seven eight nine ten; do
		skip "joined with conntrack, $what" "needs root and conntrack"
	done
	finish
fi

in_conntrack 1 "" tunnels
out_is "tunnels, joined one by one, with zones" <<'EOF'
PROTO  STATE    CLIENT       SERVER       PUBLIC        ZONE  OUT-IDS     IN-IDS                 PACKETS-OUT/IN  BYTES-OUT/IN  IDLE   TIMEOUT
ipsec  bound    10.0.0.2     192.0.2.1    198.51.100.1  7     0x00001234  0xc0ffee00,0xc0ffee01  0/0             0/0           2m05s  1d01h
ipsec  bound    10.0.0.3     192.0.2.1    198.51.100.1  0     0x00001234  0xc0ffee00,0xc0ffee01  0/0             0/0           2m05s  1d01h
l2tp   probing  2001:db8::2  2001:db8::1  -             0     77          -                      -               -             0s     -
EOF
in_conntrack 0 "" tunnels
err_has 0 "sysctl -w net.netfilter.nf_conntrack_acct=1" "hint at accounting"
[ "$(grep -c 'hint\|sysctl' "$work/err")" -eq 1 ]
verdict $? "one hint only"
in_conntrack 1 l2tp tunnels
out_is "tunnels of L2TP, found by their ports" <<'EOF'
PROTO  STATE  CLIENT              SERVER              PUBLIC             KIND     VERSION  OVER  COOKIE  OUT-IDS     IN-IDS                 PACKETS-OUT/IN  BYTES-OUT/IN  IDLE   TIMEOUT
ipsec  bound  10.0.0.3            192.0.2.1           198.51.100.1       -        -        -     -       0x00001234  0xc0ffee00,0xc0ffee01  0/0             0/0           2m05s  1d01h
l2tp   bound  10.0.0.2:1701       192.0.2.1:1701      198.51.100.1:1024  control  L2TPv2   udp   -       7           5->65535               0/0             0/0           3s     2h00m
l2tp   bound  10.0.0.2:1701       192.0.2.1:1701      198.51.100.1:1024  session  L2TPv2   udp   -       7/1         5/65535->65535/65535   0/0             0/0           3s     2h00m
l2tp   bound  10.0.0.3            192.0.2.1           198.51.100.1       session  L2TPv3   udp   -       -           -                      -               -             3s     -
l2tp   bound  10.0.0.4            192.0.2.1           198.51.100.1       session  L2TPv3   115   8       65537       -                      -               -             3s     -
l2tp   bound  10.0.0.5            192.0.2.1           198.51.100.1       -        -        115   -       65538       -                      -               -             3s     -
l2tp   -      [2001:db8::2]:1701  [2001:db8::1]:1701  -                  control  L2TPv3   udp   -       -           4000000000             0/0             0/0           -      3h00m
EOF
cp "$work/out" "$work/by-query"
in_conntrack 1 l2tp+pptp tunnels
[ "$status" -eq 0 ] && grep -q '^pptp .* 8/9  ' "$work/out" &&
	diff <(grep ^l2tp "$work/by-query") <(grep ^l2tp "$work/out") \
		>"$work/err"
verdict $? "tunnels of L2TP, found by one dump"
in_conntrack 1 l2tp -j tunnels l2tp
sed -i -E 's/"timeout":[0-9]+/"timeout":1/g' "$work/out"
out_is "tunnels of L2TP, JSON" <<'EOF'
[{"proto":"ipsec","state":"bound","client":"10.0.0.3","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":50,"flow_id":17,"zone_dir":3,"age_ms":90061000,"tries":0,"wire_id":[{"dir":"out","id":4660,"state":"bound","idle_ms":3000},{"dir":"in","id":3237998080,"state":"bound","idle_ms":3000},{"dir":"in","id":3237998081,"state":"bound","idle_ms":3000}],"packets_out":0,"packets_in":0,"bytes_out":0,"bytes_in":0,"idle_ms":125000,"timeout":1},{"proto":"l2tp","state":"bound","client":"10.0.0.2","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":17,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"kind":"control","version":2,"cookie_len":0,"client_port":1701,"server_port":1701,"public_port":1024,"wire_id":[{"dir":"out","id":7,"inside_id":7,"state":"bound","idle_ms":3000},{"dir":"in","id":65535,"inside_id":5,"state":"bound","idle_ms":3000}],"packets_out":0,"packets_in":0,"bytes_out":0,"bytes_in":0,"idle_ms":3000,"timeout":1},{"proto":"l2tp","state":"bound","client":"10.0.0.2","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":17,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"kind":"session","version":2,"cookie_len":0,"client_port":1701,"server_port":1701,"public_port":1024,"wire_id":[{"dir":"out","id":458753,"tunnel":7,"session":1,"inside_id":458753,"inside_tunnel":7,"inside_session":1,"state":"bound","idle_ms":3000},{"dir":"in","id":4294967295,"tunnel":65535,"session":65535,"inside_id":393215,"inside_tunnel":5,"inside_session":65535,"state":"bound","idle_ms":3000}],"packets_out":0,"packets_in":0,"bytes_out":0,"bytes_in":0,"idle_ms":3000,"timeout":1},{"proto":"l2tp","state":"bound","client":"10.0.0.3","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":17,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"kind":"session","version":3,"cookie_len":0,"wire_id":[],"packets_out":null,"packets_in":null,"bytes_out":null,"bytes_in":null,"idle_ms":3000,"timeout":null},{"proto":"l2tp","state":"bound","client":"10.0.0.4","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":115,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"kind":"session","version":3,"cookie_len":8,"wire_id":[{"dir":"out","id":65537,"state":"bound","idle_ms":3000}],"packets_out":null,"packets_in":null,"bytes_out":null,"bytes_in":null,"idle_ms":3000,"timeout":null},{"proto":"l2tp","state":"bound","client":"10.0.0.5","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":115,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"wire_id":[{"dir":"out","id":65538,"state":"bound","idle_ms":3000}],"packets_out":null,"packets_in":null,"bytes_out":null,"bytes_in":null,"idle_ms":3000,"timeout":null},{"proto":"l2tp","state":null,"client":"2001:db8::2","server":"2001:db8::1","public":null,"zone":0,"l4proto":17,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"kind":"control","version":3,"cookie_len":0,"client_port":1701,"server_port":1701,"public_port":1701,"wire_id":[{"dir":"in","id":4000000000,"state":"bound","idle_ms":3000}],"packets_out":0,"packets_in":0,"bytes_out":0,"bytes_in":0,"idle_ms":null,"timeout":1}]
EOF
in_conntrack 1 "" -j tunnels
sed -i -E 's/"timeout":[0-9]+/"timeout":1/g' "$work/out"
out_is "tunnels, JSON" <<'EOF'
[{"proto":"ipsec","state":"bound","client":"10.0.0.2","server":"192.0.2.1","public":"198.51.100.1","zone":7,"l4proto":50,"flow_id":17,"zone_dir":3,"age_ms":90061000,"tries":0,"wire_id":[{"dir":"out","id":4660,"state":"bound","idle_ms":3000},{"dir":"in","id":3237998080,"state":"bound","idle_ms":3000},{"dir":"in","id":3237998081,"state":"bound","idle_ms":3000}],"packets_out":0,"packets_in":0,"bytes_out":0,"bytes_in":0,"idle_ms":125000,"timeout":1},{"proto":"ipsec","state":"bound","client":"10.0.0.3","server":"192.0.2.1","public":"198.51.100.1","zone":0,"l4proto":50,"flow_id":17,"zone_dir":3,"age_ms":90061000,"tries":0,"wire_id":[{"dir":"out","id":4660,"state":"bound","idle_ms":3000},{"dir":"in","id":3237998080,"state":"bound","idle_ms":3000},{"dir":"in","id":3237998081,"state":"bound","idle_ms":3000}],"packets_out":0,"packets_in":0,"bytes_out":0,"bytes_in":0,"idle_ms":125000,"timeout":1},{"proto":"l2tp","state":"probing","client":"2001:db8::2","server":"2001:db8::1","public":null,"zone":0,"l4proto":115,"flow_id":0,"zone_dir":0,"age_ms":0,"tries":0,"wire_id":[{"dir":"out","id":77,"state":"bound","idle_ms":3000}],"packets_out":null,"packets_in":null,"bytes_out":null,"bytes_in":null,"idle_ms":0,"timeout":null}]
EOF
in_conntrack 1 many tunnels
[ "$status" -eq 0 ] && [ "$(wc -l <"$work/out")" -eq 104 ] &&
	[ "$(grep -c ' 0/0 ' "$work/out")" -eq 3 ] &&
	grep -q '^ipsec  bound    10.0.0.150 .* 0/0 ' "$work/out"
verdict $? "tunnels, joined by one dump"
in_conntrack 1 changing tunnels
[ "$status" -eq 0 ] && [ ! -s "$work/err" ] && ! grep -q 10.0.0.9 "$work/out"
verdict $? "a dump that was interrupted is repeated"
in_conntrack 1 restless tunnels
err_has 0 "changed while it was read" "a dump that never settles"

# Everything in JSON is as the schema says.
for kind in "" l2tp policy timer; do
	fake "$kind" -j show
	json_fits show "schema: show ($kind)"
done
for kind in "" l2tp l2tp+pptp many; do
	in_conntrack 1 "$kind" -j tunnels
	json_fits tunnels "schema: tunnels ($kind)"
	fake "$kind" -j tunnels --watch 1 -c 2
	json_fits watch "schema: tunnels --watch ($kind)"
done
fake "" -p show
json_fits show "schema: show, indented"
fake "" -j limits
json_fits limits "schema: limits"
fake "" -j stats --all
json_fits stats "schema: stats"
fake "" -j bindings
json_fits bindings "schema: bindings"
fake "" -j monitor -c 10
json_fits monitor "schema: monitor"
fake "" -j flush
json_fits flush "schema: flush"
fake "" -j explain 10.0.0.2 192.0.2.1
json_fits explain "schema: explain"

finish
