#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --reach where the machine forbids it: one line that says what, and what to do instead; status 125; nothing is run and
# nothing is left. Containers are simulated by a seccomp filter (refuse.c) and by limits of a user namespace.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

refuse=$BUILD/tests/preload/refuse

# refused SENTENCE PATTERN COMMAND...: the command says one line that matches, runs nothing, and ends with 125.
refused() {
	local sentence=$1 pattern=$2 said ended
	shift 2
	said=$(timeout 20 "$@" 2>&1 </dev/null)
	ended=$?
	if [ "$ended" -eq 125 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && [[ $said =~ ^withdns:\ --reach:\ $pattern ]]; then
		pass "$sentence"
	else
		fail "$sentence" "wanted: $pattern"$'\n'"got:    $said (status $ended)"
	fi
}

reach=("$withdns" -s none --reach echo ran)
if ! why=$("${reach[@]}" 2>&1); then
	skip 'what forbids --reach is told' "$why"
	finish
	exit
fi

test_calls() {
	local call
	for call in unshare seccomp pidfd_getfd process_vm_readv; do
		refused "that a filter forbids $call is told" \
			"a seccomp filter, .* forbids $call: .*--security-opt seccomp=unconfined, or use withdns --serve outside it" \
			"$refuse" $call "${reach[@]}"
	done
	refused 'of several the first is told' 'a seccomp filter, .* forbids unshare' \
		"$refuse" unshare,pidfd_getfd,process_vm_readv "${reach[@]}"
	same 'a filter that forbids none of these forbids nothing' ran "$("$refuse" none "${reach[@]}" 2>&1)"
}

test_limits() {
	local sentence='that no namespace is left is told' set='echo 0 >/proc/sys/user/max_net_namespaces'
	if unshare -rm sh -c "$set" 2>/dev/null; then
		refused "$sentence" \
			'no more namespaces are allowed .*max_net_namespaces.*: raise these limits, or use withdns --serve' \
			unshare -rm sh -c "$set; exec \"\$@\"" sh "${reach[@]}"
	else
		skip "$sentence" 'the limit cannot be set here'
	fi
}

# left_behind MARK: the processes with this word in their environment, after at most 2 s.
left_behind() {
	local i
	for ((i = 0; i < 40; i++)); do
		grep -lsF "$1" /proc/[0-9]*/environ >/dev/null || return
		sleep 0.05
	done
	grep -lsF "$1" /proc/[0-9]*/environ
}

# Files of our own in place of the kernel's settings.
inside() {
	local setting=$scratch/setting
	for number in 2 3; do
		mkdir -p "$scratch/kernel/yama"
		echo $number >"$scratch/kernel/yama/ptrace_scope"
		mount --bind "$scratch/kernel" /proc/sys/kernel 2>"$setting" || {
			skip 'Yama is told' "$(<"$setting")"
			return
		}
		refused "Yama $number is told" "Yama \(kernel.yama.ptrace_scope is $number\) lets " \
			"$refuse" pidfd_getfd "${reach[@]}"
		umount /proc/sys/kernel
	done
}
[ "${1-}" = inside ] && in_namespaces inside

test_calls
test_limits

MARK=of-$scratch "$refuse" pidfd_getfd "${reach[@]}" 2>/dev/null
none 'no process is left' "$(left_behind "MARK=of-$scratch")"
in_namespaces "${1-}" 'Yama is told'
finish
