#!/bin/bash
# SPDX-License-Identifier: MIT
# How long lookups by way of an encrypted server take: through a kept connection, beside the same withdns --serve
# with the same server over UDP, unbound as a forwarder over TLS, and a bare connection; the first lookup of a run,
# a second after its start and at once, beside a bare handshake and query; and a process that asks for one record, beside
# kdig +tls. The server is unbound, which has an answer for any name. Ends with 1 when a target is missed.
#
# BENCH_ROUNDS=N makes other than 10 rounds; each has all of them one after the other. A ratio is taken within a round.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
# shellcheck source=tests/tls/unbound.sh
. "$root/tests/tls/unbound.sh"
rounds=${BENCH_ROUNDS:-10}
queries=1000  # of each measurement
ask=$BUILD/tests/bench/tls
authority=$scratch/root.pem

"$root/tests/programs/packages.sh" "$BUILD/programs" tls
PATH=$PATH:$BUILD/programs/bin
for program in unbound kdig openssl; do has "$program" 'how fast encrypted servers are asked' || exit 0; done

# The server: UDP and TLS at ports of their own, each name below bench.test has an address.
start_unbound() {
	udp_port=$(closed_port) tls_port=$(closed_port) forwarder_port=$(closed_port)
	configure_unbound "$udp_port" "$scratch/server.conf" <<-END
		server:
		  interface: 127.0.0.1@$tls_port
		  tls-port: $tls_port
		  tls-service-key: "$scratch/good.key"
		  tls-service-pem: "$scratch/good.pem"
		  local-zone: "bench.test." redirect
		  local-data: "bench.test. 60 A 192.0.2.1"
	END
	configure_unbound "$forwarder_port" "$scratch/forwarder.conf" <<-END
		server:
		  local-zone: "test." nodefault
		  tls-cert-bundle: "$authority"
		forward-zone:
		  name: "."
		  forward-tls-upstream: yes
		  forward-addr: 127.0.0.1@$tls_port#dns.test
	END
	launch server unbound -d -c "$scratch/server.conf"
	launch forwarder unbound -d -c "$scratch/forwarder.conf"
	for ((i = 0; i < 100; i++)); do
		kdig +tls +time=1 @127.0.0.1 -p "$tls_port" a.bench.test 2>/dev/null | grep -q 192.0.2.1 && return
		sleep 0.1
	done
	false
}

# serve NAME SERVER OPTION...: withdns --serve at a Unix socket, NAME.sock, with that server.
serve() {
	local name=$1 server=$2
	shift 2
	start_reading "$name" "$withdns" -s "$server" -H none -o "tls-ca $authority" "$@" --serve "unix:$scratch/$name.sock"
}

# run PROGRAM: with that server; a connection that is idle is closed after a second.
run() {
	"$withdns" -s "tls://127.0.0.1:$tls_port#dns.test" -H none -o "tls-ca $authority" -o 'options tls-idle:1' "$@"
}

# A program that asks at once, when the parent still loads OpenSSL and reads the machine's authorities.
at_once() {
	run -o "tls-ca $scratch/bundle.pem" "$ask" now - - 1 | cut -d' ' -f1
}

# kept ARGUMENT...: the median of the queries.
kept() {
	"$ask" "$@" | cut -d' ' -f2
}

# process COMMAND...: nanoseconds that it takes.
process() {
	local begun
	begun=$(date +%s%N)
	"$@" >/dev/null 2>&1 || echo wrong
	echo $(($(date +%s%N) - begun))
}

"$root/tests/tls/authority.sh" "$scratch" || exit 1
cat /etc/ssl/certs/ca-certificates.crt "$authority" >"$scratch/bundle.pem"
start_unbound || {
	fail 'unbound starts' "$(cat "$scratch/server.output" "$scratch/forwarder.output")"
	exit 1
}
serve udp "127.0.0.1:$udp_port"
serve tls "tls://127.0.0.1:$tls_port#dns.test"
query=(-s "tls://127.0.0.1:$tls_port#dns.test" -H none -o "tls-ca $authority" --query --short a.bench.test A)
kdig=(kdig +short +tls "+tls-ca=$authority" +tls-hostname=dns.test @127.0.0.1 -p "$tls_port" a.bench.test A)
for ((round = 1; round <= rounds; round++)); do
	tls=$(kept unix "$scratch/tls.sock" - $queries)
	echo "kept $tls $(kept unix "$scratch/udp.sock" - $queries)"
	echo "forwarder $tls $(kept udp 127.0.0.1 "$forwarder_port" $queries)"
	echo "bare $tls $(kept tls 127.0.0.1 "$tls_port" $queries "$authority")"
	begin=$("$ask" tls 127.0.0.1 "$tls_port" 1 "$authority" | cut -d' ' -f1)
	echo "first $(run "$ask" libc - - 1 | cut -d' ' -f1) $begin"
	echo "bundle $(at_once) $begin"
	echo "process $(process "$withdns" "${query[@]}") $(process "${kdig[@]}")"
done >"$scratch/measured"

echo "# $(sed -n '/^model name/ { s/.*: //p; q }' /proc/cpuinfo), $(nproc) processors; $rounds rounds"
PYTHONPATH=$root/tests/bench python3 -B - "$scratch/measured" <<'END' || failures=1
import sys

from ratios import print_ratios

sys.exit(print_ratios(sys.argv[1], [
    ("kept", "us, a new name, kept connection", "UDP", 3.0, -1),
    ("forwarder", "us, the same", "unbound", None, -1),
    ("bare", "us, the same", "bare", None, -1),
    ("first", "us, the first of a run", "bare", 1.3, -1),
    ("bundle", "us, the same, authorities not read", "bare", None, -1),
    ("process", "us, a process that asks once", "kdig", None, -1),
], 1000))
END
finish
