# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A private view of Debian's archive: reads any suite from the mirror that the
# machine itself is configured for, and leaves the machine's apt alone. A SUITE
# for another architecture is written as in "bookworm:s390x".

# mirror_of LABEL: the address the machine's apt uses for Debian's archive
# (label "Debian") or for its security archive ("Debian-Security").
mirror_of()
{
	# shellcheck disable=SC2016 # apt expands these, not the shell
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' |
		awk -F'|' -v label="$1" \
			'$1 == "Debian" && $2 == label && !seen++ { print $3 }'
}

main_mirror()
{
	local uri=${VPN_PASSTHROUGH_MIRROR:-$(mirror_of Debian)}

	[[ -n $uri ]] || die "no Debian mirror in this machine's apt: run" \
		"'apt-get update', or on another distribution set" \
		"VPN_PASSTHROUGH_MIRROR (and install debian-archive-keyring)"
	printf '%s\n' "$uri"
}

# security_mirror: where a machine names none (another distribution), the
# security archive is a sibling of the main one on every complete mirror.
security_mirror()
{
	local uri

	uri=${VPN_PASSTHROUGH_SECURITY_MIRROR:-$(mirror_of Debian-Security)}
	[[ -n $uri ]] || uri=$(main_mirror | sed 's,/*$,-security,')
	printf '%s\n' "$uri"
}

# arch_of SUITE
arch_of()
{
	case $1 in
	*:*) echo "${1#*:}" ;;
	*) echo amd64 ;;
	esac
}

# source_lines SUITE: SUITE and, for a stable release, its security updates.
source_lines()
{
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	local options main security suite=${1%:*}

	options="arch=$(arch_of "$1")"
	[[ -r $keyring ]] && options+=" signed-by=$keyring"
	main=$(main_mirror)
	echo "deb [$options] $main $suite main"
	[[ $suite == bookworm ]] || return 0
	security=$(security_mirror)
	echo "deb [$options] $security $suite-security main"
}

# write_apt_conf HOME ARCHITECTURE: APT_CONFIG for a private state below HOME.
write_apt_conf()
{
	mkdir -p "$1"/{state/lists/partial,cache/archives/partial}
	: >"$1/status"
	cat >"$1/apt.conf" <<-END
	Dir::State "$1/state";
	Dir::State::status "$1/status";
	Dir::Cache "$1/cache";
	Dir::Etc::SourceList "$1/sources.list";
	Dir::Etc::SourceParts "/dev/null";
	APT::Architecture "$2";
	APT::Architectures { "$2"; };
	APT::Sandbox::User "root";
	Acquire::Languages "none";
	END
}

# suite_apt SUITE COMMAND...: an apt command that sees only SUITE.
suite_apt()
{
	local suite=$1

	shift
	APT_CONFIG=$CACHE/apt/$suite/apt.conf "$@"
}

# open_suite SUITE: make SUITE's package lists at most a day old. An old list
# serves when the mirror cannot be reached.
open_suite()
{
	with_lock "apt-$1" read_lists "$1"
}

read_lists()
{
	local home=$CACHE/apt/$1

	[[ -n $(find "$home/updated" -mmin -1440 2>/dev/null) ]] && return
	mkdir -p "$home"
	source_lines "$1" >"$home/sources.list"
	write_apt_conf "$home" "$(arch_of "$1")"
	say "reading the package lists of Debian $1"
	if suite_apt "$1" apt-get -qq --error-on=any update >&2; then
		touch "$home/updated"
	elif [[ ! -e $home/updated ]]; then
		die "cannot read Debian $1 from this machine's mirror"
	fi
}

# download SUITE FOLDER PACKAGE...: fetch packages, verified by apt.
download()
{
	local suite=$1 folder=$2

	shift 2
	( cd "$folder" && suite_apt "$suite" apt-get -qq download "$@" >&2 )
}

# download_all SUITE FOLDER PACKAGE...: and what they depend on, all of it.
download_all()
{
	local suite=$1 folder=$2

	shift 2
	mkdir "$folder/partial"
	suite_apt "$suite" apt-get -qq -y --no-install-recommends \
		-o Dir::Cache::archives="$folder" --download-only \
		install "$@" >&2
}
