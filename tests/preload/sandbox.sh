#!/bin/bash
# SPDX-License-Identifier: MIT
# Restricted and privileged programs: a filter of system calls, an empty root, raised privileges.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address='' chosen_address=''
sandbox=$BUILD/tests/preload/sandbox
export EMPTY=$scratch/empty
mkdir "$EMPTY"

# survives SENTENCE CASE [COMMAND]...: COMMAND is what it takes to run withdns as.
survives() {
	local sentence=$1 case=$2
	shift 2
	check "$sentence" timeout 60 "$@" "$withdns" -s "$fake_address" "$sandbox" "$case"
}

# A library named in ld.so.preload is loaded into programs with raised privileges too. Here they are set-group-ID, and use the
# test's copy of /etc.
secure() {
	local etc=$scratch/etc
	mkdir "$etc" && cp -L /etc/{passwd,group,nsswitch.conf,ld.so.cache} "$etc" && : >"$etc/resolv.conf" &&
		cp "$sandbox" "$scratch/secure" && chgrp 65534 "$scratch/secure" && chmod 2755 "$scratch/secure" &&
		chmod 755 "$scratch" && mount --bind "$etc" /etc && set_loopback_up || return 77
	echo 'nameserver 127.0.0.9' >"$etc/resolv.conf"
	start_fake system -a 127.0.0.9:53 -r 'app.test. 60 IN A 192.0.2.1'
	start_fake chosen -r 'app.test. 60 IN A 192.0.2.66'
	echo "$BUILD/libwithdns.so" >"$etc/ld.so.preload"
	# Each of these would select the other server, or none.
	mkdir "$HOME/.config"
	printf 'nameserver %s\n' "$chosen_address" | tee "$HOME/.config/withdns.conf" >"$scratch/conf"
	export WITHDNS="nameserver $chosen_address" WITHDNS_CONF=$scratch/conf LOCALDOMAIN=lab.test RES_OPTIONS=no-recurse
	check 'a process with raised privileges ignores what its environment says' "$scratch/secure" secure
	check 'which leads every other process' fails_elsewhere "$sandbox"
	echo "nameserver $chosen_address" >"$etc/withdns.conf"
	echo 'nameserver 127.0.0.1' >"$etc/resolv.conf"
	check 'the configuration of the system counts for it' fails_elsewhere "$scratch/secure"
	rm "$etc/ld.so.preload"
}

# fails_elsewhere PROGRAM: true if it finds the answer of the chosen server.
fails_elsewhere() {
	"$1" finds | grep -q 'another address'
}

if [ "${1-}" = inside ]; then
	secure
	[ $? -ne 77 ] || skip 'raised privileges' '/etc cannot be replaced here'
	finish
	exit
fi

start_fake fake -r 'app.test. 60 IN A 192.0.2.1' -r '1.2.0.192.in-addr.arpa. 60 IN PTR app.test.' \
	-r 'cut.test. 60 IN A 192.0.2.3' -x 'cut.test truncate' -x 'many.test addresses=20' \
	-x 'silent.test drop'
survives 'no system call is needed that glibc does not need' filtered
patient=(env 'RES_OPTIONS=timeout:30 attempts:5')
survives 'without poll, a lookup that would wait fails at once' without-poll "${patient[@]}"
survives 'and where it is forbidden' forbidden-poll "${patient[@]}"
if unshare -r chroot "$EMPTY" true 2>&1 | grep -q 'true.*No such file'; then
	survives 'in an empty root the first lookup works' empty-root unshare -r
	survives 'and so does one behind lookups outside' empty-root-later unshare -r
else
	skip 'in an empty root lookups work' 'the root cannot be changed here'
fi
if [ "$(id -u)" -eq 0 ] && unshare -mn true 2>/dev/null; then
	unshare -mn "$0" inside || failures=$((failures + 1))
else
	skip 'a process with raised privileges ignores what its environment says' 'it takes root to raise them'
fi
finish
