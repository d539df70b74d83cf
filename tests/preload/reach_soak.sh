#!/bin/bash
# SPDX-License-Identifier: MIT
# Many sockets are replaced: SWAPS of them, and as many again, until SOAK_MINUTES have passed; then, if these are not 0, those
# of 10 000 processes. The supervisor, with the responder, and the helper process have as much memory and as many descriptors
# at the end as at the beginning.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
traps=$BUILD/tests/preload/reach_traps
export SWAPS=${SWAPS:-5000}
minutes=${SOAK_MINUTES:-0}

# What each child and its parent hold: descriptors, and kilobytes that are in memory.
# shellcheck disable=SC2016
measure='
for pid in $PPID $(ps -o pid= --ppid $PPID); do
	[ $pid != $$ ] || continue
	echo $(ls /proc/$pid/fd | wc -l) $(sed -n "s/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p" /proc/$pid/status)
done'
# shellcheck disable=SC2016
"$withdns" -s none -r 'app.test. 60 IN A 192.0.2.1' --reach sh -c "
	'$traps' many || exit; $measure >'$scratch/before'
	end=\$((\$(date +%s) + 60 * $minutes)) rounds=1
	while '$traps' many && rounds=\$((rounds + 1)) && [ \$(date +%s) -lt \$end ]; do :; done
	[ $minutes -eq 0 ] || seq 10000 | xargs -P 8 -I{} '$traps' asks || exit
	[ \$(date +%s) -ge \$end ] && $measure >'$scratch/after' && echo \$rounds >'$scratch/rounds'" || fail 'the program'

paste -d ' ' "$scratch/before" "$scratch/after" >"$scratch/both"
none 'descriptors are as many as before' "$(awk '$3 > $1 + 2' "$scratch/both")"
none 'memory stays the same' "$(awk '$4 > $2 + 1024' "$scratch/both")"
same 'both processes were looked at' 2 "$(wc -l <"$scratch/both")"
echo "# sockets replaced: $((SWAPS * $(cat "$scratch/rounds")))"
sed 's/^/# descriptors, kB before and after: /' "$scratch/both"
finish
