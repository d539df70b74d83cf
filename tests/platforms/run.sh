#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds and tests the tree on other platforms, as root on Debian: in chroots that debootstrap makes from the mirror that
# this machine uses. Cross builds are run by qemu-user.
# run.sh [PLATFORM]... (all but compilers without one). The logs stay in $BUILD/platforms; the chroots are made in $TMPDIR and go.
# With WHOLE=1 it is make check instead of the unit tests, but not under emulation.

root=$(cd "$(dirname "$0")/../.." && pwd)
logs=${BUILD:-$root/build}/platforms

# Platform, suite, architecture of the chroot; of a cross build also its architecture and triplet, and qemu's word for it.
platforms=(
	'bullseye bullseye amd64'
	'trixie   trixie   amd64'
	'sid      sid      amd64'
	'i386     bookworm i386'
	'arm64    bookworm amd64 arm64 aarch64-linux-gnu aarch64'
	's390x    bookworm amd64 s390x s390x-linux-gnu   s390x'
	'armhf    trixie   amd64 armhf arm-linux-gnueabihf arm'
)
# Where `compilers` takes gcc and clang of all versions.
suites=(bullseye bookworm trixie sid)
compilers=()
# Of the table at the end.
columns='%-9s %-11s %-24s %-16s %-50s %s'
# Unit tests that fail under emulation: its pace, its memory, and in its namespace no file has another owner.
prevented_by_emulation=(cve_2026_44390_thousands_of_the_longest_names_cost_little
	a_long_chain_after_thousands_of_other_aliases_is_compared_with_few_of_them without_memory_nothing_is_followed
	a_found_file_is_used_only_if_its_owner_is_trusted a_file_that_is_there_is_seen the_owner_and_the_group_stay
	a_file_whose_owner_cannot_be_kept_stays a_link_of_another_user_is_not_followed
	a_link_of_another_user_in_a_directory_of_all_is_not_followed)
tools=(make binutils python3 iproute2 netbase perl openssl)
libraries=(libc6-dev libldns-dev libssl-dev libnghttp2-dev libcmocka-dev)

# --- in a chroot, in namespaces of our own

# enter DIRECTORY: makes it the root directory. With chroot(8) tests could not make namespaces.
enter() {
	mount --make-rprivate / && mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
		mount -t tmpfs tmpfs "$1/tmp" && mount -t tmpfs tmpfs "$1/run" && mkdir -p "$1/old" && cd "$1" &&
		pivot_root . old && umount -l /old && cd /tree || return
}

# Programs of the other architecture are started by way of an instance of binfmt_misc that belongs to the user namespace.
emulate() {
	local interpreters=/proc/sys/fs/binfmt_misc
	mount -t binfmt_misc binfmt_misc $interpreters && cat "/usr/lib/binfmt.d/qemu-$1.conf" >$interpreters/register
}

# count LOG: "N passed, N failed" of the cases of a script.
count() {
	echo "$(grep -c '^ok - ' "$1") passed, $(grep -c '^not ok - ' "$1") failed"
}

# count_tests LOG [QEMU]: "N passed, N failed" of tests/run.sh, what emulation prevents apart.
count_tests() {
	local passed failed skipped prevented=0
	read -r passed failed skipped < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(.*)/\1 \2 \3/p' "$1")
	[ -z "${2-}" ] || prevented=$(sed -nE 's/^\[  FAILED  \] ([a-z]\w+)$/\1/p' "$1" | sort -u |
		grep -cxF -f <(printf '%s\n' "${prevented_by_emulation[@]}"))
	echo "$passed passed, $((failed - prevented)) failed$skipped$([ "$prevented" -eq 0 ] || echo ", $prevented emulated")"
}

# field VALUE: of the row in ./result.
field() {
	printf '%s\t' "$1" >>result
}

# inside DIRECTORY NAME SUITE ARCHITECTURE [CROSS TRIPLET QEMU]: writes /tree/result, a row of the table a line.
inside() {
	local compiler=gcc made=yes tests=unit
	enter "$1" || exit
	[ -z "${WHOLE-}" ] || tests=check
	[ -z "${5-}" ] || { compiler=$6-gcc tests=unit && emulate "$7"; } || exit
	export HOME=/root LC_ALL=C.UTF-8
	unset BUILD MAKEFLAGS MAKELEVEL MFLAGS
	if [ "$2" = compilers ]; then
		# shellcheck disable=SC2046
		tests/platforms/compilers.sh $(</compilers)
		return
	fi
	field "$(ldconfig -V | sed -nE '1s/.* ([0-9.]+)$/glibc \1/p')"
	field "gcc $("$compiler" -dumpfullversion)"
	make CC="$compiler" -j "$(nproc)" all build/fakedns build/tests/differential/matrix >build.log 2>&1 || made=no
	cat build.log
	[ $made = yes ] || { field no && return; }
	make CC="$compiler" -j "$(nproc)" $tests >tests.log 2>&1
	cat tests.log
	field "$made, $(cat build.log tests.log | grep -c ': warning: ') warnings"
	field "$(count_tests tests.log "${7-}")"
	tests/platforms/lookups.sh >lookups.log 2>&1
	cat lookups.log
	field "$(count lookups.log)"
}

# --- outside

# The address from which apt installs Debian's packages on this machine.
mirror() {
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -n 1
}

# make_chroot DIRECTORY SUITE ARCHITECTURE [CROSS TRIPLET]
make_chroot() {
	local include=("${tools[@]}")
	[ $# -gt 3 ] || include+=(gcc "${libraries[@]}")
	debootstrap --variant=minbase --arch="$3" --include="$(IFS=, && echo "${include[*]}")" "$2" "$1" "$(mirror)" || return
	[ $# -gt 3 ] || return 0
	chroot "$1" dpkg --add-architecture "$4" && chroot "$1" apt-get -qq update &&
		chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends qemu-user-static \
			"gcc-${5//_/-}" "${libraries[@]/%/:$4}"
}

# copy_tree DIRECTORY: what git has or would take.
copy_tree() {
	mkdir "$1/tree" && (cd "$root" && git ls-files --cached --others --exclude-standard -z |
		tar --create --null --ignore-failed-read --files-from=- | tar --extract --directory="$1/tree")
}

# add_compilers DIRECTORY: those of its suite that are not older than gcc 10 or clang 14, and that no suite before it had.
add_compilers() {
	local found
	mapfile -t found < <(chroot "$1" apt-cache pkgnames | grep -E '^(gcc-1[0-9]|clang-(1[4-9]|2[0-9]))$' |
		grep -vxF -f <(printf '%s\n' "${compilers[@]}") | sort -V)
	compilers+=("${found[@]}")
	chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${found[@]}" &&
		printf '%s\n' "${found[@]}" >"$1/compilers"
}

# add_row NAME [FIELD]...: to the table; the name to $failed if not all is well.
add_row() {
	[[ ${4-} = 'yes, 0 warnings' && ${5-} =~ ^-$|', 0 failed' && ${6-} =~ ^-$|', 0 failed' ]] || failed+=("$1")
	# shellcheck disable=SC2059
	table+=("$(printf "$columns" "$1" "${2-no chroot}" "${@:3}")")
}

# run_platform NAME SUITE ARCHITECTURE [CROSS TRIPLET QEMU]: adds its rows to the table.
run_platform() {
	local directory=$scratch/$1 namespaces=(--mount --pid --fork --kill-child) personality=() rows=('') row fields
	[ -z "${4-}" ] || namespaces+=(--map-root-user)
	[ "$3" != i386 ] || personality=(setarch i386)
	echo "== $1 $2"
	if {
		make_chroot "$directory" "${@:2:4}" && copy_tree "$directory" &&
			{ [ "$1" != compilers ] || add_compilers "$directory"; }
	} >>"$logs/$1.log" 2>&1 </dev/null; then
		"${personality[@]}" unshare "${namespaces[@]}" "$0" inside "$directory" "$@" >>"$logs/$1.log" 2>&1 </dev/null &
		namespace=$!
		wait "$namespace"
		namespace=''
		mapfile -t rows <"$directory/tree/result"
	fi
	rm -rf --one-file-system "$directory"
	for row in "${rows[@]}"; do
		IFS=$'\t' read -ra fields <<<"$row"
		add_row "$1" "${fields[@]}"
	done
}

if [ "${1-}" = inside ]; then
	shift
	inside "$@"
	exit
fi
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
	echo "${0##*/}: needs root and debootstrap" >&2
	exit 2
fi
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
[ -z "${http_proxy-}" ] || export http_proxy
mkdir -p "$logs"
scratch=$(mktemp -d -p "${TMPDIR:-/var/tmp}" withdns-platforms.XXXXXX)
# unshare(1) ends by no other signal; all that runs in the namespace ends with it.
clean() {
	[ -z "$namespace" ] || { kill -KILL "$namespace" && wait "$namespace"; } 2>/dev/null
	rm -rf --one-file-system "$scratch"
}
namespace=''
trap clean EXIT
trap 'exit 1' HUP INT TERM
rm -f "$logs"/*.log
# shellcheck disable=SC2059
table=("$(printf "$columns" platform libc compiler builds tests lookups)") failed=()
for platform in "${platforms[@]}"; do
	read -ra words <<<"$platform"
	if [ $# -eq 0 ] || [[ " $* " = *" ${words[0]} "* ]]; then run_platform "${words[@]}"; fi
done
for suite in "${suites[@]}"; do
	[[ " $* " != *' compilers '* ]] || run_platform compilers "$suite" amd64
done
printf '%s\n' "${table[@]}"
[ ${#failed[@]} -eq 0 ] || echo "failed: ${failed[*]} (the logs are in $logs)"
[ ${#table[@]} -gt 1 ] && [ ${#failed[@]} -eq 0 ]
