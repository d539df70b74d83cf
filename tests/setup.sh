#!/bin/bash
# SPDX-License-Identifier: MIT
# Installs what the tests (check, check-deb), Debian's package (deb) or the demonstration (demo) need and this machine lacks.
# Each requirement is a probe and the Debian package that provides it; other systems need only what the probe finds.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

demo_needs=(
	'command cc        gcc'
	'command make      make'
	'command nm        binutils'
	'header openssl/ssl.h libssl-dev'
	'header nghttp2/nghttp2.h libnghttp2-dev'
	'header ldns/ldns.h libldns-dev'
	'command curl      curl'
	'command python3   python3'
	'command getent    libc-bin'
)
check_needs=(
	"${demo_needs[@]}"
	'header cmocka.h   libcmocka-dev'
	'command perl      perl'
	'command ssh       openssh-client'
	'command git       git'
	'command unshare   util-linux'
	'command ps        procps'
	'command openssl   openssl'
	'file /etc/services netbase'
)
# What Debian's package is built with.
deb_needs=(
	"${demo_needs[@]:0:5}"
	'command dpkg-buildpackage dpkg-dev'
	'command dh        debhelper'
	'file /usr/share/build-essential/essential-packages-list build-essential'
)
# Without one of these its tests are skipped.
optional_needs=(
	'command ping      iputils-ping'
	'command setcap    libcap2-bin'
	'command mandoc    mandoc'
	'command shellcheck shellcheck'
	'command musl-gcc  musl-tools'
	'command busybox   busybox-static'
	'command strace    strace'
	'command valgrind  valgrind'
	'command ip        iproute2'
	'command nsd       nsd'
	'command named-compilezone bind9-utils'
	'command dig       bind9-dnsutils'
	'command drill     ldnsutils'
	'command kdig      knot-dnsutils'
	'command kzonecheck knot-dnssecutils'
	'command pytest-3  python3-pytest'
	'command dnsmasq   dnsmasq-base'
	'command dnsperf   dnsperf'
	'command aria2c    aria2'
	'file /usr/share/bash-completion/bash_completion bash-completion'
	'command zsh       zsh'
	'command fish      fish'
	'header ares.h     libc-ares-dev'
	'header unbound.h  libunbound-dev'
	"file $(echo /usr/lib/*/libedit.so.2) libedit2"
	'command clang     clang'
	"file $(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a" 2>/dev/null || echo none) libclang-rt-dev"
	"file $(echo /usr/lib/*/libjemalloc.so.2) libjemalloc2"
	"file $(echo /usr/lib/*/faketime/libfaketime.so.1) libfaketime"
)

# Programs of 32 bits, without the package gcc-multilib, which excludes compilers for other machines.
[ "$(uname -m)" != x86_64 ] || optional_needs+=(
	'file /usr/lib32/crt1.o libc6-dev-i386'
	"file $(dirname "$(gcc -print-libgcc-file-name 2>/dev/null)")/32/crtbegin.o lib32gcc-$(gcc -dumpversion 2>/dev/null)-dev"
)

# is_there KIND WHAT
is_there() {
	case $1 in
	command) command -v "$2" ;;
	file) test -e "$2" ;;
	header) echo "#include <$2>" | cc -E -x c - ;;
	esac >/dev/null 2>&1
}

# missing NEED...: the packages of the requirements that this machine lacks.
missing() {
	local need kind what package
	for need in "$@"; do
		read -r kind what package <<<"$need"
		is_there "$kind" "$what" || echo "$package"
	done
}

apt() {
	local as_root=()
	[ "$(id -u)" -eq 0 ] || as_root=(sudo)
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

can_install() {
	command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; }
}

# install PACKAGE...: quiet on success.
install() {
	local said
	echo "setup: installing $*"
	said=$(apt install -y --no-install-recommends "$@" 2>&1) && return
	echo "$said" >&2
	return 1
}

install_optional() {
	local package
	install "$@" && return
	for package in "$@"; do
		install "$package" || echo "setup: continuing without $package" >&2
	done
}

case ${1-} in
check) required=("${check_needs[@]}") optional=("${optional_needs[@]}") ;;
check-deb) required=("${check_needs[@]}" "${deb_needs[@]}") optional=('command lintian lintian') ;;
deb) required=("${deb_needs[@]}") optional=() ;;
demo) required=("${demo_needs[@]}") optional=() ;;
*)
	echo "usage: ${0##*/} check|check-deb|deb|demo" >&2
	exit 2
	;;
esac

mapfile -t required_missing < <(missing "${required[@]}")
mapfile -t optional_missing < <(missing "${optional[@]}")
[ $((${#required_missing[@]} + ${#optional_missing[@]})) -gt 0 ] || exit 0

if can_install; then
	apt update >/dev/null 2>&1 || echo 'setup: apt-get update failed: using the package lists of this machine' >&2
	[ ${#required_missing[@]} -eq 0 ] || install "${required_missing[@]}"
	[ ${#optional_missing[@]} -eq 0 ] || install_optional "${optional_missing[@]}"
elif [ ${#optional_missing[@]} -gt 0 ]; then
	echo "setup: continuing without ${optional_missing[*]} (to install takes apt-get, as root or with sudo)" >&2
fi

mapfile -t required_missing < <(missing "${required[@]}")
if [ ${#required_missing[@]} -gt 0 ]; then
	echo "setup: please install these Debian packages, or what they provide: ${required_missing[*]}" >&2
	exit 1
fi
