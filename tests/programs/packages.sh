#!/bin/bash
# SPDX-License-Identifier: MIT
# packages.sh DIRECTORY [tls | caches]: gets the programs that this machine lacks, through apt-get; with tls, DNS servers
# over TLS, with caches, those that libc asks.
# What cannot be had is left out, and its cases are skipped.
#
# Clients are installed. Servers are only unpacked, into DIRECTORY: an installed one would run from now on, and after
# every boot. What starts them is then in DIRECTORY/bin.

PATH=/usr/bin:/bin:/usr/sbin:/sbin

# Program and package.
clients=(
	'busybox          busybox'
	'chromium         chromium'
	'curl             curl'
	'dropbear         dropbear-bin'
	'elinks           elinks'
	'getent           libc-bin'
	'git              git'
	'go               golang-go'
	'javac            default-jdk-headless'
	'kinit            krb5-user'
	'ldapsearch       ldap-utils'
	'lftp             lftp'
	'lynx             lynx'
	'mariadb          mariadb-client'
	'mtr              mtr-tiny'
	'musl-gcc         musl-tools'
	'nc.openbsd       netcat-openbsd'
	'nc.traditional   netcat-traditional'
	'node             nodejs'
	'openssl          openssl'
	'perl             perl'
	'php              php-cli'
	'ping             iputils-ping'
	'psql             postgresql-client'
	'python3          python3'
	'redis-cli        redis-tools'
	'rsync            rsync'
	'ruby             ruby'
	'socat            socat'
	'ssh              openssh-client'
	'sudo             sudo'
	'telnet           inetutils-telnet'
	'tnftp            tnftp'
	'traceroute       traceroute'
	'unshare          util-linux'
	'w3m              w3m'
	'wget             wget'
)
# Name, program in the package, and package. The static busybox is here because it and the usual one exclude each other.
servers=(
	'busybox-static   bin/busybox               busybox-static'
	'haproxy          usr/sbin/haproxy          haproxy'
	'nginx            usr/sbin/nginx            nginx'
	'posttls-finger   usr/sbin/posttls-finger   postfix'
)
tls_servers=(
	'unbound          usr/sbin/unbound          unbound'
	'kresd            usr/sbin/kresd            knot-resolver'
	'dnsdist          usr/bin/dnsdist           dnsdist'
)
caches=(
	'nscd             usr/sbin/nscd             nscd'
)

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120)

say() {
	echo "packages: $*" >&2
}

can_be_root() {
	command -v "${as_root[0]-env}" >/dev/null
}

# The packages of the clients that are not here.
missing_clients() {
	local client program package
	for client in "${clients[@]}"; do
		read -r program package <<<"$client"
		command -v "$program" >/dev/null || echo "$package"
	done
}

# missing_servers DIRECTORY: the lines of those that neither this machine nor DIRECTORY has.
missing_servers() {
	local server name
	for server in "${servers[@]}"; do
		read -r name _ <<<"$server"
		command -v "$name" >/dev/null || [ -x "$1/bin/$name" ] || echo "$server"
	done
}

# install PACKAGE...: all at once or, where one of them cannot be had, those that can.
install() {
	local package said
	say "installing $*"
	"${as_root[@]}" "${apt[@]}" install --no-install-recommends "$@" >/dev/null 2>&1 </dev/null && return
	for package in "$@"; do
		said=$("${as_root[@]}" "${apt[@]}" install --no-install-recommends "$package" 2>&1 </dev/null) ||
			say "going on without $package: ${said##*$'\n'}"
	done
}

# download PACKAGE DIRECTORY: the package, and what it needs and is not installed. It takes no root.
download() {
	mkdir -p "$2/archives/partial"
	"${apt[@]}" -o Debug::NoLocking=1 -o Dir::Cache="$2" -o Dir::Cache::archives=archives/ \
		install --download-only --no-install-recommends "$1" </dev/null
}

# write_starter PROGRAM ROOT STARTER: the program itself, or a script that has it find the libraries that were unpacked
# with it.
write_starter() {
	local libraries
	libraries=$(find "$2" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
	if [ -n "$libraries" ]; then
		printf '#!/bin/sh\nLD_LIBRARY_PATH=%q exec %q "$@"\n' "$libraries" "$1" >"$3.new"
		chmod +x "$3.new"
	else
		ln -sf "$1" "$3.new"
	fi
	mv "$3.new" "$3"
}

# unpack NAME PROGRAM PACKAGE DIRECTORY
unpack() {
	local archive root=$4/$3
	rm -rf "$root"
	mkdir -p "$root" "$4/bin"
	download "$3" "$root/cache" || return
	for archive in "$root"/cache/archives/*.deb; do
		dpkg -x "$archive" "$root" || return
	done
	# The program and libraries are enough, kresd's in Lua too, and make would take any directory called something.d for
	# a dependency file.
	find "$root" ! -type d ! -path "$root/$2" ! -name '*.so*' ! -name '*.lua' -delete
	find "$root" -type d -empty -delete
	write_starter "$root/$2" "$root" "$4/bin/$1"
}

unpack_all() {
	local server said name program package
	for server in "$@"; do
		read -r name program package <<<"$server"
		say "unpacking $package"
		said=$(unpack "$name" "$program" "$package" "$directory" 2>&1) ||
			say "going on without $package: ${said##*$'\n'}"
	done
}

build_busybox() {
	local said
	[ ${#clients[@]} -gt 0 ] && [ ! -x "$directory/bin/busybox-musl" ] || return
	say 'building busybox for musl'
	said=$("${BASH_SOURCE[0]%/*}/busybox_musl.sh" "$directory/bin/busybox-musl" 2>&1) ||
		say "going on without busybox for musl: ${said##*$'\n'}"
}

case $#${2-} in
1) ;;
2tls) clients=() servers=("${tls_servers[@]}") ;;
2caches) clients=() servers=("${caches[@]}") ;;
*)
	echo "usage: ${0##*/} DIRECTORY [tls | caches]" >&2
	exit 2
	;;
esac
directory=$(realpath -m "$1")
mapfile -t wanted < <(missing_clients)
mapfile -t welcome < <(missing_servers "$directory")
[ $((${#wanted[@]} + ${#welcome[@]})) -gt 0 ] || [ ! -x "$directory/bin/busybox-musl" ] || exit 0

if ! command -v apt-get >/dev/null; then
	say 'there is no apt-get: going on with what is here'
	exit 0
fi
if can_be_root; then
	"${as_root[@]}" "${apt[@]}" update >/dev/null 2>&1 </dev/null ||
		say 'apt-get update failed: trying with the package lists that are there'
	[ ${#wanted[@]} -eq 0 ] || install "${wanted[@]}"
elif [ ${#wanted[@]} -gt 0 ]; then
	say "it takes root or sudo to install: going on without ${wanted[*]}"
fi
unpack_all "${welcome[@]}"
build_busybox
exit 0
