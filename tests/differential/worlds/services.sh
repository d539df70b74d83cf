# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# What nsswitch.conf names for hosts on desktops, and how its line may be written.

worlds+=(desktop nsswitch_forms nsswitch_wrong)

# Services that libc alone can ask stand among the two that are ours: Debian's, Fedora's, Ubuntu's line and others.
# Their modules may be there or not, as on the machine.
world_desktop() {
	local list=(app.test hosted.test missing.test missing short v4.test servfail.test printer.local box 192.0.2.7) line
	hosts <<-END
		127.0.0.1	localhost
		192.0.2.160	app.test alias.of.app.test
		2001:db8::60	hosted.test
	END
	resolv_conf 'search corp.test'
	serve 127.0.0.1 'servfail.test servfail; 161.2.0.192.in-addr.arpa servfail'
	for line in 'files mdns4_minimal [NOTFOUND=return] dns myhostname' 'files myhostname resolve [!UNAVAIL=return] dns' \
		'mymachines resolve [!UNAVAIL=return] files myhostname dns' 'files mdns4_minimal [NOTFOUND=return] dns' \
		'dns [NOTFOUND=return] nosuch files'; do
		nsswitch "$line"
		walk names "${list[@]}"
		walk hostnames "${list[@]}"
		walk addresses 192.0.2.160 192.0.2.161 192.0.2.1 192.0.2.99 192.0.2.200 2001:db8::60
		walk few-nameinfo 192.0.2.160 192.0.2.161 192.0.2.1 192.0.2.99
		walk entries
	done
}

# walk_line LINE: the whole of nsswitch.conf, printf's %b.
walk_line() {
	printf %b "$1" >/etc/nsswitch.conf
	walk names app.test hosted.test missing.test v4.test
	walk hostnames app.test hosted.test missing.test
	walk addresses 192.0.2.160 192.0.2.1 192.0.2.99
	walk few-nameinfo 192.0.2.160 192.0.2.1
}

# Left out is what libc fails at: of a line without any service it reads memory that it never wrote, and answers that it
# is to merge it returns in such a state.
world_nsswitch_forms() {
	local text
	hosts <<-END
		192.0.2.160	app.test alias.of.app.test
		2001:db8::60	hosted.test
		192.0.2.161	v4.test
	END
	serve 127.0.0.1
	for text in 'HOSTS: dns\n' 'hosts: files # dns\n' 'hosts: files#dns files\n' 'hosts: files files dns\n' \
		'hosts: DNS files\n' 'hosts: dns files dns files\n' 'passwd: files\n' '' 'hosts: dns\nhosts: files\n' \
		'hosts: files [!UNAVAIL=return] dns\n' 'hosts: files [!SUCCESS=return] dns\n' \
		'hosts: dns [!unavail=CONTINUE] files\n' 'hosts: files [NOTFOUND=return SUCCESS=continue] dns\n' \
		'hosts: files [NOTFOUND=return] [SUCCESS=continue] dns\n' 'hosts: files [ NOTFOUND = return ] dns\n' \
		'hosts: files [NOTFOUND=return SUCCESS=return]dns\n' 'hosts: files[NOTFOUND=return]dns\n' \
		'hosts: files [NOTFOUND=return\tTRYAGAIN=continue] dns\n' 'hosts: files [NOTFOUND=returnSUCCESS=continue] dns\n' \
		'hosts: files [NOTFOUND=return !NOTFOUND=continue] dns\n' 'hosts: files [! NOTFOUND=return] dns\n' \
		' \t hosts: files\n' 'hosts : files\n' 'hosts files\n' 'hosts: files' 'hosts: dns\nhosts: files' 'hosts: files\r\n' \
		'hosts: files\f dns\v\n' 'hosts: dns\n# hosts: files\n#\n\n' 'xhosts: files\nhosts: dns\n' \
		'hosts: dns, files\n' 'hosts: files files files files files files files dns\n' \
		'hosts: files :dns\n' ':hosts: files\n' 'hosts:: files\n'; do
		walk_line "$text"
	done
}

# libc refuses the whole file.
world_nsswitch_wrong() {
	local text
	hosts <<-END
		192.0.2.160	app.test alias.of.app.test
		2001:db8::60	hosted.test
		192.0.2.161	v4.test
	END
	serve 127.0.0.1
	for text in 'hosts: files [NOTFOUND=return dns\n' 'hosts: files [] dns\n' 'hosts: files [NOTFOUND] dns\n' \
		'hosts: files [NOTFOUND=] dns\n' 'hosts: files [NOTFOUND=maybe] dns\n' 'hosts: files [ERROR=return] dns\n' \
		'hosts: files dns [\n' 'hosts: files ] dns\n' 'hosts: files [!] dns\n' \
		'hosts: files [!!NOTFOUND=return] dns\n' 'hosts: files [NOTFOUND==return] dns\n' \
		'hosts: files [RETURN=return] dns\n' 'hosts: files [NOTFOUND=return]] dns\n' \
		'passwd: files [\nhosts: files\n' 'hosts: files\npasswd: files [NOTFOUND]\n' 'hosts: files\nnosuch: [\n' \
		'hosts: files [\nhosts: files\n'; do
		walk_line "$text"
	done
}
