#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --serve for a long time, with clients of every kind: its memory and descriptors stay flat. A few seconds, or
# SOAK_MINUTES minutes (make soak).

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
seconds=$((${SOAK_MINUTES:-0} * 60))
[ "$seconds" -gt 0 ] || seconds=6

start_fake upstream -x '*.slow.test delay=100 addresses=1' -x '*.lost.test drop' -x '* addresses=1 ttl=5'
echo 'app.test. A 192.0.2.1' >"$scratch/zone"
# shellcheck disable=SC2154
start_reading server "$withdns" -s "$upstream_address" -z "$scratch/zone" -o 'options timeout-ms:500' -H none \
	--serve 127.0.0.1:0 "unix:$scratch/socket"
# shellcheck disable=SC2154
port=$(expr "$server_line" : '.*127.0.0.1:\([0-9]*\)')
# shellcheck disable=SC2154
none "--serve for $seconds seconds: memory and descriptors stay flat" \
	"$(python3 "$root/tests/preload/serve.py" soak "$port" "$server_pid" "$seconds" "$scratch/socket" "$scratch/zone" 2>"$scratch/said")"
sed 's/^/# /' "$scratch/said"
if [ "$seconds" -ge 60 ]; then
	none 'idle and slow connections end after 30 s' "$(python3 "$root/tests/preload/serve.py" idle "$port" app.test 2>&1)"
fi
finish
