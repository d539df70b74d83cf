#!/bin/bash
# SPDX-License-Identifier: MIT
# withdns --check, on programs built for these tests and on installed ones. What a supervisor
# changes is in reach_check.sh.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

cc=$(command -v "${CC:-cc}")
PATH=/usr/bin:/bin:/usr/sbin:/sbin
dir=$scratch/programs
mkdir -p "$dir/lib"

# checked ARGUMENT...: withdns --check with its output in $out, its last line in $last_line, its messages in $err, its
# status in $status.
checked() {
	"$withdns" --no-reach --check "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	out=$(<"$scratch/out")
	err=$(<"$scratch/err")
	last_line=${out##*$'\n'}
}

seen() {
	printf 'status %s\nstdout: %s\nstderr: %s' "$status" "$out" "$err"
}

# says SENTENCE STATUS LINE PROGRAM [ROW...]: expects that status, the last line "PROGRAM: LINE", nothing on stderr, and all
# those rows; a sequence of blanks counts as one.
says() {
	local sentence=$1 wanted=$2 line=$3 program=$4 row rows missing=
	shift 4
	checked "$program"
	rows=$(tr -s ' ' <<<"$out")
	for row; do
		grep -qxF -- "$row" <<<"$rows" || missing+="no row: $row"$'\n'
	done
	if [ "$status" -eq "$wanted" ] && [ "$last_line" = "$program: $line" ] && [ -z "$err$missing" ]; then
		pass "$sentence"
	else
		fail "$sentence" "wanted: status $wanted, $program: $line"$'\n'"$missing$(seen)"
	fi
}

# stops SENTENCE STATUS PATTERN PROGRAM: that status, one line `withdns: PATTERN`, and nothing printed.
stops() {
	checked "$4"
	# shellcheck disable=SC2053
	if [ "$status" -eq "$2" ] && [[ $err == withdns:\ $3 && $err != *$'\n'* && -z $out ]]; then
		pass "$1"
	else
		fail "$1" "wanted: status $2, withdns: $3"$'\n'"$(seen)"
	fi
}

# rows LABEL: the values with that label in the last output.
rows() {
	awk -v label="$1" '/^[^ ]/ { here = index($0, label " ") == 1 } here { print substr($0, 15) }' <<<"$out"
}

# built FILE SOURCE FLAG...: false where the compiler cannot build it so.
built() {
	local file=$1 source=$2
	shift 2
	echo "$source" | "$cc" -x c -o "$file" - -x none "$@" 2>"$scratch/cc"
}

# The linker flags that find the libraries of $dir/lib.
here=("-Wl,--enable-new-dtags,-rpath,\$ORIGIN/lib" "-Wl,--allow-shlib-undefined")

# built_library NAME SOURCE FLAG...: in $dir/lib, where it finds those that are there.
built_library() {
	local name=$1 source=$2
	shift 2
	built "$dir/lib/$name" "$source" -shared -fPIC "-Wl,-soname,$name" "-Wl,--enable-new-dtags,-rpath,\$ORIGIN" "$@"
}

script() {
	printf '%s\n%s\n' "$2" "${3-}" >"$1"
	chmod 755 "$1"
}

asks='int getaddrinfo(); int gethostbyname(); void freeaddrinfo();'
asking="$asks int main(void) { return getaddrinfo() + gethostbyname(); }"
silent='int main(void) { return 0; }'

test_what_a_program_calls() {
	built "$dir/asks" "$asking"
	says 'a program that asks libc can be redirected' 0 'can be redirected' "$dir/asks" "file $dir/asks" \
		'calls itself: getaddrinfo, gethostbyname' 'own resolver none seen'
	built "$dir/silent" "$silent"
	says 'a program that asks no server looks nothing up' 0 'looks nothing up by itself' "$dir/silent" 'calls none'
	none 'what cannot be seen is not spoken of where nothing is loaded or started' "$(rows 'not seen')"
	built "$dir/frees" "$asks int main(void) { freeaddrinfo(); return 0; }"
	says 'a call that asks no server is listed and is no lookup' 0 'looks nothing up by itself' "$dir/frees" \
		'calls itself: freeaddrinfo'
	built "$dir/loads" 'void *dlopen(); int system(); int main(void) { return dlopen() && system(); }'
	says 'that it loads and starts others is reported' 0 'looks nothing up by itself' "$dir/loads" \
		'not seen libraries that it loads later, programs that it starts'
	built "$dir/fetches" 'void *dlsym(); int main(void) { return dlsym() != 0; }'
	says 'of a program that fetches functions by name it is not said that it looks nothing up' 0 \
		'looks nothing up by itself, unless through functions that it finds at run time (dlsym)' "$dir/fetches" \
		'not seen functions that it fetches by name'
	built "$dir/fetches" "$asks void *dlvsym(); int main(void) { return dlvsym() && getaddrinfo(); }"
	says 'nor is it kept back of one that asks libc too' 0 'can be redirected' "$dir/fetches" \
		'not seen functions that it fetches by name'
	built "$dir/inside" "$asks int rcmd(); int ruserok(); int main(void) { return rcmd() + ruserok() + getaddrinfo(); }"
	says 'functions that look up within libc are reported' 1 \
		"can be redirected, but its own resolver (libc's rcmd, rexec or ruserok, in libc.so.6) asks DNS itself" \
		"$dir/inside" "own resolver libc's rcmd, rexec or ruserok, in libc.so.6, used by itself"
	built_library libwriter.so 'int res_mkquery(); int writer(void) { return res_mkquery(); }'
	built "$dir/writes" 'int writer(void); int main(void) { return writer(); }' "$dir/lib/libwriter.so" "${here[@]}"
	says 'queries that a program sends itself are reported' 1 \
		'can be redirected, but its own resolver (res_mkquery without res_send, in libwriter.so) asks DNS itself' \
		"$dir/writes" 'own resolver res_mkquery without res_send, in libwriter.so'
	built "$dir/writes" 'int res_mkquery(); int res_send(); int main(void) { return res_mkquery() + res_send(); }'
	says 'queries that libc sends are not' 0 'can be redirected' "$dir/writes" 'own resolver none seen'
	built "$dir/defines" "$asks int getaddrinfo() { return 0; } int main(void) { return gethostbyname(); }" -rdynamic
	says 'a function of its own that is before the library is reported' 0 'can be redirected' "$dir/defines" \
		'calls itself: gethostbyname' 'defines getaddrinfo of its own, which comes first'
	built "$dir/defines" "$asks int getaddrinfo() { return 0; } int main(void) { return 0; }" -rdynamic
	says 'such a function is taken for one that calls on' 0 'can be redirected' "$dir/defines"
	built_library libanl.so.97 "$asks int started(void) { return getaddrinfo(); }"
	built "$dir/anl" 'int started(void); int main(void) { return started(); }' "$dir/lib/libanl.so.97" "${here[@]}"
	says "what libc's libraries want of each other does not count" 0 'looks nothing up by itself' "$dir/anl" \
		'calls none'
}

# The constructor of the library would write a file.
test_libraries() {
	built_library libdeep.so "$asks int deep(void) { return getaddrinfo(); }
		int creat(const char *, int); __attribute__((constructor)) void run(void) { creat(\"$dir/ran\", 0600); }"
	built_library libmiddle.so 'int deep(void); int middle(void) { return deep(); }' "$dir/lib/libdeep.so"
	built "$dir/linked" 'int middle(void); int main(void) { return middle(); }' "$dir/lib/libmiddle.so" "${here[@]}"
	says "what a library of a library calls is found by RUNPATH and \$ORIGIN" 0 'can be redirected' "$dir/linked" \
		'calls libdeep.so: getaddrinfo'
	none 'nothing of what is checked is run' "$(find "$dir" -name ran)"
	cp "$dir/linked" "$scratch/elsewhere"
	says 'a library that is not found is reported with the library that needs it' 0 'looks nothing up by itself' "$scratch/elsewhere" \
		'missing libmiddle.so, wanted by itself'
	LD_LIBRARY_PATH=/none:$dir/lib says 'LD_LIBRARY_PATH is searched' 0 'can be redirected' "$scratch/elsewhere" \
		'calls libdeep.so: getaddrinfo'
	raise_privileges user "$scratch/elsewhere" || {
		skip 'but not for a program with raised privileges' 'no file can be given to another user here'
		return
	}
	LD_LIBRARY_PATH=$dir/lib says 'but not for a program with raised privileges' 1 'cannot be redirected: set-user-ID' \
		"$scratch/elsewhere" 'missing libmiddle.so, wanted by itself'
}

# The libraries are our own: only names count.
test_own_resolvers() {
	built_library libcares.so.97 'int ares_query(void) { return 0; } int ares_strerror(void) { return 0; }'
	built_library libweb.so 'int ares_query(void); int get(void) { return ares_query(); }' "$dir/lib/libcares.so.97"
	local own='can be redirected, but its own resolver (c-ares, in libcares.so.97) asks DNS itself'
	built "$dir/ares" 'int ares_query(void); int main(void) { return ares_query(); }' "$dir/lib/libcares.so.97" \
		"${here[@]}"
	says 'a program that asks c-ares goes past' 1 "$own" "$dir/ares" \
		'own resolver c-ares, in libcares.so.97, used by itself'
	built "$dir/web" 'int get(void); int getaddrinfo(); int main(void) { return get() + getaddrinfo(); }' \
		"$dir/lib/libweb.so" "${here[@]}"
	says 'so does one whose library asks it, whatever else it calls' 1 "$own" "$dir/web" 'calls itself: getaddrinfo' \
		'own resolver c-ares, in libcares.so.97, used by libweb.so'
	built "$dir/errors" 'int ares_strerror(void); int main(void) { return ares_strerror(); }' \
		"$dir/lib/libcares.so.97" "${here[@]}"
	says 'to be linked to c-ares and not to ask it is nothing' 0 'looks nothing up by itself' "$dir/errors"
	mv "$dir/lib/libcares.so.97" "$scratch"
	says 'a resolver whose library is missing counts' 1 \
		'can be redirected, but its own resolver (c-ares) asks DNS itself' "$dir/ares" \
		'own resolver c-ares, in a library that was not found, used by itself'
	mv "$scratch/libcares.so.97" "$dir/lib"

	local inside='int ares_query(void) { return 0; } int main(void) { return ares_query(); }'
	own='can be redirected, but its own resolver (c-ares) asks DNS itself'
	built "$dir/inside" "$inside" -rdynamic -s
	says 'a resolver that is in the program is seen by the names that it shows' 1 "$own" "$dir/inside" \
		'own resolver c-ares, in itself'
	built "$dir/inside" "$inside"
	says 'or by those that were not stripped' 1 "$own" "$dir/inside"
	built "$dir/inside" "$inside" -s
	says 'without either nothing is said' 0 'looks nothing up by itself' "$dir/inside"
	built_library libother.so 'int ub_resolve(void) { return 0; }'
	built "$dir/other" 'int ub_resolve(void); int main(void) { return ub_resolve(); }' "$dir/lib/libother.so" \
		"${here[@]}"
	says 'a library that has a resolver in it is reported' 1 \
		'can be redirected, but its own resolver (libunbound, in libother.so) asks DNS itself' "$dir/other"
}

test_go() {
	local buildinfo='__attribute__((section(".go.buildinfo"))) char info[16] = "Go buildinf:";'
	local resolver='__attribute__((used)) const char function[] = "net.(*Resolver).goLookupIPCNAMEOrder";'
	built "$dir/cgo" "$buildinfo $resolver $asking"
	says 'a Go program that can ask libc can be redirected' 0 'can be redirected' "$dir/cgo" 'own resolver none seen'
	[[ $(rows kind) = *', built by Go' ]] || fail 'that Go built it is reported' "$(seen)"
	built "$dir/go" "$buildinfo $silent"
	says 'a Go program without its net package looks nothing up' 0 'looks nothing up by itself' "$dir/go"
	built "$dir/go" "$buildinfo $resolver $silent"
	says 'a Go program that cannot asks by itself' 1 "can be redirected, but its own resolver (Go's) asks DNS itself" \
		"$dir/go" "own resolver Go's, in itself"
	if built "$dir/go-static" "$buildinfo $resolver $silent" -static; then
		says 'a static Go program is reported as both' 1 'cannot be redirected: statically linked' "$dir/go-static" \
			"own resolver Go's, in itself"
		[[ $(rows kind) = 'static '*' ELF, built by Go' ]] || fail 'a static program is reported as such' "$(seen)"
	fi
}

test_what_cannot_be_redirected() {
	if built "$dir/static" "$silent" -static; then
		says 'a static program cannot be redirected' 1 'cannot be redirected: statically linked' "$dir/static" \
			'remedy use a dynamically linked build'
		script "$dir/static-script" "#!$dir/static"
		says 'nor can a script of one' 1 "cannot be redirected: its interpreter $dir/static: statically linked" \
			"$dir/static-script" "run by $dir/static"
	else
		skip 'a static program cannot be redirected' 'no static libc here'
	fi
	cp "$dir/asks" "$dir/setuid"
	if raise_privileges user "$dir/setuid"; then
		says 'a set-user-ID program cannot be redirected' 1 'cannot be redirected: set-user-ID' "$dir/setuid" \
			'calls itself: getaddrinfo, gethostbyname' 'remedy use a copy that is not'
	else
		skip 'a set-user-ID program cannot be redirected' 'no file can be given to another user here'
	fi
	built "$dir/other" "$silent" -Wl,--dynamic-linker=/lib/ld-uClibc.so.0
	says 'a program of another libc cannot be redirected' 1 'cannot be redirected: another libc (uClibc)' "$dir/other"
	[[ $(rows kind) = 'dynamic '*' ELF, uClibc' ]] || fail 'the other libc is reported' "$(seen)"
	cp "$dir/asks" "$dir/machine"
	printf '\026\0' | dd of="$dir/machine" bs=1 seek=18 conv=notrunc status=none
	checked "$dir/machine"
	if [[ $status = 1 && $last_line = "$dir/machine: cannot be redirected: another architecture ("*')' ]]; then
		pass 'a program for another machine cannot be redirected'
	else
		fail 'a program for another machine cannot be redirected' "$(seen)"
	fi
}

test_sanitized_programs() {
	local sentence='a program that a library stops when it is not the first cannot be redirected' said
	built_library libasan.so.97 'int check(void) { return 0; }'
	built "$dir/sanitized" 'int check(void); int main(void) { return check(); }' "$dir/lib/libasan.so.97" "${here[@]}"
	says "$sentence" 1 'cannot be redirected: libasan.so.97 stops it unless it is the first library' \
		"$dir/sanitized" 'remedy set ASAN_OPTIONS=verify_asan_link_order=0'
	sentence="AddressSanitizer's own library is such a one, and the remedy helps"
	if built "$dir/sanitized" "$silent" -fsanitize=address && ldd "$dir/sanitized" | grep -q libasan; then
		checked "$dir/sanitized"
		said=$("$withdns" "$dir/sanitized" 2>&1)
		same "$sentence" '1, which is right: ASan runtime does not come first in initial library list; remedied: 0' \
			"$status, which is right: $(grep -o 'ASan .* list' <<<"$said"); remedied: $(
				env "$(rows remedy | sed 's/set //')" "$withdns" "$dir/sanitized"
				echo $?)"
	else
		skip "$sentence" 'no shared libasan here'
	fi
}

test_scripts() {
	mkdir "$dir/path"
	cp "$dir/asks" "$dir/path/interpreter"
	script "$dir/direct" "#!$dir/path/interpreter -x"
	says 'a script is what its interpreter is' 0 'can be redirected' "$dir/direct" "file $dir/direct" \
		"run by $dir/path/interpreter" 'calls itself: getaddrinfo, gethostbyname'
	script "$dir/by-env" '#!/usr/bin/env interpreter'
	PATH=$PATH:$dir/path says 'env is looked through' 0 'can be redirected' "$dir/by-env" \
		"run by $dir/path/interpreter"
	script "$dir/by-script" "#!$dir/direct"
	checked "$dir/by-script"
	same 'each script of a chain is reported' "$dir/direct"$'\n'"$dir/path/interpreter" "$(rows 'run by')"
	stops 'what env does not find cannot be checked' 126 "$dir/by-env: cannot be run: *env does not find" "$dir/by-env"
	script "$dir/lost" "#!$dir/none"
	stops 'nor can a script whose interpreter is missing' 126 "$dir/lost: cannot be run: $dir/none was not found" \
		"$dir/lost"
	script "$dir/loop" "#!$dir/loop"
	stops 'nor one that runs itself' 126 "$dir/loop: cannot be run: *" "$dir/loop"
}

test_what_is_no_program() {
	stops 'a program that is nowhere is not found' 127 'no-such-program: not found' no-such-program
	stops 'a directory is no program' 126 "$dir: cannot be run: *" "$dir"
	head -c 100 "$dir/asks" >"$dir/damaged"
	chmod 755 "$dir/damaged"
	stops 'a damaged program is reported' 126 "$dir/damaged: cannot be run: $dir/damaged is a damaged ELF file" \
		"$dir/damaged"
	"$withdns" --check 2>"$scratch/err"
	same 'without PROGRAM it is a wrong command line' "125 withdns: --check: expected PROGRAM" "$? $(<"$scratch/err")"
	cp "$dir/silent" "$dir/"$'odd\e[31mname\n'
	checked "$dir/"$'odd\e[31mname\n'
	same 'a name can bring no control to the terminal' "$dir/odd\\x1b[31mname\\x0a: looks nothing up by itself" \
		"$last_line"
}

# Each byte of the headers and of the dynamic section, and each length.
test_damage() {
	local size n status wrong=
	for size in {1..70} {100..1000..100} {1000..16000..1000}; do
		head -c "$size" "$dir/linked" >"$dir/damaged"
		timeout 10 "$withdns" --check "$dir/damaged" >/dev/null 2>&1
		status=$?
		[ $status -le 1 ] || [ $status -eq 126 ] || wrong+="$size bytes: status $status; "
	done
	none 'programs that end anywhere are checked without harm' "$wrong"
	for n in {4..1023..7}; do
		cp "$dir/linked" "$dir/damaged"
		printf '\377\377\377\377\377\377\377\177' | dd of="$dir/damaged" bs=1 seek="$n" conv=notrunc status=none
		timeout 10 "$withdns" --check "$dir/damaged" >/dev/null 2>&1
		status=$?
		[ $status -le 1 ] || [ $status -eq 126 ] || wrong+="at byte $n: status $status; "
	done
	none 'programs with impossible headers are checked without harm' "$wrong"
}

test_json() {
	has python3 '--json says the same' || return
	local program
	for program in asks silent web go linked by-script setuid other; do
		"$withdns" --no-reach --check --json "$dir/$program" >"$scratch/$program.json"
		echo $? >>"$scratch/$program.json"
	done
	check '--json says the same' python3 - "$scratch" "$dir" <<'END'
import json, os, stat, sys
scratch, directory = sys.argv[1:]
def read(name):
    text, status = open(f"{scratch}/{name}.json").read().splitlines()
    return json.loads(text), int(status)
def names(found, file):
    return [call["names"] for call in found["calls"] if call["file"].endswith(file)]
found, status = read("asks")
assert (found["result"], status) == ("redirected", 0), found
assert found["files"] == [f"{directory}/asks"] and names(found, "/asks") == [["getaddrinfo", "gethostbyname"]], found
assert found["verdict"] == f"{directory}/asks: can be redirected", found
assert (found["linkage"], found["libc"], found["go"]) == ("dynamic", "glibc", False), found
found, status = read("silent")
assert (found["result"], status, found["calls"]) == ("no lookups", 0, []), found
found, status = read("web")
assert (found["result"], status) == ("own resolver", 1), found
assert found["own_resolvers"] == [{"name": "c-ares", "file": f"{directory}/lib/libcares.so.97",
    "used_by": [f"{directory}/lib/libweb.so"]}], found
found, status = read("go")
assert (found["result"], status, found["go"]) == ("own resolver", 1, True), found
found, status = read("linked")
assert f"{directory}/lib/libdeep.so" in found["libraries"] and found["missing"] == [], found
found, status = read("by-script")
assert found["files"][1:] == [f"{directory}/direct", f"{directory}/path/interpreter"], found
found, status = read("other")
assert (found["result"], status) == ("unreachable", 1), found
found, status = read("setuid")
if os.stat(found["program"]).st_mode & stat.S_ISUID:  # an ordinary user cannot give a file away
    assert (found["result"], status) == ("unreachable", 1), found
END
}

# imports FILE...: the calls that they import according to nm, without those of libc's own libraries.
imports() {
	local file
	for file; do
		case ${file##*/} in libc.so.* | libresolv.so.* | libanl.so.* | ld-linux*) continue ;; esac
		nm -D --undefined-only "$file" | awk '{ sub("@.*", "", $NF); print $NF }'
	done | grep -xF -f <(sed -nE 's/^\t([a-z0-9_]+);$/\1/p' "$root/shim/exports.map") | sort -u
}

test_installed_programs() {
	has nm 'installed programs call what nm shows' || return
	local program path started told different='' refused='' n=0
	local -a files
	for program in getent curl wget ssh git python3 perl openssl dig drill node ls sudo ping; do
		path=$(command -v "$program") || continue
		[ "$(head -c 4 "$path")" = $'\x7fELF' ] || continue
		checked "$program"
		started=yes told=yes
		"$withdns" --no-reach -q "$program" --version >/dev/null 2>"$scratch/err" </dev/null
		[[ $? -ne 125 || $(<"$scratch/err") != *--force* ]] || started=no
		[[ $last_line != *': cannot be redirected'* ]] || told=no
		[ $started = $told ] || refused+="$program: $last_line"$'\n'
		mapfile -t files < <(ldd "$path" | awk '$3 ~ "^/" { print $3 }')
		different+=$(diff <(imports "$path" "${files[@]}") \
			<(rows calls | sed 's/.*: //; s/, /\n/g; /^none$/d' | sort -u) | sed "s/^/$program: /")
		n=$((n + 1))
	done
	none "$n installed programs call what nm shows of them and their libraries" "$different"
	none 'those that cannot be redirected are those that withdns refuses to run' "$refused"
}

test_what_a_program_calls
test_libraries
test_own_resolvers
test_go
test_what_cannot_be_redirected
test_sanitized_programs
test_scripts
test_what_is_no_program
test_damage
test_json
test_installed_programs
finish
