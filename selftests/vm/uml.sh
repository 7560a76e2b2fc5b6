# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How User Mode Linux is started: the kernel is a program of this machine, reads
# its files by hostfs, and its serial lines are file descriptors.

# user_mode VERSION SECONDS MIB FOLDER "KERNEL ARGUMENTS": boot the initramfs in
# $INITRD; output into file descriptor 3. Dies with the caller; 124 when SECONDS
# are over.
user_mode()
{
	local kernel=$CACHE/kernels/$1/linux seconds=$2 mem=$3 folder=$4 append=$5
	local fixed="con0=null,fd:1 con=null ssl=null quiet panic=-1 oops=panic"

	fixed+=" seccomp=on"
	setpriv --pdeathsig TERM \
	timeout --foreground -k 5 "$seconds" \
	setpriv --pdeathsig KILL \
	"$kernel" mem="${mem}M" initrd="$INITRD" umid="vm$$" uml_dir="$folder/" \
		ssl1=null,fd:3 ssl2=null,fd:4 vm.root=hostfs vm.run="$folder" \
		$fixed $append \
		4>"$folder/report" </dev/null >"$folder/console" 2>"$folder/qemu"
}
