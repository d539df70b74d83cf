// SPDX-License-Identifier: MIT
#include "resolver/dns/packet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/dns/answer_chain.h"
#include "resolver/dns/cursor.h"
#include "resolver/dns/wire.h"

#define OPTION_HEADER_SIZE 4  // bytes of an EDNS option before its data

static uint8_t *put_u16(uint8_t *out, unsigned value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return out + 2;
}

static uint8_t *put_bytes(uint8_t *out, const void *bytes, size_t length)
{
	memcpy(out, bytes, length);
	return out + length;
}

// The OPT pseudo-record (RFC 6891 6.1.2) with at most one option, the cookie.
static uint8_t *put_opt(uint8_t *out, unsigned payload, bool dnssec_ok, const struct packet_cookie *cookie)
{
	*out++ = 0;  // owner: the root
	out = put_u16(out, RRTYPE_OPT);
	out = put_u16(out, payload);
	out = put_u16(out, 0);  // extended rcode, version
	out = put_u16(out, dnssec_ok ? EDNS_DNSSEC_OK : 0);
	if (!cookie || !cookie->size)
		return put_u16(out, 0);  // no rdata
	out = put_u16(out, OPTION_HEADER_SIZE + cookie->size);
	out = put_u16(out, OPTION_COOKIE);
	out = put_u16(out, cookie->size);
	return put_bytes(out, cookie->bytes, cookie->size);
}

// The SOA record of an IXFR query (RFC 1995 3): only the serial is significant.
static uint8_t *put_serial(uint8_t *out, uint16_t class, uint32_t serial)
{
	static const uint8_t others[16];
	out = put_u16(out, 0xc000 | PACKET_HEADER_SIZE);
	out = put_u16(out, RRTYPE_SOA);
	out = put_u16(out, class);
	out = put_bytes(out, others, 4);  // TTL
	out = put_u16(out, 2 + 4 + sizeof(others));
	out = put_bytes(out, others, 2);  // two names: the root
	out = put_u16(out, serial >> 16);
	out = put_u16(out, serial);
	return put_bytes(out, others, sizeof(others));
}

static uint8_t *put_question(uint8_t *out, const struct question *question)
{
	out = put_bytes(out, question->name.wire, question->name.length);
	out = put_u16(out, question->type);
	return put_u16(out, question->class);
}

size_t packet_write_request(const struct question *question, const struct packet_request *request, uint8_t *out)
{
	const unsigned flags = request->flags;
	uint8_t *at = put_u16(out, request->id);
	at = put_u16(at,
		(request->opcode << 11 & FLAG_OPCODE) | (flags & PACKET_NO_RECURSION ? 0 : FLAG_RD) |
			(flags & PACKET_AD ? FLAG_AD : 0) | (flags & PACKET_CHECKING_DISABLED ? FLAG_CD : 0));
	at = put_u16(at, 1);
	at = put_u16(at, 0);
	at = put_u16(at, request->has_serial ? 1 : 0);
	at = put_u16(at, flags & PACKET_EDNS ? 1 : 0);
	at = put_question(at, question);
	if (request->has_serial)
		at = put_serial(at, question->class, request->serial);
	const unsigned payload = request->payload ? request->payload : PACKET_EDNS_PAYLOAD;
	if (flags & PACKET_EDNS)
		at = put_opt(at, payload, flags & PACKET_DNSSEC_OK, request->cookie);
	return (size_t)(at - out);
}

size_t packet_question_end(const struct question *question)
{
	return PACKET_HEADER_SIZE + question->name.length + 4u;
}

size_t packet_write_replacement(const uint8_t *query, const struct question *question, uint8_t *out)
{
	static const uint8_t one_question[] = {0, 1, 0, 0, 0, 0, 0, 0};
	uint8_t *at = put_bytes(out, query, PACKET_HEADER_SIZE - sizeof(one_question));
	at = put_question(put_bytes(at, one_question, sizeof(one_question)), question);
	return (size_t)(at - out);
}

// Rejects a compressed question name: no name precedes it, so its pointer would lead into the header, whose bytes could
// lead on into records that are changed later (TTLs, case).
static bool repeats_name(struct cursor *cursor, const struct question *question)
{
	struct name name = {0};
	const size_t start = cursor->at;
	cursor_name(cursor, &name);
	const bool is_whole = cursor->at - start == name.length;
	uint16_t type = cursor_u16(cursor);
	uint16_t class = cursor_u16(cursor);
	return !cursor->failed && is_whole && type == question->type && class == question->class &&
		name_equal(&name, &question->name);
}

// The cursor is after the header. A server that cannot parse a query may return the header alone, with an error code.
static bool repeats_question(struct cursor *cursor, const struct wire_header *header, const struct question *question)
{
	if (header->questions == 0)
		return (header->flags & FLAG_RCODE) != RCODE_NOERROR && header->answers == 0;
	return header->questions == 1 && repeats_name(cursor, question);
}

bool packet_is_reply(const uint8_t *message, size_t size, uint16_t id, unsigned opcode, const struct question *question)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	if (cursor.failed || header.id != id || !(header.flags & FLAG_QR) || wire_opcode(header.flags) != opcode)
		return false;
	return !question->name.length || repeats_question(&cursor, &header, question);
}

bool packet_repeats_question(const uint8_t *message, size_t size, const struct question *question)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	return !cursor.failed && repeats_question(&cursor, &header, question);
}

bool packet_repeats_case(const uint8_t *message, size_t size, const struct name *name)
{
	const uint8_t *question = message + PACKET_HEADER_SIZE;
	return size >= PACKET_HEADER_SIZE + (size_t)name->length && memcmp(question, name->wire, name->length) == 0;
}

bool packet_is_truncated(const uint8_t *message)
{
	return message[2] & FLAG_TC >> 8;
}

bool packet_read_query(const uint8_t *message, size_t size, uint16_t *id, unsigned *opcode, struct question *question)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	if (cursor.failed || header.flags & FLAG_QR)
		return false;
	*id = header.id;
	*opcode = wire_opcode(header.flags);
	*question = (struct question){0};
	if (header.questions != 1)
		return true;
	cursor_name(&cursor, &question->name);
	question->type = cursor_u16(&cursor);
	question->class = cursor_u16(&cursor);
	return !cursor.failed;
}

// Reads options up to the first cookie.
static bool read_cookie(struct cursor *options, struct packet_cookie *cookie)
{
	uint16_t code, length;
	for (const uint8_t *bytes; (bytes = wire_option(options, &code, &length));) {
		if (code != OPTION_COOKIE)
			continue;
		if (length == PACKET_COOKIE_CLIENT || (length >= 2 * PACKET_COOKIE_CLIENT && length <= PACKET_COOKIE_MAX)) {
			cookie->size = (uint8_t)length;
			memcpy(cookie->bytes, bytes, length);
		}
		return true;
	}
	return false;
}

// Moves the cursor from the start of a message to its first record. Returns the header's record count, all sections.
static size_t go_to_records(struct cursor *cursor)
{
	struct wire_header header = wire_header(cursor);
	wire_skip_questions(cursor, &header);
	return (size_t)header.answers + header.authorities + header.additionals;
}

// Call it only at the start of a name: other data may contain the same bytes.
static void restore_case_at(uint8_t *message, size_t size, size_t at, const struct name *sent, const struct name *name)
{
	if (size - at >= sent->length && memcmp(message + at, sent->wire, sent->length) == 0)
		memcpy(message + at, name->wire, name->length);
}

void packet_restore_case(uint8_t *message, size_t size, const struct name *sent, const struct name *name)
{
	struct cursor cursor = {.bytes = message, .size = size};
	restore_case_at(message, size, PACKET_HEADER_SIZE, sent, name);
	size_t records = go_to_records(&cursor);
	for (size_t i = 0; i < records && !cursor.failed; i++) {
		struct wire_record record = {0};
		restore_case_at(message, size, cursor.at, sent, name);
		wire_record(&cursor, &record);
	}
}

static void change_ttls(
	uint8_t *message, size_t size, uint32_t (*change)(uint32_t ttl, uint32_t number), uint32_t number)
{
	struct cursor cursor = {.bytes = message, .size = size};
	size_t records = go_to_records(&cursor);
	for (size_t i = 0; i < records; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
		if (cursor.failed)
			return;
		uint32_t ttl = change(wire_ttl(&record), number);
		uint8_t *at = message + record.data - 6;
		if (record.type != RRTYPE_OPT)
			put_u16(put_u16(at, ttl >> 16), ttl);
	}
}

static uint32_t count_down(uint32_t ttl, uint32_t seconds)
{
	return ttl > seconds ? ttl - seconds : 0;
}

void packet_count_down(uint8_t *message, size_t size, uint32_t seconds)
{
	change_ttls(message, size, count_down, seconds);
}

static uint32_t replace(uint32_t ttl, uint32_t other)
{
	(void)ttl;
	return other;
}

void packet_set_ttl(uint8_t *message, size_t size, uint32_t ttl)
{
	change_ttls(message, size, replace, ttl);
}

bool packet_find_cookie(const uint8_t *message, size_t size, struct packet_cookie *cookie)
{
	struct cursor options;
	*cookie = (struct packet_cookie){0};
	return wire_options(message, size, &options) && read_cookie(&options, cookie);
}

static uint32_t least(uint32_t one, uint32_t other)
{
	return one < other ? one : other;
}

// The negative caching TTL: the lesser of the SOA's MINIMUM field and its TTL (RFC 2308 5).
static uint32_t negative_ttl(const struct cursor *message, const struct wire_record *soa)
{
	struct cursor minimum = {.bytes = message->bytes, .size = soa->data + soa->data_length};
	if (soa->data_length < 4)
		return 0;
	minimum.at = minimum.size - 4;
	return least(cursor_u32(&minimum), wire_ttl(soa));
}

enum kept { KEPT, MALFORMED, NO_MEMORY };

static enum kept keep_record(const struct cursor *message, const struct wire_record *record, struct answer *answer)
{
	if (record->class != RRCLASS_IN)
		return KEPT;
	// Skip addresses of a wrong length, as glibc does.
	if ((record->type == RRTYPE_A && record->data_length != 4) ||
		(record->type == RRTYPE_AAAA && record->data_length != 16))
		return KEPT;
	size_t length;
	struct wire_data room;
	const uint8_t *data = wire_data(message, record, &room, &length);
	if (!data)
		return MALFORMED;
	const struct record_view added = {&record->owner, record->type, wire_ttl(record), data, length};
	return answer_add(answer, SECTION_ANSWER, &added) ? KEPT : NO_MEMORY;
}

// The upper bits of the RCODE, and the presence of EDNS. False for a second OPT record (RFC 6891 6.1.1).
static bool note_opt(const struct wire_record *opt, struct answer *answer)
{
	if (answer->has_opt)
		return false;
	answer->has_opt = true;
	answer->rcode |= (uint16_t)((opt->ttl >> 24) << 4);
	return true;
}

static void note_soa(const struct cursor *message, const struct wire_record *soa, struct answer *answer)
{
	answer->has_soa = true;
	answer->lifetime = least(answer->lifetime, negative_ttl(message, soa));
}

static enum kept note_record(
	const struct cursor *message, enum message_section section, const struct wire_record *record, struct answer *answer)
{
	if (record->type != RRTYPE_OPT)
		answer->lifetime = least(answer->lifetime, wire_ttl(record));
	if (section == SECTION_ANSWER)
		return keep_record(message, record, answer);
	if (section == SECTION_AUTHORITY && record->type == RRTYPE_SOA)
		note_soa(message, record, answer);
	if (section == SECTION_ADDITIONAL && record->type == RRTYPE_OPT)
		return note_opt(record, answer) ? KEPT : MALFORMED;
	return KEPT;
}

// Reads all three sections, so that no malformed message is passed on; keeps the records of the first.
static enum kept read_sections(struct cursor *cursor, const struct wire_header *header, struct answer *answer)
{
	const size_t counts[] = {header->answers, header->authorities, header->additionals};
	answer->lifetime = UINT32_MAX;
	for (enum message_section section = SECTION_ANSWER; section <= SECTION_ADDITIONAL; section++) {
		for (size_t i = 0; i < counts[section]; i++) {
			struct wire_record record = {0};
			wire_record(cursor, &record);
			const enum kept kept = cursor->failed ? MALFORMED : note_record(cursor, section, &record, answer);
			if (kept != KEPT)
				return kept;
		}
	}
	// glibc's test for a lame server, after which it tries the next one.
	const bool is_empty = !header->answers && header->additionals == answer->has_opt;
	answer->is_lame = answer->rcode == RCODE_NOERROR && is_empty && !(header->flags & (FLAG_AA | FLAG_RA));
	return KEPT;
}

bool packet_read_section(const uint8_t *message, size_t size, enum message_section section, struct answer *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	const size_t counts[] = {header.answers, header.authorities, header.additionals};
	size_t first = 0;
	*out = (struct answer){0};
	wire_skip_questions(&cursor, &header);
	for (unsigned i = 0; i < section; i++)
		first += counts[i];
	for (size_t i = 0; i < first + counts[section]; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
		if (cursor.failed)
			return true;
		if (i >= first && keep_record(&cursor, &record, out) == NO_MEMORY) {
			answer_clear(out);
			return false;
		}
	}
	return true;
}

static enum outcome outcome_of_code(uint16_t rcode)
{
	switch (rcode) {
	case RCODE_NOERROR:
		return OUTCOME_FOUND;
	case RCODE_NXDOMAIN:
		return OUTCOME_NO_NAME;
	case RCODE_SERVFAIL:
	case RCODE_NOTIMP:
	case RCODE_REFUSED:
		return OUTCOME_TRY_AGAIN;
	default:
		return OUTCOME_NO_RECOVERY;
	}
}

static enum outcome judge(const struct answer *answer, const struct question *question, unsigned answers)
{
	struct name end;
	// Uses only the four RCODE bits of the header, as glibc does.
	enum outcome outcome = outcome_of_code(answer->rcode & FLAG_RCODE);
	if (outcome != OUTCOME_FOUND)
		return outcome;
	if (!answers)
		return OUTCOME_NO_DATA;
	bool has_end = answer_chain_end(answer, question, &end);
	return has_end && answer_has_data(answer, &end, question->type) ? OUTCOME_FOUND : OUTCOME_UNUSABLE;
}

// Not cacheable: negative answers without an SOA (RFC 2308 5), truncated replies, failures.
static bool may_be_kept(const struct answer *answer)
{
	bool is_positive = answer->outcome == OUTCOME_FOUND || answer->outcome == OUTCOME_UNUSABLE;
	bool is_negative = answer->outcome == OUTCOME_NO_NAME || answer->outcome == OUTCOME_NO_DATA;
	return !(answer->flags & FLAG_TC) && (is_positive || (is_negative && answer->has_soa));
}

static bool keep_message(struct answer *answer, const uint8_t *message, size_t size)
{
	answer->message = malloc(size);
	if (!answer->message)
		return false;
	memcpy(answer->message, message, size);
	answer->message_size = size;
	return true;
}

bool packet_keep(const uint8_t *message, size_t size, struct answer *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	struct answer answer = {.source = SOURCE_SERVER, .flags = header.flags, .rcode = header.flags & FLAG_RCODE};
	if (!keep_message(&answer, message, size))
		return false;
	answer.outcome = outcome_of_code(answer.rcode);
	if (answer.outcome == OUTCOME_FOUND)
		answer.outcome = header.answers ? OUTCOME_UNUSABLE : OUTCOME_NO_DATA;
	*out = answer;
	return true;
}

bool packet_read(const uint8_t *message, size_t size, const struct question *question, struct answer *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	struct answer answer = {.source = SOURCE_SERVER, .flags = header.flags, .rcode = header.flags & FLAG_RCODE};
	wire_skip_questions(&cursor, &header);
	enum kept kept = cursor.failed ? MALFORMED : read_sections(&cursor, &header, &answer);
	if (kept == KEPT && !keep_message(&answer, message, size))
		kept = NO_MEMORY;
	if (kept != KEPT) {
		answer_clear(&answer);
		errno = kept == NO_MEMORY ? ENOMEM : EBADMSG;
		return false;
	}
	answer.outcome = judge(&answer, question, header.answers);
	if (!may_be_kept(&answer))
		answer.lifetime = 0;
	*out = answer;
	return true;
}

// The number of the count records from index `from` that fit into *room bytes; subtracts their size from *room.
static size_t count_fitting(const struct answer *answer, size_t from, size_t count, size_t *room)
{
	for (size_t i = 0; i < count; i++) {
		const struct record *record = &answer->records[from + i];
		size_t size = answer_owner(answer, record).length + 10u + record->data_length;
		if (size > *room)
			return i;
		*room -= size;
	}
	return count;
}

static uint8_t *put_record(uint8_t *out, const struct answer *answer, const struct record *record)
{
	const struct name owner = answer_owner(answer, record);
	out = put_bytes(out, owner.wire, owner.length);
	out = put_u16(out, record->type);
	out = put_u16(out, RRCLASS_IN);
	out = put_u16(out, record->ttl >> 16);
	out = put_u16(out, record->ttl);
	out = put_u16(out, record->data_length);
	return put_bytes(out, answer_data(answer, record), record->data_length);
}

uint8_t *packet_write_reply(const struct answer *answer, const struct question *question, uint16_t id, size_t *size)
{
	const size_t all[] = {answer->record_count, answer->authority_count, answer->additional_count};
	size_t counts[3], room = UINT16_MAX - packet_question_end(question);
	for (size_t i = 0, from = 0; i < 3; from += all[i++])
		counts[i] = count_fitting(answer, from, all[i], &room);
	*size = UINT16_MAX - room;
	uint8_t *message = malloc(*size);
	if (!message)
		return NULL;
	const unsigned cut = counts[0] < all[0] ? FLAG_TC : 0;
	uint8_t *at = put_u16(message, id);
	at = put_u16(at, FLAG_QR | (answer->flags & FLAG_AA) | cut | FLAG_RD | FLAG_RA | (answer->rcode & FLAG_RCODE));
	at = put_u16(at, 1);
	for (size_t i = 0; i < 3; i++)
		at = put_u16(at, (unsigned)counts[i]);
	at = put_question(at, question);
	for (size_t i = 0, from = 0; i < 3; from += all[i++])
		for (size_t j = 0; j < counts[i]; j++)
			at = put_record(at, answer, &answer->records[from + j]);
	return message;
}

void packet_set_truncated(uint8_t *message)
{
	message[2] |= FLAG_TC >> 8;
}

void packet_strip_reply(uint8_t *message, size_t size, const struct question *question)
{
	const size_t end = packet_question_end(question);
	if (size < end)
		return;
	uint8_t *counts = put_u16(message + 4, 1);
	memset(counts, 0, 6);
	put_u16(message + end - 4, question->type);
}
