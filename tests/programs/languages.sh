# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016,SC2154
# Interpreters and run-time environments, each with several of its lookup calls.

answers -r 'getent.test. 60 IN A 203.0.113.1' -r 'getent.test. 60 IN AAAA 2001:db8::1'
runs 'getent ahosts' getent.test '203.0.113.1 *STREAM' getent ahosts getent.test
answers -r 'getent.test. 60 IN A 203.0.113.1'
runs 'getent hosts' getent.test '203.0.113.1 *getent.test' getent hosts getent.test
answers -r '2.113.0.203.in-addr.arpa. 60 IN PTR reverse.getent.test.'
runs 'getent hosts ADDRESS' 2.113.0.203.in-addr.arpa '203.0.113.2 *reverse.getent.test' getent hosts 203.0.113.2

answers -r 'python.test. 60 IN A 203.0.113.3' -r '3.113.0.203.in-addr.arpa. 60 IN PTR reverse.python.test.'
runs python3 python.test '203.0.113.3 reverse.python.test' python3 -c '
import socket
print(socket.gethostbyname_ex("python.test")[2][0], socket.gethostbyaddr("203.0.113.3")[0])'
answers -r 'python.test. 60 IN A 203.0.113.3'
runs 'python3, 16 threads' python.test "{'203.0.113.3'} 400" python3 -c '
import concurrent.futures, socket
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    found = list(pool.map(socket.gethostbyname, ["python.test"] * 400))
print(set(found), len(found))'
runs 'python3 asyncio' python.test 'reached by name*python.test' python3 -c '
import asyncio, sys
async def main():
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("python.test", sys.argv[1])
    found = await asyncio.gather(*(loop.getaddrinfo("python.test", None) for i in range(50)))
    print(await reader.readline(), len(found), "python.test")
asyncio.run(main())' "$greeting_port"

answers -r 'perl.test. 60 IN A 203.0.113.4' -r '4.113.0.203.in-addr.arpa. 60 IN PTR reverse.perl.test.'
runs perl perl.test '203.0.113.4 reverse.perl.test' perl -MSocket -e '
print inet_ntoa(scalar gethostbyname("perl.test")), " ", scalar gethostbyaddr(inet_aton("203.0.113.4"), AF_INET)'
runs 'perl IO::Socket::IP' perl.test 'reached by name' perl -MIO::Socket::IP -e '
my $socket = IO::Socket::IP->new(PeerHost => "perl.test", PeerPort => shift, Type => SOCK_STREAM) or die $@;
print <$socket>' "$greeting_port"

runs ruby ruby.test '127.0.0.1*reached by name' ruby -W0 -rsocket -e '
puts Socket.gethostbyname("ruby.test")[3].unpack("C4").join(".")
puts TCPSocket.new("ruby.test", ARGV[0]).read' "$greeting_port"

answers -r 'php.test. 60 IN A 127.0.0.1' -r 'php.test. 60 IN MX 7 mail.php.test.'
runs php php.test '127.0.0.1 mail.php.test reached by name' php -r '
echo gethostbyname("php.test"), " ", dns_get_record("php.test", DNS_MX)[0]["target"], " ";
echo stream_get_contents(stream_socket_client("tcp://php.test:" . $argv[1]));' "$greeting_port"

answers -r 'node.test. 60 IN A 203.0.113.5' -r '5.113.0.203.in-addr.arpa. 60 IN PTR reverse.node.test.'
runs node node.test '203.0.113.5 reverse.node.test' node -e '
const dns = require("dns").promises;
Promise.all([dns.lookup("node.test"), dns.lookupService("203.0.113.5", 80)])
	.then(([found, name]) => console.log(found.address, name.hostname));'
runs 'node http' node.test 'reached by name' node -e '
require("http").get(process.argv[1], (reply) => reply.pipe(process.stdout));' "http://node.test$page"

cat >"$scratch/Lookup.java" <<'END'
import java.net.InetAddress;

class Lookup {
	public static void main(String[] arguments) throws Exception {
		InetAddress address = InetAddress.getByName(arguments[0]);
		InetAddress same = InetAddress.getByAddress(address.getAddress());
		System.out.println(address.getHostAddress() + " " + same.getHostName());
	}
}
END
answers -r 'java.test. 60 IN A 203.0.113.6' -r '6.113.0.203.in-addr.arpa. 60 IN PTR java.test.'
program=javac runs java java.test '203.0.113.6 java.test' java "$scratch/Lookup.java" java.test
