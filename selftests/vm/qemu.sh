# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How a guest is started.
#
# shellcheck disable=SC2034 # MACHINE and DEVICES are for the caller

# emulate VERSION SECONDS "KERNEL ARGUMENTS" QEMU-ARGUMENTS...: boot the
# initramfs in $INITRD. Dies with the caller; 124 when SECONDS are over. The
# fixed arguments make a bug end the guest, and spare self-tests of cryptography
# and timers, which are a fifth of the boot.
emulate()
{
	local version=$1 seconds=$2 append=$3
	local fixed="quiet panic=-1 oops=panic cryptomgr.notests"
	local qemu=(qemu-system-x86_64 -machine q35)

	if is_s390x "$version"; then
		qemu=(qemu-system-s390x)
	else
		fixed+=" console=ttyS0 tsc=reliable no_timer_check"
	fi
	shift 3
	setpriv --pdeathsig TERM \
	timeout --foreground -k 5 "$seconds" \
	setpriv --pdeathsig KILL \
	"${qemu[@]}" -nodefaults -no-user-config -display none \
		-no-reboot -nic none \
		-kernel "$CACHE/kernels/$version/vmlinux" \
		-initrd "$INITRD" \
		-append "$fixed $append" \
		"$@" </dev/null
}

# probe_kvm VERSION: a guest says within seconds that it boots. /dev/kvm alone
# says nothing: nested virtualisation may hang in the first instruction.
probe_kvm()
{
	[[ -w /dev/kvm ]] || return
	emulate "$1" 5 vm.probe -accel kvm -cpu host -m 512 -serial stdio \
		2>/dev/null | grep "vm: a guest boots" >/dev/null
}

# have_kvm VERSION: the probe's result, asked once per boot of the host.
have_kvm()
{
	local answer word=no

	! is_s390x "$1" || return 1
	answer=$CACHE/kvm/$(</proc/sys/kernel/random/boot_id)
	if [[ ! -e $answer ]]; then
		if probe_kvm "$1"; then word=yes; fi
		rm -rf "$CACHE/kvm"
		mkdir -p "$CACHE/kvm"
		echo "$word" >"$answer"
	fi
	[[ $(<"$answer") == yes ]]
}

# processor VERSION: Nehalem is the cheapest to emulate that Debian's kernels like.
processor()
{
	if is_s390x "$1"; then echo qemu; else echo Nehalem; fi
}

# machine_arguments VERSION SMP [PLUGIN]: processor and accelerator, into MACHINE.
machine_arguments()
{
	if [[ -z ${3-} ]] && have_kvm "$1"; then
		MACHINE=(-accel kvm -cpu host -smp "$2")
	else
		MACHINE=(-accel "tcg,thread=multi" -cpu "$(processor "$1")"
			 -smp "$2")
	fi
}

# icount_arguments VERSION: one guest nanosecond is one instruction. Where the guest
# waits for the host, its clock goes on as the host's does: to leap to its next
# timer would end conntrack's time-outs on a busy host.
icount_arguments()
{
	MACHINE=(-accel "tcg,thread=single" -icount "shift=0,sleep=on"
		 -cpu "$(processor "$1")" -smp 1 -seed 1
		 -rtc "base=2026-01-01,clock=vm")
}

# device_arguments FOLDER: the host's root, and two serial ports: output into
# file descriptor 3, the report into FOLDER. Their names mean each machine's own
# kind of bus.
device_arguments()
{
	DEVICES=(
		-fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
		-device "virtio-9p,fsdev=root,mount_tag=host"
		-device virtio-serial
		-chardev "file,id=output,path=/dev/fd/3,append=on"
		-device "virtserialport,chardev=output,nr=1"
		-chardev "file,id=report,path=$1/report"
		-device "virtserialport,chardev=report,nr=2"
		-serial "file:$1/console"
	)
}
