// SPDX-License-Identifier: MIT
#include "resolver/direct_exchange.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

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
		const int64_t left = (deadline - clock_now() + 999) / 1000;
		if (left <= 0) {
			errno = ETIMEDOUT;
			return false;
		}
		struct pollfd polled = {.fd = channel->descriptor, .events = channel_events(channel)};
		const int count = kernel_poll(&polled, 1, (int)clock_least(left, INT_MAX));
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
