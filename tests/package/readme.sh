#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs the commands of the README in a fresh checkout with a fresh home; their output must be what the README shows.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
# shellcheck source=tests/package/world.sh
. "$(dirname "$0")/world.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX

# The words that blocks of commands without a prompt begin with.
words=(withdns eval make)

# The README without what it shows of `make check`, which runs this script.
without_check() {
	awk '/^    \$ make check$/ { hidden = 1 } hidden && /^[^ ]/ { hidden = 0 } !hidden' README.md
}

# The server that the README starts must answer; it is stopped before that of world.sh starts.
try_server() {
	local command
	command=$(sed -n 's/^    \(fakedns .*\) &$/\1/p' README.md)
	set_loopback_up
	# shellcheck disable=SC2086
	if ! start_reading shown $command; then
		fail 'the server of the README starts' "$(cat "$scratch/shown.errors")"
		return
	fi
	check 'the server of the README answers' withdns -s 127.0.0.1:5353 --query app.test MX
	stop shown
}

# Run in namespaces of its own.
inside() {
	cd "$CHECKOUT" || exit 1
	PATH=$CHECKOUT/build:$BUILD:$PATH
	try_server
	make_world "$scratch/bin" || {
		skip 'the commands of the README' 'the namespaces cannot be set up here'
		return
	}
	mkdir test && echo '127.0.0.1 app.test' >test/hosts
	echo app.test >tests/names
	PATH=$CHECKOUT/build:$PATH
	without_check >"$scratch/README.md"
	python3 "$root/tests/package/shown.py" "$scratch/README.md" "${words[@]}" || failures=$((failures + 1))
}

# The tests' sum as the README shows it.
shown_sum() {
	awk '/^    \$ make check$/ { shown = 1 } shown && /^[^ ]/ { exit } shown && NF { last = $0 } END { print last }' "$CHECKOUT/README.md"
}

if [ "${1-}" != inside ]; then
	archive=$(make -s -C "$root" BUILD="$scratch" dist) && tar -xzf "$archive" -C "$scratch"
	CHECKOUT=$(echo "$scratch"/withdns-*/)
	export CHECKOUT
	check 'a fresh checkout is built' make -j2 -C "$CHECKOUT"
	check 'the build has the command and the library' ls "$CHECKOUT"/build/{withdns,libwithdns.so}
	check 'the README shows the last line of make check' grep -qxE '    [0-9]+ passed, 0 failed' <<<"$(shown_sum)"
	check 'the checkout has make check' make -n -C "$CHECKOUT" check
fi
in_namespaces "${1-}" 'the commands of the README'
finish
