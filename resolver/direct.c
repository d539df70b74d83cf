// SPDX-License-Identifier: MIT
#include "resolver/direct.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/kernel.h"
#include "config/base/random.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"
#include "resolver/source/upstream/transport.h"

#define TRANSFER_MS 600000
#define SOA_NUMBERS_SIZE 20

// A query and its channel.
struct exchange {
	struct channel channel;
	const struct question *question;
	struct packet_request request;
	uint8_t query[PACKET_QUERY_MAX];
	size_t query_size;
	uint8_t *buffer;  // UINT16_MAX bytes for datagrams; NULL for TCP
};

static unsigned packet_flags(const struct direct_options *options)
{
	const bool has_opt = options->edns || options->dnssec_ok || options->payload;
	return (has_opt ? PACKET_EDNS : 0) | (options->dnssec_ok ? PACKET_DNSSEC_OK : 0) | (options->ad ? PACKET_AD : 0) |
		(options->checking_disabled ? PACKET_CHECKING_DISABLED : 0) | (options->no_recursion ? PACKET_NO_RECURSION : 0);
}

// Returns false with errno.
static bool exchange_prepare(
	struct exchange *exchange, const struct question *question, const struct direct_options *options)
{
	*exchange = (struct exchange){
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

static bool exchange_start(struct exchange *exchange, const struct address *server, bool stream)
{
	const struct message_view view = {exchange->query, exchange->query_size};
	if (!stream && !(exchange->buffer = malloc(UINT16_MAX)))
		return false;
	return channel_open(&exchange->channel, server, stream) == 0 && channel_send(&exchange->channel, &view, 1) == 0;
}

static void exchange_end(struct exchange *exchange)
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

// Returns the next whole message, valid until the next call; or NULL with errno.
static const uint8_t *exchange_receive(struct exchange *exchange, int64_t deadline, size_t *size)
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

// ---- message headers ----

static bool has_id(const uint8_t *message, size_t size, uint16_t id)
{
	struct cursor cursor = {.bytes = message, .size = size};
	return cursor_u16(&cursor) == id && !cursor.failed;
}

static bool is_reply(const uint8_t *message, size_t size, unsigned opcode)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	return !cursor.failed && header.flags & FLAG_QR && wire_opcode(header.flags) == opcode;
}

// ---- one exchange ----

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
static bool take_message(const struct exchange *exchange, const struct direct_options *options, const uint8_t *message,
	size_t size, struct direct_reply *out)
{
	const bool id_matches = has_id(message, size, exchange->request.id);
	const bool is_one = is_reply(message, size, options->opcode);
	const bool question_matches = packet_repeats_question(message, size, exchange->question);
	if (!options->mismatches && !(id_matches && is_one && question_matches)) {
		out->passed_over++;
		return false;
	}
	out->id_matches = id_matches;
	out->is_reply = is_one;
	out->question_matches = question_matches;
	out->size = size;
	out->message = copy_of(message, size);
	out->error = out->message ? 0 : ENOMEM;
	return true;
}

static int run_exchange(struct exchange *exchange, const struct direct_options *options, struct direct_reply *out)
{
	const int64_t deadline = clock_now() + INT64_C(1000) * options->timeout_ms;
	const uint8_t *message;
	size_t size;
	out->query = copy_of(exchange->query, exchange->query_size);
	out->query_size = out->query ? exchange->query_size : 0;
	if (!out->query || !exchange_start(exchange, &out->server, options->stream))
		return errno;
	do {
		message = exchange_receive(exchange, deadline, &size);
		if (!message)
			return errno;
	} while (!take_message(exchange, options, message, size, out));
	return out->error;
}

bool direct_ask(const struct address *server, const struct question *question, const struct direct_options *options,
	struct direct_reply *out)
{
	const int64_t start = clock_now();
	struct exchange exchange;
	*out = (struct direct_reply){.server = *server, .over_tcp = options->stream};
	out->error = exchange_prepare(&exchange, question, options) ? run_exchange(&exchange, options, out) : errno;
	out->microseconds = clock_now() - start;
	exchange_end(&exchange);
	return out->message != NULL;
}

// ---- transfers ----

// The position in the sequence of records, which determines what the next SOA means (RFC 5936 2.2, RFC 1995 4).
enum transfer_phase {
	PHASE_START,
	PHASE_FIRST_SOA,  // next: records of the zone, or the SOA that begins a difference sequence
	PHASE_ZONE,
	PHASE_REMOVED,  // deleted records, up to the SOA of the next version
	PHASE_ADDED,
	PHASE_END,
};

struct transfer {
	struct exchange exchange;
	const struct direct_options *options;
	struct direct_transfer_result *result;
	enum transfer_phase phase;
	enum outcome outcome;
};

// Stores the error and the progress in the result. Always returns false.
__attribute__((format(printf, 4, 5))) static bool fail(
	struct transfer *transfer, enum outcome outcome, int error, const char *format, ...)
{
	struct direct_transfer_result *result = transfer->result;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(result->text, sizeof(result->text), format, arguments);
	va_end(arguments);
	const size_t length = strlen(result->text);
	snprintf(result->text + length, sizeof(result->text) - length, ", after %zu record%s in %zu message%s",
		result->records, result->records == 1 ? "" : "s", result->messages, result->messages == 1 ? "" : "s");
	result->error = error;
	transfer->outcome = outcome;
	return false;
}

static bool fail_to_connect(struct transfer *transfer, int error)
{
	const enum outcome outcome = channel_is_local_failure(error) ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN;
	return fail(transfer, outcome, error, "no connection: %s", error_text(error));
}

static bool fail_to_receive(struct transfer *transfer, int error)
{
	// The query has not been sent yet.
	if (channel_events(&transfer->exchange.channel) == POLLOUT)
		return fail_to_connect(transfer, error);
	if (error == ETIMEDOUT)
		return fail(transfer, OUTCOME_TRY_AGAIN, error, "nothing came for %u ms", transfer->options->timeout_ms);
	if (error == EPIPE)
		return fail(transfer, OUTCOME_TRY_AGAIN, error, "the server closed the connection before the zone's end");
	return fail(transfer, error == ENOMEM ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, error, "nothing more came: %s",
		error_text(error));
}

static bool fail_by_code(struct transfer *transfer, uint16_t rcode)
{
	char word[RRTYPE_TEXT_SIZE];
	enum outcome outcome = OUTCOME_NO_RECOVERY;
	transfer->result->rcode = rcode;
	if (rcode == RCODE_NXDOMAIN)
		outcome = OUTCOME_NO_NAME;
	else if (rcode == RCODE_SERVFAIL || rcode == RCODE_REFUSED || rcode == RCODE_NOTIMP || rcode == RCODE_NOTAUTH)
		outcome = OUTCOME_TRY_AGAIN;
	return fail(transfer, outcome, 0, "the server says %s", rcode_write(rcode, word));
}

static bool fail_by_record(struct transfer *transfer, const char *what, const struct wire_record *record)
{
	char type[RRTYPE_TEXT_SIZE], owner[NAME_TEXT_SIZE];
	return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "%s is %s of %.100s", what, rrtype_write(record->type, type),
		name_write(&record->owner, owner));
}

// Returns whether the record is the zone's SOA. *serial is the first of the five numbers that follow its two names (RFC
// 1035 3.3.13).
static bool is_soa(
	const struct transfer *transfer, const struct cursor *message, const struct wire_record *record, uint32_t *serial)
{
	struct cursor data = {.bytes = message->bytes, .size = record->data + record->data_length, .at = record->data};
	if (record->type != RRTYPE_SOA || !name_equal(&record->owner, &transfer->exchange.question->name))
		return false;
	cursor_name(&data, NULL);
	cursor_name(&data, NULL);
	*serial = cursor_u32(&data);
	cursor_bytes(&data, SOA_NUMBERS_SIZE - 4);
	return !data.failed && data.at == data.size;
}

// Serial number arithmetic (RFC 1982 3.2).
static bool is_newer(uint32_t serial, uint32_t than)
{
	return (int32_t)(serial - than) > 0;
}

static bool asks_for_changes(const struct transfer *transfer)
{
	return transfer->exchange.question->type == RRTYPE_IXFR;
}

// RFC 1995 4: a server without a newer version replies with only this record.
static bool take_first_soa(struct transfer *transfer, uint32_t serial, bool is_only_record)
{
	const bool is_all = is_only_record && asks_for_changes(transfer) && !is_newer(serial, transfer->options->serial);
	transfer->result->serial = serial;
	transfer->phase = is_all ? PHASE_END : PHASE_FIRST_SOA;
	return true;
}

static bool take_later_soa(struct transfer *transfer, uint32_t serial)
{
	const bool is_latest = serial == transfer->result->serial;
	if (transfer->phase == PHASE_REMOVED) {
		transfer->phase = PHASE_ADDED;
	} else if (is_latest) {
		transfer->phase = PHASE_END;
	} else if (transfer->phase == PHASE_ADDED || (transfer->phase == PHASE_FIRST_SOA && asks_for_changes(transfer))) {
		transfer->result->is_incremental = true;
		transfer->phase = PHASE_REMOVED;
	} else {
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "the zone changed on the way, from serial %u to %u",
			transfer->result->serial, serial);
	}
	return true;
}

static bool take_record(
	struct transfer *transfer, const struct cursor *message, const struct wire_record *record, bool is_only_record)
{
	uint32_t serial = 0;
	const bool is_one = is_soa(transfer, message, record, &serial);
	if (transfer->phase == PHASE_END)
		return fail_by_record(transfer, "a record behind the zone's end", record);
	if (transfer->phase == PHASE_START && !is_one)
		return fail_by_record(transfer, "the first record, not the zone's SOA,", record);
	transfer->result->records++;
	if (!is_one) {
		if (transfer->phase == PHASE_FIRST_SOA)
			transfer->phase = PHASE_ZONE;
		return true;
	}
	if (transfer->phase == PHASE_START)
		return take_first_soa(transfer, serial, is_only_record);
	return take_later_soa(transfer, serial);
}

// Returns whether the message has all records that its header counts. Adds the upper bits of the rcode from an OPT
// record.
static bool read_whole(struct cursor cursor, const struct wire_header *header, uint16_t *rcode)
{
	const size_t count = (size_t)header->answers + header->authorities + header->additionals;
	for (size_t i = 0; i < count && !cursor.failed; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
		if (!cursor.failed && record.type == RRTYPE_OPT)
			*rcode |= (uint16_t)(record.ttl >> 24 << 4);
	}
	return !cursor.failed;
}

// RFC 5936 2.2: the first message must repeat the question, the others may.
static bool is_of_transfer(struct transfer *transfer, const uint8_t *message, size_t size)
{
	const struct exchange *exchange = &transfer->exchange;
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	if (cursor.failed)
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "a message of %zu bytes came", size);
	if (!has_id(message, size, exchange->request.id))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "a message with another id came");
	if (!is_reply(message, size, 0))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "a message came that is no reply");
	if (!(transfer->result->messages && header.questions == 0) &&
		!packet_repeats_question(message, size, exchange->question))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "a message with another question came");
	return true;
}

static bool take_answers(struct transfer *transfer, struct cursor cursor, const struct wire_header *header)
{
	if (!header->answers)
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "a message without records came");
	for (unsigned i = 0; i < header->answers; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
		if (!take_record(transfer, &cursor, &record, header->answers == 1))
			return false;
	}
	return true;
}

static bool show(
	struct transfer *transfer, direct_message_callback *see, void *context, const uint8_t *message, size_t size)
{
	return see(context, message, size) || fail(transfer, OUTCOME_ERROR, ECANCELED, "given up");
}

static bool take_transfer_message(
	struct transfer *transfer, const uint8_t *message, size_t size, direct_message_callback *see, void *context)
{
	struct cursor cursor = {.bytes = message, .size = size};
	if (!is_of_transfer(transfer, message, size))
		return false;
	const struct wire_header header = wire_header(&cursor);
	uint16_t rcode = header.flags & FLAG_RCODE;
	wire_skip_questions(&cursor, &header);
	if (!read_whole(cursor, &header, &rcode))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "a malformed message came");
	if (rcode == RCODE_NOERROR) {
		if (!take_answers(transfer, cursor, &header))
			return false;
		transfer->result->messages++;
		transfer->result->bytes += size;
		return show(transfer, see, context, message, size);
	}
	return show(transfer, see, context, message, size) && fail_by_code(transfer, rcode);
}

static bool run_transfer(
	struct transfer *transfer, const struct address *server, direct_message_callback *see, void *context)
{
	const unsigned all_ms = transfer->options->transfer_ms ? transfer->options->transfer_ms : TRANSFER_MS;
	const int64_t end = clock_now() + INT64_C(1000) * all_ms;
	if (!exchange_start(&transfer->exchange, server, true))
		return fail_to_connect(transfer, errno);
	while (transfer->phase != PHASE_END) {
		const int64_t patience = INT64_C(1000) * transfer->options->timeout_ms;
		size_t size;
		const uint8_t *message = exchange_receive(&transfer->exchange, clock_least(clock_now() + patience, end), &size);
		if (clock_now() >= end)
			return fail(transfer, OUTCOME_TRY_AGAIN, ETIMEDOUT, "no end within %u ms", all_ms);
		if (!message)
			return fail_to_receive(transfer, errno);
		if (!take_transfer_message(transfer, message, size, see, context))
			return false;
	}
	return true;
}

enum outcome direct_transfer(const struct address *server, const struct question *question,
	const struct direct_options *options, direct_message_callback *see, void *context,
	struct direct_transfer_result *out)
{
	const int64_t start = clock_now();
	struct transfer transfer = {.options = options, .result = out, .outcome = OUTCOME_FOUND};
	struct direct_options as_query = *options;
	as_query.opcode = 0;
	*out = (struct direct_transfer_result){0};
	if (!exchange_prepare(&transfer.exchange, question, &as_query))
		fail(&transfer, OUTCOME_ERROR, errno, "no random number: %s", error_text(errno));
	else
		run_transfer(&transfer, server, see, context);
	exchange_end(&transfer.exchange);
	out->microseconds = clock_now() - start;
	return transfer.outcome;
}
