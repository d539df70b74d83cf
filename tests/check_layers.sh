#!/bin/bash
# SPDX-License-Identifier: MIT
# Proves that every include points down: each directory may include what the table below says and nothing else.
# check_layers.sh [ROOT]

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/preload/lib.sh"
cd "${1:-$root}" || exit 1

# directory | what its files may include of ours. tests/ is exempt. shim/command/main.c stands above all that is in its directory.
layers=(
	'config               | config/[a-z_]+\.h'
	'resolver/dns         | (config|resolver/dns)/[a-z_]+\.h'
	'resolver/source      | (config|resolver/dns)/[a-z_]+\.h'
	'resolver             | (config|resolver/dns|resolver/source|resolver)/[a-z_]+\.h'
	'shim                 | (config|resolver|shim)/[a-z_]+\.h|resolver/dns/message\.h'
	'shim/command         | (config|resolver|shim/command)/[a-z_]+\.h'
	'shim/command/program | (config|shim/command|shim/command/program)/[a-z_]+\.h'
	'shim/command/watch   | (config|shim/command|shim/command/watch)/[a-z_]+\.h'
	'shim/command/query   | (config|resolver|shim/command|shim/command/query)/[a-z_]+\.h|resolver/dns/(message|listing|host)\.h'
	'shim/command/shell   | (config|resolver|shim/command|shim/command/(program|query|shell))/[a-z_]+\.h'
)

# includes FILE: "LINE:WHAT", WHAT with its quotes or brackets.
includes() {
	sed -nE '/^[[:space:]]*#[[:space:]]*include/ { s/^[[:space:]]*#[[:space:]]*include[[:space:]]*//
		s/^("[^"]*"|<[^>]*>).*/\1/
		=; p }' "$1" | paste -d: - -
}

sources_of() {
	find "$1" -maxdepth 1 -name '*.[ch]' | sort
}

# may_include FILE WHAT PATTERN
may_include() {
	local file=$1 what=$2 pattern=$3 inner
	inner=${what:1:-1}
	case $what in
	\<ldns/*) [[ $file = resolver/dns/* ]] ;;
	\<*) ! [[ $inner =~ ^(config|resolver|shim|tests|openssl|cmocka) || -e $inner ]] ;;
	\"resolver/source/*) [[ $inner =~ ^($pattern)$ && -e $inner ]] || source_may_include "$file" "$inner" ;;
	\"shim/command/*/*) [[ $inner =~ ^($pattern)$ || $file = shim/command/main.c ]] && [ -e "$inner" ] ;;
	\"*) [[ $inner =~ ^($pattern)$ && -e $inner ]] ;;
	*) false ;;
	esac
}

# No source knows another: a source includes its own header, and what it is made of (upstream and zone are more than one file).
declare -A parts=([upstream]='attempt inquiry peers roster transport verdict' [inquiry]='attempt peers roster transport upstream'
	[verdict]='attempt inquiry peers roster' [attempt]='upstream transport peers' [roster]='peers upstream' [zone]='zones')

source_may_include() {
	local module part
	module=$(basename "${1%.[ch]}")
	[[ $1 = resolver/source/* && -e $2 ]] || return
	for part in "$module" ${parts[$module]-}; do
		[ "$2" != "resolver/source/$part.h" ] || return 0
	done
	return 1
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

for layer in "${layers[@]}"; do
	directory=${layer%% *}
	pattern=${layer#*| }
	if [ -z "$(sources_of "$directory")" ]; then
		fail "$directory/ has sources"
		continue
	fi
	none "$directory/ includes only what lies below it" "$(wrong_includes "$directory" "$pattern")"
	none "$directory/ includes its own headers first" "$(misplaced_headers "$directory")"
done
none 'every directory with sources is a floor of the house' "$(unknown_directories)"
finish
