# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What "run" and "install" share. Sourced, never run.

PACKAGE_DIR=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=../vm/lib.sh
. "$PACKAGE_DIR/../vm/lib.sh"
# shellcheck source=../vm/apt.sh
. "$VM_DIR/apt.sh"
# shellcheck source=../vm/kernels.sh
. "$VM_DIR/kernels.sh"
# shellcheck source=../vm/modules.sh
. "$VM_DIR/modules.sh"
set +e
cd "$VPN_TOP" || exit

results=0 failed=0
WORK=$(make_temp package)
chmod 755 "$WORK"

# result NAME COMMAND...: what the command says is shown if it fails.
result()
{
	local name=$1

	shift
	results=$((results + 1))
	if "$@" >"$WORK/said" 2>&1; then
		echo "ok $results - $name"
		return
	fi
	sed 's/^/# /' "$WORK/said"
	echo "not ok $results - $name"
	failed=1
	return 1
}

# end_results: the last line, and the script's status.
end_results()
{
	echo "1..$results"
	exit "$failed"
}

# copy FOLDER: what is, or would be, committed.
copy()
{
	mkdir -p "$1"
	( cd "$VPN_TOP" && git ls-files -z | xargs -0 cp -pP --parents -t "$1" )
}

# packages: source and binary. What checks the tool is another stage.
packages()
{
	copy "$WORK/deb/vpn-passthrough" &&
		DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" \
			env -C "$WORK/deb/vpn-passthrough" dpkg-buildpackage -us -uc
}

# built SERIES TREE FOLDER: the objects that guests run are in the folder as well,
# and make takes them for its own: their names are changed to that, and the
# sources in TREE, which are the same, look old.
built()
{
	local objects

	"$VM_DIR/build" -k "$1" || return
	objects=$(build_folder "$(ready_kernel "$1")")
	mkdir -p "$3"
	module_sources | rsync -a --exclude-from=- "$objects/" "$3/" &&
		grep -rIlZ --exclude='*.[ch]' "$objects" "$3" |
			xargs -0 sed -i "s,$objects,$3,g" &&
		module_sources | ( cd "$2" && xargs touch -d @0 )
}
