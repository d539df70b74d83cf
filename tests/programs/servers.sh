# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Servers that resolve names when they start, and what mail servers do.

# proxies PROGRAM START: started, it listens at its socket; what is asked there comes from the web server by name.
proxies() {
	# shellcheck disable=SC2016
	program=$1 runs "$1" "$1.test" 'reached by name' sh -c '
		eval "$2" && curl -sS --max-time 30 --unix-socket "$1.socket" http://proxy/page.html
		kill "$(cat "$1.pid")"' sh "$scratch/$1" "$2"
}

cat >"$scratch/nginx.conf" <<END
user root;
pid $scratch/nginx.pid;
events { }
http {
	access_log off;
	client_body_temp_path $scratch/nginx;
	proxy_temp_path $scratch/nginx;
	fastcgi_temp_path $scratch/nginx;
	uwsgi_temp_path $scratch/nginx;
	scgi_temp_path $scratch/nginx;
	upstream app { server nginx.test:$web_port; }
	server {
		listen unix:$scratch/nginx.socket;
		location / { proxy_pass http://app; }
	}
}
END
proxies nginx "nginx -e stderr -c $scratch/nginx.conf"

cat >"$scratch/haproxy.cfg" <<END
global
	pidfile $scratch/haproxy.pid
defaults
	mode http
	timeout connect 5s
	timeout client 5s
	timeout server 5s
listen app
	bind unix@$scratch/haproxy.socket
	server app haproxy.test:$web_port
END
proxies haproxy "haproxy -D -f $scratch/haproxy.cfg"

# Postfix's own client, with the library of its delivery agent. Its users are there only where it is installed: two
# others stand in.
mkdir "$scratch/postfix"
cat >"$scratch/postfix/main.cf" <<END
mail_owner = daemon
setgid_group = mail
myhostname = mail.test
inet_interfaces = loopback-only
queue_directory = $scratch/postfix
data_directory = $scratch/postfix
END
if [ "$(id -u)" -ne 0 ] || chown daemon "$scratch/postfix" 2>/dev/null; then
	answers -r 'postfix.test. 60 IN MX 5 mx.postfix.test.' -r 'mx.postfix.test. 60 IN A 127.0.0.1'
	MAIL_CONFIG=$scratch/postfix runs 'posttls-finger (postfix)' postfix.test '554 reached by name' \
		posttls-finger -c "postfix.test:$smtp_port"
else
	left_out 'posttls-finger (postfix)' 'as root it becomes another user, and this namespace has none'
fi
