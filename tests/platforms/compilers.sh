#!/bin/bash
# SPDX-License-Identifier: MIT
# compilers.sh COMPILER...: run by run.sh in a chroot that has these. Each compiles all without a warning; the newest gcc and
# the newest clang, which stand last of their kind, do so with other options too, and then some unit tests and the lookups
# pass; a copy of the tree in another directory becomes the same bytes. A line of ./result for each, as run.sh reads them.

units=(config/test_directive_reader config/test_seqlock resolver/test_packet resolver/test_upstream resolver/test_cache
	shim/test_hostent)
libc=$(ldconfig -V | sed -nE '1s/.* ([0-9.]+)$/glibc \1/p')

# row COMPILER FIELD...
row() {
	printf '%s\t' "$libc" "$@" >>result
	printf '\n' >>result
}

# build COMPILER OPTIONS TARGET...: writes "yes, 0 warnings" or "no".
build() {
	echo "== $1 $2" >&2
	if make -k -j "$(nproc)" CC="$1" CFLAGS="$2 -Werror" "${@:3}" >&2; then echo 'yes, 0 warnings'; else echo no; fi
}

# run_units: "N passed, N failed" of the programs.
run_units() {
	local unit passed=0 failed=0
	for unit in "${units[@]}"; do
		if build/tests/unit/"$unit" >&2; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	done
	echo "$passed passed, $failed failed"
}

run_lookups() {
	tests/platforms/lookups.sh | tee /dev/stderr |
		awk '{ count[$1]++ } END { print count["ok"] + 0 " passed, " count["not"] + 0 " failed" }'
}

# newest KIND: of the compilers of this kind.
newest() {
	printf '%s\n' "${compilers[@]}" | grep "^$1-" | tail -n 1
}

# with_options COMPILER OPTIONS
with_options() {
	row "$1 ${2/ -g/}" "$(build "$1" "$2" all build/fakedns build/tests/differential/matrix "${units[@]/#/build/tests/unit/}")" \
		"$(run_units)" "$(run_lookups)"
}

# in_two_places COMPILER
in_two_places() {
	local other='/tmp/another directory/of another length' made
	mkdir -p "$other" && cp -r . "$other/tree" || return
	made=$(build "$1" '-O2 -g' all)
	(cd "$other/tree" && build "$1" '-O2 -g' all) >&2
	cmp build/withdns "$other/tree/build/withdns" && cmp build/libwithdns.so "$other/tree/build/libwithdns.so" || made='other bytes'
	row "$1 in two places" "$made" - -
}

compilers=("$@")
in_two_places "$(newest gcc)"
for compiler in "${compilers[@]}"; do
	row "$compiler" "$(build "$compiler" '-O2 -g' everything)" - -
done
for compiler in $(newest gcc) $(newest clang); do
	for options in '-O0 -g' '-Og -g' '-O3 -g -march=native'; do with_options "$compiler" "$options"; done
done
# The same of clang takes a linker of its own.
with_options "$(newest gcc)" '-O2 -g -flto'
