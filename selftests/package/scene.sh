# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Installing takes a compiler, which takes minutes in an emulated machine. So it
# is done on this one, with its files under an overlay, and what changed is moved
# into the guest. Nothing here is changed, and no module is loaded here: the
# right to do so is given up.
#
# A scene is a folder: root.tar and modules.tar, what changed in / and in
# /lib/modules.

# scene_modules VERSION FOLDER: /lib/modules of a machine with a small kernel: that
# of the stock kernel, but what has nothing to do with ours. Reading all of them
# for each depmod takes minutes in a guest.
scene_modules()
{
	local stock=$CACHE/kernels/$1/lib/modules/$1 tree=$2/lib/modules/$1 kind

	mkdir -p "$tree/kernel/net"
	cp "$stock"/modules.{builtin,builtin.modinfo,order} "$tree/"
	ln -s "$stock/build" "$tree/build"
	for kind in arch crypto lib net/{bridge,ipv4,ipv6,netfilter,802,llc}; do
		ln -s "$stock/kernel/$kind" "$tree/kernel/$kind"
	done
	depmod -b "$2" "$1"
}

# scene FOLDER MODULES VERSION COMMAND...: make a scene by a command that sees the
# stock kernel VERSION as the one that runs. Its output is in FOLDER/log.
scene()
{
	local folder=$1

	shift
	mkdir -p "$folder"
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --propagation private bash -ec '
		. "$1"
		shift
		scene_inside "$@"
	' scene "${BASH_SOURCE[0]}" "$folder" "$@" >"$folder/log" 2>&1
}

# scene_inside FOLDER MODULES VERSION COMMAND...: all mounts go with the last
# process.
scene_inside()
{
	local folder=$1 modules=$2 version=$3 root status=0

	shift 3
	scene_mount "$modules"
	root=$work/root
	scene_uname "$version" "$root/run"
	chroot "$root" setpriv --bounding-set=-sys_module,-sys_boot \
		env -C "$PWD" PATH="/run:$PATH" DEBIAN_FRONTEND=noninteractive \
		"$@" || status=$?
	scene_pack "$work/upper" "$folder/root.tar"
	scene_pack "$work/modules" "$folder/modules.tar"
	return "$status"
}

# overlay LOWER UPPER PLACE
overlay()
{
	mkdir -p "$2" "$2.work" "$3"
	mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$2.work" \
		overlay "$3"
}

# scene_mount MODULES: the machine below $work/root.
scene_mount()
{
	local folder

	work=/run/scene.$$
	mkdir -p "$work"
	mount -t tmpfs -o mode=755 scene "$work"
	overlay / "$work/upper" "$work/root"
	overlay "$1" "$work/modules" "$work/root/lib/modules"
	# No init, and no service, can be reached from in there.
	mount -t tmpfs -o mode=755 run "$work/root/run"
	mount -t tmpfs -o mode=1777 tmp "$work/root/tmp"
	for folder in /proc /sys /dev "$PWD" "$CACHE"; do
		mkdir -p "$work/root$folder"
		mount --rbind "$folder" "$work/root$folder"
	done
}

# scene_uname VERSION FOLDER: a program for PATH.
scene_uname()
{
	cat >"$2/uname" <<-END
	#!/bin/sh
	[ "\$*" != -r ] || exec echo "$1"
	exec /usr/bin/uname "\$@"
	END
	chmod 755 "$2/uname"
}

# scene_pack FOLDER TAR: a file that was removed is a device, and stays behind.
scene_pack()
{
	( cd "$1" && find . -mindepth 1 ! -type c -print0 |
		tar --no-recursion --null -T - -cf "$2" )
}

# scene_enter MODULES FOLDER: in a guest, have what was installed there.
scene_enter()
{
	[[ $(findmnt -no FSTYPE /lib/modules) == overlay ]] ||
		overlay "$1" /run/modules /lib/modules
	shift
	tar -C / -xf "$1/root.tar"
	tar -C /lib/modules -xf "$1/modules.tar"
}
