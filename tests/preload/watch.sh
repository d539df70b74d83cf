#!/bin/bash
# SPDX-License-Identifier: MIT
# --summary, --report and --expect: their output, and that the program does not notice its new parent.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")

# run ARGUMENT...: withdns, without warnings, with its output in $out, its messages in $err, its exit status in $status.
run() {
	"$withdns" -q -s none -H "$scratch/hosts" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	out=$(<"$scratch/out")
	err=$(<"$scratch/err")
}

seen() {
	printf 'status %s\nstdout: %s\nstderr: %s' "$status" "$out" "$err"
}

# ended SENTENCE STATUS PATTERN: checks the last run; PATTERN matches all of its stderr.
ended() {
	# shellcheck disable=SC2053
	if [ "$status" -eq "$2" ] && [[ $err == $3 ]]; then
		pass "$1"
	else
		fail "$1" "wanted: status $2, $3"$'\n'"$(seen)"
	fi
}

printf '192.0.2.1 app.test\n192.0.2.2 db.test\n' >"$scratch/hosts"
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"

run --summary -f 'none.test delay=20' sh -c 'getent ahosts app.test; getent ahosts app.test; getent ahosts none.test; exit 3'
ended 'the summary has the lookups of the program and its children, the longest first, and the exit status is kept' 3 \
	'name *none.test *none  * 1 * 1 *app.test *hosts  * 2 * 0 *3 lookups by 3 processes, 1 failed, 2 names*'
run --summary -o 'options timeout-ms:50' -f 'app.test timeout' -f 'db.test delay=500' getent ahosts app.test
ended 'a timeout that a fault made is answered by it' 2 'name *app.test *fault  * 1 * 1 *1 lookup *'
run --summary -o 'options timeout-ms:50' -f 'db.test delay=500' getent ahosts db.test
ended 'so is a delay that is too long' 2 'name *db.test *fault  * 1 * 1 *1 lookup *'
numeric='import socket; print(socket.getnameinfo(("192.0.2.9", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))'
run --summary --expect /dev/null python3 -c "$numeric"
ended 'addresses that stay numeric are no lookups' 0 '0 lookups by 0 processes*'
run --summary=json sh -c 'getent ahosts app.test; getent ahosts app.test; getent ahosts none.test'
ended 'as JSON the summary is an object on a line' 2 '{"lookups":3,"processes":3,"failed":1,"names":2,"total_ms":*,"rows":[[]{"name":*}]}'
run --summary=text true
ended 'in no other form' 125 'withdns: --summary: expected json, got text'
run --summary true
ended 'a program that looks nothing up has a summary of one line' 0 '0 lookups by 0 processes*'
none 'TMPDIR is empty afterwards' "$(find "$TMPDIR" -mindepth 1)"

printf '# what it may ask\napp.test\n*.corp.test\n192.0.2.2\n' >"$scratch/expected"
run --expect "$scratch/expected" sh -c 'getent ahosts app.test; getent ahosts a.corp.test; getent hosts 192.0.2.2
	getent ahosts 192.0.2.77; exit 0'
ended 'what is expected is passed over in silence' 0 ''
printf '\xef\xbb\xbfapp.test\n' >"$scratch/marked"
run --expect "$scratch/marked" getent ahosts app.test
ended 'a byte order mark before the first name is skipped' 0 ''
run --expect "$scratch/expected" sh -c 'getent ahosts db.test; getent ahosts DB.test; getent ahosts corp.test; exit 0'
ended 'lookups of other names end in 124, and are reported once each' 124 \
	$'withdns: unexpected lookup of corp.test: getaddrinfo by getent[[][0-9]*]\nwithdns: unexpected lookup of db.test: getaddrinfo by getent[[][0-9]*], and 1 more'
run --expect "$scratch/expected" sh -c 'getent ahosts db.test; exit 7'
ended 'that counts more than the exit status of the program' 124 '*db.test: getaddrinfo by *'
printf 'app.test\nno..name\n' >"$scratch/wrong"
run --expect "$scratch/wrong" echo started
ended 'a malformed expectation is an error with its line' 125 "withdns: $scratch/wrong:2: *"
same 'and before the program starts' '' "$out"
for entry in '*' https://app.test/ app.test:443 192.0.2.0/24; do
	printf 'app.test\n\n%s\n' "$entry" >"$scratch/wrong"
	run --expect "$scratch/wrong" echo started
	ended "an entry that no lookup can match is reported with its line: $entry" 125 "withdns: $scratch/wrong:3: *"
done
run --expect "$scratch/expected" --expect-used sh -c 'getent ahosts app.test; getent hosts 192.0.2.2'
ended 'with --expect-used a line that no lookup matches ends in 124, with its line' 124 \
	"withdns: no lookup of [*].corp.test ($scratch/expected:3)"
run --expect "$scratch/expected" --expect-used sh -c 'getent ahosts app.test; getent ahosts a.corp.test; getent hosts 192.0.2.2'
ended 'one that matches all is passed over in silence' 0 ''
run --expect-used true
ended '--expect-used alone is an error' 125 'withdns: --expect-used: expected --expect'
printf 'app.test/A\ndb.test/MX\n' >"$scratch/typed"
run --expect "$scratch/typed" sh -c 'getent ahostsv4 app.test; getent ahostsv6 app.test; exit 0'
ended 'a line with a type is for lookups of that type' 124 'withdns: unexpected lookup of app.test/AAAA: getaddrinfo by getent[[][0-9]*]'
run --expect-write "$scratch/written" sh -c 'getent ahosts db.test; getent ahosts APP.test; getent hosts 192.0.2.2; getent ahosts app.test; exit 3'
ended 'a run is written as a list, and its exit status is kept' 3 ''
same 'sorted, each name once' $'192.0.2.2\napp.test\ndb.test' "$(cat "$scratch/written")"
run --expect "$scratch/written" --expect-used sh -c 'getent ahosts db.test; getent ahosts app.test; getent hosts 192.0.2.2'
ended 'which is what the same run is expected to look up' 0 ''
run --expect "$scratch/written" --expect-write "$scratch/written" true
ended 'it may be written anew' 0 ''
same 'also as an empty file' 0 "$(wc -c <"$scratch/written")"
run --expect-write "$scratch/missing/list" echo started
ended 'a list that cannot be written is an error before the program starts' 125 "withdns: $scratch/missing/list: *"
run --expect-write "$scratch/unmade" /nonexistent
ended 'where the program cannot be started no list is made' 127 '*'
check 'no file either' [ ! -e "$scratch/unmade" ]
if [ "$(id -u)" = 0 ]; then
	mkdir -m 1777 "$scratch/all" && ln -s ../unmade "$scratch/all/list" && chown -h 65534 "$scratch/all/list"
	run --expect-write "$scratch/all/list" echo started
	ended 'a link of another user in a directory of all is not followed' 125 "withdns: $scratch/all/list: *Permission denied"
	check 'nor written to' [ ! -e "$scratch/unmade" ]
fi
run --expect "$scratch/missing" echo started
ended 'a missing file of expectations is an error' 125 "withdns: $scratch/missing: *"
run --report "$scratch/missing/page" echo started
ended 'a page that cannot be written is an error before the program starts' 125 "withdns: $scratch/missing/page: *"

run --expect "$scratch/expected" "$withdns" -q --summary -f 'app.test nxdomain first=1' sh -c 'getent ahosts app.test; getent ahosts db.test'
ended 'of one that watches within another both see the lookups' 124 \
	'name *2 lookups by 2 processes, 1 failed, 2 names, *withdns: unexpected lookup of db.test: *'

cp "$(type -P true)" "$scratch/locked"
if raise_privileges user "$scratch/locked"; then
	run --no-reach --force --expect "$scratch/expected" "$scratch/locked"
	ended 'a program whose lookups are not seen is not run, with --force neither' 125 \
		"withdns: $scratch/locked is set-user-ID, *; --expect cannot observe its lookups"
	run --no-reach --force --summary "$scratch/locked"
	ended 'without --expect it is' 0 '0 lookups by 0 processes*'
else
	skip 'a program whose lookups are not seen is not run' 'no file can be given to another user here'
fi

# If the program interferes with the watching, its lookups are still reported, or the run fails.
seen_in_spite_of() {
	run --expect "$scratch/expected" "${@:2}"
	ended "$1" 124 '*unexpected lookup of db.test: *'
}
seen_in_spite_of 'lookups are seen where no file may grow' sh -c 'ulimit -f 0; getent ahosts db.test >/dev/null'
seen_in_spite_of 'where TMPDIR is emptied' sh -c "rm -rf $TMPDIR/*; getent ahosts db.test"
# shellcheck disable=SC2016
seen_in_spite_of 'where all that is in TMPDIR is replaced' sh -c \
	'for file in $(find "$TMPDIR" ! -type d); do mv "$file" "$file.old"; : >"$file"; done; getent ahosts db.test'
rm -r "${TMPDIR:?}"/* # what the program made of it
TMPDIR=/proc seen_in_spite_of 'where there is no temporary directory' getent ahosts db.test
if unshare -rn true 2>/dev/null; then
	seen_in_spite_of 'in another network namespace' unshare -rn getent ahosts db.test
else
	skip 'in another network namespace' 'namespaces are not allowed here'
fi
if has python3 'in another root directory'; then
	if unshare -r true 2>/dev/null; then
		seen_in_spite_of 'in another root directory' unshare -r python3 -c '
import encodings.idna, os, socket, sys
socket.getaddrinfo("app.test", 1)
os.chroot(sys.argv[1])
socket.getaddrinfo("db.test", 1)' "$scratch/home"
	else
		skip 'in another root directory' 'namespaces are not allowed here'
	fi
	run --expect "$scratch/expected" python3 -c '
import encodings.idna, resource, socket
socket.getaddrinfo("app.test", 1)
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
try: socket.getaddrinfo("db.test", 1)
except OSError: pass
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
socket.getaddrinfo("app.test", 1)'
	ended 'a lookup that could not be recorded is no silence' 125 'withdns: --expect: lookups or questions that could not be recorded: 1'
fi
printf 'app.test. 60 A 192.0.2.1\n' >"$scratch/empty.zone"
# shellcheck disable=SC2016
run --expect "$scratch/expected" -z "$scratch/empty.zone" sh -c 'rm "$1"; getent ahosts db.test; true' sh "$scratch/empty.zone"
ended 'a lookup that fails without a configuration is reported as missing' 125 \
	"withdns: $scratch/empty.zone: *withdns: --expect: lookups or questions that could not be recorded: 1"
printf 'app.test. 60 A 192.0.2.1\n' >"$scratch/empty.zone"
# shellcheck disable=SC2016
run --expect "$scratch/expected" --expect-used -z "$scratch/empty.zone" sh -c 'rm "$1"; getent ahosts app.test; true' sh "$scratch/empty.zone"
ended 'it may have been of a name that is not used otherwise' 125 '*no lookup of app.test *could not be recorded: 1'
if has python3 'lookups of many threads and processes are all counted'; then
	run -f 'app.test nxdomain first=100' --summary --expect "$scratch/expected" python3 -c '
import encodings.idna, os, socket, threading
def work():
    for _ in range(10):
        try: socket.getaddrinfo("app.test", 1)
        except OSError: pass
for _ in range(50):
    if os.fork() == 0:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        os._exit(0)
for _ in range(50): os.wait()'
	ended 'lookups of many threads and processes are all counted' 0 '*2000 lookups by 50 processes, 100 failed, 1 name,*'
fi
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 711 "$scratch" "$TMPDIR" # the hosts file is the program's own
	seen_in_spite_of 'under another user id' setpriv --reuid=65534 --clear-groups getent ahosts db.test
else
	skip 'under another user id' 'not root here'
fi
echo old >"$scratch/page"
for page in page new; do
	run --report "$scratch/$page" -s wrong echo started
	ended 'a wrong setting is an error before the program starts' 125 "withdns: -s 'wrong': *"
	PATH=/usr/bin:/bin run --report "$scratch/$page" no-such-program
	ended 'so is a missing program' 127 'withdns: no-such-program: *'
done
same 'an existing page is not changed' old "$(cat "$scratch/page")"
check 'and a missing one is not made' [ ! -e "$scratch/new" ]

# shellcheck disable=SC2016
{ run --summary sh -c 'kill -TERM $$'; } 2>/dev/null  # bash reports it
ended 'a signal that ends the program ends the command' 143 '0 lookups*'
run --summary "$scratch/hosts"
ended 'a program that cannot be run is reported as without --summary' 126 'withdns: *'
# With an unsearchable directory in PATH it would count as one that cannot be run, as for env(1).
PATH=/usr/bin:/bin run --summary no-such-program
ended 'a missing program, too' 127 'withdns: *'
none 'TMPDIR is empty after those too' "$(find "$TMPDIR" -mindepth 1)"

# A signal to the command is passed on to the program.
for signal in TERM HUP USR1 USR2 INT QUIT ALRM WINCH; do
	mkfifo "$scratch/ready"
	# bash ignores INT and QUIT in background processes.
	env --default-signal=INT,QUIT "$withdns" --summary -- bash -c "trap 'echo got $signal; exit 5' $signal
		echo ready; while :; do sleep 0.05; done" >"$scratch/ready" 2>/dev/null &
	watched=$!
	exec 8<"$scratch/ready"
	read -r _ <&8
	kill -"$signal" "$watched"
	read -r -t 20 got <&8 || pkill -KILL -P "$watched"
	wait "$watched"
	same "$signal sent to the command reaches the program" "got $signal 5" "$got $?"
	exec 8<&-
	rm "$scratch/ready"
done

# shellcheck disable=SC2016
"$withdns" --summary -- sh -c 'kill -STOP $$; exit 4' 2>/dev/null &
watched=$!
for ((i = 0; i < 500; i++)); do
	grep -q '^State:.T' "/proc/$watched/status" && break
	sleep 0.01
done
check 'the command stops when the program is stopped' grep '^State:.T' "/proc/$watched/status"
kill -CONT "$watched"
for ((i = 0; i < 500; i++)); do
	kill -0 "$watched" 2>/dev/null || break
	sleep 0.01
done
pkill -KILL -P "$watched"
wait "$watched"
same 'when it is continued, so is the program' 4 $?

same 'the program has the signals as the command had them' \
	"$(trap '' HUP CHLD PIPE; grep -E '^Sig(Blk|Ign)' /proc/self/status)" \
	"$(trap '' HUP CHLD PIPE; "$withdns" --summary grep -E '^Sig(Blk|Ign)' /proc/self/status 2>/dev/null)"
list='import os; print(*sorted(os.listdir("/proc/self/fd")))'
same 'and its descriptors' "$(python3 -c "$list" 5</dev/null)" \
	"$("$withdns" --summary python3 -c "$list" 5</dev/null 2>/dev/null)"
same 'a pipe is closed when the program closes it' 'closed in time' \
	"$("$withdns" --summary python3 -c '
import os, sys, time
os.close(1)
for _ in range(500):
    if os.path.exists(sys.argv[1]): sys.exit()
    time.sleep(0.01)
open(sys.argv[2], "w").close()' "$scratch/gone" "$scratch/late" 2>/dev/null |
		(cat; : >"$scratch/gone"; [ -e "$scratch/late" ] && echo 'closed late' || echo 'closed in time'))"

if has python3 'a terminal stops and interrupts the program and its parent'; then
	said=$(python3 "$here/watch.py" "$withdns" stop 2>&1)
	# shellcheck disable=SC2086
	groups=$(grep -o 'groups [0-9]* [0-9]*' <<<"$said")
	# shellcheck disable=SC2086
	set -- $groups
	same 'the program is in the process group of its parent' "${2-none}" "${3-}"
	check 'Ctrl-Z stops both, and the shell sees it' grep -q 'stopped by SIGTSTP' <<<"$said"
	check 'none of the job runs then' grep -qx 'states T' <<<"$said"
	check 'and when the shell goes on with the job, it ends as ever' grep -qx 'exit 7' <<<"$said"
	said=$(python3 "$here/watch.py" "$withdns" interrupt 2>&1)
	check 'Ctrl-C ends both by SIGINT' grep -qx 'died of SIGINT' <<<"$said"
fi

page=$scratch/page.html
start_fake server -r 'web.test 60 A 192.0.2.80'
# shellcheck disable=SC2154
"$withdns" -s "$server_address" -H none -f 'web.test delay=1' --report "$page" -- sh -c \
	'getent ahosts web.test; getent ahosts "<script>alert(1)</script>"' >"$scratch/out" 2>&1
same 'a report leaves the exit status alone' 2 $?
if has python3 'a report is well-formed'; then
	check 'a report is well-formed, without scripts, and has the source of each answer' python3 - "$page" "$server_address" <<'END'
import html.parser, sys
VOID = {"meta", "br", "link", "img"}
class Page(html.parser.HTMLParser):
    open, text, tags = [], "", set()
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert not any(key.startswith("on") or key in ("src", "href") for key, _ in attributes), attributes
        if tag not in VOID:
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
    def handle_data(self, data):
        self.text += data
page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
assert not page.open, page.open
assert "script" not in page.tags and {"table", "details", "summary", "h1"} <= page.tags, page.tags
for word in ("web.test", "192.0.2.80", sys.argv[2] + " udp", "server " + sys.argv[2], "2 lookups of 2 names, 1 failed",
    "<script>alert(1)</script>", "getent ahosts web.test", "delay=1", "no hostname: <script>alert(1)</script>",
    "fault web.test delay=1", "hosts none"):
    assert word in page.text, word
END
fi
"$withdns" -s none -H "$scratch/hosts" --report "$page.tree" sh -c 'sh -c "getent ahosts app.test; true"; true' >"$scratch/out" 2>&1
same 'the processes are a tree, with the command lines of those that have ended' \
	'0 sh -c sh -c "getent ahosts app.test; true"; true|1 sh -c getent ahosts app.test; true|getent ahosts app.test|' \
	"$(sed -nE 's/^<details class=p open style=--d:(.)><summary title="([^"]*)".*/\1 \2/p; s/.*<small>(getent[^<]*).*/\1/p' \
		"$page.tree" | sed 's/&quot;/"/g' | tr '\n' '|')"
if has chromium 'a browser shows the report'; then
	timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/chromium" --dump-dom \
		"file://$page" >"$scratch/dom" 2>/dev/null
	check 'a browser shows the report' grep -q 'web.test' "$scratch/dom"
fi

finish
