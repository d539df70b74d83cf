#!/bin/bash
# SPDX-License-Identifier: MIT
# Proves that every include points down: each directory may include what the table below says and nothing else, and no
# module (a path without .c or .h) includes itself by way of others.
# check_layers.sh [ROOT]

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/preload/lib.sh"
cd "${1:-$root}" || exit 1

# directory | what its files may include of ours, directories with or without their subdirectories. tests/ is exempt.
layers=(
	'config/base              | config/base'
	'config/sync              | config/base config/sync'
	'config                   | config/base config/sync config'
	'resolver/dns             | config/base config/sync config resolver/dns'
	'resolver/source          | config/base config/sync config resolver/dns resolver/source'
	'resolver/source/upstream | config/base config/sync config resolver/dns resolver/source/fault.h resolver/source/upstream'
	'resolver                 | config/base config/sync config resolver/dns resolver/source resolver/source/upstream resolver'
	'shim                     | config/base config/sync config resolver/dns/message.h resolver shim'
	'shim/command             | config/base config/sync config resolver/dns/host.h resolver/dns/message.h resolver shim/command'
	'shim/command/program     | config/base config/sync config shim/command shim/command/program'
	'shim/command/tls         | config/base config/sync config resolver/dns/message.h resolver/dns/packet.h resolver/dns/wire.h shim/command shim/command/tls'
	'shim/command/watch       | config/base config/sync config shim/command shim/command/tls/tls_forwarder.h shim/command/watch'
	'shim/command/serve       | config/base config/sync config resolver/dns/message.h resolver/dns/packet.h resolver/reload.h resolver/responder.h resolver/resolver.h shim/command shim/command/serve'
	'shim/command/reach       | config/base config/sync config shim/command shim/command/serve/serve.h shim/command/watch/watch.h shim/command/reach'
	'shim/command/query       | config/base config/sync config resolver/dns/answer_chain.h resolver/dns/message.h resolver/dns/listing.h resolver/dns/host.h resolver/dns/packet.h resolver shim/command shim/command/query'
	'shim/command/shell       | config/base config/sync config resolver shim/command shim/command/program shim/command/query shim/command/shell'
)
# The one file above all that is in its directory.
top=shim/command/main.c

# includes FILE: "LINE:WHAT", WHAT with its quotes or brackets.
includes() {
	sed -nE '/^[[:space:]]*#[[:space:]]*include/ { s/^[[:space:]]*#[[:space:]]*include[[:space:]]*//
		s/^("[^"]*"|<[^>]*>).*/\1/
		=; p }' "$1" | paste -d: - -
}

sources_of() {
	find "$1" -maxdepth 1 -name '*.[ch]' | sort
}

# is_allowed WHAT PLACE...: a header of ours, in one of the directories or itself one of the places.
is_allowed() {
	local what=$1 place
	shift
	for place; do
		[ "$what" != "$place" ] && [ "${what%/*}" != "$place" ] || return 0
	done
	return 1
}

# No source of answers knows another: it includes its own header, and those that begin with the same word (zone_answer,
# zone_store).
is_other_source() {
	local own other
	[[ $1 = resolver/source/*.[ch] && $2 = resolver/source/*.h && $1 != resolver/source/*/* ]] || return
	own=$(basename "${1%.[ch]}") other=$(basename "${2%.h}")
	[ "${own%%_*}" != "${other%%_*}" ]
}

# may_include FILE WHAT PLACES
may_include() {
	local file=$1 what=$2 inner places
	inner=${what:1:-1}
	read -ra places <<<"$3"
	case $what in
	\<openssl/* | \<nghttp2/*) [[ $file = shim/command/tls/* ]] ;;
	\<*) ! [[ $inner =~ ^(config|resolver|shim|tests|openssl|ldns|cmocka) || -e $inner ]] ;;
	\"*) [ -e "$inner" ] && { is_allowed "$inner" "${places[@]}" || [ "$file" = $top ]; } && ! is_other_source "$file" "$inner" ;;
	*) false ;;
	esac
}

# wrong_includes DIRECTORY PATTERN: one line each.
wrong_includes() {
	local file line what
	while read -r file; do
		while IFS=: read -r line what; do
			may_include "$file" "$what" "$2" || echo "$file:$line: may not include $what"
		done < <(includes "$file")
	done < <(sources_of "$1")
}

# misplaced_headers DIRECTORY: the sources whose own header is not the first thing that they include, so that nothing proves
# that it stands alone.
misplaced_headers() {
	local file own first
	while read -r file; do
		own=${file%.c}.h
		[[ $file = *.c && -e $own ]] || continue
		first=$(includes "$file" | head -n 1)
		[ "${first#*:}" = "\"$own\"" ] || echo "$file: its first include must be \"$own\""
	done < <(sources_of "$1")
}

# unknown_directories: those with sources that the table does not know.
unknown_directories() {
	find config resolver shim -name '*.[ch]' -printf '%h\n' | sort -u |
		grep -vxF -f <(printf '%s\n' "${layers[@]}" | sed 's/ *|.*//')
}

# edges: "MODULE INCLUDED" for each include of another module.
edges() {
	find config resolver shim -name '*.[ch]' -exec grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' {} + |
		sed -E 's/\.[ch]:.*"(.*)\.h".*/ \1/' | awk '$1 != $2' | sort -u
}

# circles: the modules of each circle, one circle a line. tsort breaks a circle and continues.
circles() {
	edges | LC_ALL=C tsort 2>&1 >/dev/null | sed 's/^tsort: //' |
		awk '/contains a loop/ { printf "%s", n++ ? "\n" : ""; next } { printf "%s ", $0 }'
}

for layer in "${layers[@]}"; do
	directory=${layer%% *}
	if [ -z "$(sources_of "$directory")" ]; then
		fail "$directory/ has sources"
		continue
	fi
	none "$directory/ includes only what lies below it" "$(wrong_includes "$directory" "${layer#*| }")"
	none "$directory/ includes its own headers first" "$(misplaced_headers "$directory")"
done
none 'every directory with sources is a layer' "$(unknown_directories)"
none 'no modules include each other in a circle' "$(circles)"
finish
