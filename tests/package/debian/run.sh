#!/bin/bash
# SPDX-License-Identifier: MIT
# Debian's packages: the same bytes each time, nothing that lintian would say, and what they install passes the tests of the
# command. They are installed for this script alone: over /usr and dpkg's database lies a layer that goes away.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../../preload/lib.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX
bash_completion=/usr/share/bash-completion/bash_completion
sentence='what the packages install passes the tests'

packages() {
	find "$1/deb" -maxdepth 1 -name '*.deb' | sort
}

said_by_lintian() {
	lintian --display-info --pedantic --allow-root --fail-on none "$BUILD"/deb/*.changes 2>&1
}

is_built_twice() {
	local package
	make -s -C "$root" BUILD="$scratch/again" deb >"$scratch/log" 2>&1 || { cat "$scratch/log" && return 1; }
	for package in $(packages "$BUILD"); do
		cmp "$package" "$scratch/again/deb/${package##*/}" || return
	done
}

# lay_over DIRECTORY...: mounts an overlay, which takes all writes.
lay_over() {
	local layers=$scratch/layers directory
	mkdir "$layers" && mount -t tmpfs none "$layers" || return
	for directory in "$@"; do
		mkdir -p "$layers/upper$directory" "$layers/work$directory" &&
			mount -t overlay overlay -o "lowerdir=$directory,upperdir=$layers/upper$directory,workdir=$layers/work$directory" "$directory" ||
			return
	done
}

installed_files() {
	find /usr -path '*withdns*' ! -type d 2>/dev/null | sort
}

# Run in namespaces of its own.
inside() {
	local before
	before=$(installed_files)
	lay_over /usr /var/lib/dpkg || {
		skip "$sentence" 'nothing can be laid over /usr here'
		return
	}
	check 'the packages are installed' dpkg --no-triggers --log=/dev/null --force-not-root -i "$BUILD"/deb/{lib,}withdns_*.deb
	same 'what they list is there, and nothing else' \
		"$(dpkg -L withdns libwithdns | while read -r file; do [ -d "$file" ] || [ -z "$file" ] || echo "$file"; done | sort)" \
		"$(installed_files | grep -vxF "${before:-none}")"
	check 'the command finds the library' \
		grep -q "^LD_PRELOAD='$(dpkg -L libwithdns | grep '/withdns/libwithdns\.so$')'" <(withdns --print-env)
	if [ -e "$bash_completion" ]; then
		same 'bash finds its completion' 'withdns --show-config ' \
			"$(echo '! withdns --show-' | python3 "$root/tests/package/type.py" "$bash_completion" 2>&1)"
	else
		skip 'bash finds its completion' 'no bash-completion here'
	fi
	if has zsh 'zsh finds its completion'; then
		same 'zsh finds its completion' 'withdns --show-config ' \
			"$(echo '! withdns --show-' | python3 "$root/tests/package/type.py" --zsh 2>&1)"
	fi
	if has fish 'fish finds its completion'; then
		same 'fish finds its completion' --show-config "$(fish -c 'complete -C "withdns --show-"' 2>&1 | cut -f1)"
	fi
	"$root/tests/package/debian/installed.sh" || failures=$((failures + 1))
	check 'the packages are removed' dpkg --no-triggers --log=/dev/null --force-not-root --purge withdns libwithdns
	same 'and nothing stays' "$before" "$(installed_files)"
}

if [ "${1-}" = inside ]; then
	inside
	finish
	exit
fi

if [ -z "$(packages "$BUILD")" ]; then
	skip "$sentence" "no $BUILD/deb/*.deb here: make deb"
	finish
	exit
fi
check 'the second packages are the first, to the byte' is_built_twice
if has lintian 'lintian says nothing'; then
	none 'lintian says nothing' "$(said_by_lintian)"
fi
# As root without a namespace of users, in which no other could be become.
alone=(unshare -m)
"${alone[@]}" true 2>/dev/null || alone+=(-r)
if "${alone[@]}" true 2>/dev/null; then
	"${alone[@]}" "$0" inside || failures=$((failures + 1))
else
	skip "$sentence" 'namespaces are not allowed here'
fi
finish
