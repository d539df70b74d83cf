#!/bin/bash
# SPDX-License-Identifier: MIT
# Completion in bash, on a terminal: a line is typed and the tab key is pressed.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
completion=$root/shim/command/withdns.bash
bash_completion=/usr/share/bash-completion/bash_completion
PATH=$BUILD:$PATH

# typed: what becomes of the lines of standard input, see type.py.
typed() {
	python3 "$root/tests/package/type.py" "$bash_completion" "$completion" 2>&1
}

# first_words PATTERN FILE: of the rows of a table in C.
first_words() {
	sed -nE "s/^\t$1\"([^\"]*)\".*/\2/p" "$root/$2" | sort
}

# offered LINE: the words that stand at its end when all are inserted, sorted. They do not begin with "withdns".
offered() {
	echo "!! $1" | typed | tr -s ' ' '\n' | tr -d "'" | grep -vxE '|withdns|-o|options' | sort
}

spellings() {
	"$withdns" --help | grep -E '^ +-' | grep -oE '^ +(-[A-Za-z])?(, )?(--[a-z0-9-]+(=|\[=[a-z]+)?)?' | tr -s ', ' '\n' |
		sed -E 's/(.*)\[(=.*)/\1\n\1\2/' | grep . | sort
}

if [ ! -e "$bash_completion" ]; then
	skip 'completion in bash' 'no bash-completion here'
	finish
	exit
fi

cd "$scratch" || exit 1
mkdir directory
touch lookups.log directory/app.test.zone

none '--help has options' "$([ "$(spellings | wc -l)" -gt 20 ] || spellings)"
none 'every option of --help is offered, and no other' "$(diff <(spellings | grep -vx -e -o) <(offered 'withdns -'))"
none 'every action is known, so that no PROGRAM is completed behind it' "$(
	sed -nE 's/.*, "([a-z-]+)", NULL, .*apply_action,.*/--\1/p' "$root/shim/command/option_rows.c" |
		grep -vx -e --help -e --version | grep -vxF -f <(grep -oE -e '--[a-z-]+' <(sed -n '/^_withdns_walk/,/^}/p' "$completion")))"
none 'every directive is offered, and no other' \
	"$(diff <(first_words '(\{)' config/directive.c | grep -vx options) <(offered 'withdns -o '))"
none 'every word behind options is offered, and no other' \
	"$(diff <(first_words '\{(NUMBER|FLAG|IGNORED)\(' config/options.c | grep -v _) \
		<(offered "withdns -o 'options " | tr -d : | sort))"

none 'every action of a fault is offered, and no other' "$(diff \
	<(first_words '(\{)' config/fault.c | grep .) \
	<(offered "withdns -f 'app.test " | grep -vxE -e '-f|app.test'))"
none 'every record type that is offered exists' "$(
	offered 'withdns --query app.test ' | grep -vxE -e '--query|app.test' | while read -r type; do
		grep -q "\"$type\")" "$root/config/base/rrtype.h" || echo "$type"
	done)"

# What is typed, what stands there then.
lines=() wanted=()
while IFS='|' read -r line becomes; do
	lines+=("$line") wanted+=("$becomes")
done <<'END'
! withdns --sum|withdns --summary
! withdns --summary-|withdns --summary-of 
! withdns --log look|withdns --log lookups.log 
! withdns --log=look|withdns --log=lookups.log 
! withdns -lHlook|withdns -lHlookups.log 
! withdns -z directory/a|withdns -z directory/app.test.zone 
! withdns --hosts=no|withdns --hosts=none 
! withdns -o opt|withdns -o options 
! withdns -o 'options ndots:2 rotat|withdns -o 'options ndots:2 rotate' 
! withdns -o "options timeout-|withdns -o "options timeout-ms:"
! withdns -o 'log look|withdns -o 'log lookups.log' 
! withdns -s sys|withdns -s system 
! withdns -s '127.0.0.1 fo|withdns -s '127.0.0.1 for' 
! withdns -r 'app.test AAA|withdns -r 'app.test AAAA' 
! withdns --fault='*.test serv|withdns --fault='*.test servfail' 
! withdns -lo 'hosts none' withdn|withdns -lo 'hosts none' withdns 
! withdns -s 127.0.0.1:5353 -- withdn|withdns -s 127.0.0.1:5353 -- withdns 
! withdns --log=x:y -ls[::1]:5353 withdns --show|withdns --log=x:y -ls[::1]:5353 withdns --show-config 
! withdns --query app.test NAPT|withdns --query app.test NAPTR 
! withdns --query app.test NAPTR --tra|withdns --query app.test NAPTR --trace 
!! withdns --srv ldap |withdns --srv ldap tcp udp 
! withdns --serve un|withdns --serve unix:
! withdns --serve unix:look|withdns --serve unix:lookups.log 
! withdns --serve 127|withdns --serve 127.0.0.1:
! withdns --serve 127.0.0.1:5353 [|withdns --serve 127.0.0.1:5353 [::1]:
! withdns --serve 127.0.0.1:5353 withdn|withdns --serve 127.0.0.1:5353 withdn
! withdns --serve 127.0.0.1:5353 --serve-|withdns --serve 127.0.0.1:5353 --serve-to=
! withdns -s unix:look|withdns -s unix:lookups.log 
! withdns -s 'unix:look|withdns -s 'unix:lookups.log' 
! withdns -s '127.0.0.1 unix:look|withdns -s '127.0.0.1 unix:lookups.log' 
! withdns --print-env=pl|withdns --print-env=plain 
! withdns --check withdn|withdns --check withdns 
! withdns --shell |withdns --shell 
! withdns --no-such withdn|withdns --no-such withdns 
END
mapfile -t got < <(printf '%s\n' "${lines[@]}" | typed)
for i in "${!lines[@]}"; do
	same "${lines[i]#* } is completed" "${wanted[i]}" "${got[i]-}"
done
finish
