// SPDX-License-Identifier: MIT
#include "resolver/dns/wire.h"

#include <string.h>

#include "config/base/compiler.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_layout.h"

#define FIELDS_SIZE 10  // bytes of a record between its owner and its data

static struct wire_header header_at(const uint8_t *at)
{
	return (struct wire_header){
		.id = wire_u16(at),
		.flags = wire_u16(at + 2),
		.questions = wire_u16(at + 4),
		.answers = wire_u16(at + 6),
		.authorities = wire_u16(at + 8),
		.additionals = wire_u16(at + 10),
	};
}

COLD static struct wire_header cut_header(const struct cursor *cursor)
{
	uint8_t bytes[sizeof(struct wire_header)] = {0};
	const size_t left = cursor->size - cursor->at;
	for (size_t i = 0; i < left / 2 * 2 && i < sizeof(bytes); i++)
		bytes[i] = cursor->bytes[cursor->at + i];
	return header_at(bytes);
}

struct wire_header wire_header(struct cursor *cursor)
{
	const uint8_t *at = cursor_bytes(cursor, sizeof(struct wire_header));
	cursor->names = cursor->at;
	return at ? header_at(at) : cut_header(cursor);
}

void wire_skip_questions(struct cursor *cursor, const struct wire_header *header)
{
	for (unsigned i = 0; i < header->questions && !cursor->failed; i++) {
		cursor_name(cursor, NULL);
		cursor_bytes(cursor, 4);
	}
}

bool wire_question(struct cursor *cursor, struct question *out)
{
	const size_t start = cursor->at;
	out->name.length = 0;
	cursor_name(cursor, &out->name);
	const bool is_whole = cursor->at - start == out->name.length;
	out->type = cursor_u16(cursor);
	out->class = cursor_u16(cursor);
	if (cursor->failed)
		*out = (struct question){0};
	return !cursor->failed && is_whole;
}

void wire_fields(struct cursor *cursor, struct wire_record *record)
{
	static const uint8_t missing[FIELDS_SIZE];
	const uint8_t *read = cursor_bytes(cursor, FIELDS_SIZE), *at = read ? read : missing;
	record->type = wire_u16(at);
	record->class = wire_u16(at + 2);
	record->ttl = (uint32_t)wire_u16(at + 4) << 16 | wire_u16(at + 6);
	record->data_length = wire_u16(at + 8);
	record->data = cursor->at;
	cursor_bytes(cursor, record->data_length);
}

void wire_record(struct cursor *cursor, struct wire_record *record)
{
	record->owner.length = 0;
	cursor_name(cursor, &record->owner);
	wire_fields(cursor, record);
}

size_t wire_go_to_records(struct cursor *cursor)
{
	struct wire_header header = wire_header(cursor);
	wire_skip_questions(cursor, &header);
	return (size_t)header.answers + header.authorities + header.additionals;
}

bool wire_options(const uint8_t *message, size_t size, struct cursor *options)
{
	struct cursor cursor = {.bytes = message, .size = size};
	const size_t records = wire_go_to_records(&cursor);
	for (size_t i = 0; i < records && !cursor.failed; i++) {
		struct wire_record record;
		cursor_name(&cursor, NULL);
		wire_fields(&cursor, &record);
		if (cursor.failed || record.type != RRTYPE_OPT)
			continue;
		*options = (struct cursor){.bytes = message, .size = cursor.at, .at = record.data};
		return true;
	}
	return false;
}

const uint8_t *wire_option(struct cursor *options, uint16_t *code, uint16_t *length)
{
	if (options->failed || options->at >= options->size)
		return NULL;
	*code = cursor_u16(options);
	*length = cursor_u16(options);
	return cursor_bytes(options, *length);
}

// The length of a field other than a name, in a type with names that may be compressed: of an integer or a string.
static size_t field_length(const struct cursor *cursor, char field)
{
	if (field != 's')
		return field == 'w' ? 2 : 4;
	return !cursor->failed && cursor->at < cursor->size ? 1u + cursor->bytes[cursor->at] : 0;
}

static bool append(struct wire_data *out, const void *bytes, size_t length)
{
	if (!length || out->length + length > sizeof(out->bytes))
		return false;
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
	return true;
}

static bool append_field(struct cursor *cursor, char field, struct wire_data *out)
{
	if (field == 'n') {
		struct name name = {0};
		cursor_name(cursor, &name);
		return !cursor->failed && append(out, name.wire, name.length);
	}
	size_t length = field_length(cursor, field);
	const uint8_t *bytes = cursor_bytes(cursor, length);
	return bytes && append(out, bytes, length);
}

// Copies the data field by field and uncompresses names.
static bool expand_names(
	const struct cursor *message, const struct wire_record *record, const char *layout, struct wire_data *out)
{
	struct cursor cursor = {.bytes = message->bytes, .size = record->data + record->data_length, .at = record->data};
	out->length = 0;
	for (; *layout; layout++)
		if (!append_field(&cursor, *layout, out))
			return false;
	return cursor.at == cursor.size;
}

const uint8_t *wire_data(
	const struct cursor *message, const struct wire_record *record, struct wire_data *room, size_t *length)
{
	const char *const layout = rdata_layout(record->type);
	*length = record->data_length;
	if (!layout || !strchr(layout, 'n'))
		return message->bytes + record->data;
	if (!expand_names(message, record, layout, room))
		return NULL;
	*length = room->length;
	return room->bytes;
}
