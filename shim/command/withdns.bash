# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion for withdns(1) in bash. The options, their arguments, the directives and the actions of faults are read from the
# output of the command that is typed ($command); PROGRAM and its arguments are completed as without withdns.

# The values of directives, see withdns.conf(5). tests/package/completion.sh compares them with the tables in C.
_withdns_options='ndots: timeout: attempts: timeout-ms: cache: min-ttl: max-ttl: tls-idle: rotate use-vc edns0 trust-ad no-aaaa
	single-request single-request-reopen no-tld-query no-check-names no-reload no-edns no-cookies 0x20 tls-tickets debug inet6
	ip6-bytestring ip6-dotint no-ip6-dotint'
_withdns_types='A AAAA ANY AXFR CAA CERT CNAME DNAME DNSKEY DS HINFO HTTPS LOC MX NAPTR NS NSEC NSEC3 OPENPGPKEY PTR RP RRSIG
	SMIMEA SOA SPF SRV SSHFP SVCB TLSA TXT URI'

# _withdns_spellings: one line per option: -s or -, --server or -, its argument or -; "[=plain]" is an optional one.
_withdns_spellings()
{
	LC_ALL=C "${command/#\~/$HOME}" --help 2>/dev/null </dev/null |
		sed -nE "s/^ +(-[[:alnum:]])?(, )?(--[a-z0-9-]+)?(=('[^']*'|[^ ]+)|\[=[a-z]+\])?( .*)?\$/\1|\3|\4/p" |
		sed -nE '/^\|\|/d; s/\|=/|/; s/^\|/-|/; s/\|\|/|-|/; s/\|$/|-/; s/\|/ /; s/\|/ /p'
}

# _withdns_expected OPTION: the words that the message about a wrong value of the option lists.
_withdns_expected()
{
	LC_ALL=C "${command/#\~/$HOME}" "$1" --print-env 2>&1 >/dev/null </dev/null |
		sed -nE 's/.*: expected (one of )?(.*), got .*/\2/; s/ or /, /; s/, /\n/gp' | sed -E 's/=.*/=/; s/^@.*/@/; /%$/d'
}

# _withdns_taken OPTION: its argument in --help; empty if it has none.
_withdns_taken()
{
	local letter word argument
	while read -r letter word argument; do
		[[ $1 != "$letter" && $1 != "$word" ]] || break
		argument=-
	done <<<"$spellings"
	echo "${argument#-}"
}

_withdns_list()
{
	local letter word argument
	while read -r letter word argument; do
		[[ $letter == - ]] || echo "$letter"
		[[ $argument != \[* ]] || echo "$word${argument//[\[\]]/}"
		[[ $argument == [-\[]* ]] || argument='='
		[[ $argument == = ]] || argument=-
		[[ $word == - ]] || echo "$word${argument#-}"
	done <<<"$spellings"
}

# _withdns_words WORDS: completes the last word of $cur, which may be quoted, from WORDS.
_withdns_words()
{
	local before='' last=$cur
	if [[ $cur == *[[:blank:]]* ]]; then
		last=${cur##*[[:blank:]]}
		before=${cur%"$last"}
	fi
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "$last")
	[[ ${COMPREPLY-} != *[:=@] ]] || compopt -o nospace 2>/dev/null
}

# Completes a path as the last word of a value; it may follow unix:. Without quotes, readline replaces only what follows the
# last colon.
_withdns_path()
{
	local last=${cur##*[[:blank:]]}
	last=${last#unix:}
	mapfile -t COMPREPLY < <(compgen -P "${cur%"$last"}" -f -- "$last")
	[[ ${words[cword]} == [\'\"]* ]] || __ltrim_colon_completions "$cur"
}

# _withdns_socket WORDS: completes a path that follows unix:, else as _withdns_words.
_withdns_socket()
{
	if [[ ${cur##*[[:blank:]]} == unix:* ]]; then _withdns_path; else _withdns_words "$1 unix:"; fi
}

_withdns_directive()
{
	case $cur in
	hosts[[:blank:]]* | zone[[:blank:]]* | only[[:blank:]]* | recording[[:blank:]]* | journal[[:blank:]]* | include[[:blank:]]*)
		_withdns_path
		;;
	log[[:blank:]]*[[:blank:]]*) _withdns_words json ;;
	log[[:blank:]]s*) _withdns_words stderr ;;
	log[[:blank:]]*) _withdns_path ;;
	options[[:blank:]]*) _withdns_words "$_withdns_options" ;;
	nameserver[[:blank:]]*) _withdns_socket 'system none for' ;;
	fault[[:blank:]]*[[:blank:]]*) _withdns_words "$(_withdns_expected --fault='* ?')" ;;
	record[[:blank:]]*[[:blank:]]*) _withdns_words "$_withdns_types" ;;
	*[[:blank:]]*) ;;
	*) _withdns_words "$(_withdns_expected --option='?')" ;;
	esac
}

# _withdns_value OPTION ARGUMENT: completes $cur, the argument of the option.
_withdns_value()
{
	cur=${cur#[\'\"]}
	case $2 in
	FILE)
		_filedir
		case $1 in
		-H | --hosts) [[ $cur != n* || none != "$cur"* ]] || COMPREPLY+=(none) ;;
		esac
		;;
	*DIRECTIVE*) _withdns_directive ;;
	*SERVER*) _withdns_socket "system none$([[ $cur != *[[:blank:]]* ]] || echo ' for')" ;;
	*RDATA*) [[ $cur != *[[:blank:]]* ]] || _withdns_words "$_withdns_types" ;;
	*ACTION*) [[ $cur != *[[:blank:]]* ]] || _withdns_words "$(_withdns_expected --fault='* ?')" ;;
	BYTES) _withdns_words '512 1232 4096' ;;
	TYPE) _withdns_words "$_withdns_types" ;;
	\[*) _withdns_words "${2//[=\[\]]/}" ;;
	esac
}

# A value attached to its option: readline replaces only the text after =, but all of -Hfile.
_withdns_attached()
{
	local before=''
	[[ $cur == --* ]] || before=${cur%"$value"}
	cur=$value
	_withdns_value "$option" "$taken"
	COMPREPLY=("${COMPREPLY[@]/#/$before}")
}

# _withdns_operand ACTION INDEX: completes the operands of an action. Options may follow too.
_withdns_operand()
{
	if [[ $cur == -* ]]; then
		_withdns_words "$(_withdns_list)"
		return
	fi
	case $1 in
	--check) _command_offset "$2" ;;
	--query | --explain)
		if ((cword > first)); then _withdns_words "$_withdns_types"; else _known_hosts_real -- "$cur"; fi
		;;
	--srv) ((cword != first + 1)) || _withdns_words 'tcp udp' ;;
	--serve) _withdns_socket '127.0.0.1: [::1]:' ;;
	--summary-of) _known_hosts_real -- "$cur" ;;
	esac
}

# _withdns_offset COUNT: the number of COMP_WORDS, which readline also splits at = and :, in the first COUNT words.
_withdns_offset()
{
	local length raw=0 i
	for ((i = 0; i < $1; i++)); do
		length=0
		while
			((length += ${#COMP_WORDS[raw]}, raw++))
			((length < ${#words[i]}))
		do :; done
	done
	echo "$raw"
}

# _withdns_read WORD: one option or a group. Sets option to the last of them, taken to its argument, and attached and value
# if the value is in WORD.
_withdns_read()
{
	local at
	option=$1 value='' attached=''
	case $1 in
	--*=*)
		option=${1%%=*}
		value=${1#*=} attached=yes
		;;
	-[!-]*)
		for ((at = 1; at < ${#1}; at++)); do
			option=-${1:at:1}
			taken=$(_withdns_taken "$option")
			[[ -z $taken ]] || break
		done
		((at >= ${#1} - 1)) || { value=${1:at+1} && attached=yes; }
		;;
	esac
	taken=$(_withdns_taken "$option")
}

# Parses the options before the current word: sets at to that word or to the first operand, action to the option that is
# an action, if any, and taken if the current word is the argument of the last option.
_withdns_walk()
{
	at=1 action='' taken=''
	while ((at < cword)) && [[ ${words[at]} == -?* && ${words[at]} != -- ]]; do
		_withdns_read "${words[at]}"
		case $option in
		--query | --check | --srv | --explain | --summary-of | --reverse | --shell | --show-config | --print-env | \
			--serve)
			action=$option
			;;
		esac
		((at++))
		if [[ -z $taken || $taken == \[* || -n $attached ]]; then
			taken=
		elif ((at < cword)); then
			((at++))
			taken=
		fi
	done
}

_withdns()
{
	local command=$1 cur words cword spellings option taken value attached action at first
	COMPREPLY=()
	_get_comp_words_by_ref -n =: cur words cword
	spellings=$(_withdns_spellings)

	_withdns_walk
	if [[ -n $taken ]]; then
		_withdns_value "$option" "$taken"
	elif ((at == cword)) && [[ $cur == -* ]]; then
		_withdns_read "$cur"
		if [[ -n $attached ]]; then
			_withdns_attached
		else
			_withdns_words "$(_withdns_list)"
		fi
	else
		[[ ${words[at]} != -- ]] || ((at == cword)) || ((at++))
		first=$at
		at=$(_withdns_offset "$first")
		if [[ -n $action ]]; then _withdns_operand "$action" "$at"; else _command_offset "$at"; fi
	fi
} &&
	complete -F _withdns withdns
