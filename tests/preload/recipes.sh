#!/bin/bash
# SPDX-License-Identifier: MIT
# The recipes of withdns(1) for test runners, CI and services, as they stand there, with the real programs where they are
# installed.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

server_address=''
page=$root/shim/command/withdns.1
mkdir "$scratch/bin" "$scratch/project"
ln -s "$withdns" "$scratch/bin/withdns"
PATH=$scratch/bin:$PATH
cd "$scratch/project" || exit 1
mkdir tests
cp "$root/tests/data/demo/app.test.zone" tests/dns.zone

# recipe PATTERN: what the group in it is in the first line of the page that it describes.
recipe() {
	sed -nE "s/^$1\$/\1/p" "$page" | head -n 1
}

# block FIRST: the lines of the page from that one to the end of its block, with this library.
block() {
	sed -n "/^$1\$/,/^\.Ed\$/p" "$page" |
		sed "/^\.Ed\$/d; s|/usr/local/lib/libwithdns\.so|$BUILD/libwithdns.so|; s/\\\\e/\\\\/g"
}

# step COMMAND: as GitHub's runner runs it.
step() {
	bash -e -o pipefail -c "$1"
}

with_pytest() {
	python3 -c 'import pytest' 2>/dev/null || {
		skip 'pytest: a fixture changes the names' 'no pytest here'
		return
	}
	{
		printf 'import os, socket, time\nimport pytest\n'
		block '@pytest\.fixture' | sed '/^    \.\.\.$/d'
		cat <<'END'
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            socket.gethostbyname("app.test")
    assert socket.gethostbyname("app.test") == "192.0.2.1"
END
	} >test_recipe.py
	: >dns.conf
	check 'pytest: a fixture changes the names' withdns -s none -c dns.conf python3 -m pytest -q -p no:cacheprovider test_recipe.py
}

with_node() {
	has node 'node --test: the names of a zone file' || return
	mkdir test
	cat >test/names.test.js <<'END'
const { lookup } = require('node:dns/promises'), test = require('node:test'), assert = require('node:assert');
test('a name of the zone', async () => assert.equal((await lookup('app.test', 4)).address, '127.0.0.1'));
test('no other exists', () => assert.rejects(lookup('example.org'), { code: 'ENOTFOUND' }));
END
	check 'node --test: the names of a zone file' step "$(recipe '\$ (withdns .* node --test)')"
}

with_ctest() {
	has ctest 'CTest: one test has the names of a zone file' && has cmake 'CTest: one test has the names' || return
	{
		printf '%s\n' 'cmake_minimum_required(VERSION 3.10)' 'project(recipe NONE)' 'enable_testing()' \
			'add_test(NAME lookup COMMAND getent ahostsv4 app.test)'
		block 'set_tests_properties(.*'
	} >CMakeLists.txt
	cmake -S . -B built >cmake.log 2>&1
	check 'CTest: one test has the names of a zone file' ctest --test-dir built --output-on-failure
}

on_github() {
	printf '#!/bin/sh\nexec getent ahostsv4 app.test\n' >"$scratch/bin/pytest"
	chmod 755 "$scratch/bin/pytest"
	check 'GitHub Actions: a step with the names of a zone file' step "$(recipe '- run: (withdns .* pytest)')"
	GITHUB_ENV=$scratch/github check 'and the steps that follow' step "$(recipe '- run: (withdns .*GITHUB_ENV")')"
	mapfile -t variables <"$scratch/github"
	check 'have the names' env "${variables[@]}" pytest
}

with_systemd() {
	has systemd-analyze 'systemd: the unit is valid' || return
	{
		printf '[Service]\nExecStart=/bin/true\n'
		block 'Environment=LD_PRELOAD.*'
	} >application.service
	{
		printf '[Service]\n'
		block 'Type=notify' | sed "s|/usr/local/bin/withdns|$withdns|"
	} >withdns.service
	for unit in application withdns; do
		check "systemd: $unit.service is valid" systemd-analyze verify "./$unit.service"
	done
}

with_sudo() {
	sudo -n true 2>/dev/null || {
		skip 'sudo: a command behind it' 'sudo needs a password here'
		return
	}
	printf '#!/bin/sh\nexec getent ahostsv4 app.test\n' >application
	chmod 755 application
	start_fake server -r 'app.test. 60 A 192.0.2.1'
	check 'sudo: a command behind it' step "$(recipe '\.Dl \$ (sudo withdns .*)' |
		sed "s|^sudo withdns|sudo -n $withdns|; s|192\.0\.2\.53|$server_address|")"
}

with_pytest
with_node
with_ctest
on_github
with_systemd
with_sudo
finish
