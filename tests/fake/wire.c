// SPDX-License-Identifier: MIT
#include "tests/fake/wire.h"

#include <ctype.h>
#include <string.h>

#include "tests/fake/fake.h"
#include "tests/fake/zone.h"

// A read position that keeps its first error.
struct reader {
	const uint8_t *bytes;
	size_t size, at;
	bool failed;
};

static unsigned read_u8(struct reader *reader)
{
	if (reader->at >= reader->size) {
		reader->failed = true;
		return 0;
	}
	return reader->bytes[reader->at++];
}

static unsigned read_u16(struct reader *reader)
{
	unsigned high = read_u8(reader);
	return high << 8 | read_u8(reader);
}

static void skip(struct reader *reader, size_t count)
{
	if (count > reader->size - reader->at)
		reader->failed = true;
	else
		reader->at += count;
}

static void skip_name(struct reader *reader)
{
	while (!reader->failed) {
		unsigned length = read_u8(reader);
		if (length >= 0xC0) {
			skip(reader, 1);
			return;
		}
		if (length == 0)
			return;
		skip(reader, length);
	}
}

// A query's own name comes first in its message: there is nothing that it could point to.
static void read_name(struct reader *reader, struct name *out)
{
	size_t size = 0;
	for (;;) {
		unsigned length = read_u8(reader);
		if (reader->failed || length > NAME_LABEL_SIZE || size + length + 1 > NAME_WIRE_SIZE) {
			reader->failed = true;
			return;
		}
		out->wire[size++] = (uint8_t)length;
		for (unsigned i = 0; i < length; i++)
			out->wire[size++] = (uint8_t)read_u8(reader);
		if (length == 0)
			break;
	}
	out->length = (uint8_t)size;
}

static void read_options(struct reader *reader, size_t length, struct fake_query *out)
{
	const size_t end = reader->at + length;
	if (length > reader->size - reader->at)
		reader->failed = true;
	while (!reader->failed && reader->at < end) {
		const unsigned option = read_u16(reader);
		const size_t size = read_u16(reader), kept = size < sizeof out->cookie ? size : sizeof out->cookie;
		const uint8_t *bytes = reader->bytes + reader->at;
		skip(reader, size);
		if (reader->failed || option != WIRE_OPTION_COOKIE)
			continue;
		out->cookie_size = size;
		memcpy(out->cookie, bytes, kept);
	}
	reader->failed = reader->failed || reader->at != end;
}

static void read_opt(struct reader *reader, unsigned records, struct fake_query *out)
{
	while (records-- > 0 && !reader->failed) {
		skip_name(reader);
		unsigned type = read_u16(reader);
		unsigned class = read_u16(reader);
		read_u16(reader);
		unsigned flags = read_u16(reader);
		const size_t length = read_u16(reader);
		if (type == RRTYPE_OPT)
			read_options(reader, length, out);
		else
			skip(reader, length);
		if (reader->failed || type != RRTYPE_OPT)
			continue;
		out->has_edns = true;
		out->payload = (uint16_t) class;
		out->edns_flags = (uint16_t)flags;
	}
}

enum wire_result fake_wire_read_query(const uint8_t *bytes, size_t size, struct fake_query *out)
{
	struct reader reader = {.bytes = bytes, .size = size};
	if (size < WIRE_HEADER_SIZE)
		return WIRE_IGNORE;
	unsigned id = read_u16(&reader), flags = read_u16(&reader);
	unsigned questions = read_u16(&reader), answers = read_u16(&reader);
	unsigned authority = read_u16(&reader), additional = read_u16(&reader);
	if (flags & WIRE_QR)
		return WIRE_IGNORE;
	out->id = (uint16_t)id;
	out->flags = (uint16_t)flags;
	out->size = size;
	if (flags & 0x7800)
		return WIRE_NOTIMP;
	if (questions != 1 || answers != 0 || authority != 0)
		return WIRE_FORMERR;
	read_name(&reader, &out->name);
	out->type = (uint16_t)read_u16(&reader);
	out->class = (uint16_t)read_u16(&reader);
	read_opt(&reader, additional, out);
	return reader.failed || reader.at != reader.size ? WIRE_FORMERR : WIRE_OK;
}

void fake_writer_bytes(struct fake_writer *writer, const void *bytes, size_t size)
{
	if (writer->full || size > writer->limit - writer->size) {
		writer->full = true;
		return;
	}
	if (size > 0)
		memcpy(writer->bytes + writer->size, bytes, size);
	writer->size += size;
}

void fake_writer_u16(struct fake_writer *writer, unsigned value)
{
	const uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
	fake_writer_bytes(writer, bytes, sizeof bytes);
}

void fake_writer_u32(struct fake_writer *writer, uint32_t value)
{
	fake_writer_u16(writer, value >> 16);
	fake_writer_u16(writer, value & 0xFFFF);
}

void fake_writer_put_u16(struct fake_writer *writer, size_t offset, unsigned value)
{
	writer->bytes[offset] = (uint8_t)(value >> 8);
	writer->bytes[offset + 1] = (uint8_t)value;
}

// Does the name that was written at offset, pointers followed, equal wire? Our own pointers go back only, so this ends.
static bool stands_at(const struct fake_writer *writer, size_t offset, const uint8_t *wire)
{
	for (;;) {
		unsigned length = writer->bytes[offset];
		if (length >= 0xC0) {
			offset = (length & 0x3F) << 8 | writer->bytes[offset + 1];
			continue;
		}
		if (length != *wire)
			return false;
		if (length == 0)
			return true;
		for (unsigned i = 1; i <= length; i++)
			if (tolower(writer->bytes[offset + i]) != tolower(wire[i]))
				return false;
		offset += length + 1;
		wire += length + 1;
	}
}

static size_t find_written(const struct fake_writer *writer, const uint8_t *wire)
{
	for (unsigned i = 0; i < writer->name_count; i++)
		if (stands_at(writer, writer->names[i], wire))
			return writer->names[i];
	return 0;
}

void fake_writer_name(struct fake_writer *writer, const uint8_t *wire)
{
	const unsigned names_max = sizeof writer->names / sizeof writer->names[0];
	uint16_t added[NAME_WIRE_SIZE / 2 + 1];
	unsigned added_count = 0;
	while (*wire != 0) {
		size_t earlier = find_written(writer, wire);
		if (earlier != 0) {
			fake_writer_u16(writer, 0xC000 | (unsigned)earlier);
			break;
		}
		if (writer->size < 0x4000)
			added[added_count++] = (uint16_t)writer->size;
		fake_writer_bytes(writer, wire, *wire + 1u);
		wire += *wire + 1;
	}
	if (*wire == 0)
		fake_writer_bytes(writer, "", 1);
	for (unsigned i = 0; i < added_count && !writer->full && writer->name_count < names_max; i++)
		writer->names[writer->name_count++] = added[i];
}

static size_t name_size(const uint8_t *wire)
{
	size_t size = 0;
	while (wire[size] != 0)
		size += wire[size] + 1u;
	return size + 1;
}

// Names in RDATA are compressed in the types of RFC 1035 only (RFC 3597 4).
static void write_rdata(struct fake_writer *writer, const struct fake_record *record)
{
	static const struct {
		uint16_t type;
		uint8_t before, names;
	} compressed[] = {
		{RRTYPE_NS, 0, 1},
		{RRTYPE_CNAME, 0, 1},
		{RRTYPE_PTR, 0, 1},
		{RRTYPE_MX, 2, 1},
		{RRTYPE_SOA, 0, 2},
	};
	size_t at = 0;
	for (size_t i = 0; i < sizeof compressed / sizeof compressed[0]; i++) {
		if (record->type != compressed[i].type)
			continue;
		fake_writer_bytes(writer, record->data, compressed[i].before);
		at = compressed[i].before;
		for (unsigned n = 0; n < compressed[i].names; n++) {
			fake_writer_name(writer, record->data + at);
			at += name_size(record->data + at);
		}
	}
	fake_writer_bytes(writer, record->data + at, record->length - at);
}

size_t fake_writer_record(
	struct fake_writer *writer, const struct name *owner, const struct fake_record *record, uint32_t ttl)
{
	const size_t start = writer->size;
	const unsigned names = writer->name_count;
	fake_writer_name(writer, owner->wire);
	fake_writer_u16(writer, record->type);
	fake_writer_u16(writer, record->class);
	fake_writer_u32(writer, ttl);
	const size_t length_at = writer->size;
	fake_writer_u16(writer, 0);
	write_rdata(writer, record);
	if (writer->full) {
		writer->size = start;
		writer->name_count = names;
		return 0;
	}
	fake_writer_put_u16(writer, length_at, (unsigned)(writer->size - length_at - 2));
	return length_at;
}

void fake_writer_opt(
	struct fake_writer *writer, unsigned payload, unsigned rcode, unsigned flags, const uint8_t *options, size_t size)
{
	fake_writer_bytes(writer, "", 1);
	fake_writer_u16(writer, RRTYPE_OPT);
	fake_writer_u16(writer, payload);
	fake_writer_u32(writer, (uint32_t)(rcode >> 4) << 24 | (flags & 0x8000));
	fake_writer_u16(writer, (unsigned)size);
	fake_writer_bytes(writer, options, size);
}
