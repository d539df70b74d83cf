#!/bin/bash
# SPDX-License-Identifier: MIT
# --print-env=plain: what the readers of such files take from it is what a program would have been given.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
odd="$scratch/it's \$HOME \`id\`;#"
mkdir "$odd"
printf '192.0.2.7 box.test\n' >"$odd/hosts"
printf 'search from.file.test\n' >"$odd/conf"
settings=(-s none -H "$odd/hosts" -r 'app.test TXT "a;b # c"' -r 'app.test A 192.0.2.1' -r 'www.from.file.test A 192.0.2.2'
	-f '*.slow.test delay=1' -c "$odd/conf")
export WITHDNS=$'# inherited\noptions ndots:1;options timeout-ms:500'
"$withdns" "${settings[@]}" --print-env=plain >"$scratch/env"
same 'the environment is printed' 0 $?
same 'a variable a line, without the content of the configuration file' 'LD_PRELOAD WITHDNS WITHDNS_VERSION WITHDNS_CONF GODEBUG' \
	"$(cut -d= -f1 "$scratch/env" | paste -sd ' ')"

# What a program is given; newlines between directives became semicolons.
"$withdns" "${settings[@]}" python3 -c '
import os
for name in "LD_PRELOAD", "WITHDNS", "WITHDNS_VERSION", "WITHDNS_CONF", "GODEBUG":
    print(name + "=" + os.environ[name].replace("\n", ";"))' >"$scratch/given"

# reads SENTENCE READER: READER reads the file into lines NAME=VALUE.
reads() {
	python3 "$here/print_env.py" "$2" "$scratch/env" >"$scratch/read" 2>&1
	same "$1" "$(cat "$scratch/given")" "$(cat "$scratch/read")"
	# shellcheck disable=SC2016
	same "$1: and a program has the settings" '192.0.2.1 192.0.2.2 192.0.2.7 ' \
		"$(python3 "$here/print_env.py" "$2" "$scratch/env" sh -c \
			'for name in app.test www box.test; do getent hosts $name; done' | cut -d' ' -f1 | tr '\n' ' ')"
}

# shellcheck disable=SC2016
reads 'lines are read as $GITHUB_ENV has it' lines
if has docker 'docker reads it as its --env-file'; then
	reads 'docker reads it as its --env-file' docker
fi
if compgen -G '/usr/lib/*/systemd/libsystemd-shared-*.so' >/dev/null; then
	reads 'systemd reads it as its EnvironmentFile=' systemd
else
	skip 'systemd reads it as its EnvironmentFile=' 'no libsystemd-shared here'
fi

# refused SENTENCE WHY OPTION...
refused() {
	local sentence=$1 why=$2 said
	shift 2
	said=$("$withdns" "$@" --print-env=plain 2>&1)
	same "$sentence" "125 withdns: --print-env=plain: WITHDNS: expected $why" "$? $said"
}
refused 'a backslash is refused' 'no backslash' -s none -r 'app.test TXT "a\\b"'
refused 'so is a control character' 'no newline or other control character, and UTF-8' -r $'app.test\tA 192.0.2.1'
unset WITHDNS
same 'an empty value is one' 'WITHDNS=' "$("$withdns" --print-env=plain | grep WITHDNS=)"
finish
