// SPDX-License-Identifier: MIT
#include "resolver/direct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"
#include "config/base/random.h"
#include "resolver/dns/wire.h"

static unsigned packet_flags(const struct direct_options *options)
{
	const bool has_opt = options->edns || options->dnssec_ok || options->payload;
	return (has_opt ? PACKET_EDNS : 0) | (options->dnssec_ok ? PACKET_DNSSEC_OK : 0) | (options->ad ? PACKET_AD : 0) |
		(options->checking_disabled ? PACKET_CHECKING_DISABLED : 0) | (options->no_recursion ? PACKET_NO_RECURSION : 0);
}

bool direct_exchange_prepare(
	struct direct_exchange *exchange, const struct question *question, const struct direct_options *options)
{
	*exchange = (struct direct_exchange){
		.channel = {.descriptor = -1},
		.question = question,
		.request =
			{
				.flags = packet_flags(options),
				.opcode = options->opcode,
				.payload = options->payload,
				.has_serial = question->type == RRTYPE_IXFR,
				.serial = options->serial,
			},
	};
	if (!random_draw(&exchange->request.id, sizeof(exchange->request.id)))
		return false;
	exchange->query_size = packet_write_request(question, &exchange->request, exchange->query);
	return true;
}

bool direct_exchange_start(struct direct_exchange *exchange, const struct address *server, bool stream)
{
	const struct message_view view = {exchange->query, exchange->query_size};
	if (!stream && !(exchange->buffer = malloc(UINT16_MAX)))
		return false;
	return channel_open(&exchange->channel, server, stream) == 0 && channel_send(&exchange->channel, &view, 1) == 0;
}

void direct_exchange_end(struct direct_exchange *exchange)
{
	channel_close(&exchange->channel);
	free(exchange->buffer);
}

// Returns false with errno; ETIMEDOUT at the deadline.
static bool wait_for_more(const struct channel *channel, int64_t deadline)
{
	for (;;) {
		const int left = clock_milliseconds_until(deadline);
		if (left == 0) {
			errno = ETIMEDOUT;
			return false;
		}
		struct pollfd polled = {.fd = channel->descriptor, .events = channel_events(channel)};
		const int count = kernel_poll(&polled, 1, left);
		if (count > 0)
			return true;
		if (count < 0 && errno != EINTR)
			return false;
	}
}

const uint8_t *direct_exchange_receive(struct direct_exchange *exchange, int64_t deadline, size_t *size)
{
	do {
		uint8_t *message = NULL;
		bool cut;
		const ssize_t got = channel_receive(&exchange->channel, exchange->buffer, UINT16_MAX, &message, &cut);
		if (got < 0)
			return NULL;
		if (message) {
			*size = (size_t)got;
			return message;
		}
	} while (wait_for_more(&exchange->channel, deadline));
	return NULL;
}

bool direct_exchange_has_id(const struct direct_exchange *exchange, const uint8_t *message, size_t size)
{
	struct cursor cursor = {.bytes = message, .size = size};
	return cursor_u16(&cursor) == exchange->request.id && !cursor.failed;
}

bool direct_exchange_is_reply(const struct direct_exchange *exchange, const uint8_t *message, size_t size)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	return !cursor.failed && header.flags & FLAG_QR && wire_opcode(header.flags) == exchange->request.opcode;
}

void direct_reply_clear(struct direct_reply *reply)
{
	free(reply->query);
	free(reply->message);
	*reply = (struct direct_reply){0};
}

// Never NULL for 0 bytes, except without memory.
static uint8_t *copy_of(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	return copy ? memcpy(copy, bytes, size) : NULL;
}

// Stores the message if it is a reply to the query, or with options->mismatches in any case.
static bool take_message(const struct direct_exchange *exchange, const struct direct_options *options,
	const uint8_t *message, size_t size, struct direct_reply *out)
{
	const bool id_matches = direct_exchange_has_id(exchange, message, size);
	const bool is_reply = direct_exchange_is_reply(exchange, message, size);
	const bool question_matches = packet_repeats_question(message, size, exchange->question);
	if (!options->mismatches && !(id_matches && is_reply && question_matches)) {
		out->passed_over++;
		return false;
	}
	out->id_matches = id_matches;
	out->is_reply = is_reply;
	out->question_matches = question_matches;
	out->size = size;
	out->message = copy_of(message, size);
	out->error = out->message ? 0 : ENOMEM;
	return true;
}

static int run_exchange(
	struct direct_exchange *exchange, const struct direct_options *options, struct direct_reply *out)
{
	const int64_t deadline = clock_now() + INT64_C(1000) * options->timeout_ms;
	const uint8_t *message;
	size_t size;
	out->query = copy_of(exchange->query, exchange->query_size);
	out->query_size = out->query ? exchange->query_size : 0;
	if (!out->query || !direct_exchange_start(exchange, &out->server, options->stream))
		return errno;
	do {
		message = direct_exchange_receive(exchange, deadline, &size);
		if (!message)
			return errno;
	} while (!take_message(exchange, options, message, size, out));
	return out->error;
}

bool direct_ask(const struct address *server, const struct question *question, const struct direct_options *options,
	struct direct_reply *out)
{
	const int64_t start = clock_now();
	struct direct_exchange exchange;
	*out = (struct direct_reply){.server = *server, .over_tcp = options->stream};
	out->error = direct_exchange_prepare(&exchange, question, options) ? run_exchange(&exchange, options, out) : errno;
	out->microseconds = clock_now() - start;
	direct_exchange_end(&exchange);
	return out->message != NULL;
}
