#!/bin/bash
# SPDX-License-Identifier: MIT
# The manual pages are complete, and their examples work.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
# shellcheck source=tests/package/world.sh
. "$(dirname "$0")/world.sh"
command_page=$root/shim/command/withdns.1
config_page=$root/config/withdns.conf.5
library_page=$root/shim/libwithdns.3
pages=("$command_page" "$config_page" "$library_page")

# missing_from PAGE WORD...: those that stand nowhere in it as whole words.
missing_from() {
	local text word
	text=$(sed 's/\\&//g; s/\\-/-/g' "$1")
	shift
	for word in "$@"; do
		grep -qE "(^|[^[:alnum:]_-])$word($|[^[:alnum:]_-])" <<<"$text" || echo "$word"
	done
}

options_of_help() {
	"$withdns" --help | grep -oE '^ +(-[A-Za-z])?(, )?(--[a-z0-9-]+)?' | tr -s ', ' '\n' | grep . | sort -u
}

# What .It says behind Fl, of the lists of options: "s" is -s, "-server" is --server.
options_of_page() {
	grep '^\.It Fl' "$command_page" | grep -oE 'Fl -?[A-Za-z0-9][a-z0-9-]*' | sed 's/Fl /-/' | sort -u
}

# first_words PATTERN FILE: of the rows of a table in C.
first_words() {
	sed -nE "s/^\t$1\"([^\"]*)\".*/\2/p" "$root/$2" | sort
}

members_of_log() {
	sed -nE 's/^\t\{(MEMBER\([A-Z]+, |COUNT\(|")([a-z]+)[",].*/\2/p' "$root/config/log_member.c" | sort
}

environment_of_sources() {
	cd "$root" && grep -hoE 'getenv\("[A-Z_0-9]+"' -r shim config resolver | grep -oE '"[^"]*' | tr -d '"' |
		grep . | sort -u
}

environment_of_pages() {
	sed -nE '/^\.Sh ENVIRONMENT/,/^\.Sh [^E]/ { /^\.(It )?Ev/ { s/^\.(It )?Ev//; s/Ns.*//; p; } }' "${pages[@]}" |
		tr -s ' ,' '\n' | grep . | sort -u
}

# res_init and its kin are exported by the names of old binaries alone.
exported_names() {
	sed -n '/global:/,/local:/ { s/^\t__res_/\tres_/; s/^\t\([a-z0-9_]*\);/\1/p }' "$root/shim/exports.map" | sort -u
}

exit_codes() {
	sed -n '/^\.Sh EXIT/,/^\.Sh EX.*LES/ s/^\.It \([0-9]*\)$/\1/p' "$command_page" | paste -sd ' '
}

# What withdns.conf(5) shows as examples, each in a file of its own.
write_configurations() {
	awk '/^\.Sh/ { is_example = $2 == "EXAMPLES" } /^\.Ed/ { close(file); file = "" } file { print >file }
		is_example && /^\.Bd/ { file = "example" ++count ".conf" }' "$config_page"
}

check_configurations() {
	local file
	cp tests/dns.zone example.org.zone
	: >'my hosts'
	write_configurations
	for file in example*.conf; do
		check "a configuration: $(paste -sd ';' "$file")" withdns --config="$file" --show-config
	done
}

# Run in namespaces of its own.
inside() {
	local page
	cd "$scratch" || exit 1
	make_world "$scratch/bin" || {
		skip 'the commands of the manual' 'the namespaces cannot be set up here'
		return
	}
	# As installed, or the paths that the pages name lead elsewhere.
	mkdir tests test
	cp "$root/tests/data/demo/app.test.zone" tests/dns.zone
	cp tests/dns.zone test/app.test.zone
	printf 'app.test\nregistry.example\n' >tests/names
	printf 'registry.example\n*.internal.example\n' >expected-names
	echo 'all:' >Makefile
	printf 'app.test MX\nset edns0\n' >checks
	PATH=$BUILD:$PATH
	check_configurations
	for page in "${pages[@]}"; do
		sed "s|/usr/local/lib/libwithdns\.so|$BUILD/libwithdns.so|g" "$page" >"$scratch/${page##*/}"
		python3 "$root/tests/package/shown.py" "$scratch/${page##*/}" || failures=$((failures + 1))
	done
}

if [ "${1-}" != inside ]; then
	if has mandoc 'mandoc has no warnings about the pages'; then
		# Which pages of others this machine has is not their fault.
		none 'mandoc has no warnings about the pages' "$(mandoc -T lint -W style "${pages[@]}" 2>"$scratch/errors" |
			grep -v 'referenced manual not found'
			grep -v 'outdated mandoc\.db' "$scratch/errors")"
	fi
	none '--help has options' "$([ "$(options_of_help | wc -l)" -gt 20 ] || options_of_help)"
	none 'every option of --help is explained in withdns(1), and no other' \
		"$(diff <(options_of_help) <(options_of_page))"
	mapfile -t words < <(first_words '(\{)' config/directive.c)
	none 'every directive is explained in withdns.conf(5)' "$(
		for word in "${words[@]}"; do grep -q "^\.It Ic $word\( \|$\)" "$config_page" || echo "$word"; done)"
	mapfile -t words < <(first_words '\{(NUMBER|FLAG|IGNORED)\(' config/options.c | grep -v _)
	none 'every word of options is explained in withdns.conf(5)' "$(missing_from "$config_page" "${words[@]}")"
	mapfile -t words < <(first_words '(\{)' config/fault.c | tr -d =)
	none 'every action and condition of a fault is explained in withdns.conf(5)' "$(missing_from "$config_page" "${words[@]}")"
	mapfile -t words < <(members_of_log)
	none 'the log has members' "$([ ${#words[@]} -ge 20 ] || echo "${words[@]}")"
	none 'every member of the log is explained in withdns.conf(5)' "$(
		for word in "${words[@]}"; do grep -q "^\.It Li $word Ta " "$config_page" || echo "$word"; done)"
	mapfile -t words < <(exported_names)
	none 'every function that is taken over is named in libwithdns(3)' \
		"$([ ${#words[@]} -ge 30 ] || echo "${words[@]}")$(missing_from "$library_page" "${words[@]}")"
	none 'every variable of the environment that is read is in a page, and no other' \
		"$(diff <(environment_of_sources) <(environment_of_pages))"
	same 'every exit status is explained' '0 1 2 124 125 126 127' "$(exit_codes)"
fi
in_namespaces "${1-}" 'the commands of the manual'
finish
