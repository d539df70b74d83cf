# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Programs that open or test connections.

runs nc nc.test 'reached by name' nc.openbsd nc.test "$greeting_port"
runs 'nc.traditional' traditional.test 'reached by name' nc.traditional traditional.test "$greeting_port"
runs telnet telnet.test 'Connected to telnet.test' telnet telnet.test "$greeting_port"
runs socat socat.test 'reached by name' socat -u "TCP:socat.test:$greeting_port" -
runs ftp ftp.test '421 reached by name' tnftp -n -v ftp.test "$ftp_port"
runs rsync rsync.test 'reached by name' rsync "rsync://rsync.test:$rsync_port/"

# An address of loopback that no hosts file has, so that its name is asked for.
hop=(-r '77.0.0.127.in-addr.arpa. 60 IN PTR hop.test.')

answers -r 'traceroute.test. 60 IN A 127.0.0.77' "${hop[@]}"
runs traceroute traceroute.test '1  hop.test (127.0.0.77)' traceroute -m 2 -q 1 traceroute.test

# pings LABEL NAME WANTED COMMAND...: echo requests take rights that not every machine gives.
pings() {
	local label=$1
	there "$4" "$label" || return
	if timeout 30 "$withdns" -s none "${@:4:$#-4}" 127.0.0.1 >/dev/null 2>&1; then
		runs "$@"
	else
		left_out "$label" 'no echo requests are allowed here'
	fi
}

answers -r 'mtr.test. 60 IN A 127.0.0.77' "${hop[@]}" \
	-r '77.0.0.127.origin.asn.cymru.com. 60 IN TXT "64500 | 127.0.0.0/8 | ZZ | test | 2020-01-01"'
pings mtr mtr.test 'AS64500 *hop.test' mtr -r -w -c 1 -G 1 -z mtr.test

# Without the capabilities that Debian gives to the original.
if there ping 'ping, a copy'; then
	cp "$(command -v ping)" "$scratch/ping"
	answers -r 'ping.test. 60 IN A 127.0.0.77' "${hop[@]}"
	pings 'ping, a copy' ping.test 'from hop.test (127.0.0.77)' "$scratch/ping" -c 1 ping.test
fi
if there ping ping; then
	if ! getcap "$(command -v ping)" 2>/dev/null | grep -q cap_; then
		left_out ping 'it has no file capabilities here'
	elif [ "$(id -u)" = 0 ]; then
		# File capabilities add nothing to root, so that the preload stays.
		answers -r 'ping.test. 60 IN A 127.0.0.77' "${hop[@]}"
		pings ping ping.test 'from hop.test (127.0.0.77)' ping -c 1 ping.test
	else
		refuses ping 'file capabilities' ping -c 1 ping.test
	fi
fi
refuses 'busybox, static' 'statically linked' busybox-static wget -q -O - "http://busybox.test$page"
