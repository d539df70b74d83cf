// SPDX-License-Identifier: MIT
#include "resolver/direct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"

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
