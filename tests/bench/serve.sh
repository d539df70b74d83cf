#!/bin/bash
# SPDX-License-Identifier: MIT
# How fast withdns --serve answers beside other servers: a zone of 100000 names beside nsd, kept answers beside dnsmasq, and
# the first lookup of a process by way of a Unix socket beside dnsmasq over UDP, and beside the least server of such a
# socket (unix_floor.c) and no server at all (`record`). Ends with 1 when a target is missed.
#
# BENCH_ROUNDS=N makes other than 10 rounds; each has all servers one after the other. A ratio is taken within a round.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"
rounds=${BENCH_ROUNDS:-10}
seconds=2  # of each measurement
library=$BUILD/libwithdns.so

for program in nsd dnsmasq dnsperf; do has "$program" 'how fast --serve answers' || exit 0; done

python3 - "$scratch" <<'END'
import random, sys
random.seed(1)
names = 100000
with open(sys.argv[1] + "/big.test", "w") as zone:
    zone.write("$ORIGIN big.test.\n$TTL 3600\n@ SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n")
    zone.writelines(f"n{i} A 192.0.2.{i % 250}\n" for i in range(names))
with open(sys.argv[1] + "/all", "w") as queries:
    queries.writelines(f"n{random.randrange(names)}.big.test A\n" for _ in range(50000))
with open(sys.argv[1] + "/few", "w") as queries:
    queries.writelines(f"n{i}.big.test A\n" for i in range(1000))
END

nsd_port=$(closed_port)
cat >"$scratch/nsd.conf" <<END
server:
  ip-address: 127.0.0.1@$nsd_port
  server-count: $(nproc)
  rrl-ratelimit: 0
  username: ""
  chroot: ""
  database: ""
  pidfile: ""
  zonesdir: "$scratch"
  xfrdfile: "$scratch/xfrd"
  xfrdir: "$scratch"
  zonelistfile: "$scratch/zones"
remote-control:
  control-enable: no
zone:
  name: big.test
  zonefile: big.test
END

dnsmasq_port=$(closed_port)
launch nsd nsd -d -c "$scratch/nsd.conf"
launch dnsmasq dnsmasq -k -p "$dnsmasq_port" -a 127.0.0.1 -z -R -h -S "127.0.0.1#$nsd_port" -c 10000 --dns-forward-max=1000 -x ''
launch floor "$BUILD/tests/bench/unix_floor" "$scratch/floor.sock"
start_reading zone "$BUILD/withdns" -s none -z "$scratch/big.test" --serve 127.0.0.1:0
start_reading cache "$BUILD/withdns" -s "127.0.0.1:$nsd_port" --serve 127.0.0.1:0 "unix:$scratch/cache.sock"
# shellcheck disable=SC2154
zone_port=$(expr "$zone_line" : '.*127.0.0.1:\([0-9]*\)')
# shellcheck disable=SC2154
cache_port=$(expr "$cache_line" : '.*127.0.0.1:\([0-9]*\)')

# rate PORT QUERIES: answers a second.
rate() {
	dnsperf -s 127.0.0.1 -p "$1" -d "$scratch/$2" -l "$seconds" -c 8 -q 200 2>/dev/null |
		awk '/Queries per second/ { print $4 } /Response codes/ && !/NOERROR [0-9]+ \(100.00%\)/ { print "wrong" }'
}

# first SERVER: the median time in ns until the answer of the first lookup of a process.
first() {
	WITHDNS="nameserver $1" LD_PRELOAD=$library "$BUILD/tests/bench/speed-libc" first n1.big.test 1 30 | cut -d' ' -f1
}

for ((i = 0; i < 100; i++)); do
	dig +short +tries=1 +time=1 @127.0.0.1 -p "$dnsmasq_port" n1.big.test >/dev/null 2>&1 && break
	sleep 0.1
done
for ((round = 1; round <= rounds; round++)); do
	echo "zone $(rate "$zone_port" all) $(rate "$nsd_port" all)"
	echo "kept $(rate "$cache_port" few) $(rate "$dnsmasq_port" few)"
	unix=$(first "unix:$scratch/cache.sock")
	echo "first $unix $(first "127.0.0.1:$dnsmasq_port")"
	echo "floor $unix $(first "unix:$scratch/floor.sock")"
	echo "alone $unix $(first 'none;record n1.big.test A 192.0.2.1')"
done >"$scratch/measured"

echo "# $(sed -n '/^model name/ { s/.*: //p; q }' /proc/cpuinfo), $(nproc) processors; $rounds rounds"
PYTHONPATH=$root/tests/bench python3 -B - "$scratch/measured" <<'END' || failures=1
import sys

from ratios import print_ratios

sys.exit(print_ratios(sys.argv[1], [
    ("zone", "answers a second, zone of 100000 names", "nsd", 0.5, 1),
    ("kept", "answers a second, kept", "dnsmasq", 1.0, 1),
    ("first", "ns, first lookup of a process", "dnsmasq", 0.8, -1),
    ("floor", "ns, the same, least server possible", "floor", 1.1, -1),
    ("alone", "ns, the same, no server (record)", "record", None, -1),
]))
END
finish
