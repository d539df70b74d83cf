// SPDX-License-Identifier: MIT
#include "resolver/direct_transfer.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "resolver/dns/wire.h"

#define TRANSFER_MS 600000
#define SOA_NUMBERS_SIZE 20

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
	struct direct_exchange exchange;
	const struct direct_options *options;
	const struct direct_receiver *receiver;
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

static enum outcome outcome_of(int error)
{
	return channel_is_local_failure(error) ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN;
}

static bool fail_to_connect(struct transfer *transfer, int error)
{
	return fail(transfer, outcome_of(error), error, "no connection: %s", error_text(error));
}

static bool fail_to_receive(struct transfer *transfer, int error)
{
	// The query has not been sent yet.
	if (channel_events(&transfer->exchange.channel) == POLLOUT)
		return fail_to_connect(transfer, error);
	if (error == ETIMEDOUT)
		return fail(transfer, OUTCOME_TRY_AGAIN, error, "no message for %u ms", transfer->options->timeout_ms);
	if (error == EPIPE)
		return fail(transfer, OUTCOME_TRY_AGAIN, error, "the server closed the connection before the zone's end");
	return fail(transfer, outcome_of(error), error, "receiving failed: %s", error_text(error));
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
	return fail(transfer, outcome, 0, "the server replied %s", rcode_write(rcode, word));
}

static bool fail_by_record(struct transfer *transfer, const char *what, const struct wire_record *record)
{
	char type[RRTYPE_TEXT_SIZE], owner[NAME_TEXT_SIZE];
	return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "expected %s, got %s of %.100s", what,
		rrtype_write(record->type, type), name_write(&record->owner, owner));
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
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "the zone changed during the transfer, from serial %u to %u",
			transfer->result->serial, serial);
	}
	return true;
}

static bool take_record(
	struct transfer *transfer, const struct cursor *message, const struct wire_record *record, bool is_only_record)
{
	uint32_t serial = 0;
	const bool is_zone_soa = is_soa(transfer, message, record, &serial);
	if (transfer->phase == PHASE_END)
		return fail_by_record(transfer, "no record after the zone's end", record);
	if (transfer->phase == PHASE_START && !is_zone_soa)
		return fail_by_record(transfer, "the zone's SOA first", record);
	transfer->result->records++;
	if (!is_zone_soa) {
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
	const struct direct_exchange *exchange = &transfer->exchange;
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	if (cursor.failed)
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "received a message of %zu bytes", size);
	if (!direct_exchange_has_id(exchange, message, size))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "received a message with another id");
	if (!direct_exchange_is_reply(exchange, message, size))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "received a message that is not a reply");
	if (!(transfer->result->messages && header.questions == 0) &&
		!packet_repeats_question(message, size, exchange->question))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "received a message with another question");
	return true;
}

static bool take_answers(struct transfer *transfer, struct cursor cursor, const struct wire_header *header)
{
	if (!header->answers)
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "received a message without records");
	for (unsigned i = 0; i < header->answers; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
		if (!take_record(transfer, &cursor, &record, header->answers == 1))
			return false;
	}
	return true;
}

static bool pass_on(struct transfer *transfer, const uint8_t *message, size_t size)
{
	return transfer->receiver->take(transfer->receiver->context, message, size) ||
		fail(transfer, OUTCOME_ERROR, ECANCELED, "cancelled");
}

static bool take_transfer_message(struct transfer *transfer, const uint8_t *message, size_t size)
{
	struct cursor cursor = {.bytes = message, .size = size};
	if (!is_of_transfer(transfer, message, size))
		return false;
	const struct wire_header header = wire_header(&cursor);
	uint16_t rcode = header.flags & FLAG_RCODE;
	wire_skip_questions(&cursor, &header);
	if (!read_whole(cursor, &header, &rcode))
		return fail(transfer, OUTCOME_UNUSABLE, EBADMSG, "received a malformed message");
	if (rcode != RCODE_NOERROR)
		return pass_on(transfer, message, size) && fail_by_code(transfer, rcode);
	if (!take_answers(transfer, cursor, &header))
		return false;
	transfer->result->messages++;
	transfer->result->bytes += size;
	return pass_on(transfer, message, size);
}

static bool run_transfer(struct transfer *transfer, const struct address *server)
{
	const unsigned all_ms = transfer->options->transfer_ms ? transfer->options->transfer_ms : TRANSFER_MS;
	const int64_t end = clock_now() + INT64_C(1000) * all_ms;
	if (!direct_exchange_start(&transfer->exchange, server, true))
		return fail_to_connect(transfer, errno);
	while (transfer->phase != PHASE_END) {
		const int64_t message_limit = INT64_C(1000) * transfer->options->timeout_ms;
		size_t size;
		const uint8_t *message =
			direct_exchange_receive(&transfer->exchange, clock_least(clock_now() + message_limit, end), &size);
		if (clock_now() >= end)
			return fail(transfer, OUTCOME_TRY_AGAIN, ETIMEDOUT, "the transfer did not end within %u ms", all_ms);
		if (!message)
			return fail_to_receive(transfer, errno);
		if (!take_transfer_message(transfer, message, size))
			return false;
	}
	return true;
}

enum outcome direct_transfer(const struct address *server, const struct question *question,
	const struct direct_options *options, const struct direct_receiver *receiver, struct direct_transfer_result *out)
{
	const int64_t start = clock_now();
	struct transfer transfer = {.options = options, .receiver = receiver, .result = out, .outcome = OUTCOME_FOUND};
	struct direct_options as_query = *options;
	as_query.opcode = 0;
	*out = (struct direct_transfer_result){0};
	if (!direct_exchange_prepare(&transfer.exchange, question, &as_query))
		fail(&transfer, OUTCOME_ERROR, errno, "no random number: %s", error_text(errno));
	else
		run_transfer(&transfer, server);
	direct_exchange_end(&transfer.exchange);
	out->microseconds = clock_now() - start;
	return transfer.outcome;
}
