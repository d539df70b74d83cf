#!/bin/bash
# SPDX-License-Identifier: MIT
# Checks of every file of the tree.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/preload/lib.sh"
cd "$root" || exit 1

is_checkout() {
	[ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$root" ]
}

# The files of the tree: those that git has or would take; without git all but what is built.
files() {
	if is_checkout; then
		git ls-files --cached --others --exclude-standard
	else
		find . -path ./build -prune -o -type f -printf '%P\n'
	fi | sort | while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}
mapfile -t files < <(files)

# that_match REGEX: of the files.
that_match() {
	printf '%s\n' "${files[@]}" | grep -E "$1"
}

# The files that git has; untracked files are not checked.
tracked() {
	git ls-files | while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

generated() {
	tracked | grep -E '(^|/)build/|\.(o|a|so|d|gcda|gcno|pyc|log|orig|rej|swp)$|~$'
	tracked | LC_ALL=C xargs -d '\n' grep -laE $'^(\x7fELF|!<arch>)' --
}

sources_without_license() {
	local file
	that_match '\.([ch]|sh|bash|mk|py|map|[1-9])$|^Makefile$|/rules$|^\.ci/' | while read -r file; do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file"
	done
}

# The words are spelled so that this file does not contain them.
unfinished() {
	grep -nE '\b(TO[D]O|FIXM[E])\b' -- "${files[@]}"
}

# Of the product. clang-format does not wrap comments.
long_comments() {
	that_match '^(config|resolver|shim)/.*\.[ch]$' | while read -r file; do
		expand -t 4 "$file" | grep -nE '^ *//' | grep -E '^[0-9]+:.{121,}' | sed "s|^|$file:|"
	done
}

unexpected_on_top() {
	tracked | grep / | cut -d/ -f1 | sort -u | grep -vxE '\..*|shim|resolver|config|tests'
	tracked | grep -v / | grep -vxE '\..*|Makefile|README\.md|LICENSE'
}

# missing_from_readme: the sources that README.md names and the tree lacks; a directory may be left out.
missing_from_readme() {
	local name
	while read -r name; do
		[ -e "$name" ] || { [[ $name != */* ]] && find config resolver shim -name "$name" | grep -q .; } || echo "$name"
	done < <(grep -oE '\b[a-z_/]+\.(c|h|map)\b' README.md | sort -u)
}

# not_formatted: the sources that .clang-format would have otherwise.
not_formatted() {
	that_match '\.[ch]$' | xargs -d '\n' "$formatter" --dry-run 2>&1 | grep -oE '^[^:]+:[0-9]+' | head -n 20
}

mapfile -t pages < <(that_match '\.[1-9]$')
mapfile -t scripts < <(that_match '\.(sh|bash)$|^\.ci/run$')

if has mandoc 'mandoc has no warnings about the manual pages'; then
	check 'mandoc has no warnings about the manual pages' mandoc -T lint -W warning "${pages[@]}"
fi
if has shellcheck 'shellcheck has no warnings about the scripts'; then
	check 'shellcheck has no warnings about the scripts' shellcheck -x "${scripts[@]}"
fi
same 'the Makefile has fewer than 150 lines' yes "$([ "$(wc -l <Makefile)" -lt 150 ] && echo yes)"
if is_checkout; then
	none 'no generated file is tracked' "$(generated)"
	none 'the top level has no unexpected entry' "$(unexpected_on_top)"
else
	skip 'no generated file is tracked' 'not a git checkout'
	skip 'the top level has no unexpected entry' 'not a git checkout'
fi
formatter=$(command -v clang-format-14 || command -v clang-format)
if [[ $("${formatter:-true}" --version 2>/dev/null) = *'version 14.'* ]]; then
	none 'the sources are formatted' "$(not_formatted)"
else
	skip 'the sources are formatted' 'no clang-format 14 here'
fi
same 'the README has at most 170 lines' yes "$([ "$(wc -l <README.md)" -le 170 ] && echo yes)"
none 'every source that the README names is in the tree' "$(missing_from_readme)"
none 'every source names its license' "$(sources_without_license)"
none 'no file has a mark of unfinished work' "$(unfinished)"
none 'no comment is wider than 120 columns' "$(long_comments)"
finish
