// SPDX-License-Identifier: MIT
#include "resolver/dns/server_reply.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "resolver/dns/cursor.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/wire.h"

#define OPT_SIZE 11
#define POINTER_MAX 0x3fff  // the highest offset that a compression pointer can have
#define SUFFIXES_MAX 64     // later names are compressed by these alone, so that the time is linear in the records

// A name, or a suffix of one, at an offset of the message.
struct suffix {
	const uint8_t *wire;  // uncompressed, in the question or the answer's store
	uint16_t offset;
	uint8_t length;
};

struct writer {
	uint8_t *bytes;
	size_t used, most;
	bool is_full;  // the last part did not fit
	size_t suffix_count;
	struct suffix suffixes[SUFFIXES_MAX];
};

static void put_bytes(struct writer *writer, const void *bytes, size_t length)
{
	if (length > writer->most - writer->used) {
		writer->is_full = true;
		return;
	}
	memcpy(writer->bytes + writer->used, bytes, length);
	writer->used += length;
}

static void put_u16(struct writer *writer, unsigned value)
{
	put_bytes(writer, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void put_u32(struct writer *writer, uint32_t value)
{
	put_u16(writer, value >> 16);
	put_u16(writer, value & 0xffff);
}

static const struct suffix *find_suffix(const struct writer *writer, const uint8_t *wire, size_t length)
{
	for (size_t i = 0; i < writer->suffix_count; i++) {
		const struct suffix *suffix = &writer->suffixes[i];
		if (suffix->length == length && ascii_equal_bytes(suffix->wire, wire, length))
			return suffix;
	}
	return NULL;
}

// wire, of length bytes, must stay valid while the message is written.
static void put_name(struct writer *writer, const uint8_t *wire, size_t length)
{
	size_t at = 0;
	for (; wire[at]; at += 1u + wire[at]) {
		const struct suffix *known = find_suffix(writer, wire + at, length - at);
		if (known) {
			put_u16(writer, 0xc000u | known->offset);
			return;
		}
		if (writer->suffix_count < SUFFIXES_MAX && writer->used <= POINTER_MAX)
			writer->suffixes[writer->suffix_count++] =
				(struct suffix){wire + at, (uint16_t)writer->used, (uint8_t)(length - at)};
		put_bytes(writer, wire + at, 1u + wire[at]);
	}
	put_bytes(writer, wire + at, 1);
}

// The upper bits of an extended RCODE are in the OPT record (RFC 6891 6.1.3). Without one its lower bits would be
// another code: a client that knows no EDNS learns of a failure.
static unsigned header_rcode(const struct client_query *query, uint16_t rcode)
{
	return query->has_edns || rcode <= FLAG_RCODE ? rcode & FLAG_RCODE : RCODE_SERVFAIL;
}

static void put_header(struct writer *writer, const struct client_query *query, unsigned flags, uint16_t rcode)
{
	const bool is_query = !(query->flags & FLAG_OPCODE);
	const bool is_understood = is_query && query->error != RCODE_FORMERR && query->error != RCODE_BADVERS;
	const unsigned repeated = query->flags & (FLAG_OPCODE | FLAG_CD | (is_query ? FLAG_RD : 0));
	const uint16_t rest[4] = {0};
	put_u16(writer, query->id);
	put_u16(writer, FLAG_QR | (is_understood ? FLAG_RA : 0) | repeated | flags | header_rcode(query, rcode));
	put_u16(writer, query->question.name.length != 0);
	put_bytes(writer, rest, 6);
}

static void put_question(struct writer *writer, const struct question *question)
{
	if (!question->name.length)
		return;
	put_name(writer, question->name.wire, question->name.length);
	put_u16(writer, question->type);
	put_u16(writer, question->class);
}

static void put_opt(struct writer *writer, const struct client_query *query, uint16_t rcode)
{
	if (!query->has_edns)
		return;
	put_bytes(writer, "", 1);  // owner: the root
	put_u16(writer, RRTYPE_OPT);
	put_u16(writer, PACKET_EDNS_PAYLOAD);
	put_u32(writer, (uint32_t)(rcode >> 4) << 24 | (query->dnssec_ok ? EDNS_DNSSEC_OK : 0));
	put_u16(writer, 0);
}

// The writer of a reply, after header and question. Room for the OPT record is set aside.
static struct writer begin(const struct server_reply *reply, unsigned flags, uint16_t rcode)
{
	struct writer writer = {.bytes = reply->bytes, .most = reply->most - (reply->query->has_edns ? OPT_SIZE : 0)};
	writer.suffix_count = reply->is_plain ? SUFFIXES_MAX : 0;  // empty ones, which no name has
	put_header(&writer, reply->query, flags, rcode);
	put_question(&writer, &reply->query->question);
	return writer;
}

static void set_count(const struct writer *writer, enum message_section section, size_t count)
{
	wire_put_u16(writer->bytes + 6 + 2 * section, (unsigned)count);
}

static void finish(struct server_reply *reply, struct writer *writer, size_t additionals, uint16_t rcode)
{
	writer->most = reply->most;
	put_opt(writer, reply->query, rcode);
	set_count(writer, SECTION_ADDITIONAL, additionals + reply->query->has_edns);
	reply->size = writer->used;
}

void server_reply_write_error(struct server_reply *reply, uint16_t rcode)
{
	struct writer writer = begin(reply, 0, rcode);
	finish(reply, &writer, 0, rcode);
}

void server_reply_write_truncated(struct server_reply *reply, uint16_t rcode)
{
	server_reply_write_error(reply, rcode);
	packet_edit_set_truncated(reply->bytes);
}

static size_t wire_length(const uint8_t *wire)
{
	size_t length = 1;
	for (; wire[length - 1]; length += 1u + wire[length - 1])
		;
	return length;
}

// Writes the data; in the types of RFC 1035 the names at the beginning are compressed (RFC 3597 4). Malformed data,
// which a generic record (RFC 3597 5) can have, are written as they are.
static void put_data(struct writer *writer, uint16_t type, const uint8_t *data, size_t length)
{
	const uint8_t *const end = data + length;
	const char *layout = type <= RRTYPE_MX ? rdata_layout(type) : NULL;
	struct name name;
	if (layout && *layout == 'w' && length >= 2) {
		put_bytes(writer, data, 2);
		data += 2;
		layout++;
	}
	for (; layout && *layout == 'n' && name_from_wire(data, (unsigned)(end - data), &name); layout++) {
		put_name(writer, data, name.length);
		data += name.length;
	}
	put_bytes(writer, data, (size_t)(end - data));
}

// False, with nothing written, if it does not fit.
static bool put_record(struct writer *writer, const struct answer *answer, const struct record *record)
{
	const struct writer before = {.used = writer->used, .suffix_count = writer->suffix_count};
	const uint8_t *owner = answer->store + record->owner;
	put_name(writer, owner, wire_length(owner));
	put_u16(writer, record->type);
	put_u16(writer, RRCLASS_IN);
	put_u32(writer, record->ttl);
	const size_t length = writer->used;
	put_u16(writer, 0);
	put_data(writer, record->type, answer_data(answer, record), record->data_length);
	if (writer->is_full) {
		writer->used = before.used;
		writer->suffix_count = before.suffix_count;
		writer->is_full = false;
		return false;
	}
	wire_put_u16(writer->bytes + length, (unsigned)(writer->used - length - 2));
	return true;
}

// Writes the records that fit, and returns their number.
static size_t put_section(struct writer *writer, const struct answer *answer, size_t from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!put_record(writer, answer, &answer->records[from + i]))
			return i;
	return count;
}

// Omitted answer and authority records set TC; omitted additional ones do not (RFC 2181 9).
void server_reply_write_answer(struct server_reply *reply, const struct answer *answer)
{
	const size_t all[] = {answer->record_count, answer->authority_count, answer->additional_count};
	struct writer writer = begin(reply, answer->flags & (FLAG_AA | FLAG_AD | FLAG_TC), answer->rcode);
	size_t counts[3] = {0}, from = 0;
	bool is_cut = false;
	for (enum message_section section = SECTION_ANSWER; section <= SECTION_ADDITIONAL && !is_cut; section++) {
		counts[section] = put_section(&writer, answer, from, all[section]);
		set_count(&writer, section, counts[section]);
		is_cut = counts[section] < all[section] && section != SECTION_ADDITIONAL;
		from += all[section];
	}
	if (is_cut)
		packet_edit_set_truncated(reply->bytes);
	finish(reply, &writer, counts[SECTION_ADDITIONAL], answer->rcode);
}

NOINLINE_LARGE_FRAME uint8_t *server_reply_make(
	const struct answer *answer, const struct question *question, uint16_t id, size_t *size)
{
	const bool is_extended = answer->rcode > FLAG_RCODE;
	const struct client_query query = {.id = id, .flags = FLAG_RD, .question = *question, .has_edns = is_extended};
	struct server_reply reply = {.query = &query, .bytes = malloc(UINT16_MAX), .is_plain = true, .most = UINT16_MAX};
	struct answer plain = *answer;
	if (!reply.bytes)
		return NULL;
	plain.flags &= FLAG_AA;
	server_reply_write_answer(&reply, &plain);
	*size = reply.size;
	return reply.bytes;
}

bool server_reply_set_message(
	struct answer *answer, const struct answer *from, const struct question *question, uint16_t id)
{
	size_t size = 0;
	uint8_t *message = server_reply_make(from, question, id, &size);
	return answer_own_message(answer, message, size);
}

// The records of a message in wire format, as received.
struct record_bytes {
	size_t from, end;  // offsets: all but a final OPT record
	uint16_t counts[3];
	bool is_scattered;  // an OPT record precedes others: these cannot be moved, because pointers may refer to them
};

// False if the message is malformed.
static bool find_records(const uint8_t *message, size_t size, struct record_bytes *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const struct wire_header header = wire_header(&cursor);
	const size_t count = (size_t)header.answers + header.authorities + header.additionals;
	wire_skip_questions(&cursor, &header);
	*out = (struct record_bytes){.from = cursor.at, .counts = {header.answers, header.authorities, header.additionals}};
	for (size_t i = 0; i < count && !cursor.failed; i++) {
		struct wire_record record = {0};
		out->end = cursor.at;
		wire_record(&cursor, &record);
		if (record.type != RRTYPE_OPT)
			continue;
		out->is_scattered |= i + 1 < count || !header.additionals;
		out->counts[SECTION_ADDITIONAL]--;
		if (i + 1 == count)
			return !cursor.failed;
	}
	out->end = cursor.at;
	return !cursor.failed;
}

// Can the records be read without the bytes behind them? A pointer may lead to a name that ends there.
static bool are_whole(const uint8_t *message, const struct record_bytes *records)
{
	struct cursor cursor = {.bytes = message, .size = records->end, .at = records->from};
	const size_t count = (size_t)records->counts[0] + records->counts[1] + records->counts[2];
	for (size_t i = 0; i < count && !cursor.failed; i++)
		wire_record(&cursor, &(struct wire_record){0});
	return !cursor.failed;
}

// Parses the records of the message and writes them again.
static bool write_anew(struct server_reply *reply, const struct answer *answer, unsigned flags)
{
	struct answer all;
	if (!packet_read_records(answer->message, answer->message_size, &all))
		return false;
	all.flags = (uint16_t)flags;
	all.rcode = answer->rcode;
	server_reply_write_answer(reply, &all);
	answer_clear(&all);
	return true;
}

// Compression pointers stay valid, because the question of the message is as long as that of the client.
bool server_reply_write_message(struct server_reply *reply, const struct answer *answer, bool keeps_ad)
{
	struct record_bytes records;
	const struct question *question = &reply->query->question;
	if (!find_records(answer->message, answer->message_size, &records)) {
		server_reply_write_error(reply, RCODE_SERVFAIL);
		return true;
	}
	const unsigned flags = answer->flags & (FLAG_TC | (keeps_ad ? FLAG_AD : 0));
	if (records.is_scattered || !are_whole(answer->message, &records))
		return write_anew(reply, answer, flags);
	struct writer writer = begin(reply, flags, answer->rcode);
	const bool has_question = records.from == packet_question_end(question);
	if (has_question)
		put_bytes(&writer, answer->message + records.from, records.end - records.from);
	if (writer.is_full)
		packet_edit_set_truncated(reply->bytes);
	const bool is_copied = has_question && !writer.is_full;
	for (enum message_section section = SECTION_ANSWER; section <= SECTION_AUTHORITY && is_copied; section++)
		set_count(&writer, section, records.counts[section]);
	finish(reply, &writer, is_copied ? records.counts[SECTION_ADDITIONAL] : 0, answer->rcode);
	return true;
}
