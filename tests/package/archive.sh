#!/bin/bash
# SPDX-License-Identifier: MIT
# The release's archive: the same bytes each time; what is unpacked from it builds, and installs where the FHS says.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
# The variables of the make that runs the tests do not apply here.
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX
libdir=/usr/lib/somewhere/withdns
settings=(PREFIX=/usr libdir="$libdir" lib_words='lib/somewhere lib64' CFLAGS=-O0)

# dist DIRECTORY BUILD: makes the archive of the tree in DIRECTORY; its path in $archive.
dist() {
	archive=$(make -s -C "$1" BUILD="$2" dist 2>&1) && [ -f "$archive" ]
}

installed() {
	(cd "$1" && find . ! -type d -printf '%m %P\n' | sort -k 2)
}

is_same_elsewhere() {
	local one=$archive other=$scratch/other
	mkdir "$other" && tar -xzf "$one" -C "$other" && touch "$other"/*/README.md && chmod -R go= "$other" &&
		(umask 077 && dist "$other"/* "$scratch/again" && cmp "$one" "$archive")
}

if ! dist "$root" "$scratch/build"; then
	fail 'the archive is made' "$archive"
	finish
	exit
fi
none 'the archive has one directory at the top' "$(tar -tzf "$archive" | grep -v '^withdns-[0-9.]*/')"
none 'the archive has no built files' "$(tar -tzf "$archive" | grep -E '/build/|\.[oa]$')"
first=$archive
check 'the unpacked tree makes the same archive, to the byte' is_same_elsewhere
archive=$first
if [ -e "$root/.git" ]; then
	check 'the archive has every file of git' diff <(git -C "$root" ls-files | sort) \
		<(tar -tzf "$archive" | sed 's,[^/]*/,,' | sort)
	dist "$root" "$scratch/twice"
	check 'the second archive is the first, to the byte' cmp "$first" "$archive"
fi

tar -xzf "$first" -C "$scratch"
cd "$scratch"/withdns-* || exit 1
tree=$scratch/tree
check 'what is unpacked builds and installs' make -j2 "${settings[@]}" DESTDIR="$tree" install
same 'each file is installed where the FHS says' "\
755 usr/bin/withdns
644 $(expr "$libdir" : '/\(.*\)')/libwithdns.so
777 usr/lib/withdns/\$LIB/libwithdns.so
777 usr/lib/withdns/lib/somewhere/libwithdns.so
777 usr/lib/withdns/lib64/libwithdns.so
644 usr/share/bash-completion/completions/withdns
644 usr/share/doc/withdns/LICENSE
644 usr/share/doc/withdns/README.md
644 usr/share/doc/withdns/apparmor
644 usr/share/doc/withdns/copyright
644 usr/share/fish/vendor_completions.d/withdns.fish
644 usr/share/man/man1/withdns.1
644 usr/share/man/man3/libwithdns.3
644 usr/share/man/man5/withdns.conf.5
644 usr/share/zsh/site-functions/_withdns" "$(installed "$tree")"
same 'the version is that of the archive' "${PWD##*/withdns-}" "$(sed -n 's/^withdns (\(.*\)-.*/\1/p' shim/command/debian/changelog)"
same 'so is the version of the command' "withdns ${PWD##*/withdns-}" "$("$tree/usr/bin/withdns" --version)"
none 'the manual does not name another library' "$(grep -rl /usr/local/lib "$tree/usr/share/man")"
check 'the manual names the installed library' grep -q "$libdir/libwithdns.so" "$tree/usr/share/man/man1/withdns.1"
# shellcheck disable=SC2016
same 'the links by which loaders find the library lead to it' "$libdir/libwithdns.so" \
	"$(readlink "$tree"/usr/lib/withdns/{lib/somewhere,lib64,'$LIB'}/libwithdns.so | sort -u)"
check 'make uninstall succeeds' make "${settings[@]}" DESTDIR="$tree" uninstall
none 'no file stays' "$(installed "$tree")"
none 'make uninstall leaves no directory' "$(find "$tree" -name withdns)"

tree=$scratch/local
# built_by ARGUMENT...: what make compiles and links for that.
built_by() {
	make CFLAGS=-O0 "$@" 2>&1 | grep -E '^  (compile|link) ' | sort | tr -s '\n ' ' '
}
same 'another prefix rebuilds only what contains the path of the library' \
	' compile shim/command/program/preload.c link build/withdns ' "$(built_by DESTDIR="$tree" install)"
same 'make install rebuilds nothing' '' "$(built_by DESTDIR="$tree" install)"
check 'the default prefix is /usr/local' [ -e "$tree/usr/local/lib/libwithdns.so" ]
same 'the command in /usr/local finds its library' '192.0.2.1       app.test' \
	"$("$tree/usr/local/bin/withdns" -s none -r 'app.test A 192.0.2.1' getent hosts app.test)"

prefix=$scratch/prefix
check 'it installs below any prefix' make CFLAGS=-O0 PREFIX="$prefix" install
install -D "$prefix/lib/libwithdns.so" "$prefix/lib/withdns/libother/libwithdns.so"
# shellcheck disable=SC2016
same 'there programs get the path with the word that each loader replaces' "$prefix/lib/withdns/\$LIB/libwithdns.so" \
	"$("$prefix/bin/withdns" sh -c 'echo "$LD_PRELOAD"')"
same 'and find the library' '192.0.2.1       app.test' \
	"$("$prefix/bin/withdns" -s none -r 'app.test A 192.0.2.1' getent hosts app.test 2>&1)"
check 'make uninstall succeeds there' make PREFIX="$prefix" uninstall
none 'no file stays there' "$(installed "$prefix")"

mkdir build/deb && touch build/deb/withdns_1.deb build/withdns-1.tar.gz
check 'make clean succeeds' make clean
same 'make clean removes what was built and keeps packages' 'build/deb/withdns_1.deb build/withdns-1.tar.gz ' "$(find build ! -type d | sort | tr '\n' ' ')"
rm -r build
check 'make clean without a build succeeds' make clean
finish
