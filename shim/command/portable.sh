#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds a library and a command for glibc 2.26 and later: portable.sh RELEASE TARBALL
# RELEASE is the archive of `make dist`. They are built and tried in a chroot that debootstrap makes, as root, from this
# machine's mirror: of SUITE, by default the oldest of Debian that mirrors serve. TARBALL is the same, to the byte, from the
# same release and packages of the suite; its checksum is in TARBALL.sha256.
set -e
release=$(realpath "$1") tarball=$(realpath -m "$2") name=$(basename "$2" .tar.gz)
newest=2.26
suite=${SUITE:-bullseye}
packages=(gcc libc6-dev make binutils libssl-dev libnghttp2-dev)

# The version of fcntl and glob of which glibc has newer ones since 2.27 and 2.28: that of its first release.
case $(uname -m) in
x86_64) base=2.2.5 ;;
aarch64) base=2.17 ;;
*)
	echo "${0##*/}: only for x86_64 and aarch64" >&2
	exit 2
	;;
esac
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
	echo "${0##*/}: needs root and debootstrap" >&2
	exit 2
fi
scratch=$(mktemp -d -p "${TMPDIR:-/var/tmp}" withdns-portable.XXXXXX)
trap 'rm -rf --one-file-system "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
chroot=$scratch/chroot log=$tarball.log
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -n 1)

# quiet COMMAND...: what it writes goes to the log, which is shown when it fails.
quiet() {
	"$@" >>"$log" 2>&1 </dev/null && return
	tail -n 20 "$log" >&2
	return 1
}

build() {
	local flags="-include /versions.h"
	printf '__asm__(".symver %s@GLIBC_'$base'");\n' fcntl64,fcntl glob64,glob64 >"$chroot/versions.h"
	tar -xzf "$release" -C "$chroot" --transform='s,^[^/]*,tree,'
	quiet env -i PATH="$PATH" LC_ALL=C.UTF-8 chroot "$chroot" make -C /tree -j "$(nproc)" \
		CFLAGS="-O2 $flags" LDFLAGS=-s DESTDIR=/out install
}

# too_new FILE: the versions of functions that glibc $newest lacks.
too_new() {
	objdump -T "$1" | sed -nE 's/.*GLIBC_([0-9.]+)\)? +(.*)/\1 \2/p' |
		awk -v newest=$newest '{ split($1, is, "."); split(newest, may, ".") } is[2] > may[2]'
}

# needed FILE: the libraries that it needs, without those of glibc.
needed() {
	readelf -dW "$1" | sed -nE "/\(NEEDED\)/!d; /\[(lib($2)\.so\.[0-9]|ld-linux.*)\]/d; s/.*\[(.*)\]/\1/p"
}

# is_portable FILE LIBRARIES
is_portable() {
	local wrong
	wrong=$(too_new "$1"; needed "$1" "$2")
	[ -z "$wrong" ] && return
	echo "${0##*/}: ${1##*/} does not run with glibc $newest: $wrong" >&2
	return 1
}

# It finds its library by itself, and a program under it the record.
is_working() {
	[[ $("$@" -s none -H none -r 'app.test A 192.0.2.1' getent ahosts app.test) = '192.0.2.1 '*app.test* ]] && return
	echo "${0##*/}: does not work: $*" >&2
	return 1
}

write_note() {
	cat <<-END
		withdns, a library and a command for glibc $newest and later and for musl 1.2.2 and later, $(uname -m).

		bin/withdns finds lib/libwithdns.so beside it: run it from where it was unpacked, or unpack it over /usr/local:

		    tar -xzf $name.tar.gz --strip-components=1 -C /usr/local

		LD_PRELOAD names the library in containers and services; lib/libwithdns.so is all that they need:

		    LD_PRELOAD=/usr/local/lib/libwithdns.so WITHDNS='nameserver 192.0.2.53' PROGRAM

		An older libc ends every program that the library is preloaded into. The command refuses programs whose libc
		it finds to be older. It was built with $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$chroot/etc/os-release").
		Encrypted servers need libssl.so.3 or libssl.so.1.1, those of DNS over HTTPS also libnghttp2.so.14.
		share/man and share/doc/withdns have the manuals and the licence.
	END
}

mkdir -p "$(dirname "$tarball")"
: >"$log"
echo "  chroot $suite"
quiet debootstrap --variant=minbase --include="$(IFS=, && echo "${packages[*]}")" "$suite" "$chroot" "$mirror"
echo '  build'
build
root=$scratch/$name
mv "$chroot/out/usr/local" "$root"
find "$root" -type l -exec ln -sfr "$root/lib/libwithdns.so" {} ';'
is_portable "$root/lib/libwithdns.so" 'c|dl|pthread'
is_portable "$root/bin/withdns" 'c|dl|pthread|resolv'
cp -r "$root" "$chroot/root/$name"
# shellcheck disable=SC2016
is_working unshare --mount sh -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' sh "$chroot" "/root/$name/bin/withdns"
is_working "$root/bin/withdns"
write_note >"$root/INSTALL"
tar --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=a=rX,u+w \
	--mtime="@$(stat -c %Y "$chroot/tree/Makefile")" -C "$scratch" "$name" | gzip -9n >"$tarball"
(cd "${tarball%/*}" && sha256sum "${tarball##*/}" >"${tarball##*/}.sha256")
rm "$log"
