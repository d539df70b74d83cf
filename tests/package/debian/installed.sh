#!/bin/bash
# SPDX-License-Identifier: MIT
# The test scripts, with the command and the library that Debian's packages installed.
# installed.sh [SCRIPT]...: all but those that measure time, and the one about the build directory, without one.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../../preload/lib.sh"
scripts=("$@")
[ $# -gt 0 ] || mapfile -t scripts < <(cd "$root/tests" &&
	printf '%s\n' check_exports.sh preload/*.sh package/{completion,completion_others,manual}.sh |
	grep -vxE 'preload/(lib|soak|stress|loss|memory|differential)\.sh')

# Where the scripts look for them, some as another user.
chmod 711 "$scratch"
mkdir "$scratch/installed"
ln -s /usr/bin/withdns "$(dpkg -L libwithdns | grep '/withdns/libwithdns\.so$')" "$BUILD/fakedns" "$BUILD/tests" "$scratch/installed"
for script in "${scripts[@]}"; do
	if output=$(BUILD=$scratch/installed timeout 300 "$root/tests/$script" 2>&1 </dev/null); then
		pass "what is installed passes $script"
	else
		fail "what is installed passes $script" "$(grep -A 9 '^not ok' <<<"$output" || tail -n 9 <<<"$output")"
	fi
done
finish
