# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
# Web clients.

runs curl curl.test 'reached by name' curl -sS "http://curl.test$page"
runs wget wget.test 'reached by name' wget -q -O - "http://wget.test$page"
runs lynx lynx.test 'reached by name' lynx -dump "http://lynx.test$page"
runs w3m w3m.test 'reached by name' w3m -dump "http://w3m.test$page"
runs elinks elinks.test 'reached by name' elinks -no-home -dump "http://elinks.test$page"
runs lftp lftp.test 'reached by name' lftp -c "cat http://lftp.test$page"
if there busybox 'busybox wget'; then
	if ldd "$(command -v busybox)" >/dev/null 2>&1; then
		runs 'busybox wget' busybox.test 'reached by name' busybox wget -q -O - "http://busybox.test$page"
	else
		left_out 'busybox wget' 'the one that is installed is static'
	fi
fi

# By the library alone.
reach=(--no-reach)
runs 'busybox wget, musl' musl.test 'reached by name' busybox-musl wget -q -O - "http://musl.test$page"
reach=()

# Looks for SRV records first; its method http is a process of its own, which becomes the user _apt unless told to stay.
answers -r "_http._tcp.apt.test. 60 IN SRV 0 0 $web_port srv.apt.test." -r 'srv.apt.test. 60 IN A 127.0.0.1'
runs 'apt-helper' _http._tcp.apt.test 'Fetched 16 B' /usr/lib/apt/apt-helper -o Acquire::http::Proxy=DIRECT \
	-o APT::Sandbox::User=root download-file http://apt.test/page.html "$scratch/fetched"

make_repository() {
	git init -q "$scratch/work" &&
		git -C "$scratch/work" -c user.name=test -c user.email=test@git.test commit -q --allow-empty -m first &&
		git clone -q --bare "$scratch/work" "$scratch/www/repository.git" &&
		git -C "$scratch/www/repository.git" update-server-info
}
if there git git; then
	make_repository
	runs git git.test $'\tHEAD*refs/heads/' git ls-remote "http://git.test:$web_port/repository.git"
fi

# browses LABEL HOST PREFIX OPTION...: PREFIX makes of the host the name that is asked for.
browses() {
	rm -rf "$scratch/profile"
	answers -r "$2. 60 IN A 127.0.0.1"
	runs "$1" "$3$2" 'reached by name' chromium --headless --no-sandbox --disable-gpu --disable-quic \
		--no-first-run --disable-background-networking --disable-component-update --disable-sync \
		--user-data-dir="$scratch/profile" "${@:4}" --dump-dom "http://$2$page"
}
browses chromium chromium.test '' --disable-features=AsyncDns
# Its own resolver asks the servers, ports included, that __res_ninit() tells, as long as libc would ask DNS as well.
# Nothing but that resolver asks for records of type HTTPS. Told of no server, it leaves the lookups to libc.
if grep -qE '^hosts:\s+files\s+dns\s*$' /etc/nsswitch.conf; then
	call='(its own, as __res_ninit told)' browses 'chromium, own resolver' chromium.test "_$web_port._https." \
		--enable-features=AsyncDns
	socket=$scratch/browser.socket browses 'chromium, a Unix socket' chromium.test '' --enable-features=AsyncDns
else
	left_out 'chromium, own resolver' 'nsswitch.conf has more hosts than files and dns'
fi
