#!/bin/bash
# SPDX-License-Identifier: MIT
# Threads with stacks of 16 KiB make lookups, and code without stack probes writes beyond a guard page with one large
# frame. So no function that an exported one can reach has a large frame.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/preload/lib.sh"
library=$BUILD/libwithdns.so
limit=8192

if [ "$(uname -m)" != x86_64 ] || [ ! -e "$library" ]; then
	skip 'no function that an exported one reaches has a large frame' "only x86-64 code is analysed, in $library"
	finish
	exit
fi

# One fact a line. frame START END SIZE, of each function: the farthest that the stack pointer is from where the caller had
# it (DWARF's canonical frame address); under a frame pointer it stays unknown, so that what is subtracted counts.
frames() {
	readelf --debug-dump=frames-interp "$library" 2>/dev/null | awk '
		function done() { if (range != "") print "frame", range, size }
		$4 == "FDE" { done(); range = $NF; sub("pc=", "", range); sub(/\.\./, " ", range); size = 8 }
		$2 ~ /^r[a-z0-9]+\+[0-9]+$/ { sub(".*\\+", "", $2); if ($2 + 0 > size) size = $2 + 0 }
		END { done() }'
}

# symbol ADDRESS NAME, root ADDRESS (exported), pointer ADDRESS (in data), and of each instruction that matters: call AT
# TO, take AT ADDRESS, less AT BYTES (off the stack pointer; "any" where that is computed).
# shellcheck disable=SC2016
facts() {
	frames | sort
	nm "$library" | awk 'tolower($2) == "t" { print "symbol", $1, $3 }'
	nm -D --defined-only "$library" | awk '$2 == "T" { print "root", $1 }'
	readelf -rW "$library" | awk '$3 == "R_X86_64_RELATIVE" { print "pointer", $4 }'
	objdump -d --no-show-raw-insn "$library" | sed -nE 's/^ *([0-9a-f]+):\t/\1 /; T
		s/^([0-9a-f]+) (bnd |notrack )*(call|jmp|j[a-z]+) +([0-9a-f]+) <.*/call \1 \4/p; t
		s/^([0-9a-f]+) sub +\$0x([0-9a-f]{1,8}),%rsp.*/less \1 \2/p; t
		s/^([0-9a-f]+) sub +%r.*,%rsp.*/less \1 any/p; t
		s/^([0-9a-f]+) lea .*# ([0-9a-f]+) <.*/take \1 \2/p'
}

# reached: "SIZE PATH" of each function that is reached, the path from an exported function or a pointer to it.
cat >"$scratch/reached.awk" <<'AWK'
function number(text,  value, i) {
	for (i = 1; i <= length(text); i++)
		value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return value
}
# The function that an address stands in: its place in the sorted list of starts, or 0.
function function_at(address,  low, high, middle) {
	low = 1; high = count
	while (low < high) {
		middle = int((low + high + 1) / 2)
		if (start[middle] <= address) low = middle; else high = middle - 1
	}
	return count && start[low] <= address && address < end[low] ? low : 0
}
function reach(to, from) {
	if (!to || to in path) return
	path[to] = (from in path ? path[from] " > " : from) (to in name ? name[to] : sprintf("%x", start[to]))
	queue[++last] = to
}
$1 == "frame" { start[++count] = number($2); end[count] = number($3); size[count] = $4; next }
{ at = function_at(number($2)) }
!at { next }
$1 == "symbol" { if (start[at] == number($2)) name[at] = $3; next }
$1 == "root" { roots[at]; next }
$1 == "pointer" { pointers[at]; next }
$1 == "less" { less[at] += $3 == "any" ? 1e9 : number($3); next }
{ to = function_at(number($3)) }
to && to != at && ($1 == "call" || start[to] == number($3)) { edges[at] = edges[at] " " to }
END {
	for (at in roots) reach(at)
	for (at in pointers) reach(at, "a pointer to ")
	for (next_one = 1; next_one <= last; next_one++) {
		degree = split(edges[queue[next_one]], to_all, " ")
		for (i = 1; i <= degree; i++) reach(to_all[i], queue[next_one])
	}
	for (at in path) print (less[at] > size[at] ? less[at] : size[at]), path[at]
}
AWK

facts | awk -f "$scratch/reached.awk" | sort -rn >"$scratch/reached"

read -r largest path <"$scratch/reached"
same 'every exported function is analysed' "$(facts | grep '^root' | sort -u | wc -l)" \
	"$(grep -cE '^[0-9]+ [^ ]+$' "$scratch/reached")"
none "no reachable function has a frame of $limit bytes; the largest has $largest, in ${path##* }" \
	"$(awk -v limit=$limit '$1 >= limit' "$scratch/reached")"

# The printf family takes 2 KiB of stack or more, depending on the version of libc. Exempt are what the command alone reaches, and the text
# of records.
printers() {
	local object
	find "$BUILD/config" "$BUILD/resolver" "$BUILD/shim" -path "$BUILD/shim/command" -prune -o -name '*.o' -print | sort |
		grep -vE '/(listing|direct|direct_transfer|directive|record_text|rdata_[a-z_]+|zone_file)\.o$' | while read -r object; do
		object=${object#"$BUILD"/}
		# Of a source that there was once it may be left.
		[ ! -e "$root/${object%.o}.c" ] ||
			nm -u "$BUILD/$object" | grep -E ' (__isoc[0-9]+_)?v?(as|s|sn|f|d)?(printf|scanf)$' | sed "s,.*,$object: &,"
	done
}
none 'no lookup calls the printf family' "$(printers)"
finish
