#!/bin/bash
# SPDX-License-Identifier: MIT
# The interface of the library: it exports the names of the map, needs only libc, and can be loaded with glibc and musl.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/preload/lib.sh"
library=$BUILD/libwithdns.so
map=$root/shim/exports.map

if [ ! -e "$library" ]; then
	fail 'the library is built' "no $library"
	finish
	exit
fi

# The names between "global:" and "local:".
names_of_map() {
	sed -E 's@/\*.*\*/@@; s@(//|#).*@@' "$map" |
		sed -n '/global:/,/local:/ { s/global:\|local:.*//g; p }' | tr -s '; \t' '\n' | grep . | sort
}

# Those that the command looks for in programs.
names_of_calls() {
	grep -oE '\{"[a-z0-9_]+", CALL_LIBC,' "$root/shim/command/program/calls.c" | sed -E 's/.*"(.*)".*/\1/' | sort
}

exported() {
	nm -D --defined-only "$library" | awk '{ print $NF }' | sort
}

# Those without which it cannot be loaded.
imported() {
	nm -D --undefined-only "$library" | awk '$1 == "U" { sub("@.*", "", $2); print $2 }' | sort
}

# What musl has: one library, which is the dynamic linker too.
musl=$(printf '%s\n' /lib/ld-musl-*.so.1 | head -n 1)
# The loader of musl 1.2.4 and later maps NAME64 to NAME, which is all that it has.
of_musl() {
	nm -D --defined-only "$musl" | awk '{ print $NF; if (!/64$/) other[$NF "64"] } $NF == "open64" { is_older = 1 }
		END { if (!is_older) for (name in other) print name }' | sort -u
}

needed() {
	readelf -dW "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | paste -sd ' '
}

data_size() {
	readelf -lW "$library" | awk '$1 == "LOAD" && $7 == "RW" { print $6 }'
}

# Before glibc 2.34 libc was several libraries.
libc=libc.so.6
[ "$(getconf GNU_LIBC_VERSION | sed 's/.*2\.//')" -ge 34 ] || libc='libc.so.6 libdl.so.2 libpthread.so.0'

in_dynamic_section() {
	readelf -dW "$library" | grep -E "$1"
}

none 'the exported names are those of the map' "$(diff <(names_of_map) <(exported))"
none 'the calls that the command looks for are those of the map' "$(diff <(names_of_map) <(names_of_calls))"
none 'the map has each name once' "$(names_of_map | uniq -d)"
none 'no exported name has a version of its own' "$(exported | grep @)"
same 'the library needs libc alone' "$libc" "$(needed)"
none 'no fortified function is called: musl has none' "$(imported | grep '^__.*_chk$')"
none 'no function that glibc 2.38 has for C23 is called' "$(imported | grep '^__isoc23_')"
if [ ! -e "$musl" ]; then
	skip 'musl has every function that is called' 'no musl here'
else
	none 'musl has every function that is called' "$(comm -23 <(imported) <(of_musl))"
fi
# Every program that is started pays for it: a page that is relocated is copied, and zeros behind it are mapped.
same 'writable data takes at most 16 KiB' yes "$( (($(data_size) <= 16384)) && echo yes)"
none 'nothing that is built names the directory of the tree' "$(grep -lF "$root" "$library" "$BUILD/withdns")"
none 'the library has no text relocations' "$(in_dynamic_section TEXTREL)"
same 'all symbols are bound at load time' 1 "$(in_dynamic_section 'FLAGS_1.*NOW' | wc -l)"
same 'the stack is not executable' RW "$(readelf -lW "$library" | awk '$1 == "GNU_STACK" { print $7 }')"
finish
