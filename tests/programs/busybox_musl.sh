#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds a busybox for musl, of wget and nslookup, from Debian's source package: busybox_musl.sh FILE
set -e
PATH=/usr/bin:/bin:/usr/sbin:/sbin
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The source of this machine's suite, with package lists of its own.
keys=/usr/share/keyrings/debian-archive-keyring.gpg
# shellcheck disable=SC2016
apt-get indextargets --format "deb-src $([ ! -e $keys ] || echo "[signed-by=$keys]") \$(REPO_URI) \$(RELEASE) main" \
	'Created-By: Packages' 'Label: Debian' 'Component: main' | sort -u >"$scratch/sources.list"
mkdir -p "$scratch/lists/partial" "$scratch/tree" "$scratch/headers"
cd "$scratch"
apt=(apt-get -qq -o Dir::Etc::SourceList="$scratch/sources.list" -o Dir::Etc::SourceParts=/dev/null
	-o Dir::State::Lists="$scratch/lists" -o APT::Sandbox::User=)
"${apt[@]}" update
"${apt[@]}" source --only-source --download-only busybox
tar -xf busybox_*.orig.tar.* -C tree --strip-components=1

# musl-gcc does not see the headers of the kernel.
for headers in linux mtd asm-generic "$(gcc -print-multiarch)/asm"; do
	ln -s "/usr/include/$headers" "headers/${headers##*/}"
done
make -C tree -s allnoconfig >/dev/null
for option in WGET NSLOOKUP FEATURE_NSLOOKUP_BIG FEATURE_IPV6 LONG_OPTS LFS; do
	sed -i "s/# CONFIG_$option is not set/CONFIG_$option=y/" tree/.config
done
yes '' | make -C tree -s oldconfig >/dev/null
make -C tree -s CC="musl-gcc -idirafter $scratch/headers" HOSTCC=gcc busybox
mkdir -p "$(dirname "$1")"
mv tree/busybox "$1"
