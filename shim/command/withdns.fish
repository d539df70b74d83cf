# SPDX-License-Identifier: MIT
# Completion for withdns(1) in fish. The options, their arguments, the directives and the actions of faults are read from the
# output of the command; PROGRAM and its arguments are completed as without withdns.

# tests/package/completion_others.sh compares these lists with those of withdns.bash and of the command.
set -g __withdns_types A AAAA ANY AXFR CAA CERT CNAME DNAME DNSKEY DS HINFO HTTPS LOC MX NAPTR NS NSEC NSEC3 OPENPGPKEY PTR RP \
    RRSIG SMIMEA SOA SPF SRV SSHFP SVCB TLSA TXT URI
set -g __withdns_actions --query --check --srv --explain --summary-of --reverse --shell --show-config --print-env --serve
set -g __withdns_with_value

# The words that the message about a wrong value of the option lists.
function __withdns_expected
    LC_ALL=C withdns $argv[1] --print-env 2>&1 >/dev/null </dev/null | string replace -rf '.*: expected (?:one of )?(.*), got .*' '$1' |
        string replace -a ' or ' ', ' | string split ', ' | string replace -r '=.*' '=' | string replace -r '^@.*' '@' | string match -v '*%'
end

# The value that is typed, without its option and quotes.
function __withdns_value
    commandline -ct | string replace -r '^--[a-z-]+=|^-[A-Za-z](?=[\'"])' '' | string trim -l -c \'\"
end

# The words, behind the last blank of the value that is typed.
function __withdns_words
    set -l before (__withdns_value | string match -r '^.*\s')
    printf '%s\n' "$before"$argv
end

# Paths, behind the last blank of the value, and unix:.
function __withdns_paths
    set -l before (__withdns_value | string match -r '^(?:.*\s)?(?:unix:)?')
    set -l paths (__fish_complete_path (string replace -- "$before" '' (__withdns_value)))
    set -q paths[1]; and printf '%s\n' "$before"$paths
end

# The words, or a path behind unix:.
function __withdns_socket
    if string match -qr '(^|\s)unix:\S*$' -- (__withdns_value)
        __withdns_paths
    else
        __withdns_words $argv unix:
    end
end

# The values of an option with this argument in --help; in -o, of the directive that is typed.
function __withdns_values
    switch "$argv[1] "(__withdns_value)
        case "*DIRECTIVE* "{hosts,zone,only,include,recording,journal,log}' *'
            __withdns_paths
        case "*SERVER* *" '*DIRECTIVE* nameserver *'
            __withdns_socket system none for
        case "*ACTION* * *" '*DIRECTIVE* fault * *'
            __withdns_words (__withdns_expected '--fault=* ?')
        case "*RDATA* * *" '*DIRECTIVE* record * *' 'TYPE *'
            __withdns_words $__withdns_types
        case '*DIRECTIVE* *'
            __withdns_expected '--option=?'
        case 'BYTES *'
            printf '%s\n' 512 1232 4096
    end
end

# Where the word that is typed stands: behind an action, which is printed; in front of PROGRAM ("front"), or behind ("program").
function __withdns_state
    set -l words (commandline -opc)[2..]
    while set -q words[1]
        set -l word (string replace -r '=.*' '' -- $words[1])
        contains -- $word $__withdns_actions; and echo $word; and return
        string match -qr '^-.' -- $words[1]; and test $words[1] != --; or break
        contains -- $words[1] $__withdns_with_value; and set -e words[1]
        set -e words[1]
    end
    set -q words[1]; and echo program; or echo front
end

# Is the word that is typed PROGRAM or an argument of it?
function __withdns_runs
    set -l state (__withdns_state)
    test $state = program; or begin
        test $state = front; and not string match -q -- '-*' (commandline -ct)
    end
end

# __withdns_add HELP: the option that a line of --help begins with: $letter, $word, $argument, and $form, an optional argument.
function __withdns_add --no-scope-shadowing
    set -l own -c withdns -n 'test (__withdns_state) != program' -d $argv[1]
    set -q letter[1]; and set -a own -s $letter
    set -q word[1]; and set -a own -l $word
    switch "$argument"
        case ''
            complete $own -f
        case FILE
            complete $own -rF
        case '*'
            complete $own -x -a "(__withdns_values $(string escape -- $argument))"
    end
    set -q argument[1]; and set -a __withdns_with_value -$letter --$word
    set -q form[1]; and complete -c withdns -n 'string match -q -- "-*" (commandline -ct)' -f -a "--$word=$form" -d $argv[1]
end

# The help of an option with a long argument is on the next line.
function __withdns_load
    LC_ALL=C withdns --help 2>/dev/null </dev/null | while read -l line
        if string match -q ' *-*' -- $line
            string match -rq '^\s*(-(?<letter>\w))?(, )?\s*(--(?<word>[a-z0-9-]+))?([= ](?<argument>\'[^\']*\'|[A-Z]+)|\[=(?<form>[a-z]+)\])?(\s\s+(?<help>.*))?$' -- $line
            and set -q help[1]; and __withdns_add $help
        else if set -q help; and not set -q help[1]
            __withdns_add (string trim -- $line)
            set -e help
        end
    end
end

complete -c withdns -f
__withdns_load
complete -c withdns -n 'contains -- (__withdns_state) --query --explain' -a '$__withdns_types (__fish_print_hostnames)'
complete -c withdns -n 'contains -- (__withdns_state) --summary-of' -a '(__fish_print_hostnames)'
complete -c withdns -n 'contains -- (__withdns_state) --srv' -a 'tcp udp'
complete -c withdns -n 'contains -- (__withdns_state) --serve' -a '(__withdns_socket 127.0.0.1: [::1]:)'
complete -c withdns -n 'contains -- (__withdns_state) --check' -a '(__fish_complete_command)'
complete -c withdns -n '__withdns_runs' -a '(__fish_complete_subcommand $__withdns_with_value)'
