# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Programs that only --reach redirects: static ones, with a resolver of their own, set-user-ID, or with capabilities.

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)

# There are no other users in a namespace that a user made.
has_users() {
	"${nobody[@]}" true 2>/dev/null
}

# reached_as root|user LABEL NAME WANTED COMMAND...: as runs, under --reach.
reached_as() {
	if ! has_users; then
		left_out "$2, as $1" 'it takes root'
		return
	fi
	reach=(--reach)
	[ "$1" = root ] || become=("${nobody[@]}")
	runs "$2, as $1" "${@:3}"
	reach=() become=()
}

# reached LABEL NAME WANTED COMMAND...: as root and as a user without privileges.
reached() {
	local kept=("${answering[@]}")
	if has_users; then
		reached_as root "$@"
		answers "${kept[@]}"
		reached_as user "$@"
	else
		reach=(--reach)
		runs "$@"
		reach=()
	fi
}

mkdir -m 1777 "$scratch/open"

if there go Go; then
	cat >"$scratch/lookup.go" <<'END'
package main

import (
	"fmt"
	"net"
	"os"
	"sync"
)

func main() {
	addresses, _ := net.LookupHost(os.Args[1])
	exchanges, _ := net.LookupMX(os.Args[1])
	_, err := net.LookupHost("missing." + os.Args[1])
	fmt.Println(addresses, exchanges[0].Host, err.(*net.DNSError).IsNotFound)
	var group sync.WaitGroup
	for i := 0; i < 50; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for j := 0; j < 40; j++ {
				if _, err := net.LookupHost(os.Args[1]); err != nil {
					fmt.Println(err)
				}
			}
		}()
	}
	group.Wait()
	fmt.Println("reached by name")
}
END
	(cd "$scratch" && CGO_ENABLED=0 GO111MODULE=off GOCACHE=$scratch/go go build -o lookup-go lookup.go)
	golang=(-r 'go.test. 60 IN A 203.0.113.1' -r 'go.test. 60 IN MX 5 mail.go.test.')
	answers "${golang[@]}"
	reached Go go.test $'?203.0.113.1? mail.go.test. true\nreached by name' "$scratch/lookup-go" go.test
	answers "${golang[@]}"
	reached 'Go of a shell' go.test $'?203.0.113.1? mail.go.test. true\nreached by name' \
		sh -c "'$scratch/lookup-go' go.test; exit"
	answers -r 'app.go.test. 60 IN A 203.0.113.1' -r 'app.go.test. 60 IN MX 5 mail.go.test.'
	program=go reached 'Go, search list' app.go.test $'?203.0.113.1? mail.go.test. true\nreached by name' \
		-o 'search go.test' "$scratch/lookup-go" app
fi

answers -r 'busybox.test. 60 IN A 203.0.113.2'
reached 'static nslookup' busybox.test 203.0.113.2 busybox-static nslookup busybox.test
reached 'static wget' busybox.test 'reached by name' busybox-static wget -q -O - "http://busybox.test$page"

answers -r 'musl.test. 60 IN A 203.0.113.7'
reached 'nslookup, musl' musl.test 203.0.113.7 busybox-musl nslookup musl.test

answers -r 'ruby.test. 60 IN A 203.0.113.6' -r 'ruby.test. 60 IN MX 5 mail.ruby.test.'
reached 'ruby Resolv' ruby.test '203.0.113.6 mail.ruby.test' ruby -W0 -rresolv -e '
dns = Resolv::DNS.new(nameserver: ["9.9.9.9"])
puts "#{dns.getaddress("ruby.test")} #{dns.getresource("ruby.test", Resolv::DNS::Resource::IN::MX).exchange}"'

answers -r 'node.test. 60 IN A 203.0.113.3' -r 'node.test. 60 IN MX 5 mail.node.test.'
reached 'node c-ares' node.test '203.0.113.3 mail.node.test ENOTFOUND' node -e '
const dns = require("dns").promises;
(async () => {
	const failure = await dns.resolve4("missing.node.test").catch((error) => error);
	console.log((await dns.resolve4("node.test"))[0], (await dns.resolveMx("node.test"))[0].exchange, failure.code);
})();'

cat >"$scratch/Records.java" <<'END'
import java.util.Hashtable;
import javax.naming.directory.InitialDirContext;

class Records {
	public static void main(String[] arguments) throws Exception {
		Hashtable<String, String> settings = new Hashtable<>();
		settings.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
		settings.put("java.naming.provider.url", "dns:");
		System.out.println(new InitialDirContext(settings).getAttributes(arguments[0], new String[] {"A", "MX"}));
	}
}
END
answers -r 'java.test. 60 IN A 203.0.113.4' -r 'java.test. 60 IN MX 5 mail.java.test.'
program=javac reached 'java JNDI' java.test 'A: 203.0.113.4*MX: 5 mail.java.test.' java "$scratch/Records.java" java.test

# With libc's own lookups, and a new profile each time. As root it does not start with its sandbox.
browser='HOME=$(mktemp -d -p "$0") && export HOME && exec chromium --headless --disable-gpu "--user-data-dir=$HOME" "$@"'
browser=(env -u LD_PRELOAD sh -c "$browser" "$scratch/open" --dump-dom "http://chromium.test$page")
program=chromium reached 'chromium unboxed' chromium.test 'reached by name' "${browser[@]}" --no-sandbox
program=chromium reached_as user chromium chromium.test 'reached by name' "${browser[@]}"

answers -r 'ping.test. 60 IN A 127.0.0.77' -r '77.0.0.127.in-addr.arpa. 60 IN PTR hop.test.'
program=ping reached_as root ping ping.test 'from hop.test (127.0.0.77)' env -u LD_PRELOAD ping -c 1 ping.test
answers -r 'sudo.test. 60 IN A 203.0.113.5'
reached_as root sudo sudo.test 203.0.113.5 sudo -n -u nobody getent ahostsv4 sudo.test

# asks_later PROGRAM START: a proxy that asks a server of its own for the name, with its configuration file in place of @.
asks_later() {
	program=$1 reached "$1 resolver" "$1.test" 'reached by name' sh -c '
		directory=$(mktemp -d -p "$2") && sed "s|@/|$directory/|" "$1.later" >"$directory/settings" &&
			eval "$3 $directory/settings" &&
			curl -sSf --retry 5 --max-time 30 --unix-socket "$directory/socket" http://proxy/page.html
		kill "$(cat "$directory/pid")"' sh "$scratch/$1" "$scratch/open" "$2"
}

# As root its workers become another user, if there is one.
cat >"$scratch/nginx.later" <<END
$(has_users || echo 'user root;')
pid @/pid;
events { }
http {
	access_log off;
	client_body_temp_path @/temporary;
	proxy_temp_path @/temporary;
	fastcgi_temp_path @/temporary;
	uwsgi_temp_path @/temporary;
	scgi_temp_path @/temporary;
	resolver 9.9.9.9;
	server {
		listen unix:@/socket;
		set \$server nginx.test;
		location / { proxy_pass http://\$server:$web_port; }
	}
}
END
asks_later nginx 'nginx -e stderr -c'

cat >"$scratch/haproxy.later" <<END
global
	pidfile @/pid
resolvers own
	nameserver first 9.9.9.9:53
defaults
	mode http
	timeout connect 5s
	timeout client 5s
	timeout server 5s
listen app
	bind unix@@/socket
	server app haproxy.test:$web_port resolvers own init-addr none
END
asks_later haproxy 'haproxy -D -f'
