#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs the tests: `unit` the programs in $BUILD/tests/unit; `all` the check scripts, the real programs and some fuzzing
# too; `deb` only the checks of Debian's package.
# It always runs to the end; its last line is the sum, "N passed, N failed" with ", N skipped" where some were.

cd "$(dirname "$0")/.." || exit 1
BUILD=$(realpath -m "${BUILD:-build}")
export BUILD
unset CMOCKA_MESSAGE_OUTPUT CMOCKA_XML_FILE CMOCKA_TEST_FILTER CMOCKA_SKIP_FILTER

# Seconds that one program may take; several times what it takes on a loaded machine.
limit=400
passed=0 failed=0 skipped=0
output=$(mktemp)
# Where unit tests write their files: in memory if possible, since a disk takes a millisecond whenever a file is written
# again. What a test leaves because it crashed or was ended is removed here.
memory=${TMPDIR:-/dev/shm}
[ -w "$memory" ] || memory=/tmp
scratch=$(mktemp -d -p "$memory" withdns-unit.XXXXXX)
trap 'rm -rf "$output" "$scratch"' EXIT
trap 'exit 1' INT TERM

# run COMMAND...: into $output, which is shown when it ends; its status in $status. With a file instead of a pipe nothing
# waits for processes that a test left behind. A shell that starts make in the background has these signals ignored.
run() {
	timeout -k 5 "$limit" env --default-signal=INT,QUIT "$@" >"$output" 2>&1 </dev/null
	status=$?
	cat "$output"
}

# sum PATTERN: of the numbers that its parentheses match.
sum() {
	sed -nE "s/$1/\1/p" "$output" | awk '{ total += $1 } END { print total + 0 }'
}

why() {
	case $status in
	124 | 137) echo "did not end within $limit seconds" ;;
	*) echo "ended with status $status" ;;
	esac
}

# add NAME PASSED FAILED SKIPPED: what a program reported. An exit status that the report does not explain is a failure too.
add() {
	local name=$1 good=$2 bad=$3 left_out=$4
	if [ "$bad" -eq 0 ] && [ "$status" -ne 0 ]; then
		echo "not ok - $name $(why)"
		bad=1
	elif [ "$bad" -gt 0 ] && [ "$status" -ge 124 ]; then
		echo "not ok - $name $(why)"
		bad=$((bad + 1))
	elif [ $((good + bad + left_out)) -eq 0 ]; then
		echo "not ok - $name reported no test"
		bad=1
	fi
	passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left_out))
}

run_unit() {
	local name
	name=${1#tests/unit/} name=${name%.c}
	echo "== $name"
	TMPDIR=$scratch run "$BUILD/tests/unit/$name"
	# Some versions of cmocka write "tests: " before the number.
	add "$name" "$(sum '^\[  PASSED  \] ([0-9]+) test\(s\)\.$')" \
		"$(sum '^\[  FAILED  \] [a-z: ]*([0-9]+) test\(s\), listed below:$')" \
		"$(sum '^\[  SKIPPED \] [a-z: ]*([0-9]+) test\(s\), listed below:$')"
}

run_script() {
	echo "== $1"
	run "$1"
	add "$1" "$(grep -c '^ok - ' "$output")" "$(grep -c '^not ok - ' "$output")" "$(grep -c '^skip - ' "$output")"
}

units=(tests/unit/*/test_*.c)
case ${1-} in
unit) scripts=() ;;
all) scripts=(tests/check_*.sh tests/preload/*.sh tests/package/*.sh tests/fuzz/run.sh) ;;
deb) scripts=(tests/package/debian/run.sh) units=() limit=900 ;;
*)
	echo "usage: ${0##*/} unit|all|deb" >&2
	exit 2
	;;
esac

for source in "${units[@]}"; do
	[ ! -e "$source" ] || run_unit "$source"
done
for script in "${scripts[@]}"; do
	[ ! -x "$script" ] || run_script "$script"
done

total="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || total="$total, $skipped skipped"
echo "$total"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
