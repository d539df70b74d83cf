#!/bin/bash
# SPDX-License-Identifier: MIT
# The withdns command: its options, the environment that it passes on, the programs that it runs or refuses.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

library=$(realpath -m "$BUILD/libwithdns.so")
# Where one for programs of 32 bits was built, too (mixed.sh).
[ ! -d "$BUILD/32" ] || library=$BUILD/preload/\$LIB/libwithdns.so
cc=$(command -v "${CC:-cc}")
# With an unsearchable directory in PATH, a program that is not found counts as one that cannot be run (execvp(3)).
PATH=/usr/bin:/bin:/usr/sbin:/sbin

options=()
# run ARGUMENT...: withdns with its output in $out, its messages in $err, its exit status in $status.
run() {
	"$withdns" "${options[@]}" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	out=$(<"$scratch/out")
	err=$(<"$scratch/err")
}

seen() {
	printf 'status %s\nstdout: %s\nstderr: %s' "$status" "$out" "$err"
}

# ran SENTENCE OUTPUT ARGUMENT...: expects status 0, that output, and nothing on stderr.
ran() {
	local sentence=$1 wanted=$2
	shift 2
	run "$@"
	if [ "$status" -eq 0 ] && [ "$out" = "$wanted" ] && [ -z "$err" ]; then
		pass "$sentence"
	else
		fail "$sentence" "wanted: $wanted"$'\n'"$(seen)"
	fi
}

# stopped SENTENCE STATUS PATTERN ARGUMENT...: expects that status, one line `withdns: PATTERN` on stderr, and no output.
stopped() {
	local sentence=$1 wanted=$2 pattern=$3
	shift 3
	run "$@"
	# shellcheck disable=SC2053
	if [ "$status" -eq "$wanted" ] && [[ $err == withdns:\ $pattern ]] && [[ $err != *$'\n'* ]] && [ -z "$out" ]; then
		pass "$sentence"
	else
		fail "$sentence" "wanted: status $wanted, withdns: $pattern"$'\n'"$(seen)"
	fi
}

directory() {
	mktemp -d -p "$scratch"
}

# script FILE FIRST-LINE [REST]
script() {
	printf '%s\n%s\n' "$2" "${3-}" >"$1"
	chmod 755 "$1"
}

# patched FROM TO OFFSET BYTES: a copy with other bytes there (escapes of printf).
patched() {
	cp "$1" "$2"
	chmod 755 "$2"
	# shellcheck disable=SC2059
	printf "$4" | dd of="$2" bs=1 seek="$3" conv=notrunc status=none
}

# compiled FILE FLAG...: a program that prints "ran"; false where the compiler cannot build it so.
compiled() {
	local file=$1
	shift
	echo 'int puts(const char *); int main(void) { puts("ran"); return 0; }' |
		"$cc" -x c "$@" -o "$file" - 2>"$scratch/cc"
}

# The value of one variable that --print-env shows for these options.
setting() {
	local variable=$1
	shift
	# shellcheck disable=SC2016
	sh -c 'eval "$1" && eval "printf %s \"\$$2\""' sh "$("$withdns" "$@" --print-env)" "$variable"
}

test_help_and_version() {
	run --help
	if [ "$status" -eq 0 ] && [[ $out == Usage:* ]] && [ -z "$err" ]; then
		pass '--help prints the usage to stdout and exits 0'
	else
		fail '--help prints the usage to stdout and exits 0' "$(seen)"
	fi
	local help=$out option missing=
	ran '-h is --help' "$help" -h
	ran '--help comes before what stands behind it' "$help" --help --no-such-option
	for option in -s -H -l -o -c -q -v -h -V --server --hosts --log --option --config --print-env --force --quiet \
		--verbose --help --version; do
		[[ $help == *" $option"* ]] || missing+="$option "
	done
	none '--help names every option' "$missing"
	ran '--version prints name and version' 'withdns 0.1.0' --version
	ran '-V is --version' 'withdns 0.1.0' -V
	"$withdns" --help >/dev/full 2>"$scratch/err"
	same '--help that cannot be written is an error' 125 $?
}

# Every spelling of an option, and the line that it stands for.
test_spellings() {
	local line words wanted
	while IFS='|' read -r line wanted; do
		eval "words=($line)"
		same "$line is the line '$wanted'" "${wanted/;/$'\n'}" "$(setting WITHDNS "${words[@]}")"
	done <<-'END'
		-s 127.0.0.1:5353|nameserver 127.0.0.1:5353
		-s127.0.0.1:5353|nameserver 127.0.0.1:5353
		--server 127.0.0.1:5353|nameserver 127.0.0.1:5353
		--server=127.0.0.1:5353|nameserver 127.0.0.1:5353
		-s '127.0.0.1 ::1'|nameserver 127.0.0.1 ::1
		-s '127.0.0.1 for example.org'|nameserver 127.0.0.1 for example.org
		-s system|nameserver system
		-s none|nameserver none
		-H /etc/hosts|hosts /etc/hosts
		--hosts=/etc/hosts|hosts /etc/hosts
		-H none|hosts none
		-l|log stderr
		-ql|log stderr
		-qlo 'hosts none' -v|log stderr;hosts none
		--log=/tmp/file|log /tmp/file
		--log /tmp/file|log /tmp/file
		-o 'options ndots:2'|options ndots:2
		--option='search example.org'|search example.org
	END
}

test_wrong_arguments() {
	local sentence pattern line words
	while IFS='|' read -r sentence line pattern; do
		eval "words=($line)"
		stopped "$sentence" 125 "$pattern" "${words[@]}"
	done <<-'END'
		no PROGRAM is an error||expected a PROGRAM to run*--help*
		no PROGRAM behind options is an error|-s 127.0.0.1|expected a PROGRAM to run*--help*
		no PROGRAM behind -- is an error|--|expected a PROGRAM to run*--help*
		an unknown letter is an error|-y echo ran|unknown option -y*--help*
		an unknown letter in a cluster is an error|-ly echo ran|unknown option -y*--help*
		an unknown word is an error|--server-list=1 echo ran|unknown option --server-list *--help*
		a shortened word is an error|--serv 127.0.0.1 echo ran|unknown option --serv *--help*
		a missing value is an error|-s|-s: expected 'SERVER*
		a missing value of a word is an error|--log|--log: expected FILE
		a value where none belongs is an error|--force=yes echo ran|--force: expected no value
		an empty server is an error|-s '' echo ran|-s: expected 'SERVER*
		an empty file is an error|-H '' echo ran|-H: expected FILE
		an empty configuration file is an error|-c '' echo ran|-c: expected FILE
		an empty directive is an error|-o ' ' echo ran|-o: expected 'DIRECTIVE'
		two lines in one option are an error|-o $'log stderr\nhosts none' echo ran|-o: expected 'DIRECTIVE' on one line
		--print-env with a PROGRAM is an error|--print-env echo ran|--print-env: expected no PROGRAM, got echo
	END
}

test_options_end_at_the_program() {
	ran 'options behind PROGRAM are its own' '--help -s -x' echo --help -s -x
	ran '-- ends the options' 'ran' -s 127.0.0.1 -- echo ran
	stopped 'behind -- a word with a dash is PROGRAM' 127 '-s: not found' -- -s 127.0.0.1
}

test_wrong_settings() {
	local sentence line pattern words dir
	dir=$(directory)
	while IFS='|' read -r sentence line pattern; do
		eval "words=($line)"
		stopped "$sentence" 125 "$pattern" "${words[@]}" touch "$dir/ran"
	done <<-'END'
		a host name where an address belongs is an error|-s localhost|-s 'localhost': *expected*
		port 0 is an error|-s 127.0.0.1:0|-s '127.0.0.1:0': *expected*
		port 65536 is an error|--server=127.0.0.1:65536|--server '127.0.0.1:65536': *expected*
		an unknown directive is an error|-o 'nameservers 127.0.0.1'|-o 'nameservers 127.0.0.1': *expected*
		the option that is wrong is the one that is named|-l -s 127.0.0.1 -o 'options rotate' -s 1.2|-s '1.2': *expected*
		domains with a comma are an error|-s '127.0.0.1 for a.test,b.test'|-s '127.0.0.1 for a.test,b.test': *separated by blanks*
		servers with a comma are an error|-s 127.0.0.1,127.0.0.2|-s '127.0.0.1,127.0.0.2': *separated by blanks*
		a URL where an address belongs is an error|-s http://127.0.0.1|-s 'http://127.0.0.1': nameserver: expected an address such as *
		a record without its type is an error|-r 'app.test 192.0.2.1'|-r 'app.test 192.0.2.1': *a type before the data*
		a zone file where a hosts file belongs is an error|-H "$root/tests/data/demo/app.test.zone"|hosts */app.test.zone: *-z*
		a file name in a message cannot begin a line|-s $'a\tb'|-s 'a\\x09b': *expected*
	END
	none 'after a wrong setting nothing is run' "$(ls "$dir")"
}

test_warnings() {
	local dir
	dir=$(directory)
	run -s ::1:5303 echo ran
	same 'a port without brackets is warned of' \
		"ran withdns: warning: -s '::1:5303': ::1:5303 has no port; the address with a port is [::1]:5303" "$out $err"
	ran 'but not with -q' ran -q -s ::1:5303 echo ran
	ran 'nor is what is an address only' ran -s 2001:4860:4860::8888 -s '[::1]:5303' echo ran
	if [ "$(id -u)" -ne 0 ] || ! { mkdir "$dir/.config" && echo 'nonsense' >"$dir/.config/withdns.conf" &&
		chown 4711 "$dir/.config/withdns.conf"; } 2>/dev/null; then
		skip "another user's file in HOME is not followed" 'no file can be given to another user here'
		return
	fi
	HOME=$dir run echo ran
	same "another user's file in HOME is not followed, which is warned of" \
		"ran withdns: warning: $dir/.config/withdns.conf: ignored, because it belongs to another user (use -c to read it)" \
		"$out $err"
	HOME=$dir LD_PRELOAD=$library WITHDNS="log $dir/log; nameserver none" getent hosts app.test
	same 'and the log of a program without the command says so' 1 "$(grep -c 'config ignored .*another user' "$dir/log")"
	# shellcheck disable=SC2088
	HOME=$dir stopped 'and ~/ behind -c is HOME' 125 "$dir/.config/withdns.conf:1: unknown directive*" \
		-c '~/.config/withdns.conf' echo ran
	HOME=$dir stopped 'but what -c names is followed' 125 "$dir/.config/withdns.conf:1: unknown directive*" \
		-c "$dir/.config/withdns.conf" echo ran
}

test_sizes() {
	local options=() i
	for ((i = 0; i < 1800; i++)); do
		options+=(-r "$i.a-name-that-makes-the-settings-longer-than-one-variable-may-be.app.test TXT text")
	done
	stopped 'options that fit into no variable are reported before the start' 125 '*at most 128 KiB*-c FILE*' "${options[@]}" echo ran
}

# Files to be written later are checked before the start, but not created.
test_files_to_write() {
	local dir=$1 file
	: >"$dir/file"
	for file in "$dir/none/log:No such file or directory" "$dir/file/log:Not a directory" "$dir:Is a directory"; do
		stopped "--record to ${file#*:} is an error" 125 "recording ${file%:*}: expected a * that can be *: ?${file#*:?}" \
			--record="${file%:*}" echo ran
		stopped "--log to ${file#*:} is an error" 125 "log ${file%:*}: expected a file that can be written: ${file#*:}" \
			--log="${file%:*}" echo ran
	done
	ran 'a file that can be written is fine' ran --record="$dir/new" --log="$dir/new.log" echo ran
	check 'and is not made by the look at it' [ ! -e "$dir/new" ]
	: >"$dir/both"
	stopped 'a zone file that is recorded in too is an error' 125 \
		"-z '$dir/both': expected a zone file other than the recording, got *" -z "$dir/both" --record="$dir/both" echo ran
	ln "$dir/both" "$dir/link"
	stopped 'under another name as well' 125 "-z '$dir/link': expected a zone file other than the recording, got *" \
		-z "$dir/link" --record="$dir/both" echo ran
	echo "\$INCLUDE $dir/link" >"$dir/including"
	stopped 'and included by a zone file' 125 "$dir/link: expected a file other than the recording" \
		-z "$dir/including" --record="$dir/both" echo ran
	same 'a library that is preloaded without the command tells it' \
		'withdns: WITHDNS:1: expected a zone file other than the recording, got "'"$dir/both"'"' \
		"$(WITHDNS="zone $dir/both;recording $dir/both" LD_PRELOAD=$library getent hosts app.test 2>&1)"
	mkdir "$dir/gone"
	# shellcheck disable=SC2016
	run -s none --record="$dir/gone/recorded" --log="$dir/gone/log" sh -c 'rmdir "$1"; getent hosts app.test' sh "$dir/gone"
	same 'a log that can no longer be written is reported once by the process that would write it' \
		"withdns: log $dir/gone/log: no such file" "$err"
	if [ "$(id -u)" -eq 0 ] && as_unprivileged true; then
		chmod 755 "$dir"
		# shellcheck disable=SC2016
		withdns=$scratch/unprivileged/withdns run -s 127.0.0.1:9 -o 'options attempts:1' --record="$dir/new" --log="$dir/new.log" sh -c \
			'getent hosts 192.0.2.1; setpriv --reuid=65534 --clear-groups getent ahosts a.test'
		same 'and so is a file of another user' \
			"withdns: log $dir/new.log: permission denied"$'\n'"withdns: recording $dir/new: permission denied" "$err"
	else
		skip 'and so is a file of another user' 'not root'
	fi
}

test_wrong_files() {
	local dir
	dir=$(directory)
	printf '# ours\nnameserver 127.0.0.1\nnameserver example.org\n' >"$dir/wrong"
	stopped 'a wrong line of the -c file is reported by file and line' 125 "$dir/wrong:3: *expected*" \
		-c "$dir/wrong" echo ran
	stopped 'a relative -c file is reported by its whole path' 125 "*/missing*" -c missing echo ran
	stopped 'a missing -c file is an error' 125 "$dir/missing*" -c "$dir/missing" echo ran
	stopped 'a directory as -c file is an error' 125 "$dir*" -c "$dir" echo ran
	stopped 'a wrong file stops --print-env too' 125 "$dir/wrong:3: *expected*" -c "$dir/wrong" --print-env

	stopped 'a log that cannot be written is an error' 125 "log $dir/none/log: expected *" \
		--log="$dir/none/log" echo ran
	test_files_to_write "$dir"

	export WITHDNS_CONF=$dir/wrong
	stopped 'a wrong inherited WITHDNS_CONF is reported before the start' 125 "$dir/wrong:3: *expected*" echo ran
	echo 'options ndots:1' >"$dir/right"
	# shellcheck disable=SC2016
	ran '-c replaces an inherited WITHDNS_CONF' "$dir/right" -c "$dir/right" sh -c 'echo $WITHDNS_CONF'
	unset WITHDNS_CONF

	mkdir -p "$HOME/.config"
	cp "$dir/wrong" "$HOME/.config/withdns.conf"
	stopped "a wrong file in the user's home is reported before the start" 125 \
		"$HOME/.config/withdns.conf:3: *expected*" echo ran
	rm -r "$HOME/.config"

	export WITHDNS=$'log stderr\nnonsense'
	stopped 'a wrong inherited WITHDNS is reported by its own line' 125 'WITHDNS:2: *expected*' echo ran
	stopped 'options do not shift the lines of an inherited WITHDNS' 125 'WITHDNS:2: *expected*' \
		-s 127.0.0.1 -o 'options ndots:2' echo ran
	stopped 'an option above a wrong inherited WITHDNS is reported first' 125 "-s 'x': *expected*" -s x echo ran
	unset WITHDNS
	if as_unprivileged true; then
		echo 'options ndots:1' >"$dir/secret"
		chmod 000 "$dir/secret"
		chmod 755 "$dir" "$scratch"
		withdns=$scratch/as_unprivileged stopped 'an unreadable -c file is an error' 125 "$dir/secret*" \
			-c "$dir/secret" echo ran
	else
		skip 'an unreadable -c file is an error' 'the user cannot be changed here'
	fi
}

# as_unprivileged COMMAND...: as a user whom file modes bind. Makes $scratch/as_unprivileged, a withdns for that user.
as_unprivileged() {
	if [ "$(id -u)" -ne 0 ]; then
		ln -sf "$withdns" "$scratch/as_unprivileged"
		"$@"
		return
	fi
	local home=$scratch/unprivileged
	mkdir -p "$home"
	chmod 755 "$scratch" "$home"
	cp "$BUILD/withdns" "$library" "$home"
	script "$scratch/as_unprivileged" '#!/bin/sh' \
		"HOME=/ exec setpriv --reuid=65534 --regid=65534 --clear-groups '$home/withdns' \"\$@\""
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@" 2>/dev/null || return
	"$scratch/as_unprivileged" --version >/dev/null 2>&1
}

# as_unprivileged_status COMMAND...: what it ends with for that user.
as_unprivileged_status() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@" >/dev/null 2>&1
	else
		"$@" >/dev/null 2>&1
	fi
	echo $?
}

test_directives_are_handed_on() {
	# shellcheck disable=SC2016
	local show='printf %s "$WITHDNS"' dir
	ran 'options are lines of WITHDNS in their order' \
		$'log stderr\nnameserver 127.0.0.1\nnameserver ::1 for example.org' \
		-l -s 127.0.0.1 -s '::1 for example.org' sh -c "$show"
	# shellcheck disable=SC2016
	ran 'without options WITHDNS stays unset' unset sh -c 'echo "${WITHDNS-unset}"'
	ran 'a nested withdns puts its lines above the outer ones' \
		$'nameserver 127.0.0.2\n--\nlog stderr\nnameserver 127.0.0.1' \
		-l -s 127.0.0.1 "$withdns" -s 127.0.0.2 sh -c "$show"
	ran 'a nested withdns without options changes nothing' 'nameserver 127.0.0.1' -s 127.0.0.1 "$withdns" sh -c "$show"
	ran 'three may be nested' $'nameserver 127.0.0.3\n--\nnameserver 127.0.0.2\n--\nnameserver 127.0.0.1' \
		-s 127.0.0.1 "$withdns" -s 127.0.0.2 "$withdns" -s 127.0.0.3 sh -c "$show"

	dir=$(directory)
	: >"$dir/hosts"
	: >"$dir/a b;\"c\""
	echo 'options ndots:1' >"$dir/conf"
	cd "$dir" || return
	# shellcheck disable=SC2016
	ran 'relative files become absolute' $"hosts $dir/hosts"$'\n'"log $dir/log"$'\n'"$dir/conf" \
		-H hosts --log=log -c conf sh -c 'printf "%s\n" "$WITHDNS" "$WITHDNS_CONF"'
	ran 'a relative file in a directive becomes absolute' "hosts $dir/hosts" -o 'hosts hosts' sh -c "$show"
	ran 'a file name may hold blanks, semicolons and quotes' "hosts \"$dir/a b;\\\"c\\\"\"" -H 'a b;"c"' sh -c "$show"
	cd "$scratch" || return
}

test_print_env() {
	local dir odd printed release
	release=$("$withdns" --version | cut -d' ' -f2)
	dir=$(directory)
	odd="$dir/it's \$HOME \`id\`"
	mkdir "$odd"
	echo 'options ndots:1' >"$odd/conf"
	same '--print-env prints the variables' \
		"LD_PRELOAD='$library'"$'\n'"WITHDNS='nameserver 127.0.0.1'"$'\n'"WITHDNS_VERSION='$release'"$'\n'"GODEBUG='netdns=cgo'" \
		"$("$withdns" -s 127.0.0.1 --print-env)"
	same '--print-env without options prints an empty WITHDNS' \
		"LD_PRELOAD='$library'"$'\n'"WITHDNS=''"$'\n'"WITHDNS_VERSION='$release'"$'\n'"GODEBUG='netdns=cgo'" \
		"$("$withdns" --print-env)"
	# shellcheck disable=SC2016
	run -s 127.0.0.1 -l -c "$odd/conf" --log "$odd/a b" sh -c 'printf "%s\n" "$LD_PRELOAD" "$WITHDNS" "$WITHDNS_CONF"'
	# shellcheck disable=SC2016
	printed=$(eval "$("$withdns" -s 127.0.0.1 -l -c "$odd/conf" --log "$odd/a b" --print-env)"
		printf '%s\n' "$LD_PRELOAD" "$WITHDNS" "$WITHDNS_CONF")
	same 'what eval takes from --print-env is what a program gets' "$out" "$printed"
	# shellcheck disable=SC2016
	same 'exported, they redirect what the shell starts' "$library nameserver 127.0.0.1" \
		"$(eval "$("$withdns" -s 127.0.0.1 --print-env)"
			export LD_PRELOAD WITHDNS
			sh -c 'echo "$LD_PRELOAD $WITHDNS"')"
	local copies="file 16 N $odd/conf"$'\noptions ndots:1' version='s/^(file [0-9]+) [0-9]+/\1 N/'
	# shellcheck disable=SC2016
	ran 'what stands in the configuration file is handed on' "$copies" -c "$odd/conf" \
		sh -c 'echo "$WITHDNS_CONF_COPY" | sed -E "$1"' sh "$version"
	same 'and printed' "$copies" "$(setting WITHDNS_CONF_COPY -c "$odd/conf" | sed -E "$version")"
	"$withdns" --print-env >/dev/full 2>"$scratch/err"
	same '--print-env that cannot be written is an error' 125 $?
}

test_preload() {
	# shellcheck disable=SC2016
	local show='printf %s "$LD_PRELOAD"' other dir
	dir=$(directory)
	other=$dir/other.so
	echo 'int other;' | "$cc" -shared -fPIC -x c -o "$other" -
	ran 'the library is preloaded' "$library" sh -c "$show"
	ran 'a nested withdns does not add it again' "$library" "$withdns" "$withdns" sh -c "$show"
	same 'other preloaded libraries stay behind it' "$library:$other" \
		"$(LD_PRELOAD=$other "$withdns" sh -c "$show")"
	same 'it comes to the front where it stands behind others' "$library:$other" \
		"$(LD_PRELOAD="$other $library" "$withdns" sh -c "$show")"
	same 'an empty LD_PRELOAD counts as none' "$library" "$(LD_PRELOAD=' : ' "$withdns" sh -c "$show")"
}

# An installed library is the last candidate.
test_finding_the_library() {
	# shellcheck disable=SC2016
	local show='printf %s "$LD_PRELOAD"' dir sentence=
	dir=$(directory)
	mkdir -p "$dir/usr/bin" "$dir/usr/lib" "$dir/lonely" "$dir/two words" "$dir/co:lon" "$dir/damaged" "$dir/elsewhere"
	cp "$withdns" "$dir/usr/bin"
	cp "$library" "$dir/usr/lib"
	same 'the library is found in ../lib' "$dir/usr/lib/libwithdns.so" "$("$dir/usr/bin/withdns" sh -c "$show")"
	ln -s "$dir/usr/bin/withdns" "$dir/elsewhere/withdns"
	same 'a link to withdns finds the library of its target' "$dir/usr/lib/libwithdns.so" \
		"$("$dir/elsewhere/withdns" sh -c "$show")"

	cp "$withdns" "$dir/lonely"
	cp "$library" "$dir/elsewhere"
	cd "$dir/elsewhere" || return
	export LD_LIBRARY_PATH=$dir/elsewhere PATH=$dir/elsewhere:$PATH
	withdns=$dir/lonely/withdns run sh -c "$show"
	unset LD_LIBRARY_PATH
	PATH=${PATH#*:}
	cd "$scratch" || return
	sentence='the library is not taken from the current directory or the environment'
	if [[ $out == [!/]* || $err$out == *"$dir/elsewhere"* ]]; then fail "$sentence" "$(seen)"; else pass "$sentence"; fi
	sentence='a missing library is an error'
	if [ "$status" -eq 0 ]; then
		skip "$sentence" "an installed one was found: $out"
	else
		withdns=$dir/lonely/withdns stopped "$sentence" 125 'libwithdns.so was not found*' echo ran
	fi

	cp "$withdns" "$library" "$dir/two words"
	withdns="$dir/two words/withdns" stopped 'a library with a blank in its path is an error' 125 \
		"$dir/two words/libwithdns.so: *LD_PRELOAD*" echo ran
	cp "$withdns" "$library" "$dir/co:lon"
	withdns="$dir/co:lon/withdns" stopped 'a library with a colon in its path is an error' 125 \
		"$dir/co:lon/libwithdns.so: *LD_PRELOAD*" --print-env
	mkdir "$dir/\$ORIGIN" && cp "$withdns" "$library" "$dir/\$ORIGIN"
	withdns="$dir/\$ORIGIN/withdns" stopped 'a library with a word in its path that the loader replaces is an error' 125 \
		"$dir/\$ORIGIN/libwithdns.so: *LD_PRELOAD*" --print-env
	cp "$withdns" "$dir/damaged"
	head -c 100 "$library" >"$dir/damaged/libwithdns.so"
	withdns="$dir/damaged/withdns" stopped 'a damaged library, which ld.so would only warn about, is an error' 125 \
		"$dir/damaged/libwithdns.so: expected a shared library*" echo ran
}

test_becoming_the_program() {
	local state='grep -E "^(Sig(Blk|Ign|Cgt)|NoNewPrivs|Seccomp):" /proc/self/status; ls /proc/self/fd' status
	# shellcheck disable=SC2016
	same 'the process stays the same one' yes \
		"$(sh -c 'echo $$; exec "$0" sh -c "echo \$\$"' "$withdns" | uniq | wc -l | sed 's/^1$/yes/')"
	for status in 0 1 42 125 127; do
		"$withdns" sh -c "exit $status"
		same "exit status $status is the program's own" $status $?
	done
	# shellcheck disable=SC2016
	same 'a signal that ends the program is its own' 137 "$("$withdns" sh -c 'kill -KILL $$' 2>/dev/null; echo $?)"
	same 'signals and descriptors are as they were' "$(sh -c "$state")" "$("$withdns" -s 127.0.0.1 sh -c "$state")"
	same 'ignored signals stay ignored' "$(trap '' HUP PIPE; sh -c "$state")" \
		"$(trap '' HUP PIPE; "$withdns" -s 127.0.0.1 sh -c "$state")"
	same 'closed descriptors stay closed' "$(ls /proc/self/fd <&- 2>&-)" "$("$withdns" ls /proc/self/fd <&- 2>&-)"
	ran 'arguments arrive as they are' $'[a b]\n[]\n[*]\n[-x]' printf '[%s]\n' 'a b' '' '*' -x
	# shellcheck disable=SC2016
	same 'standard input is the program'\''s' hello "$(echo hello | "$withdns" cat)"
	ran 'argv[0] is as it was given' busybee "$(named_busybee)" sh -c 'exit 1'
	same 'it runs in a directory that was removed' ran \
		"$(dir=$(directory); cd "$dir" && rmdir "$dir" && "$withdns" -s 127.0.0.1 echo ran 2>&1)"
}

# A program that prints the last part of its argv[0].
named_busybee() {
	mkdir -p "$scratch/bees"
	printf '%s\n' 'int puts(const char *); char *strrchr(const char *, int);' \
		'int main(int c, char **v) { (void)c; char *s = strrchr(v[0], 47); puts(s ? s + 1 : v[0]); return 0; }' |
		"$cc" -x c -o "$scratch/bees/busybee" -
	echo "$scratch/bees/busybee"
}

test_finding_the_program() {
	local dir name
	dir=$(directory)
	mkdir "$dir/one" "$dir/two" "$dir/directory" "$dir/one/tool"
	script "$dir/two/tool" '#!/bin/sh' 'echo two'
	# shellcheck disable=SC2016
	script "$dir/text" 'echo "text $0 $1"'
	: >"$dir/two/plain"
	stopped 'a program that is nowhere in PATH is not found' 127 'no-such-program: not found' no-such-program
	stopped 'a program that is not at its path is not found' 127 "$dir/none: not found" "$dir/none"
	stopped 'an empty program name is not found' 127 ': not found' ''
	stopped 'a directory cannot be run' 126 "$dir: cannot be run: *" "$dir"
	stopped 'a file without execute permission cannot be run' 126 "$dir/two/plain: cannot be run: Permission denied" \
		"$dir/two/plain"
	stopped 'a path through a file cannot be run' 126 "$dir/text/x: cannot be run: Not a directory" "$dir/text/x"
	script "$dir/lost" "#!$dir/no-interpreter"
	stopped 'a script whose interpreter is missing cannot be run' 126 "$dir/lost: cannot be run: *interpreter*" \
		"$dir/lost"
	if compiled "$dir/lost-elf" -Wl,--dynamic-linker="$dir/no-loader"; then
		stopped 'a program whose loader is missing cannot be run' 126 "$dir/lost-elf: cannot be run: *interpreter*" \
			"$dir/lost-elf"
	fi
	ran 'a text without #! is run by sh' "text $dir/text x" "$dir/text" x
	: >"$dir/empty"
	chmod 755 "$dir/empty"
	ran 'an empty file is run by sh' '' "$dir/empty"
	PATH=$dir/one:$dir/two:$PATH ran 'a directory in PATH does not hide the program behind it' two tool
	mkdir -m 000 "$dir/locked"
	if as_unprivileged true; then
		chmod 755 "$dir"
		withdns=$scratch/as_unprivileged PATH=$dir/locked:$PATH stopped \
			'where a directory in PATH may not be searched, what is nowhere cannot be run, as for env(1)' \
			"$(PATH=$dir/locked:$PATH as_unprivileged_status env no-such-program)" \
			'no-such-program: cannot be run: Permission denied' no-such-program
	else
		skip 'where a directory in PATH may not be searched, what is nowhere cannot be run' 'the user cannot be changed here'
	fi
	PATH=$dir:$PATH stopped 'a name that is only a directory in PATH cannot be run' 126 \
		'directory: cannot be run: Permission denied' directory
	cd "$dir/two" || return
	PATH=:$PATH ran 'an empty part of PATH is the current directory' two tool
	PATH=$PATH stopped 'the current directory is not searched by itself' 127 'tool: not found' tool
	name=$(
		unset PATH
		"$withdns" echo ran
	)
	same 'without PATH the system'\''s own is searched' ran "$name"
	cd "$scratch" || return
}

# Without a supervisor (reach_by_itself.sh).
test_refusing_static_programs() {
	local dir options=(--no-reach)
	dir=$(directory)
	if compiled "$dir/static" -static; then
		stopped 'a static program is refused' 125 "$dir/static is statically linked*--force*" "$dir/static"
		ran 'a refused program is run with --force -q' ran --force -q "$dir/static"
		run --force "$dir/static"
		# shellcheck disable=SC2015
		[[ $status:$out:$err == "0:ran:withdns: warning: $dir/static is statically linked"* ]] &&
			pass 'a refused program is run with --force, with a warning' ||
			fail 'a refused program is run with --force, with a warning' "$(seen)"
		scripts_of_static_programs "$dir"
	else
		skip 'a static program is refused' 'no static libc here'
	fi
	if compiled "$dir/static-pie" -static-pie; then
		stopped 'a static-pie program is refused' 125 "$dir/static-pie is statically linked*" "$dir/static-pie"
	else
		skip 'a static-pie program is refused' 'no static libc here'
	fi
}

# scripts_of_static_programs DIRECTORY: the directory holds the program `static`.
scripts_of_static_programs() {
	local dir=$1 line n=0 sentence
	export PATH=$PATH:$dir
	while IFS='|' read -r sentence line; do
		script "$dir/script$((++n))" "${line//DIR/$dir}"
		stopped "$sentence is refused" 125 "$dir/script$n: its interpreter $dir/static is statically linked*" \
			"$dir/script$n"
	done <<-'END'
		a script of a static program|#!DIR/static
		a #! line with blanks and an argument|#! 	DIR/static  -x -y 
		a script of a script|#!DIR/script1
		a program found by env|#!/usr/bin/env static
		a program found by env -S|#!/usr/bin/env -S static -x
		a program behind assignments and options of env -S|#!/usr/bin/env -S -u X A=b "C=d e" static -x
		a program behind a cluster of env's letters|#!/usr/bin/env -iS static
		a program behind --split-string|#!/usr/bin/env --split-string=static -x
		a script behind env behind a script|#!DIR/script4
	END
	mkdir "$dir/hidden"
	cp "$dir/static" "$dir/hidden/hidden"
	script "$dir/path" "#!/usr/bin/env -S PATH=$dir/hidden hidden"
	stopped 'a program in the PATH that env is given is refused' 125 "$dir/path: its interpreter $dir/hidden/hidden is *" \
		"$dir/path"
	script "$dir/comment" '#!/usr/bin/env -S sh # static' 'echo ran'
	ran 'a comment of env -S is not looked at' ran "$dir/comment"
	script "$dir/argument" '#!/bin/sh static'
	stopped_by_itself 'the argument of a #! line is not its program' "$dir/argument"
	PATH=${PATH%:*}
}

# The program starts and fails by itself: no message of withdns.
stopped_by_itself() {
	run "$2"
	if [[ $err != *withdns:* ]] && [ "$status" -ne 125 ]; then pass "$1"; else fail "$1" "$(seen)"; fi
}

test_refusing_privileges() {
	local dir options=(--no-reach)
	dir=$(directory)
	cp /bin/echo "$dir/setuid"
	cp /bin/echo "$dir/setgid"
	cp /bin/echo "$dir/locked"
	if raise_privileges user "$dir/setuid" && raise_privileges group "$dir/setgid"; then
		stopped 'a set-user-ID program is refused' 125 "$dir/setuid is set-user-ID*--force*" "$dir/setuid" ran
		stopped 'a set-group-ID program is refused' 125 "$dir/setgid is set-group-ID*" "$dir/setgid" ran
		chgrp 65534 "$dir/locked"
		chmod 2705 "$dir/locked"
		ran 'a set-group-ID bit without group execution is none' ran "$dir/locked" ran
		script "$dir/script" "#!$dir/setuid"
		stopped 'a script of a set-user-ID program is refused' 125 "*$dir/setuid is set-user-ID*" "$dir/script"
		same 'not where nothing is gained by it' ran "$(setpriv --no-new-privs "$withdns" "$dir/setuid" ran 2>&1)"
	else
		skip 'a set-user-ID program is refused' 'no file can be given to another user here'
	fi
	cp "$(command -v getent)" "$dir/own"
	chmod 6755 "$dir/own"
	ran 'set-user-ID of the same user and group raises nothing, and is redirected' '192.0.2.1       app.test' \
		-s none -H none -r 'app.test A 192.0.2.1' "$dir/own" hosts app.test
	script "$dir/setuid-script" '#!/bin/sh' 'echo ran'
	chmod 4755 "$dir/setuid-script"
	ran 'a set-user-ID bit on a script means nothing' ran "$dir/setuid-script"
	test_capabilities "$dir"
}

# File capabilities add nothing to root, so that the loader preloads.
test_capabilities() {
	local dir=$1 sentence='a program with file capabilities is refused'
	cp "$(command -v getent)" "$dir/capable"
	if ! command -v setcap >/dev/null || ! setcap cap_net_raw+ep "$dir/capable" 2>/dev/null; then
		skip "$sentence" 'capabilities cannot be set here'
		return
	fi
	ran 'file capabilities raise nothing for root: it is redirected' '192.0.2.1       app.test' \
		-s none -H none -r 'app.test A 192.0.2.1' "$dir/capable" hosts app.test
	check 'and --check says so' "$withdns" --check "$dir/capable"
	cp "$withdns" "$library" "$dir"
	chmod 755 "$scratch" "$dir"
	run_as_unprivileged() {
		run_status=0
		setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/withdns" "$@" 2>&1 || run_status=$?
		echo "$run_status"
	}
	check "$sentence" grep -q "has file capabilities.*--force" <<<"$(run_as_unprivileged "$dir/capable" hosts app.test)"
	check 'to another user --check says that' grep -qx 1 <<<"$(run_as_unprivileged --check "$dir/capable")"
	setcap cap_net_raw=i "$dir/capable"
	same 'capabilities that are not permitted raise nothing' 0 "$(run_as_unprivileged --check "$dir/capable" | tail -n 1)"
}

# of_other_class FILE: the headers of a program for this machine, of its other class.
of_other_class() {
	python3 - /bin/echo "$1" <<'END'
import struct, sys
identity = bytearray(open(sys.argv[1], "rb").read(20))
narrow = identity[4] == 2
identity[4] = 1 if narrow else 2
sizes = (52, 32, 40) if narrow else (64, 56, 64)
header = struct.pack("=IIIIIHHHHHH" if narrow else "=IQQQIHHHHHH", 1, 0, sizes[0], 0, 0, sizes[0], sizes[1], 1, sizes[2], 0, 0)
open(sys.argv[2], "wb").write(bytes(identity) + header + bytes(sizes[1]))
END
	chmod 755 "$1"
}

test_refusing_other_systems() {
	local dir options=(--no-reach)
	dir=$(directory)
	patched /bin/echo "$dir/machine" 18 '\267\0'
	patched /bin/echo "$dir/unknown" 18 '\376\312'
	of_other_class "$dir/class"
	patched /bin/echo "$dir/order" 5 '\2'
	# The machine's own value would prove nothing: the patch names another architecture.
	[ "$(uname -m)" != aarch64 ] || patched /bin/echo "$dir/machine" 18 '\076\0'
	stopped 'a program for another machine is refused' 125 "$dir/machine is for another architecture (*" \
		"$dir/machine" ran
	stopped 'a program for an unknown machine is refused' 125 "$dir/unknown is for another architecture *" \
		"$dir/unknown" ran
	stopped 'a program of another class is refused' 125 "$dir/class is for another architecture (*" "$dir/class" ran
	stopped 'a program of another byte order is refused' 125 "$dir/order is for another architecture (*" \
		"$dir/order" ran
	stopped 'a program for another machine is not handed to sh by --force' 126 "$dir/machine: cannot be run: *" \
		-q --force "$dir/machine" ran

	local loader libc
	while read -r loader libc; do
		compiled "$dir/$libc" -Wl,--dynamic-linker="$loader"
		stopped "a program with the loader $loader is refused" 125 "$dir/$libc runs on another libc ($libc)*" \
			"$dir/$libc"
	done <<-'END'
		/lib/ld-uClibc.so.0 uClibc
		/lib/ld64-uClibc.so.1 uClibc
		/system/bin/linker64 bionic
	END
	for libc in libc.so.0 libc.so.1; do
		echo 'int needed;' | "$cc" -shared -nostdlib -Wl,-soname,$libc -x c -o "$dir/needed.so" -
		echo 'extern int needed; int *_start(void); int *_start(void) { return &needed; }' |
			"$cc" -nostdlib -x c -o "$dir/needs" - -x none "$dir/needed.so"
		stopped "a program that needs $libc is refused" 125 "$dir/needs runs on another libc (*" "$dir/needs"
	done
}

# older_libc DIRECTORY VERSION: there a copy of the loader, a libc of that version beside it, and a program that they load.
older_libc() {
	local loader
	loader=$(readelf -lW /bin/echo | sed -n 's/.*interpreter: \(.*\)]/\1/p')
	mkdir -p "$1"
	cp "$loader" "$1/"
	echo "$2 { defined; };" >"$1/map"
	echo 'void defined(void) {}' | "$cc" -shared -nostdlib -Wl,--version-script="$1/map" -x c -o "$1/libc.so.6" -
	compiled "$1/program" -Wl,--dynamic-linker="$1/${loader##*/}"
}

test_older_libc() {
	local dir=$scratch/older_libc
	older_libc "$dir/2.25" GLIBC_2.25
	older_libc "$dir/2.99" GLIBC_2.99
	stopped 'a program with an older libc than the library needs is refused' 125 \
		"$dir/2.25/program runs on an older libc (glibc 2.25; the library needs 2.*)*, or --force to run it unredirected" \
		--no-reach "$dir/2.25/program"
	ran 'one with a newer libc is not' ran "$dir/2.99/program"
	rm "$dir/2.25/libc.so.6"
	ran 'nor one whose libc is not known' ran "$dir/2.25/program"
	older_libc "$dir/2.25" GLIBC_2.25
	echo 'int main(void) { return puts(getenv("LD_PRELOAD")) < 0; }' |
		"$cc" -include stdio.h -include stdlib.h -x c -o "$dir/2.25/program" - -Wl,--dynamic-linker="$(echo "$dir/2.25"/ld*)"
	ran 'with --force it is run without the library, and with others' libm.so.6 --no-reach -q --force \
		env LD_PRELOAD=libm.so.6:"$library" "$withdns" --no-reach -q --force "$dir/2.25/program"
}

test_what_is_not_refused() {
	local dir loader
	dir=$(directory)
	loader=$(ldd /bin/echo | awk '/ld-linux|ld64|ld\.so/ { print $1 }')
	ran "glibc's own loader is not taken for a static program" ran "$loader" /bin/echo ran
	cp /bin/echo "$dir/unreadable"
	if as_unprivileged true; then
		chmod 111 "$dir/unreadable"
		chmod 755 "$dir"
		withdns=$scratch/as_unprivileged ran 'with -q a program that cannot be read is run in silence' ran \
			-q "$dir/unreadable" ran
		withdns=$scratch/as_unprivileged run "$dir/unreadable" ran
		if [[ $status:$out:$err == "0:ran:withdns: warning: $dir/unreadable cannot be read"* ]]; then
			pass 'a program that cannot be read is run with a warning'
		else
			fail 'a program that cannot be read is run with a warning' "$(seen)"
		fi
	else
		skip 'a program that cannot be read is run with a warning' 'the user cannot be changed here'
	fi
}

# A chain of scripts that is longer than the kernel follows but within the limit of withdns: its last interpreter is checked
# and never run. Sets `chain`, its first script.
chain_to() {
	local dir=$1 interpreter=$2 i
	for i in 1 2 3 4 5 6 7; do
		script "$dir/chain$i" "#!$interpreter"
		interpreter=$dir/chain$i
	done
	chain=$interpreter
}

test_damaged_programs() {
	local dir size status wrong='' chain n
	dir=$(directory)
	compiled "$dir/whole"
	head -c 40 "$dir/whole" >"$dir/short"
	chmod 755 "$dir/short"
	stopped 'a truncated program cannot be run' 126 "$dir/short: cannot be run: *" "$dir/short"
	chain_to "$dir" "$dir/damaged"
	cp "$dir/whole" "$dir/damaged"
	stopped 'a chain of scripts that the kernel does not follow cannot be run' 126 "$chain: cannot be run: *" "$chain"

	for size in {0..70} {100..1000..50} {1000..16000..500}; do
		head -c "$size" "$dir/whole" >"$dir/damaged"
		timeout 10 "$withdns" -q "$chain" >/dev/null 2>&1
		status=$?
		[ $status -eq 125 ] || [ $status -eq 126 ] || wrong+="$size bytes: status $status; "
	done
	none 'programs that end anywhere are looked at without harm' "$wrong"
	for n in {4..1023..3}; do
		patched "$dir/whole" "$dir/damaged" "$n" '\377\377\377\377\377\377\377\177'
		timeout 10 "$withdns" -q "$chain" >/dev/null 2>&1
		status=$?
		[ $status -eq 125 ] || [ $status -eq 126 ] || wrong+="at byte $n: status $status; "
	done
	none 'programs with impossible headers are looked at without harm' "$wrong"
	script "$dir/loop" "#!$dir/loop"
	stopped 'a script that is its own interpreter cannot be run' 126 "$dir/loop: cannot be run: *" "$dir/loop"
	script "$dir/env-loop" "#!/usr/bin/env -S no-such-program-at-all"
	stopped_by_itself "what env does not find is env's own message" "$dir/env-loop"
}

test_go_programs() {
	# shellcheck disable=SC2016
	local dir kind section='.section .note.go.buildid,"a",@note; .balign 4; .long 4,4,4; .ascii "Go\0\0abcd"' program
	dir=$(directory)
	program='char *getenv(const char *); int puts(const char *);
		int main(void) { char *v = getenv("GODEBUG"); puts(v ? v : "unset"); return 0; }'
	printf '%s\n' "$program" "__asm__(\"${section//\"/\\\"}\");" | sed 's/\\0/\\\\0/g' | "$cc" -x c -o "$dir/note" -
	printf '%s\n' "$program" '__attribute__((section(".go.buildinfo"))) char info[16] = "Go buildinf:";' |
		"$cc" -x c -o "$dir/info" -
	printf '%s\n' "$program" | "$cc" -x c -o "$dir/plain" -
	# Where --reach is not possible, a warning tells of queries that such programs send themselves.
	for kind in note info; do
		ran "a Go program with build $kind is told to ask libc" netdns=cgo -q "$dir/$kind"
		GODEBUG=http2debug=1 ran "other words of GODEBUG stay (build $kind)" http2debug=1,netdns=cgo -q "$dir/$kind"
	done
	GODEBUG=a=1,netdns=go ran 'a GODEBUG that says netdns= stays' a=1,netdns=go -q "$dir/note"
	GODEBUG=xnetdns=go ran 'a word that only ends in netdns is another one' xnetdns=go,netdns=cgo -q "$dir/note"
	ran 'so is any other, which may start one' netdns=cgo sh -c "$dir/plain"
	GODEBUG=http2debug=1 ran 'other words of GODEBUG stay there too' http2debug=1,netdns=cgo "$dir/plain"
}

test_verbosity() {
	local dir
	dir=$(directory)
	script "$dir/script" '#!/bin/sh' 'echo ran'
	echo 'options ndots:1' >"$dir/conf"
	ran 'withdns itself is silent' ran -s 127.0.0.1 -o 'options ndots:2' echo ran
	run -v -s 127.0.0.1 -s ::1 -c "$dir/conf" "$dir/script"
	same '-v says what will be done' "withdns: library $library
withdns: directive nameserver 127.0.0.1
withdns: directive nameserver ::1
withdns: config $dir/conf
withdns: program $dir/script
withdns: interpreter /bin/sh" "$err"
	same '-v says it on stderr alone' ran "$out"
}

test_help_and_version
test_spellings
test_wrong_arguments
test_options_end_at_the_program
test_wrong_settings
test_warnings
test_sizes
test_wrong_files
test_directives_are_handed_on
test_print_env
test_preload
test_finding_the_library
test_becoming_the_program
test_finding_the_program
test_refusing_static_programs
test_refusing_privileges
test_refusing_other_systems
test_older_libc
test_what_is_not_refused
test_damaged_programs
test_go_programs
test_verbosity
finish
