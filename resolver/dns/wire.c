// SPDX-License-Identifier: MIT
#include "resolver/dns/wire.h"

#include <ldns/ldns.h>
#include <string.h>

#include "config/base/rrtype.h"

struct wire_header wire_header(struct cursor *cursor)
{
	struct wire_header header;
	header.id = cursor_u16(cursor);
	header.flags = cursor_u16(cursor);
	header.questions = cursor_u16(cursor);
	header.answers = cursor_u16(cursor);
	header.authorities = cursor_u16(cursor);
	header.additionals = cursor_u16(cursor);
	return header;
}

void wire_skip_questions(struct cursor *cursor, const struct wire_header *header)
{
	for (unsigned i = 0; i < header->questions && !cursor->failed; i++) {
		cursor_name(cursor, NULL);
		cursor_bytes(cursor, 4);
	}
}

void wire_record(struct cursor *cursor, struct wire_record *record)
{
	cursor_name(cursor, &record->owner);
	record->type = cursor_u16(cursor);
	record->class = cursor_u16(cursor);
	record->ttl = cursor_u32(cursor);
	record->data_length = cursor_u16(cursor);
	record->data = cursor->at;
	cursor_bytes(cursor, record->data_length);
}

bool wire_options(const uint8_t *message, size_t size, struct cursor *options)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	size_t records = (size_t)header.answers + header.authorities + header.additionals;
	wire_skip_questions(&cursor, &header);
	for (size_t i = 0; i < records && !cursor.failed; i++) {
		struct wire_record record = {0};
		wire_record(&cursor, &record);
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

// The length of an RDATA field of fixed length; 0 for others.
static size_t fixed_length(ldns_rdf_type field)
{
	switch (field) {
	case LDNS_RDF_TYPE_INT8:
	case LDNS_RDF_TYPE_ALG:
		return 1;
	case LDNS_RDF_TYPE_INT16:
	case LDNS_RDF_TYPE_TYPE:
	case LDNS_RDF_TYPE_CLASS:
	case LDNS_RDF_TYPE_CERT_ALG:
		return 2;
	case LDNS_RDF_TYPE_INT32:
	case LDNS_RDF_TYPE_A:
	case LDNS_RDF_TYPE_TIME:
	case LDNS_RDF_TYPE_PERIOD:
		return 4;
	case LDNS_RDF_TYPE_AAAA:
		return 16;
	default:
		return 0;
	}
}

// The length of a field other than a name; 0 if unknown.
static size_t field_length(const struct cursor *cursor, ldns_rdf_type field)
{
	if (field != LDNS_RDF_TYPE_STR)
		return fixed_length(field);
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

static bool append_field(struct cursor *cursor, ldns_rdf_type field, struct wire_data *out)
{
	if (field == LDNS_RDF_TYPE_DNAME) {
		struct name name = {0};
		cursor_name(cursor, &name);
		return !cursor->failed && append(out, name.wire, name.length);
	}
	size_t length = field_length(cursor, field);
	const uint8_t *bytes = cursor_bytes(cursor, length);
	return bytes && append(out, bytes, length);
}

// May names in this type's data be compressed? Only in the types of RFC 3597 4. They are recognised by ldns's field
// table: all fields are mandatory, and each is a name or of known length. Newer types are not compressed.
static bool may_be_compressed(const ldns_rr_descriptor *type, size_t fields)
{
	bool has_name = false;
	if (ldns_rr_descriptor_maximum(type) != fields)
		return false;
	for (size_t i = 0; i < fields; i++) {
		ldns_rdf_type field = ldns_rr_descriptor_field_type(type, i);
		if (field == LDNS_RDF_TYPE_DNAME)
			has_name = true;
		else if (field != LDNS_RDF_TYPE_STR && !fixed_length(field))
			return false;
	}
	return has_name;
}

// Copies the data field by field and uncompresses names. ldns only provides the list of fields: its parser reads beyond
// RDLENGTH and follows up to 65535 pointers for each name.
static bool expand_names(const struct cursor *message, const struct wire_record *record, const ldns_rr_descriptor *type,
	size_t fields, struct wire_data *out)
{
	struct cursor cursor = {.bytes = message->bytes, .size = record->data + record->data_length, .at = record->data};
	out->length = 0;
	for (size_t i = 0; i < fields; i++)
		if (!append_field(&cursor, ldns_rr_descriptor_field_type(type, i), out))
			return false;
	return cursor.at == cursor.size;
}

const uint8_t *wire_data(
	const struct cursor *message, const struct wire_record *record, struct wire_data *room, size_t *length)
{
	const ldns_rr_descriptor *type = ldns_rr_descript(record->type);
	size_t fields = ldns_rr_descriptor_minimum(type);
	*length = record->data_length;
	if (!may_be_compressed(type, fields))
		return message->bytes + record->data;
	if (!expand_names(message, record, type, fields, room))
		return NULL;
	*length = room->length;
	return room->bytes;
}
