#!/bin/bash
# SPDX-License-Identifier: MIT
# --query for names that the configuration leaves to the system: libc answers them.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

inside() {
	set_loopback_up
	start_fake libc -a 127.0.0.1:53 -r 'app.test. 60 A 192.0.2.1' -r 'app.test. 60 AAAA 2001:db8::1' -r 'www.app.test. 60 CNAME app.test.' \
		-r '1.2.0.192.in-addr.arpa. 60 PTR app.test.' -r 'app.test. 60 MX 5 mail.app.test.' -r 'app.test. 60 MX 7 other.app.test.' \
		-r 'mail.app.test. 60 A 192.0.2.25' -r 'other.app.test. 60 A 192.0.2.26' \
		-r '_http._tcp.app.test. 60 SRV 1 2 80 mail.app.test.' -x 'fail.test servfail'
	start_fake chosen -x '* addresses=1'
	replace_system_files 'nameserver 127.0.0.1\n'
	# shellcheck disable=SC2154
	by_libc=("$withdns" -H none -s "$chosen_address" -s 'system for test 2.0.192.in-addr.arpa')
	same 'a name of the system is answered by libc' '192.0.2.1 system, 2001:db8::1 system' \
		"$("${by_libc[@]}" --query app.test | sed -n 's/^  //p' | sort | tr -s ' ' | paste -sd, | sed 's/,/, /')"
	same 'with its canonical name' ' canonical name app.test' "$("${by_libc[@]}" --query www.app.test | tr -s ' ' | grep canonical)"
	same 'an address too' ' app.test system' "$("${by_libc[@]}" --query 192.0.2.1 | tr -s ' ' | sed -n 2p)"
	same 'and a message' $'app.test. 0 IN MX 5 mail.app.test.\napp.test. 0 IN MX 7 other.app.test.' \
		"$("${by_libc[@]}" --query app.test MX | sed -n '/IN MX  /p' | tr -s ' ' | sed 's/ 60 / 0 /')"
	"${by_libc[@]}" --query gone.test >"$scratch/out"
	same 'a name that libc does not find is not found' 1 "$?"
	"${by_libc[@]}" --query gone.test A >"$scratch/out"
	same 'nor is its message' '1 ; gone.test A: no such name: nameserver system for test: libc was asked' \
		"$? $(sed -n '1s/, [0-9.]* ms$//p' "$scratch/out")"
	"${by_libc[@]}" --query app.test TXT >"$scratch/out"
	same 'a type that it does not have is none' 1 "$?"
	"${by_libc[@]}" --query fail.test MX >"$scratch/out"
	same 'a failure is one' 2 "$?"
	"${by_libc[@]}" --json --query gone.test gone.test A app.test MX 192.0.2.1 192.0.2.2 fail.test >"$scratch/out"
	check 'all that is JSON too' python3 -m json.tool --json-lines <"$scratch/out"
	same 'the views have libc'\''s records: mail exchangers' ' 5 mail.app.test. 192.0.2.25 7 other.app.test. 192.0.2.26' \
		"$("${by_libc[@]}" --summary-of app.test | sed -n '/mail ex/,/name ser/{/[.]test/p}' | tr -s ' \n' ' ' | sed 's/ $//')"
	same 'and the servers of a service' ' 1 2 80 mail.app.test. 192.0.2.25' \
		"$("${by_libc[@]}" --srv http tcp app.test | tr -s ' ' | sed -n 3p)"
	same 'which libc may not find either' '1  (no such name: nameserver system for test: libc was asked)' \
		"$("${by_libc[@]}" --srv none tcp app.test >"$scratch/out"; echo "$? $(tr -s ' ' <"$scratch/out" | sed -n 3p)")"
	same 'within another withdns it is libc that is asked too' '1 1 1' \
		"$("$withdns" -s "$chosen_address" "${by_libc[@]}" --query gone.test >"$scratch/out"; echo $?) $(
			"$withdns" -s "$chosen_address" "${by_libc[@]}" --query gone.test A >"$scratch/out"; echo $?) $(
			"$withdns" -s "$chosen_address" "${by_libc[@]}" --query 192.0.2.9 >"$scratch/out"; echo $?)"
	same 'the chosen server is asked for none of them' 0 "$(queries_of chosen test)"
	"${by_libc[@]}" --query other.example >"$scratch/out"
	same 'but for other names' 2 "$(queries_of chosen other.example)"
}
in_namespaces "${1-}" 'libc answers the names of the system'
finish
