#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes the certificates of the tests: authority.sh DIRECTORY writes there NAME.pem (chain) and NAME.key for each
# row below, and NAME.pin, the pin of its public key (RFC 7858, section 4.2).

cd "$1" || exit 1

# name | key | issuer | days | subject's names and use
certificates=(
	'root         | ec  |              | 30 | basicConstraints=critical,CA:TRUE'
	'stranger     | ec  |              | 30 | basicConstraints=critical,CA:TRUE'
	'intermediate | ec  | root         | 30 | basicConstraints=critical,CA:TRUE,pathlen:0'
	'good         | ec  | root         | 30 | subjectAltName=DNS:dns.test,IP:127.0.0.1,IP:::1'
	'rsa          | rsa | root         | 30 | subjectAltName=DNS:dns.test,IP:127.0.0.1'
	'chain        | ec  | intermediate | 30 | subjectAltName=DNS:dns.test,IP:127.0.0.1'
	'name-only    | ec  | root         | 30 | subjectAltName=DNS:dns.test'
	'address-only | ec  | root         | 30 | subjectAltName=IP:127.0.0.1'
	'wildcard     | ec  | root         | 30 | subjectAltName=DNS:*.dns.test'
	'other-name   | ec  | root         | 30 | subjectAltName=DNS:other.test,IP:127.0.0.9'
	'subject-only | ec  | root         | 30 | basicConstraints=CA:FALSE'
	'client       | ec  | root         | 30 | extendedKeyUsage=clientAuth,subjectAltName=DNS:dns.test,IP:127.0.0.1'
	'expired      | ec  | root         | 0  | subjectAltName=DNS:dns.test,IP:127.0.0.1'
	'self-signed  | ec  |              | 30 | subjectAltName=DNS:dns.test,IP:127.0.0.1'
	'unknown      | ec  | stranger     | 30 | subjectAltName=DNS:dns.test,IP:127.0.0.1'
)

make_key() {
	case $2 in
	ec) openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" ;;
	rsa) openssl genrsa -out "$1.key" 2048 ;;
	esac
}

# sign NAME ISSUER DAYS: with the extensions of NAME.extensions; by its own key without an issuer.
sign() {
	local issuer=(-signkey "$1.key")
	[ -z "$2" ] || issuer=(-CA "$2.pem" -CAkey "$2.key" -CAcreateserial)
	openssl req -new -key "$1.key" -subj "/CN=$([ "$1" = subject-only ] && echo dns.test || echo "withdns test $1")" \
		-out "$1.request"
	openssl x509 -req -in "$1.request" "${issuer[@]}" -days "$3" -extfile "$1.extensions" -out "$1.pem"
}

make_all() {
	local name key issuer days extensions
	while IFS='|' read -r name key issuer days extensions; do
		read -r name <<<"$name" && read -r key <<<"$key" && read -r issuer <<<"$issuer"
		tr ' ' '\n' <<<"${extensions# }" | sed 's/,\(subjectAltName\)/\n\1/' >"$name.extensions"
		make_key "$name" "$key" && sign "$name" "$issuer" "${days// /}" || return
		openssl pkey -in "$name.key" -pubout -outform DER | openssl dgst -sha256 -binary | base64 >"$name.pin"
	done < <(printf '%s\n' "${certificates[@]}")
}

make_all 2>errors || { cat errors >&2 && exit 1; }
cp chain.pem incomplete.pem && cp chain.key incomplete.key && cp chain.pin incomplete.pin
cat intermediate.pem >>chain.pem
