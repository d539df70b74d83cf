#!/bin/bash
# SPDX-License-Identifier: MIT
# --shell: as a script on standard input, and at a terminal.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")

# shell LINE...: a script of these lines, with its output in $out, its messages in $err, its exit status in $status.
shell() {
	printf '%s\n' "$@" | "$withdns" -s none -H none --shell >"$scratch/out" 2>"$scratch/err"
	status=$?
	out=$(<"$scratch/out")
	err=$(<"$scratch/err")
}

# ended SENTENCE STATUS OUT-PATTERN ERR-PATTERN: the last script.
ended() {
	# shellcheck disable=SC2053
	if [ "$status" -eq "$2" ] && [[ $out == $3 ]] && [[ $err == $4 ]]; then
		pass "$1"
	else
		fail "$1" "wanted: status $2, $3, $4"$'\n'"got: status $status"$'\n'"$out"$'\n'"$err"
	fi
}

shell
ended 'an empty script is one' 0 '' ''
shell '# a comment' '' '   ' '; another'
ended 'comments and empty lines say nothing' 0 '' ''
shell 'record app.test A 192.0.2.1' app.test
ended 'a name is answered by what was set' 0 'app.test: found*192.0.2.1*record*' ''
shell 'record app.test A 192.0.2.1' 'app.test A AAAA'
ended 'types give messages' 1 '*app.test. IN A*192.0.2.1*app.test. IN AAAA*' ''
shell 'record 7.2.0.192.in-addr.arpa PTR app.test' 192.0.2.7
ended 'an address gives names' 0 '*app.test*' ''
shell 'record server A 192.0.2.1' 'query server'
ended 'query asks for a name that is a command too' 0 'server: found*192.0.2.1*' ''
shell 'record server A 192.0.2.1' 'server.'
ended 'a final dot does the same' 0 'server.: found*192.0.2.1*' ''
shell 'record app.test A 192.0.2.1' app.test no.test
ended 'the exit status is that of the last question: not found' 1 '*no.test*' ''
shell 'server 127.0.0.1:1' 'set timeout-ms:300' app.test
ended 'or no usable answer' 2 '*app.test*' ''
shell 'server 127.0.0.1:1' app.test 'server none' 'record app.test A 192.0.2.1' app.test quit no.test
ended 'quit ends it there' 0 '*192.0.2.1*' ''
printf app.test | "$withdns" -s none -r 'app.test A 192.0.2.1' --shell >"$scratch/out"
same 'a last line without its end counts' 'app.test: found' "$(sed -n 's/,.*//; 1p' "$scratch/out")"

shell server 'server 192.0.2.1 192.0.2.2:5353' server 'server 192.0.2.3 for a.test' server 'server system' server
ended 'server sets and shows the servers' 0 "server none
server 192.0.2.1:53 192.0.2.2:5353
server 192.0.2.1:53 192.0.2.2:5353
server 192.0.2.3:53 for a.test
server system
server 192.0.2.3:53 for a.test" ''
shell bufsize 'bufsize 1232' bufsize 'bufsize off' bufsize
ended 'bufsize sets and shows how much may come, and takes it back' 0 'bufsize off
bufsize 1232
bufsize off' ''
shell 'set timeout-ms:500 rotate' set undo set undo
ended 'set sets and shows options, undo takes them back, and no more than that' 125 \
	'set *timeout-ms:500 rotate *timeout-ms:0 *' 'withdns: undo: there is no setting to remove'
shell 'fault app.test servfail' 'record app.test A 192.0.2.1' 'app.test A' 'fault app.test nxdomain' 'app.test A' undo 'app.test A'
ended 'a setting is stronger than those before it' 2 '*SERVFAIL*NXDOMAIN*SERVFAIL*' ''
shell 'server 1.2.3' 'server'
ended 'a script ends at a setting that is wrong, before it asks others than were meant' 125 '' \
	'withdns: server 1.2.3: nameserver: expected an address *'
shell 'zone /nowhere/zone'
ended 'a missing file is an error' 125 '' 'withdns: */nowhere/zone*'
shell 'show' 'server'
ended 'a command without its arguments is an error' 125 '' 'withdns: show: expected config'

shell 'record app.test A 192.0.2.1' '!getent hosts app.test' 'server 127.0.0.1:1' 'record app.test A 192.0.2.2' \
	'!getent ahosts app.test | cut -d " " -f 1 | sort -u | paste -sd " "'
ended 'programs run under the settings in force' 0 '192.0.2.1 *app.test
192.0.2.1 192.0.2.2' ''
# shellcheck disable=SC2016
shell '!echo "$LD_PRELOAD"; echo "$WITHDNS"'
ended 'which are those of the command line before anything is set' 0 "*libwithdns.so
nameserver none
hosts none" ''
shell '!exit 7'
ended 'the exit status of a program counts' 7 '' ''
# shellcheck disable=SC2016
shell '!kill -TERM $$'
ended 'for one that a signal ended it is 128 plus its number' 143 '' 'Terminated'
shell '!cat' 'server' 'no.test'
ended 'a program reads the rest of the script' 0 $'server\nno.test' ''
shell '!no-such-program'
ended 'what sh cannot run is reported by sh' 127 '' '*no-such-program*'
cp "$(type -P true)" "$scratch/privileged"
if raise_privileges user "$scratch/privileged"; then
	shell "!$scratch/privileged x"
	ended 'a program that cannot be redirected is run with a warning' 0 '' \
		"withdns: warning: $scratch/privileged is set-user-ID*"
else
	skip 'a program that cannot be redirected is run with a warning' 'no file can be given to another user here'
fi
SHELL=$scratch/own
export SHELL
# shellcheck disable=SC2016
printf '#!/bin/sh\necho own "$0" $# $WITHDNS\n' >"$SHELL"
chmod 755 "$SHELL"
shell '!'
ended 'alone, ! is the user'\''s shell' 0 "own $SHELL 0 nameserver none hosts none" ''

shell help
ended 'help lists commands and directives' 0 '*query NAME*server *undo*!COMMAND*record NAME*fault PATTERN*' ''
shell 'help raw' 'help record'
ended 'help for a command or a directive is one line' 0 '*raw on | off*
*record NAME*' ''
shell 'raw' 'raw on' 'raw' 'raw off' 'raw' 'json app.test' 'json'
ended 'switches are set, shown, and for one question' 1 'raw off
raw on
raw off
{*
json off' ''
shell -
ended 'a question is never standard input itself' 125 '' 'withdns: expected NAME *'

"$withdns" -s 1.2.3 --shell >"$scratch/out" 2>&1 </dev/null
same 'a wrong option is an error before anything is read' "125 withdns: -s '1.2.3': " \
	"$? $(sed 's/nameserver.*//' "$scratch/out")"
none 'a script leaves no history' "$(find "$HOME" -type f)"

# At a terminal, with shell.py.
# typed SENTENCE CASE PATTERN: expects that the terminal shows PATTERN in CASE of shell.py.
typed() {
	local said
	mkdir "$scratch/$2"
	said=$(HOME=$scratch/$2 TMPDIR=$scratch/$2 python3 "$here/shell.py" "$withdns" "$2" 2>&1)
	# shellcheck disable=SC2053
	if [[ $said == $3 ]]; then pass "$1"; else fail "$1" "wanted: $3"$'\n'"got: $said"; fi
}

if ! python3 -c 'import ctypes; ctypes.CDLL("libedit.so.2")' 2>/dev/null; then
	skip 'lines are edited, remembered and completed at a terminal' 'no libedit here'
	finish
	exit
fi

typed 'questions and settings are typed at a prompt; a wrong setting leaves the old ones in force' questions "withdns 0.1.0*
withdns> record app.test A 192.0.2.1
withdns> app.test A
*192.0.2.1
*withdns> server 1.2.3
withdns: server 1.2.3: nameserver: expected *
withdns> server
server none
withdns> seed 1
withdns> *
<exit 0>*"
typed 'lines are kept, in the next session too, except those that begin with a blank' history "*
withdns> app.test A
*192.0.2.1
*<exit 0>*
mode 600
record app.test A 192.0.2.1
undo
record app.test A 192.0.2.1
app.test A"
typed 'lines are edited' editing '*withdns> server
server none
withdns> app.test A
*192.0.2.1*<exit 0>*'
typed 'words are completed by Tab' completion '*
; app.test. IN AAAA
*timeout*timeout-ms:*withdns> set
set *timeout-ms:500 *hosts.of.mine*192.0.2.9*<exit 0>*'
typed 'Ctrl-C drops the line' interrupt '*withdns> !touch /nowhere^C
withdns> server
server none
withdns> *<exit 0>*'
typed 'Ctrl-C ends the wait for an answer, and the shell continues' interrupted_lookup '*withdns> slow.test
^C
withdns> app.test A
*192.0.2.1
*<exit 0>*at once'
typed 'programs have the terminal, and Ctrl-C ends them alone' programs '*
192.0.2.1 *app.test
withdns> !echo ready; exec sleep 100
ready
^C
withdns> !kill -TERM $$
Terminated
withdns> !stty -echo -icanon; kill -KILL $$
Killed
withdns> !
inner# getent hosts app.test
192.0.2.1 *app.test
inner# kill -KILL $$
Killed
withdns> !stty *
icanon echo
withdns> *<exit 0>*'
typed 'Ctrl-Z stops the shell at the prompt, a stop of its program stops it with that, and both go on' stopped '*withdns> serv*<stopped by SIGTSTP lines plain>*server
server none
*ready
*<stopped by SIGTSTP lines plain>

went on
withdns> !kill -STOP *
<stopped by SIGSTOP lines plain>
resumed
withdns> server
server none
*<exit 0>*'
typed 'a signal ends the shell' killed '*half a line*<died of SIGTERM>*'
typed 'without libedit it reports that, and lines are plain' without_libedit 'withdns: libedit.so.2 is not installed*
withdns> *^C
withdns> record app.test A 192.0.2.1
withdns> app.test A
*192.0.2.1
*<exit 0>*'
finish
