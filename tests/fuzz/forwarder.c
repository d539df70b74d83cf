// SPDX-License-Identifier: MIT
// A server over TLS as the forwarder sees it: a stream in pieces of any size, which ends at any time, and clients that
// ask and leave. Each query of a client that stays gets one reply, or one error. The connections are this file's.
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"
#include "shim/command/tls/tls_connection.h"
#include "shim/command/tls/tls_server.h"
#include "tests/fuzz/fuzz.h"

#define SECOND INT64_C(1000000)
#define STREAM_MAX 65536
#define QUERIES_MAX 32
#define HEADER "0 0 - -\ntls://192.0.2.1"

// What the input does, one byte each; the low bits that are left are an argument.
enum step { ASK, ASK_BYTES, REPLY, BYTES, READY, PASS, END, LEAVE, STEPS };

static const uint8_t *input, *input_end;
static struct tls_connection *connection;
static uint8_t stream[STREAM_MAX], sent[STREAM_MAX];  // what the server sends, and got, by this connection
static size_t stream_size, sent_size;
static int end_error, fails;  // what reading and opening ends with; 0: it does not
static bool is_dead;          // nothing is acknowledged
static struct tls_endpoint client;
static int client_end;
static unsigned asked, answered;

static uint8_t next(void)
{
	return input < input_end ? *input++ : 0;
}

// ---- the connections ----

struct tls_trust *tls_trust_find(struct tls_trust **list, const char *settings, size_t size)
{
	static struct tls_trust trust;
	(void)list;
	MUST(size == strlen("0 0 - -") && memcmp(settings, "0 0 - -", size) == 0);
	return &trust;
}

int tls_connection_open(struct tls_connection *one, const struct address *address)
{
	(void)address;
	MUST(!connection && one->state == TLS_CLOSED);
	if (fails)
		return fails;
	connection = one;
	one->state = TLS_HANDSHAKING;
	one->began = one->heard = one->waits = one->loop->now;
	stream_size = sent_size = 0;
	end_error = 0;
	return 0;
}

int tls_connection_shake_hands(struct tls_connection *one)
{
	MUST(one == connection);
	one->state = TLS_OPEN;
	return end_error;
}

// What is sent consists of whole messages.
int tls_connection_flush(struct tls_connection *one)
{
	size_t at = 0;
	MUST(one == connection && one->state == TLS_OPEN);
	while (at < one->output_size)
		at += 2u + (size_t)(one->output[at] << 8 | one->output[at + 1]);
	MUST(at == one->output_size);
	if (sent_size + at > STREAM_MAX)
		return ENOBUFS;
	memcpy(sent + sent_size, one->output, at);
	sent_size += at;
	one->output_size = 0;
	return end_error;
}

ssize_t tls_connection_read(struct tls_connection *one, uint8_t *buffer, size_t size)
{
	MUST(one == connection && one->state == TLS_OPEN && size > 0);
	const size_t part = size < stream_size ? size : stream_size;
	errno = end_error;
	if (!part)
		return end_error ? -1 : 0;
	memcpy(buffer, stream, part);
	memmove(stream, stream + part, stream_size -= part);
	one->heard = one->loop->now;
	return (ssize_t)part;
}

void tls_connection_acknowledge(const struct tls_connection *one)
{
	MUST(one == connection);
}

int64_t tls_connection_waits_since(struct tls_connection *one)
{
	MUST(one == connection);
	if (!is_dead)
		one->waits = one->loop->now;
	return one->waits;
}

void tls_connection_close(struct tls_connection *one)
{
	if (one->state == TLS_CLOSED)
		return;
	MUST(one == connection);
	free(one->output);
	one->output = NULL;
	one->output_size = 0;
	one->state = TLS_CLOSED;
	connection = NULL;
}

// ---- the clients ----

static size_t write_query(uint8_t *out, unsigned number)
{
	static const uint8_t rest[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 'q', 0, 0, 0, 1, 0, 1};
	wire_put_u16(out, number);
	memcpy(out + 2, rest, sizeof rest);
	out[13] = (uint8_t)('a' + number % 26);
	return 2 + sizeof rest;
}

static void begin_client(void)
{
	int ends[2];
	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0);
	client.descriptor = ends[0];
	client_end = ends[1];
	asked = answered = 0;
}

// A reply is one of a query that was asked; an error is that of an enum or errno.
static void take_answers(void)
{
	uint8_t reply[STREAM_MAX];
	ssize_t size;
	for (; (size = recv(client_end, reply, sizeof reply, MSG_DONTWAIT)) > 0; answered++)
		MUST(size == sizeof(int) || (size >= 12 && (size_t)(reply[0] << 8 | reply[1]) < QUERIES_MAX));
	MUST(answered <= asked);
}

static void leave(struct tls_loop *loop)
{
	tls_servers_forget(loop, &client);
	close(client.descriptor);
	close(client_end);
}

// ---- the input ----

// A reply to one of the queries that were sent, with a byte changed if the input has another than 0.
static void add_reply(unsigned index)
{
	size_t at = 0;
	for (size_t size; at + 2 < sent_size; at += size) {
		size = 2u + (size_t)(sent[at] << 8 | sent[at + 1]);
		if (index-- > 0 || stream_size + size > STREAM_MAX)
			continue;
		memcpy(stream + stream_size, sent + at, size);
		stream[stream_size + 4] |= 0x80;
		const uint8_t where = next(), what = next();
		stream[stream_size + where % size] ^= what;
		stream_size += size;
		return;
	}
}

static void add_bytes(uint8_t *out, size_t *size, size_t count)
{
	for (; count > 0 && *size < STREAM_MAX; count--)
		out[(*size)++] = next();
}

static void ready(size_t part)
{
	if (!connection)
		return;
	// Only a part of the stream has come yet.
	const size_t rest = part < stream_size ? stream_size - part : 0;
	uint8_t *kept = fuzz_copy(stream + stream_size - rest, rest);
	const struct tls_connection *const before = connection;
	stream_size -= rest;
	connection->endpoint.ready(&connection->endpoint);
	if (connection == before && stream_size + rest <= STREAM_MAX) {
		memcpy(stream + stream_size, kept, rest);
		stream_size += rest;
	}
	free(kept);
}

static void ask(struct tls_server *server, unsigned argument, bool is_valid)
{
	uint8_t query[256];
	size_t size = 0;
	if (asked == QUERIES_MAX)
		return;
	if (is_valid)
		size = write_query(query, asked);
	else
		add_bytes(query, &size, argument * 4);
	if (size >= 2)
		wire_put_u16(query, asked);
	asked++;
	tls_server_ask(server, &client, query, size);
}

static void take_step(struct tls_loop *loop, struct tls_server *server, uint8_t byte)
{
	const unsigned argument = byte / STEPS;
	switch ((enum step)(byte % STEPS)) {
	case ASK:
	case ASK_BYTES:
		ask(server, argument, byte % STEPS == ASK);
		break;
	case REPLY:
		add_reply(argument);
		break;
	case BYTES:
		add_bytes(stream, &stream_size, argument);
		break;
	case READY:
		ready(argument < 31 ? argument : STREAM_MAX);
		break;
	case PASS:
		loop->now += argument * argument * SECOND / 100;
		is_dead = argument == 31;
		break;
	case END:
		end_error = argument % 2 ? ECONNRESET : EPIPE;
		fails = argument & 2 ? ECONNREFUSED : 0;
		break;
	default:
		leave(loop);
		begin_client();
	}
	tls_servers_step(loop);
	take_answers();
}

// All that is asked is answered in the end, at the latest when the last connection is given up.
static void finish(struct tls_loop *loop)
{
	for (int i = 0; i < 8 * QUERIES_MAX && answered < asked; i++) {
		loop->now += 5 * SECOND;
		tls_servers_step(loop);
		take_answers();
	}
	MUST(answered == asked);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct tls_loop loop;
	loop.now += 100 * SECOND;
	input = bytes;
	input_end = bytes + size;
	fails = 0;
	is_dead = false;
	begin_client();
	struct tls_server *server = tls_server_find(&loop, HEADER, strlen(HEADER));
	MUST(server);
	while (input < input_end)
		take_step(&loop, server, next());
	finish(&loop);
	leave(&loop);
	loop.now += 100 * SECOND;
	tls_servers_step(&loop);
	MUST(!connection);
	return 0;
}
