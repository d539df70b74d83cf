// SPDX-License-Identifier: MIT
#include "resolver/dns/packet.h"

#include <errno.h>
#include <string.h>

#include "config/base/compiler.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/cursor.h"
#include "resolver/dns/wire.h"

#define RECORD_LEAST 11  // bytes of a record without data, of which the owner is the root

size_t packet_question_end(const struct question *question)
{
	return PACKET_HEADER_SIZE + question->name.length + 4u;
}

// The question's name is uncompressed, as in wire_question: its bytes are those of the name but for the case.
static bool is_question(struct cursor *cursor, const struct question *question)
{
	const size_t length = question->name.length;
	const uint8_t *at = cursor_bytes(cursor, length + 4);
	if (UNLIKELY(
			!at || !length || wire_u16(at + length) != question->type || wire_u16(at + length + 2) != question->class))
		return false;
	return name_equal_wire(&question->name, at, length);
}

// The cursor is after the header. A server that cannot parse a query may return the header alone, with an error code.
static bool repeats_question(struct cursor *cursor, const struct wire_header *header, const struct question *question)
{
	if (LIKELY(header->questions == 1))
		return is_question(cursor, question);
	return header->questions == 0 && (header->flags & FLAG_RCODE) != RCODE_NOERROR && header->answers == 0;
}

bool packet_is_reply(const uint8_t *message, size_t size, uint16_t id, unsigned opcode, const struct question *question)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	if (UNLIKELY(cursor.failed || header.id != id || !(header.flags & FLAG_QR) || wire_opcode(header.flags) != opcode))
		return false;
	return UNLIKELY(!question->name.length) || repeats_question(&cursor, &header, question);
}

bool packet_repeats_question(const uint8_t *message, size_t size, const struct question *question)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	return !cursor.failed && repeats_question(&cursor, &header, question);
}

bool packet_repeats_case(const uint8_t *message, size_t size, const struct name *name)
{
	return name->length && size >= PACKET_HEADER_SIZE + name->length + 4u &&
		memcmp(message + PACKET_HEADER_SIZE, name->wire, name->length) == 0;
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
	if (header.questions == 1)
		wire_question(&cursor, question);
	return !cursor.failed;
}

bool packet_is_plain_query(const uint8_t *message, size_t size)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	struct wire_record record = {.owner = {.length = 1}, .type = RRTYPE_OPT};
	if (header.flags & FLAG_OPCODE || header.questions != 1 || header.answers || header.authorities ||
		header.additionals > 1)
		return false;
	wire_skip_questions(&cursor, &header);
	if (header.additionals)
		wire_record(&cursor, &record);
	return !cursor.failed && cursor.at == size && record.type == RRTYPE_OPT && record.owner.length == 1;
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

bool packet_find_cookie(const uint8_t *message, size_t size, const struct answer *answer, struct packet_cookie *cookie)
{
	struct cursor options = {.bytes = message, .size = answer->options_end, .at = answer->options_at};
	cookie->size = 0;
	return (LIKELY(answer->has_opt) || wire_options(message, size, &options)) && read_cookie(&options, cookie);
}

static uint32_t least(uint32_t one, uint32_t other)
{
	return one < other ? one : other;
}

// The field of an OPT record is no TTL.
static void note_ttl(const struct wire_record *record, struct answer *answer)
{
	answer->lifetime = least(answer->lifetime, record->type == RRTYPE_OPT ? UINT32_MAX : wire_ttl(record));
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

// Returns 0, EBADMSG or ENOMEM, as the following functions.
NOINLINE_LARGE_FRAME static int keep_expanded(const struct cursor *message, enum message_section section,
	const struct wire_record *record, struct record_view *added, struct answer *answer)
{
	struct wire_data room;
	added->data = wire_data(message, record, &room, &added->data_length);
	if (!added->data)
		return EBADMSG;
	return answer_add(answer, section, added) ? 0 : ENOMEM;
}

static int keep_record(const struct cursor *message, enum message_section section, const struct wire_record *record,
	const struct name *owner, struct answer *answer)
{
	if (UNLIKELY(message->failed))
		return EBADMSG;
	if (UNLIKELY(record->class != RRCLASS_IN))
		return 0;
	struct record_view added = {
		owner, record->type, wire_ttl(record), message->bytes + record->data, record->data_length};
	if (UNLIKELY(record->type != RRTYPE_A && record->type != RRTYPE_AAAA))
		return keep_expanded(message, section, record, &added, answer);
	// Skip addresses of a wrong length, as glibc does.
	if (UNLIKELY(record->data_length != (record->type == RRTYPE_A ? 4 : 16)))
		return 0;
	return LIKELY(answer_add(answer, section, &added)) ? 0 : ENOMEM;
}

// The upper bits of the RCODE, and the presence of EDNS. A second OPT record is an error (RFC 6891 6.1.1).
static void note_opt(struct cursor *cursor, const struct wire_record *opt, struct answer *answer)
{
	cursor->failed |= answer->has_opt;
	answer->has_opt = true;
	answer->options_at = (uint16_t)opt->data;
	answer->options_end = (uint16_t)(opt->data + opt->data_length);
	answer->rcode |= (uint16_t)((opt->ttl >> 24) << 4);
}

static void note_soa(const struct cursor *message, const struct wire_record *soa, struct answer *answer)
{
	answer->has_soa = true;
	answer->lifetime = least(answer->lifetime, negative_ttl(message, soa));
}

COLD static const struct name *read_other_owner(struct cursor *cursor, struct name *room)
{
	cursor_name(cursor, room);
	return room;
}

// The owner, in *room or in *first, the name in the question, which pointers to it stand for; NULL: not known.
static const struct name *read_owner(struct cursor *cursor, const struct name *first, struct name *room)
{
	static const uint8_t pointer[] = {0xc0, PACKET_HEADER_SIZE};
	const uint8_t *at = cursor->bytes + cursor->at;
	if (!first || cursor->size - cursor->at < sizeof(pointer) || memcmp(at, pointer, sizeof(pointer)) != 0)
		return read_other_owner(cursor, room);
	cursor->at += sizeof(pointer);
	return first;
}

static int read_answers(struct cursor *cursor, unsigned count, const struct name *first, struct answer *answer)
{
	int error = 0;
	for (unsigned i = 0; i < count && !error; i++) {
		struct wire_record record;
		const struct name *owner = read_owner(cursor, first, &record.owner);
		wire_fields(cursor, &record);
		note_ttl(&record, answer);
		error = keep_record(cursor, SECTION_ANSWER, &record, owner, answer);
	}
	return error;
}

// Of the other sections no owner matters.
static void read_others(struct cursor *cursor, const struct wire_header *header, struct answer *answer)
{
	const unsigned count = (unsigned)header->authorities + header->additionals;
	for (unsigned i = 0; i < count && !cursor->failed; i++) {
		struct wire_record record;
		cursor_name(cursor, NULL);
		wire_fields(cursor, &record);
		note_ttl(&record, answer);
		if (LIKELY(record.type == RRTYPE_OPT && i >= header->authorities))
			note_opt(cursor, &record, answer);
		if (record.type == RRTYPE_SOA && i < header->authorities && !cursor->failed)
			note_soa(cursor, &record, answer);
	}
}

// Reads all three sections, so that no malformed message is passed on; keeps the records of the first. The cursor is
// after the question.
static int read_sections(
	struct cursor *cursor, const struct wire_header *header, const struct name *first, struct answer *answer)
{
	answer->lifetime = UINT32_MAX;
	const int error = read_answers(cursor, header->answers, first, answer);
	read_others(cursor, header, answer);
	if (UNLIKELY(error || cursor->failed))
		return error ? error : EBADMSG;
	return 0;
}

// glibc's test for a lame server, after which it tries the next one.
static bool is_lame(const struct answer *answer, const struct wire_header *header)
{
	return answer->outcome == OUTCOME_NO_DATA && answer->rcode == RCODE_NOERROR &&
		header->additionals == answer->has_opt && !(header->flags & (FLAG_AA | FLAG_RA));
}

bool packet_read_records(const uint8_t *message, size_t size, struct answer *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	const size_t counts[] = {header.answers, header.authorities, header.additionals};
	*out = (struct answer){0};
	wire_skip_questions(&cursor, &header);
	for (enum message_section section = SECTION_ANSWER; section <= SECTION_ADDITIONAL; section++) {
		for (size_t i = 0; i < counts[section]; i++) {
			struct wire_record record;
			wire_record(&cursor, &record);
			if (cursor.failed)
				return true;
			if (record.type == RRTYPE_OPT || keep_record(&cursor, section, &record, &record.owner, out) != ENOMEM)
				continue;
			answer_clear(out);
			return false;
		}
	}
	return true;
}

// question NULL: the records have not been read.
static enum outcome outcome_of(const struct answer *answer, const struct question *question, unsigned answers)
{
	static const uint8_t outcomes[FLAG_RCODE + 1] = {
		[RCODE_NOERROR] = OUTCOME_FOUND,
		[RCODE_SERVFAIL] = OUTCOME_TRY_AGAIN,
		[RCODE_NXDOMAIN] = OUTCOME_NO_NAME,
		[RCODE_NOTIMP] = OUTCOME_TRY_AGAIN,
		[RCODE_REFUSED] = OUTCOME_TRY_AGAIN,
	};
	struct name room;
	// Uses only the four RCODE bits of the header, as glibc does.
	const enum outcome outcome = outcomes[answer->rcode & FLAG_RCODE];
	if (UNLIKELY(outcome != OUTCOME_FOUND))
		return outcome ? outcome : OUTCOME_NO_RECOVERY;
	if (!answers)
		return OUTCOME_NO_DATA;
	const struct name *end = question ? answer_chain_end(answer, question, &room) : NULL;
	return LIKELY(end && answer_has_data(answer, end, question->type)) ? OUTCOME_FOUND : OUTCOME_UNUSABLE;
}

// Not cacheable: negative answers without an SOA (RFC 2308 5), truncated replies, failures.
static bool may_be_kept(const struct answer *answer)
{
	bool is_positive = answer->outcome == OUTCOME_FOUND || answer->outcome == OUTCOME_UNUSABLE;
	bool is_negative = answer->outcome == OUTCOME_NO_NAME || answer->outcome == OUTCOME_NO_DATA;
	return LIKELY(!(answer->flags & FLAG_TC)) && (is_positive || (is_negative && answer->has_soa));
}

bool packet_keep(const uint8_t *message, size_t size, struct answer *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	struct answer answer = {.source = SOURCE_SERVER, .flags = header.flags, .rcode = header.flags & FLAG_RCODE};
	if (!answer_set_message(&answer, message, size))
		return false;
	answer.outcome = outcome_of(&answer, NULL, header.answers);
	*out = answer;
	return true;
}

// Moves the cursor from the header to the records. Returns the question's name if it stands in the message, in the same
// case; else NULL.
static const struct name *skip_question(
	struct cursor *cursor, const struct wire_header *header, const struct question *question)
{
	if (UNLIKELY(header->questions != 1 || !packet_repeats_case(cursor->bytes, cursor->size, &question->name))) {
		wire_skip_questions(cursor, header);
		return NULL;
	}
	cursor->at = packet_question_end(question);
	return &question->name;
}

COLD static bool give_up(struct answer *answer, int error)
{
	answer_clear(answer);
	errno = error;
	return false;
}

bool packet_read(const uint8_t *message, size_t size, const struct question *question, struct answer *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	*out = (struct answer){.source = SOURCE_SERVER, .flags = header.flags, .rcode = header.flags & FLAG_RCODE};
	const struct name *first = skip_question(&cursor, &header, question);
	const size_t records = least(header.answers, (uint32_t)size / RECORD_LEAST);
	int error = ENOMEM;
	// Once: the store is larger than the message only if names in it are compressed.
	if (answer_reserve(out, records, size, message, size))
		error = read_sections(&cursor, &header, first, out);
	if (error)
		return give_up(out, error);
	out->outcome = outcome_of(out, question, header.answers);
	out->is_lame = is_lame(out, &header);
	if (!may_be_kept(out))
		out->lifetime = 0;
	return true;
}
