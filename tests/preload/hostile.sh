#!/bin/bash
# SPDX-License-Identifier: MIT
# Known attacks on resolvers, in a whole program: caller's buffers, stack, returned names.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"
fake_address=''
hostile=$BUILD/tests/preload/hostile

# A hosts file with a name of ten thousand addresses.
{
	printf '127.0.0.1 localhost\n192.0.2.60 hosted.test hosted other.hosted.test\n192.0.2.61 four.test\n'
	for i in {0..9999}; do echo "10.1.$((i / 250)).$((i % 250)) many.hosts.test"; done
} >"$scratch/hosts"

# Names with every unusual byte, as the target of an alias and as the name of an address.
odd=('\000' '\009' '\010' '\013' '\032' '\033' '\036' '\037' '\039' '\042' '\046' '\047' '\058' '\059' '\060' '\064'
	'\092' '\096' '\124' '\127' '\128' '\195\169' '\255')
odd_names=() odd_addresses=()
{
	for i in "${!odd[@]}"; do
		printf 'first%s.test. CNAME %sxyz.test.\n%sxyz.test. A 192.0.2.1\n' "$i" "${odd[i]}" "${odd[i]}"
		printf 'last%s.test. CNAME xyz%s.test.\nxyz%s.test. A 192.0.2.1\n' "$i" "${odd[i]}" "${odd[i]}"
		printf '%s.2.0.192.in-addr.arpa. PTR x%sz.test.\n' "$i" "${odd[i]}"
		odd_names+=("first$i.test" "last$i.test")
		odd_addresses+=("192.0.2.$i")
	done
	printf 'dash.test. CNAME -dash.test.\n-dash.test. A 192.0.2.1\nroot.test. CNAME .\n. A 192.0.2.1\n'
	printf '100.2.0.192.in-addr.arpa. PTR -dash.test.\n101.2.0.192.in-addr.arpa. PTR .\n'
	printf '102.2.0.192.in-addr.arpa. PTR app.test.\napp.test. A 192.0.2.1\napp.test. AAAA 2001:db8::1\n'
	printf 'v4.test. A 192.0.2.4\nv6.test. AAAA 2001:db8::6\nwww.test. CNAME app.test.\nmail.test. MX 1 app.test.\n'
	printf 'chain.test. CNAME www.test.\n'
} >"$scratch/zone"
odd_names+=(dash.test root.test)
odd_addresses+=(192.0.2.100 192.0.2.101)

sizes=(512 1232 2047 2048 2049 4095 4096 4097 16384 60000) rules=() counts=() sized=()
for size in "${sizes[@]}"; do
	rules+=(-x "s$size.test addresses=9 size=$size")
	rules+=(-x "a$size.test/A addresses=9 size=$size delay=3; a$size.test addresses=9")
	rules+=(-x "b$size.test/AAAA addresses=9 size=$size delay=3; b$size.test addresses=9")
	sized+=("s$size.test")
	counts+=("s$size.test" 9 "a$size.test" 9 "b$size.test" 9)
done
start_fake fake -z "$scratch/zone" -x 'many.test addresses=4000; servfail.test servfail; half.test/AAAA servfail' \
	-x 'half.test/A addresses=2; big.test/A addresses=4000' "${rules[@]}"

# holds SENTENCE OPTIONS CASE [NAME]...: OPTIONS are one more directive.
holds() {
	local sentence=$1 directive=$2
	shift 2
	MALLOC_PERTURB_=165 check "$sentence" timeout 60 "$withdns" -s "$fake_address" -H "$scratch/hosts" -o "$directive" \
		"$hostile" "$@"
}
# alone SENTENCE CASE [NAME]...: with no server to ask.
alone() {
	local sentence=$1
	shift
	check "$sentence" timeout 60 "$withdns" -s none -H "$scratch/hosts" "$hostile" "$@"
}

host='options timeout-ms:10000' multi=$scratch/host.conf
echo 'multi on' >"$multi"
export RESOLV_HOST_CONF=$multi
alone 'CVE-2015-0235 (GHOST): numbers as names in buffers of every size stay in them' ghost \
	0 00 1 127.1 127.0.0.1 1.2.3.4 1.2.3.4. 1.2.3.4.5 255.255.255.255 0x7f.1 0377.1 4294967295 99999999999 1e5 ::1 \
	::ffff:1.2.3.4 hosted.test
alone 'CVE-2015-1781: buffers of every alignment stay in their bounds' alignment hosted.test 192.0.2.60 many.hosts.test
holds 'CVE-2013-4458, CVE-2016-3706: ten thousand addresses of a file, 64 KiB of them from a server need little stack' \
	"$host" small-stack many.hosts.test 10000 many.test 4000
holds 'CVE-2015-7547: replies around every buffer give their addresses, in either order' "$host" counts "${counts[@]}"
holds 'CVE-2015-7547: and so they do over TCP' 'options use-vc' counts "${counts[@]}"
holds 'CVE-2015-7547: they stay in the buffers of programs that read packets' "$host" packet-sizes \
	big.test app.test "${sized[@]}"
holds 'CVE-2023-4527: with no-aaaa a long reply over TCP gives its addresses' 'options no-aaaa' \
	small-stack many.test 4000
# What the cache of a thread keeps counts as in use.
GLIBC_TUNABLES=glibc.malloc.tcache_count=0 \
	holds 'CVE-2023-4806, CVE-2023-5156: canonical names are valid and do not leak' "$host" canonical-names \
	app.test v4.test v6.test www.test chain.test mail.test missing.test servfail.test half.test hosted.test \
	other.hosted.test localhost 192.0.2.7
holds 'CVE-2014-8121: lookups between gethostent calls do not restart the hosts file' "$host" entries hosted.test
holds 'CVE-2021-3672, CVE-2026-4438: no name of odd bytes is handed to a program' "$host" shown-names \
	"${odd_names[@]}" "${odd_addresses[@]}" app.test chain.test 192.0.2.102
holds 'names of addresses stay in texts of every size' "$host" text-sizes 192.0.2.102 192.0.2.60 192.0.2.99 10.1.3.4
alone 'CVE-2016-10739: trailing characters make an address invalid' tails \
	'127.0.0.1 x' '127.0.0.1 ' $'127.0.0.1\t' $'127.0.0.1\n' '127.1 x' '0x7f.1 ' '1 2' '::1 ' '::1 x' $'::1\n' \
	'127.0.0.1/8'
finish
