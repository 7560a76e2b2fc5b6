# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What every script of the VM harness shares: where things are, how to speak,
# how to take turns. Sourced, never run.

set -euo pipefail
shopt -s inherit_errexit nullglob

VM_DIR=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
VPN_TOP=$(readlink -f "${VPN_TOP:-$VM_DIR/../..}")
CACHE=${VPN_PASSTHROUGH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vpn-passthrough}
ALL_SERIES="6.1 6.12 7"
OTHER_SERIES="san kcsan s390x"

# Make variables of a calling make are not meant for the builds in here.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

# A fresh cache may be read by the guest's root through an unprivileged QEMU.
umask 022
mkdir -p "$CACHE"
CACHE=$(readlink -f "$CACHE")

say()
{
	printf 'vm: %s\n' "$*" >&2
}

# The exit code for "it could not be done"; `run` has its own, and as long as
# PREPARING is set it stands for whatever failed.
VM_EXIT=1 PREPARING=

die()
{
	say "$*"
	exit "$VM_EXIT"
}

# with_lock NAME COMMAND...: one process at a time runs COMMAND under NAME.
# The lock's descriptor is closed for COMMAND, so no daemon can keep it.
with_lock()
{
	local name=$1

	shift
	mkdir -p "$CACHE/lock"
	( flock 9; "$@" 9>&- ) 9>"$CACHE/lock/$name"
}

# make_temp KIND: a scratch folder that goes with the script, on the cache's own
# file system, so that finished work can be renamed into place.
make_temp()
{
	mkdir -p "$SCRATCH"
	mktemp -d "$SCRATCH/$1.XXXXXX"
}

leave()
{
	local status=$?

	rm -rf "$SCRATCH"
	[[ $status -eq 0 || -z $PREPARING ]] || exit "$VM_EXIT"
}

SCRATCH=$CACHE/tmp/$$
trap leave EXIT
# What a killed script left behind.
find "$CACHE/tmp" -mindepth 1 -maxdepth 1 -mmin +1440 \
	-exec rm -rf {} + 2>/dev/null || true

# attempt COMMAND...: run COMMAND and leave its status in STATUS. To be called
# as a plain command: in a condition, bash goes on after an error in COMMAND.
attempt()
{
	set +e
	( set -e; "$@" )
	# shellcheck disable=SC2034 # for the caller
	STATUS=$?
	set -e
}

# digest: the first half line of standard input's SHA-256, for names.
digest()
{
	sha256sum | cut -c1-16
}

need()
{
	"$VM_DIR/need" "$@" || exit "$VM_EXIT"
}

# check_series NAME: NAME is a kernel series this harness knows.
check_series()
{
	case " $ALL_SERIES $OTHER_SERIES " in
	*" $1 "*) ;;
	*) die "unknown kernel '$1': one of $ALL_SERIES $OTHER_SERIES" ;;
	esac
}
