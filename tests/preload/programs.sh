#!/bin/bash
# SPDX-License-Identifier: MIT
# Unmodified programs under withdns, with names that only our server knows: each case shows that the program got the answer
# and that the server saw the question.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address='' fake_log='' web_port=''

# One name for each case, which identifies it in the server's log.
records=(
	-r 'ahosts.test. 60 IN A 203.0.113.1'
	-r 'ahosts.test. 60 IN A 203.0.113.2'
	-r 'ahostsv4.test. 60 IN A 203.0.113.4'
	-r 'ahostsv6.test. 60 IN AAAA 2001:db8::6'
	-r 'hosts.test. 60 IN A 203.0.113.3'
	-r 'hosts6.test. 60 IN AAAA 2001:db8::3'
	-r 'alias.test. 60 IN CNAME canonical.test.'
	-r 'canonical.test. 60 IN A 203.0.113.5'
	-r 'both.test. 60 IN A 203.0.113.7'
	-r 'both.test. 60 IN AAAA 2001:db8::7'
	-r 'short.corp.test. 60 IN A 203.0.113.8'
)
for name in byname perl perl-gai; do
	records+=(-r "$name.test. 60 IN A 203.0.113.9")
done
for name in curl wget urllib ssh git child xargs script preloaded; do
	records+=(-r "$name.test. 60 IN A 127.0.0.1")
done

mkdir "$scratch/www"
echo 'hello from the page' >"$scratch/www/page"
start_fake fake "${records[@]}"
start_web web "$scratch/www"

# under COMMAND...: runs it with its lookups redirected. Its standard output and error are in $out and $err, its end in $status.
under() {
	{ timeout 30 "$withdns" -s "$fake_address" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null; } 2>/dev/null
	status=$?
	out=$(<"$scratch/out") err=$(<"$scratch/err")
}

report() {
	printf 'status %s\nstdout: %s\nstderr: %s\n' "$status" "$out" "$err"
}

# asks SENTENCE NAME WANTED COMMAND...: the command succeeds with WANTED (a glob) in its output, and the server was asked for NAME.
asks() {
	local sentence=$1 name=$2 wanted=$3
	shift 3
	has "$1" "$sentence" || return
	under "$@"
	expect "$sentence" 0 "$name" "$wanted"
}

# expect SENTENCE STATUS NAME WANTED: of what `under` ran.
expect() {
	# shellcheck disable=SC2053
	if [ "$status" -ne "$2" ] || [[ $out$err != *$4* ]]; then
		fail "$1" "wanted: status $2, $4"$'\n'"$(report)"
	elif [ "$(queries_of fake "$3")" -eq 0 ]; then
		fail "$1" "the server was not asked for $3; its log:"$'\n'"$(<"$fake_log")"
	else
		pass "$1"
	fi
}

# refused SENTENCE WHY COMMAND...: expects one line of withdns with WHY (a glob), and that nothing runs.
refused() {
	local sentence=$1 why=$2 before
	shift 2
	before=$(queries_of fake)
	under --no-reach "$@"
	# shellcheck disable=SC2053
	if [ "$status" -eq 125 ] && [[ $err = withdns:*$why* && $err != *$'\n'* && -z $out ]] && [ "$(queries_of fake)" -eq "$before" ]; then
		pass "$sentence"
	else
		fail "$sentence" "wanted: status 125, withdns: ...$why..."$'\n'"$(report)"
	fi
}

# getent passes AI_ADDRCONFIG, which hides a family from a machine that has nothing of it but its loopback.
has_ipv4() {
	grep -B1 'host LOCAL' /proc/net/fib_trie | grep -e '|-- ' | grep -qv -e '|-- 127\.'
}

has_ipv6() {
	grep -qsv ' lo$' /proc/net/if_inet6
}

# --- getent

# Sorted, because the order depends on this machine's own addresses (RFC 6724).
asks 'getent ahosts lists every address' ahosts.test $'203.0.113.1 *STREAM*\n203.0.113.2 *STREAM' sh -c '
getent ahosts ahosts.test | sort'
if has_ipv4; then
	asks 'getent ahostsv4 finds an IPv4 address' ahostsv4.test '203.0.113.4 *STREAM ahostsv4.test' getent ahostsv4 ahostsv4.test
else
	skip 'getent ahostsv4 finds an IPv4 address' 'this machine has no IPv4 address'
fi
if has_ipv6; then
	asks 'getent ahostsv6 finds an IPv6 address' ahostsv6.test '2001:db8::6 *STREAM ahostsv6.test' getent ahostsv6 ahostsv6.test
else
	skip 'getent ahostsv6 finds an IPv6 address' 'this machine has no IPv6 address'
fi
asks 'getent hosts finds an IPv4 address' hosts.test '203.0.113.3 *hosts.test' getent hosts hosts.test
asks 'getent hosts finds an IPv6 address' hosts6.test '2001:db8::3 *hosts6.test' getent hosts hosts6.test
asks 'getent hosts shows the canonical name of an alias' alias.test '203.0.113.5 *canonical.test*alias.test' getent hosts alias.test
under getent hosts missing.test
expect 'getent ends with its own status for a name that does not exist' 2 missing.test ''

# --- curl, wget

url() {
	echo "http://$1.test:$web_port/$2"
}

asks 'curl fetches a page by name' curl.test 'hello from the page' curl -sS "$(url curl page)"
asks 'wget fetches a page by name' wget.test 'hello from the page' wget -q -O - "$(url wget page)"

# --- python3

asks 'python3 gets both families from getaddrinfo' both.test '2001:db8::7 203.0.113.7' python3 -c '
import socket
print(*sorted({entry[4][0] for entry in socket.getaddrinfo("both.test", 80)}))'
asks 'python3 gets an address from gethostbyname' byname.test 203.0.113.9 python3 -c '
import socket
print(socket.gethostbyname("byname.test"))'
asks 'python3 fetches a page by name' urllib.test 'hello from the page' python3 -c '
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode())' "$(url urllib page)"
asks 'a short name is completed with the search list' short.corp.test 203.0.113.8 env LOCALDOMAIN=corp.test python3 -c '
import socket
print(socket.gethostbyname("short"))'

# --- perl

asks 'perl gets an address from gethostbyname' perl.test 203.0.113.9 perl -MSocket -e '
print inet_ntoa(scalar gethostbyname("perl.test") or die "$?")'
# shellcheck disable=SC2016
asks 'perl gets an address from getaddrinfo' perl-gai.test 203.0.113.9 perl -MSocket=:all -e '
my ($error, $first) = getaddrinfo("perl-gai.test", "80", { socktype => SOCK_STREAM });
die $error if $error;
print((getnameinfo($first->{addr}, NI_NUMERICHOST))[1])'

# --- ssh, git

ssh_sentence='ssh reaches the address of a name (where nothing listens)'
if has ssh "$ssh_sentence"; then
	under ssh -F /dev/null -o BatchMode=yes -o ConnectTimeout=10 -p "$(closed_port)" ssh.test true
	expect "$ssh_sentence" 255 ssh.test 'Connection refused'
fi

make_repository() {
	local work=$scratch/work
	git init -q "$work" && git -C "$work" -c user.name=test -c user.email=test@app.test commit -q --allow-empty -m first &&
		git clone -q --bare "$work" "$scratch/www/repository.git" && git -C "$scratch/www/repository.git" update-server-info
}

git_sentence='git ls-remote lists a repository by name'
if has git "$git_sentence"; then
	if said=$(make_repository 2>&1); then
		asks "$git_sentence" git.test $'\tHEAD*refs/heads/' git ls-remote "$(url git repository.git)"
	else
		skip "$git_sentence" "no repository could be made: ${said##*$'\n'}"
	fi
fi

# --- children

asks 'a child of a shell inherits the redirection' child.test 127.0.0.1 sh -c 'getent ahosts child.test; true'
asks 'so does a grandchild' xargs.test 127.0.0.1 sh -c 'echo xargs.test | xargs env getent ahosts'
# shellcheck disable=SC2016
printf '#!/bin/sh\ngetent ahosts "$1"\n' >"$scratch/script"
chmod +x "$scratch/script"
asks 'a script runs through its interpreter' script.test 127.0.0.1 "$scratch/script" script.test

# --- the program's own input, output, status and process

under sh -c 'echo to stdout; echo to stderr >&2; exit 37'
same 'standard output is the program'\''s own' 'to stdout' "$out"
same 'standard error is the program'\''s own' 'to stderr' "$err"
same 'the exit status is the program'\''s own' 37 "$status"
# shellcheck disable=SC2016
under sh -c 'kill -TERM $$'
same 'a signal ends the program as it would without' 143 "$status"
same 'standard input reaches the program' 'some input' "$(echo some input | "$withdns" -s "$fake_address" cat)"
# shellcheck disable=SC2016
"$withdns" -s "$fake_address" sh -c 'echo $$' >"$scratch/pid" &
process=$!
wait "$process"
same 'the process is the program'\''s own' "$process" "$(<"$scratch/pid")"

# --- LD_PRELOAD of others

preload_sentence='a library that others preload stays loaded'
if echo 'void other_was_here(void); void other_was_here(void) { }' | cc -shared -fPIC -x c -o "$scratch/other.so" - 2>/dev/null; then
	# shellcheck disable=SC2016
	LD_PRELOAD=$scratch/other.so under sh -c 'grep -c "r-xp.*/other.so" /proc/$$/maps; getent ahosts preloaded.test'
	expect "$preload_sentence" 0 preloaded.test $'1\n127.0.0.1'
else
	skip "$preload_sentence" 'no C compiler here'
fi

# --- what cannot be redirected

capable_sentence='a program with file capabilities is refused'
cp "$(command -v getent)" "$scratch/capable"
if [ "$(id -u)" = 0 ]; then
	skip "$capable_sentence" 'for root they raise nothing'
elif setcap cap_net_raw+ep "$scratch/capable" 2>/dev/null; then
	refused "$capable_sentence" capabilit "$scratch/capable" hosts hosts.test
elif getcap "$(command -v ping)" 2>/dev/null | grep -q cap_; then
	refused "$capable_sentence" capabilit ping -c 1 -W 1 hosts.test
else
	skip "$capable_sentence" 'neither a copy nor ping can be given capabilities here'
fi

# A file of another user or, without the right to make one, a file of root's.
set_user_program() {
	cp "$(command -v getent)" "$scratch/setuid"
	if raise_privileges user "$scratch/setuid"; then
		echo "$scratch/setuid"
	else
		find /usr/bin /bin -perm -4001 -user root 2>/dev/null | head -n 1
	fi
}

setuid_sentence='a set-user-ID program is refused'
program=$(set_user_program)
if [ -n "$program" ]; then
	refused "$setuid_sentence" set-user-ID "$program" --version
else
	skip "$setuid_sentence" 'there is none here'
fi

# refused_build SENTENCE WHY COMPILER...
refused_build() {
	local sentence=$1 why=$2
	shift 2
	has "$1" "$sentence" || return
	if echo 'int main(void) { return 0; }' | "$@" -x c -o "$scratch/built" - 2>/dev/null; then
		refused "$sentence" "$why" "$scratch/built"
	else
		skip "$sentence" "$* cannot build one here"
	fi
}

refused_build 'a static program is refused' static cc -static
finish
