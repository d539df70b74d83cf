#!/bin/bash
# SPDX-License-Identifier: MIT
# Lookups from a program to a server and back, by the programs of the build alone, so that they also run where the build is
# for another architecture. The servers of encrypted lookups are a program of Python.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
matrix=$BUILD/tests/differential/matrix
encrypted=$root/tests/tls
certificates=$scratch/certificates
server_address='' encrypted_line=''

# What is run under the command, with the server | a line of its output contains.
lookups=(
	'few-hostnames app.test | gethostbyname "app.test" => "app.test" inet len=4 aliases: addresses: 192.0.2.1'
	'few-hostnames app.test | gethostbyname2 "app.test" family=10 => "app.test" inet6 len=16 aliases: addresses: 2001:db8::1'
	'few-hostnames www.app.test | "app.test" inet len=4 aliases: "www.app.test" addresses: 192.0.2.1'
	'few-names app.test | family=2 type=1 protocol=0 flags=canonname => 0 [ inet stream 6 192.0.2.1:0 len=16 flags=0x2 "app.test"]'
	'few-names app.test | [ inet6 stream 6 [2001:db8::1%0]:0 len=28 flags=0x2 "app.test"]'
	'few-names missing.test | family=2 type=1 protocol=0 flags=canonname => EAI_NONAME'
	'few-names failing.test | family=2 type=1 protocol=0 flags=canonname => EAI_AGAIN'
	'few-queries app.test | whole 0000818000010001000000000361707004746573740000010001c00c000100010000003c0004c0000201'
	'--query app.test MX | 10 mail.app.test.'
	'--query big.test TXT | "the last of them"'
	'--query 192.0.2.1 | app.test'
	'--query written.test | 198.51.100.7'
	'few-hostnames a.tls.test | gethostbyname "a.tls.test" => "a.tls.test" inet len=4 aliases: addresses: 10.236.168.232'
	'--query a.https.test | 10.185.148.223'
)

# port_of NAME: of an encrypted server.
port_of() {
	tr ' ' '\n' <<<"$encrypted_line" | sed -n "s/^$1=//p"
}

start_encrypted() {
	{ mkdir "$certificates" && "$encrypted/authority.sh" "$certificates"; } >"$scratch/said" 2>&1 || return
	start_reading encrypted python3 -B "$encrypted/server.py" "$certificates" "$scratch/encrypted.log" tls https
}

# look_up COMMAND...: --query and its arguments, or a group of the matrix and a name.
look_up() {
	local options=(-H none -s "$server_address" -r 'written.test A 198.51.100.7' -o 'search .' -o "tls-ca $certificates/root.pem"
		-s "tls://127.0.0.1:$(port_of tls)#dns.test for tls.test"
		-s "https://dns.test:$(port_of https)/dns-query@127.0.0.1 for https.test")
	if [ "$1" = --query ]; then
		"$withdns" "${options[@]}" "$@"
	else
		printf '%s\n' "$2" >"$scratch/names"
		"$withdns" "${options[@]}" "$matrix" "$1" "$scratch/names"
	fi 2>&1
}

{
	printf '%s\n' 'app.test. 60 A 192.0.2.1' 'app.test. 60 AAAA 2001:db8::1' 'app.test. 60 MX 10 mail.app.test.' \
		'www.app.test. 60 CNAME app.test.' '1.2.0.192.in-addr.arpa. 60 PTR app.test.' 'big.test. 60 TXT "the last of them"'
	printf 'big.test. 60 TXT "%0200d"\n' {1..20}
} >"$scratch/records"
start_encrypted || fail 'the encrypted servers start' "$(cat "$scratch"/said "$scratch"/*.errors)"
start_fake server -z "$scratch/records" -x 'failing.test servfail'
for row in "${lookups[@]}"; do
	read -ra words <<<"${row%% | *}"
	said=$(look_up "${words[@]}")
	if [[ $said = *"${row#* | }"* ]]; then pass "${row%% | *}: ${row#* | }"; else fail "${row%% | *}: ${row#* | }" "$said"; fi
done
finish
