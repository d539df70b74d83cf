#!/bin/bash
# SPDX-License-Identifier: MIT
# Lookups over TLS and HTTPS by way of real servers: unbound, Knot Resolver and dnsdist, in a network namespace
# whose packets are watched. Each server knows 192.0.2.1 for any name below hidden.test.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
# shellcheck source=tests/tls/unbound.sh
. "$root/tests/tls/unbound.sh"
certificates=$scratch/certificates
packets=$scratch/packets
unpacked=$BUILD/programs
names=10000  # looked up over one connection

# --- the servers: start_SERVER sets SERVER_pid; tls at port 853, https at 443

start_unbound() {
	configure_unbound 853 "$scratch/unbound.conf" <<-END
		server:
		  interface: 127.0.0.1@443
		  tls-port: 853
		  https-port: 443
		  tls-service-key: "$certificates/good.key"
		  tls-service-pem: "$certificates/good.pem"
		  local-zone: "hidden.test." redirect
		  local-data: "hidden.test. 60 A 192.0.2.1"
	END
	launch unbound unbound -d -c "$scratch/unbound.conf"
}

start_kresd() {
	mkdir -p "$scratch/kresd"
	cat >"$scratch/kresd/config" <<-END
		net.listen('127.0.0.1', 853, { kind = 'tls' })
		net.listen('127.0.0.1', 443, { kind = 'doh2' })
		net.tls('$certificates/good.pem', '$certificates/good.key')
		trust_anchors.remove('.')
		for _, name in ipairs({'ta_update', 'priming', 'ta_signal_query', 'detect_time_skew', 'detect_time_jump'}) do
			modules.unload(name)
		end
		policy.add(policy.suffix(policy.ANSWER(
			{[kres.type.A] = {rdata = kres.str2ip('192.0.2.1'), ttl = 60}}), {todname('hidden.test')}))
		cache.size = 10 * MB
	END
	launch kresd kresd -n -q -c "$scratch/kresd/config" "$scratch/kresd"
}

start_dnsdist() {
	cat >"$scratch/dnsdist.conf" <<-END
		setSecurityPollSuffix('')
		addTLSLocal('127.0.0.1:853', '$certificates/good.pem', '$certificates/good.key')
		addDOHLocal('127.0.0.1:443', '$certificates/good.pem', '$certificates/good.key', '/dns-query')
		addAction(QTypeRule(DNSQType.A), SpoofAction({'192.0.2.1'}))
		addAction(AllRule(), RCodeAction(DNSRCode.NOERROR))
	END
	launch dnsdist dnsdist --supervised -C "$scratch/dnsdist.conf" --disable-syslog
}

# answers OPTION: does kdig have an answer with it?
answers() {
	kdig +time=1 +retry=0 "$1" "+tls-ca=$certificates/root.pem" +tls-hostname=dns.test @127.0.0.1 a.hidden.test \
		2>/dev/null | grep -q 'IN.*192\.0\.2\.1'
}

# start SERVER: and waits until kdig has its answers, which shows that the server and its certificate are right.
start() {
	local i
	"start_$1"
	for ((i = 0; i < 100; i++)); do
		! answers +tls || ! answers +https=dns.test/dns-query || return 0
		sleep 0.1
	done
	false
}

# --- what is the same for all

# How many connections this namespace has opened.
opened() {
	awk '/^Tcp:/ && $6 ~ /[0-9]/ { print $6 }' /proc/net/snmp
}

# ours COMMAND...: under withdns with $server.
ours() {
	timeout 120 "$withdns" -s "$server" -H none -o "tls-ca $certificates/root.pem" \
		-o 'options timeout-ms:2000 attempts:5' "$@"
}

# Names one after the other, each until it is found, while the server is ended and started again.
check_restart() {
	ours python3 -c '
import socket
for i in range(2000):
    while True:
        try:
            socket.getaddrinfo(f"n{i}.restart.hidden.test", None, socket.AF_INET)
            break
        except socket.gaierror as error:
            assert error.errno == socket.EAI_AGAIN, error
    print(i, flush=True)' >"$scratch/restart" 2>&1 &
	local looking=$! pid=${1}_pid
	timeout 10 sh -c "tail -n +1 -F '$scratch/restart' | head -n 100" >"$scratch/output" 2>&1
	kill "${!pid}" && wait "${!pid}" 2>/dev/null
	start "$1"
	wait "$looking"
	same "$1 $2: lookups go on after a restart" 2000 "$(grep -c '^[0-9]*$' "$scratch/restart")"
}

# check_server NAME SCHEME SERVER
check_server() {
	local what="$1 $2" server=$3 before
	same "$what: getaddrinfo" 192.0.2.1 "$(ours getent ahostsv4 a.hidden.test | awk '/STREAM/ { print $1 }')"
	same "$what: --query" 192.0.2.1 "$(ours --query --short b.hidden.test A)"
	before=$(opened)
	same "$what: $names lookups" $names "$(ours python3 -c '
import concurrent.futures, socket, sys
def look_up(i):
    return socket.getaddrinfo(f"n{i}.many.hidden.test", None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
with concurrent.futures.ThreadPoolExecutor(8) as threads:
    print(list(threads.map(look_up, range(int(sys.argv[1])))).count("192.0.2.1"))' "$names" 2>&1 | tail -n 1)"
	same "$what: over one connection" 1 $(($(opened) - before))
	check_restart "$1" "$2"
}

# The servers that are not installed appear as if they were.
overlay_unpacked() {
	local package
	for package in unbound knot-resolver dnsdist; do
		[ ! -d "$unpacked/$package/usr" ] || mount -t overlay none -o "lowerdir=$unpacked/$package/usr:/usr" /usr
	done
}

inside() {
	local server pid
	overlay_unpacked
	if ! set_loopback_up || ! ip address add 192.0.2.9/32 dev lo || ! mkdir "$certificates" ||
		! "$root/tests/tls/authority.sh" "$certificates"; then
		fail 'certificates and a network can be made'
		return
	fi
	start_reading counter python3 "$root/tests/preload/packets.py" "$packets" hidden || return
	for server in unbound kresd dnsdist; do
		has "$server" "lookups by way of $server" || continue
		start "$server" || {
			fail "$server starts" "$(tail "$scratch/$server.output")"
			continue
		}
		check_server "$server" tls 'tls://127.0.0.1#dns.test'
		check_server "$server" https 'https://dns.test/dns-query@127.0.0.1'
		pid=${server}_pid
		kill "${!pid}" && wait "${!pid}" 2>/dev/null
	done
	none 'no packet goes to port 53, and none has a name' "$(sort "$packets" | uniq -c)"
}

[ "${1-}" = inside ] || "$root/tests/programs/packages.sh" "$unpacked" tls
in_namespaces "${1-}" 'lookups by way of real servers'
finish
