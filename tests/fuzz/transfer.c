// SPDX-License-Identifier: MIT
// What a server sends for a zone transfer: its messages, after their lengths, with the query's id put into them.
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "resolver/direct.h"
#include "resolver/direct_transfer.h"
#include "tests/fuzz/fuzz.h"

#define HEAD_SIZE 2

// What the server sends next: it takes a copy before the other side can have seen anything of it.
static const uint8_t *to_send;
static size_t to_send_size;
static int listener = -1;

static void put_id(uint8_t *bytes, size_t size, const uint8_t *id)
{
	for (size_t at = 0; at + 4 <= size; at += 2u + (size_t)(bytes[at] << 8 | bytes[at + 1])) {
		bytes[at + 2] = id[0];
		bytes[at + 3] = id[1];
	}
}

static void *serve(void *unused)
{
	for (;;) {
		uint8_t query[2 + 512];
		const int connection = accept(listener, NULL, NULL);
		if (recv(connection, query, sizeof query, 0) > 2 + 12) {
			const size_t size = to_send_size;
			uint8_t *bytes = fuzz_copy(to_send, size);
			put_id(bytes, size, query + 2);
			MUST(send(connection, bytes, size, MSG_NOSIGNAL) <= (ssize_t)size);
			free(bytes);
		}
		close(connection);
	}
	return unused;
}

// Another address each time: of one, the ports would be used up in a while.
static struct address next_server(void)
{
	static struct sockaddr_in bound = {.sin_family = AF_INET};
	static uint32_t count;
	struct sockaddr_storage server = {0};
	struct address address;
	if (listener < 0) {
		socklen_t length = sizeof bound;
		pthread_t thread;
		listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		MUST(bind(listener, (struct sockaddr *)&bound, sizeof bound) == 0 && listen(listener, 16) == 0);
		MUST(getsockname(listener, (struct sockaddr *)&bound, &length) == 0);
		MUST(pthread_create(&thread, NULL, serve, NULL) == 0);
	}
	bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK + count++ % 0xfffff0);
	memcpy(&server, &bound, sizeof bound);
	MUST(address_from_sockaddr(&server, &address));
	return address;
}

static bool see(void *context, const uint8_t *message, size_t size)
{
	size_t *seen = context;
	MUST(size >= 12 && message[2] & 0x80);
	*seen += 1;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct question question = {.type = RRTYPE_AXFR, .class = RRCLASS_IN};
	struct direct_options options = {.timeout_ms = 10000};
	struct direct_transfer_result result;
	size_t seen = 0;
	if (size < HEAD_SIZE || size > 60000)
		return 0;
	MUST(name_read("app.test", &question.name));
	question.type = bytes[0] & 1 ? RRTYPE_IXFR : RRTYPE_AXFR;
	options.serial = bytes[1];
	to_send = bytes + HEAD_SIZE;
	to_send_size = size - HEAD_SIZE;
	const struct address server = next_server();
	const enum outcome outcome =
		direct_transfer(&server, &question, &options, &(struct direct_receiver){see, &seen}, &result);
	MUST(outcome != OUTCOME_ERROR && result.error != ETIMEDOUT);
	MUST((outcome == OUTCOME_FOUND) == !*result.text);
	MUST(outcome != OUTCOME_FOUND || (result.records >= 1 && seen == result.messages));
	MUST(seen == result.messages || (seen == result.messages + 1 && result.rcode));
	MUST(result.bytes <= to_send_size && result.records <= to_send_size / 11);
	for (const char *at = result.text; *at; at++)
		MUST(*at >= ' ' && *at <= '~');
	return 0;
}
