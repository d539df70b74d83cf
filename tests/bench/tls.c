// SPDX-License-Identifier: MIT
// What a query takes: tls KIND ADDRESS PORT COUNT [CA] asks a server COUNT times, one query after the other, for a
// new name each time. KIND is udp, unix (a SOCK_SEQPACKET; ADDRESS is its path), tls (verified by the certificates in
// the file CA, as dns.test), libc (by getaddrinfo(3), a second after the start) or now (the same without the pause).
// Prints the time until the first reply, with all that it takes to connect, and the median of the others, in
// nanoseconds. What is read and made before a connection is not measured.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/bench/ask.h"

#define HEADER 12

enum kind { UDP, UNIX, TLS, LIBC, NOW, KINDS };
static const char *const kinds[] = {"udp", "unix", "tls", "libc", "now"};

struct server {
	enum kind kind;
	SSL_CTX *context;
	SSL *tls;
	int descriptor;
};

// Without TCP_QUICKACK a reply may have to wait for the acknowledgement of what the server sent before it.
static void set_option(int descriptor, int option)
{
	const int on = 1;
	setsockopt(descriptor, IPPROTO_TCP, option, &on, sizeof(on));
}

static bool open_socket(struct server *server, const char *address, const char *port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	struct sockaddr_un path = {.sun_family = AF_UNIX};
	const bool is_in = server->kind != UNIX;
	const int type = server->kind == TLS ? SOCK_STREAM : is_in ? SOCK_DGRAM : SOCK_SEQPACKET;
	inet_pton(AF_INET, address, &in.sin_addr);
	snprintf(path.sun_path, sizeof(path.sun_path), "%s", address);
	server->descriptor = socket(is_in ? AF_INET : AF_UNIX, type | SOCK_CLOEXEC, 0);
	return connect(server->descriptor, is_in ? (void *)&in : (void *)&path, is_in ? sizeof(in) : sizeof(path)) == 0;
}

static bool make_context(struct server *server, const char *authority)
{
	static const unsigned char dot[] = "\3dot";
	server->context = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_verify(server->context, SSL_VERIFY_PEER, NULL);
	return SSL_CTX_load_verify_locations(server->context, authority, NULL) == 1 &&
		SSL_CTX_set_alpn_protos(server->context, dot, sizeof(dot) - 1) == 0;
}

static bool shake_hands(struct server *server)
{
	set_option(server->descriptor, TCP_NODELAY);
	server->tls = SSL_new(server->context);
	return SSL_set1_host(server->tls, "dns.test") == 1 && SSL_set_tlsext_host_name(server->tls, "dns.test") == 1 &&
		SSL_set_fd(server->tls, server->descriptor) == 1 && SSL_connect(server->tls) == 1;
}

// Writes the query behind its length in two bytes, padded to 128 bytes where it is encrypted, as RFC 8467 wants.
// Returns the size of both.
static size_t write_query(uint8_t *bytes, unsigned number, bool is_padded)
{
	static const uint8_t header[HEADER] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
	static const uint8_t end[] = {
		5, 'b', 'e', 'n', 'c', 'h', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
	uint8_t *at = bytes + 2;
	memcpy(at, header, sizeof(header));
	at[0] = (uint8_t)(number >> 8), at[1] = (uint8_t)number;
	at += HEADER;
	*at = (uint8_t)sprintf((char *)at + 1, "%xx%x", (unsigned)getpid(), number);
	at += 1 + *at;
	memcpy(at, end, sizeof(end));
	at += sizeof(end);
	const size_t rest = is_padded ? (size_t)(bytes + 2 + 128 - at) : 0;
	memset(at, 0, rest);
	if (rest)
		at[-1] = (uint8_t)rest, at[1] = 12, at[3] = (uint8_t)(rest - 4);
	const size_t size = (size_t)(at - bytes) - 2 + rest;
	bytes[0] = (uint8_t)(size >> 8), bytes[1] = (uint8_t)size;
	return size + 2;
}

static bool ask_libc(unsigned number)
{
	const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char name[64];
	snprintf(name, sizeof(name), "%xx%x.bench.test", (unsigned)getpid(), number);
	const bool is_found = getaddrinfo(name, NULL, &hints, &found) == 0;
	if (is_found)
		freeaddrinfo(found);
	return is_found;
}

// Asks, and waits for the reply. False unless it has that number and a record.
static bool ask_one(struct server *server, unsigned number)
{
	uint8_t bytes[4096];
	if (server->kind >= LIBC)
		return ask_libc(number);
	const size_t size = write_query(bytes, number, server->tls);
	int got;
	if (server->tls) {
		SSL_write(server->tls, bytes, (int)size);
		set_option(server->descriptor, TCP_QUICKACK);
		got = SSL_read(server->tls, bytes, sizeof(bytes));
	} else {
		send(server->descriptor, bytes + 2, size - 2, MSG_NOSIGNAL);
		got = 2 + (int)recv(server->descriptor, bytes + 2, sizeof(bytes) - 2, 0);
	}
	return got > 2 + HEADER && (bytes[2] << 8 | bytes[3]) == (int)(number & 0xffff) && bytes[2 + 7] == 1;
}

static int compare(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

// All takes longer after a pause, which nearly every first lookup has had.
static bool prepare(struct server *server, char **words)
{
	while (server->kind < KINDS && strcmp(words[0], kinds[server->kind]) != 0)
		server->kind++;
	const bool is_good = server->kind < KINDS && (server->kind != TLS || make_context(server, words[4]));
	if (server->kind == TLS || server->kind == LIBC)
		nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
	return is_good;
}

// words: KIND ADDRESS PORT COUNT [CA]
static bool measure(struct server *server, char **words, int64_t *times, unsigned count)
{
	if (!prepare(server, words))
		return false;
	int64_t before = ask_now();
	if ((server->kind < LIBC && !open_socket(server, words[1], words[2])) ||
		(server->kind == TLS && !shake_hands(server)))
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (!ask_one(server, i))
			return false;
		const int64_t after = ask_now();
		times[i] = after - before;
		before = after;
	}
	return true;
}

int main(int argc, char **argv)
{
	const unsigned count = argc > 4 ? (unsigned)atoi(argv[4]) : 0;
	int64_t *times = calloc(count + 1U, sizeof(*times));
	struct server server = {0};
	if (argc < 5 || argc > 6 || !count || !times) {
		fprintf(stderr, "usage: tls udp|unix|tls|libc|now ADDRESS PORT COUNT [CA]\n");
		return 2;
	}
	if (!measure(&server, argv + 1, times, count)) {
		fprintf(stderr, "tls: %s %s %s did not work\n", argv[1], argv[2], argv[3]);
		return 1;
	}
	qsort(times + 1, count - 1, sizeof(*times), compare);
	printf("%lld %lld\n", (long long)times[0], (long long)times[1 + (count - 1) / 2]);
	return 0;
}
