#!/bin/bash
# SPDX-License-Identifier: MIT
# A process keeps the settings of a file that it can no longer read: after chroot(2), without permission, without HOME, while
# it is renamed, after it is removed. It never falls back to the server of resolv.conf.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

# Executes each line of its input, and prints one line for it: the address of NAME, or the error of getaddrinfo.
actor='
import ctypes, os, socket, sys

def drop_rights():
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    return libc.capset(header, (ctypes.c_uint32 * 6)())

for line in sys.stdin:
    verb, _, name = line.strip().partition(" ")
    if verb == "chroot":
        os.chroot(name)
        print("done", flush=True)
    elif verb == "drop":
        print("done" if drop_rights() == 0 else "no", flush=True)
    else:
        try:
            print(socket.getaddrinfo(name.encode(), None, socket.AF_INET)[0][4][0], flush=True)
        except socket.gaierror as error:
            print("error", error.args[0], flush=True)'

# start_actor COMMAND...: the actor below the command.
start_actor() {
	coproc ACTOR { "$@" python3 -c "$actor" 2>>"$scratch/stderr"; }
	# shellcheck disable=SC2153
	actor_pid=$ACTOR_PID
}

act() {
	local answer
	echo "$1" >&"${ACTOR[1]}"
	read -r answer <&"${ACTOR[0]}"
	echo "$answer"
}

end_actor() {
	eval "exec ${ACTOR[1]}>&-"
	wait "$actor_pid"
} 2>/dev/null

bare() {
	LD_PRELOAD=$BUILD/libwithdns.so "$@"
}

write_settings() {
	mkdir -p "$HOME/.config"
	printf '%b' "$1" >"$settings.new"
	mv "$settings.new" "$settings"
}

touch_resolv_conf() {
	printf '# %s\nnameserver 127.0.0.53\n' "$((++touched))" >"$scratch/resolv.conf"
	sleep 0.03
}

# A new name each time, so that the cache has no answer.
look() {
	act "look n$(($(wc -l <"$scratch/looked") + 1)).test"
	echo >>"$scratch/looked"
}

# start_server NAME ADDRESS:PORT ANSWER: one that has all the names that look looks up.
start_server() {
	local records=() i
	for ((i = 1; i <= 99; i++)); do
		records+=(-r "n$i.test. 60 IN A $3")
	done
	start_fake "$1" -a "$2" "${records[@]}"
}

# is_invalid SENTENCE: expects that the server of resolv.conf got no query since the last call.
is_invalid() {
	local before=$asked
	asked=$(queries_of system)
	same "$1: and the server of resolv.conf is not asked" 0 $((asked - before))
}

lost_before_the_first_lookup() {
	start_actor "${command[@]}"
	act "chroot $scratch/jail" >/dev/null
	same "$how, chroot before the first lookup" "$1" "$(look)"
	end_actor
	start_actor "${command[@]}"
	chmod 0 "$HOME"
	act drop >/dev/null
	same "$how, the right to read the file lost before the first lookup" "$1" "$(look)"
	chmod 700 "$HOME"
	end_actor
	is_invalid "$how, before the first lookup"
}

lost_behind_the_first_lookup() {
	start_actor "${command[@]}"
	look >/dev/null
	act "chroot $scratch/jail" >/dev/null
	sleep 0.03
	same "$how, lookup, chroot, lookup" 192.0.2.1 "$(look)"
	end_actor
	start_actor "${command[@]}"
	look >/dev/null
	chmod 0 "$HOME"
	act drop >/dev/null
	touch_resolv_conf
	same "$how, the right to read the file lost behind the first lookup" 192.0.2.1 "$(look)"
	chmod 700 "$HOME"
	end_actor
	is_invalid "$how, behind the first lookup"
}

file_goes() {
	start_actor "${command[@]}"
	look >/dev/null
	mv "$settings" "$settings.away"
	touch_resolv_conf
	same "$how, the file is renamed away for a moment" 192.0.2.1 "$(look)"
	mv "$settings.away" "$settings"
	touch_resolv_conf
	same "$how, and comes back" 192.0.2.1 "$(look)"
	rm "$settings"
	touch_resolv_conf
	same "$how, the file is removed" 192.0.2.1 "$(look)"
	write_settings 'nameserver 127.0.0.62:5300\n'
	sleep 0.06
	same "$how, another one in its place counts" 192.0.2.2 "$(look)"
	end_actor
	write_settings 'nameserver 127.0.0.61:5300\n'
	is_invalid "$how, while the file goes"
}

named_files_go() {
	local file
	echo '192.0.2.9 in-hosts.test' >"$scratch/my.hosts"
	echo 'in-zone.test. A 192.0.2.8' >"$scratch/my.zone"
	printf 'include my.more\nlog kept.log\n' >"$scratch/my.conf"
	printf 'hosts my.hosts\nzone my.zone\nnameserver none\n' >"$scratch/my.more"
	start_actor "$withdns" -c "$scratch/my.conf"
	same 'a hosts file that is named answers' 192.0.2.9 "$(act 'look in-hosts.test')"
	for file in my.hosts my.zone my.conf my.more; do
		mv "$scratch/$file" "$scratch/$file.away"
		touch_resolv_conf
		same "and its names stay when $file is gone" 192.0.2.9 "$(act 'look in-hosts.test')"
		same "and those of the zone file when $file is gone" 192.0.2.8 "$(act 'look in-zone.test')"
		same "and the log says once that $file cannot be read" 1 \
			"$(grep -c "config kept.*$file: expected" "$scratch/kept.log")"
		mv "$scratch/$file.away" "$scratch/$file"
	done
	sleep 0.06
	act 'look in-zone.test' >/dev/null
	echo '192.0.2.7 in-hosts.test' >"$scratch/my.hosts"
	sleep 0.06
	same 'what comes to a hosts file that is named counts' 192.0.2.7 "$(act 'look in-hosts.test')"
	end_actor
	WITHDNS="hosts $scratch/none.hosts; nameserver 127.0.0.61:5300" start_actor bare
	same 'no lookup succeeds where a hosts file that is named was never there' 'error -4' "$(look)"
	end_actor
}

inside() {
	: >"$scratch/looked"
	settings=$HOME/.config/withdns.conf
	mkdir -p "$scratch/jail/etc"
	echo 'nameserver 127.0.0.53' >"$scratch/jail/etc/resolv.conf"
	set_loopback_up && replace_system_files 'nameserver 127.0.0.53\n' || exit 77
	start_server system 127.0.0.53:53 192.0.2.66
	start_server ours 127.0.0.61:5300 192.0.2.1
	start_server other 127.0.0.62:5300 192.0.2.2

	start_actor bare
	same 'without a file the server of resolv.conf is asked, so that its silence means something' 192.0.2.66 "$(look)"
	end_actor
	asked=$(queries_of system)
	write_settings 'nameserver 127.0.0.61:5300\n'

	named_files_go
	how='by the preload alone' command=(bare)
	lost_before_the_first_lookup 'error -4'
	lost_behind_the_first_lookup
	file_goes
	how='under withdns' command=("$withdns")
	lost_before_the_first_lookup 192.0.2.1
	lost_behind_the_first_lookup
	file_goes
	how='under withdns within withdns' command=("$withdns" -o 'options ndots:2' "$withdns")
	lost_before_the_first_lookup 192.0.2.1
	how='under withdns, without HOME' command=("$withdns" env -u HOME)
	lost_before_the_first_lookup 192.0.2.1
	echo 'nameserver 127.0.0.61:5300' >"$HOME/.config/servers"
	write_settings 'include servers\n'
	how='under withdns, with an included file' command=("$withdns")
	lost_before_the_first_lookup 192.0.2.1
	lost_behind_the_first_lookup
	how='by an included file alone' command=("$withdns" -c /dev/null -o "include $HOME/.config/servers")
	lost_before_the_first_lookup 192.0.2.1
	# In the place where the file was there is none any more when the inner one starts.
	start_actor "$withdns" sh -c "mv '$settings' '$settings.away'; exec \"\$@\"" sh "$withdns"
	same 'an inner withdns that cannot read the file has what the outer one found' 192.0.2.1 "$(look)"
	mv "$settings.away" "$settings"
	end_actor
	{ cat "$settings"; head -c 99000 /dev/zero | tr '\0' '#'; } >"$settings.long"
	mv "$settings.long" "$settings"
	how='under withdns, with a file too long to hand down' command=("$withdns")
	lost_before_the_first_lookup 'error -4'
}

in_namespaces "${1-}" 'settings in a file are kept by a process that loses the file'
finish
