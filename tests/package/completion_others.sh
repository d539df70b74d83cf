#!/bin/bash
# SPDX-License-Identifier: MIT
# Completion in zsh, on a terminal, and in fish, which is asked for it.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
PATH=$scratch/bin:$PATH

cd "$scratch" || exit 1
mkdir bin directory
# The only one there whose name begins so: zsh offers files that are no programs as commands.
ln -s "$withdns" bin/
touch lookups.log directory/app.test.zone

# words_in SHELL NAME: of a list in the completion file of the shell, sorted.
# shellcheck disable=SC2016
words_in() {
	case $1 in
	bash) bash -c 'source "$1/withdns.bash"; printf "%s\n" ${!2}' bash "$root/shim/command" "_withdns_$2" ;;
	zsh) zsh -fc 'source $1/_withdns; print -l -- ${(P)2}' zsh "$root/shim/command" "_withdns_$2" 2>/dev/null ;;
	fish) fish -c "source '$root/shim/command/withdns.fish'; printf '%s\n' \$__withdns_$2" ;;
	esac | sort
}

# has_lists SHELL
has_lists() {
	none "$1 has the types that bash has" "$(diff <(words_in bash types) <(words_in "$1" types))"
	none "$1 knows every action" "$(
		sed -nE 's/.*, "([a-z-]+)", NULL, .*apply_action,.*/--\1/p' "$root/shim/command/option_rows.c" |
			grep -vx -e --help -e --version | grep -vxF -f <(words_in "$1" actions))"
}

spellings() {
	"$withdns" --help | grep -E '^ +-' | grep -oE '^ +(-[A-Za-z])?(, )?(--[a-z0-9-]+)?' | tr -s ', ' '\n' | grep . | sort
}

in_zsh() {
	python3 "$root/tests/package/type.py" --zsh "$root/shim/command" 2>&1
}

# In fish, what would be offered, as a line.
in_fish() {
	local line
	while IFS= read -r line; do
		fish -c "source '$root/shim/command/withdns.fish'; complete -C \$argv[1]" "$line" | cut -f1 | sort | paste -sd ' '
	done
}

# each SHELL: for each line of standard input "TYPED|WANTED".
each() {
	local line becomes i
	local -a lines=() wanted=() got=()
	while IFS='|' read -r line becomes; do
		lines+=("$line") wanted+=("$becomes")
	done
	mapfile -t got < <(printf '%s\n' "${lines[@]}" | "in_$1")
	for i in "${!lines[@]}"; do
		same "$1: ${lines[i]#! } is completed" "${wanted[i]}" "${got[i]-}"
	done
}

if has zsh 'completion in zsh'; then
	has_lists zsh
	none 'zsh: every option of --help is offered, and no other' "$(diff <(spellings) <(echo '!! withdns -' | in_zsh | tr -s ' ' '\n' |
		grep -vxE '|withdns|-' | sort))"
	each zsh <<'END'
! withdns --sum|withdns --summary
! withdns --summary-|withdns --summary-of 
! withdns --log look|withdns --log lookups.log 
! withdns --log=look|withdns --log=lookups.log 
! withdns -lHlook|withdns -lHlookups.log 
! withdns -z directory/a|withdns -z directory/app.test.zone 
! withdns -o opt|withdns -o options 
! withdns -o 'log look|withdns -o 'log lookups.log' 
! withdns -s sys|withdns -s system 
! withdns -s '127.0.0.1 fo|withdns -s '127.0.0.1 for' 
! withdns -s 'unix:look|withdns -s 'unix:lookups.log' 
! withdns -r 'app.test AAA|withdns -r 'app.test AAAA' 
! withdns -f '*.test serv|withdns -f '*.test servfail' 
! withdns -lo 'hosts none' withdn|withdns -lo 'hosts none' withdns 
! withdns -s 127.0.0.1:5353 -- withdn|withdns -s 127.0.0.1:5353 -- withdns 
! withdns --log=x:y -ls127.0.0.1 withdns --show|withdns --log=x:y -ls127.0.0.1 withdns --show-config 
! withdns -H none ls --alm|withdns -H none ls --almost-all 
! withdns --query app.test NAPT|withdns --query app.test NAPTR 
! withdns --query app.test NAPTR --tra|withdns --query app.test NAPTR --trace 
!! withdns --srv ldap |withdns --srv ldap tcp udp 
! withdns --serve un|withdns --serve unix:
! withdns --serve 127|withdns --serve 127.0.0.1:
! withdns --serve unix:look|withdns --serve unix:lookups.log 
! withdns --print-env=pl|withdns --print-env=plain 
! withdns --check withdn|withdns --check withdns 
! withdns --no-such withdn|withdns --no-such withdn
END
fi

if has fish 'completion in fish'; then
	has_lists fish
	none 'fish: every option of --help is offered, and no other' "$(diff <(spellings) \
		<({ echo 'withdns -'; echo 'withdns --'; } | in_fish | tr ' ' '\n' | grep -v = | sort -u))"
	each fish <<'END'
withdns --sum|--summary --summary-of --summary=json
withdns --log look|lookups.log
withdns --log=look|--log=lookups.log
withdns -z directory/a|directory/app.test.zone
withdns -o opt|options
withdns -o 'fault app.test servf|fault app.test servfail
withdns -o 'log look|log lookups.log
withdns -s sys|system
withdns -s '127.0.0.1 fo|127.0.0.1 for
withdns -s unix:look|unix:lookups.log
withdns -r 'app.test NAPT|app.test NAPTR
withdns -f '*.test serv|*.test servfail
withdns -o 'hosts none' withdn|withdns
withdns -s 127.0.0.1:5353 -- withdn|withdns
withdns -l -s 127.0.0.1 withdns --show|--show-config
withdns -H none ls --alm|--almost-all
withdns --query app.test NAPT|NAPTR
withdns --query app.test NAPTR --tra|--trace
withdns --srv ldap |tcp udp
withdns --serve un|unix:
withdns --serve 127|127.0.0.1:
withdns --print-env=pl|--print-env=plain
withdns --check withdn|withdns
END
fi
finish
