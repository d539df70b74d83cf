// SPDX-License-Identifier: MIT
#include "resolver/dns/listing.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/rrtype.h"
#include "resolver/dns/cursor.h"
#include "resolver/dns/extended_error.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/record_text.h"
#include "resolver/dns/wire.h"

static void put_hex(FILE *out, const uint8_t *bytes, size_t length)
{
	rdata_base_write(out, RDATA_BASE16, bytes, length);
}

// RFC 5001 2.3: opaque bytes, in practice often a host name.
static void put_nsid(FILE *out, const uint8_t *bytes, size_t length)
{
	fputc('"', out);
	rdata_sink_escaped(out, bytes, length, "\"\\");
	fputc('"', out);
}

// RFC 7871 6.
static void put_subnet(FILE *out, const uint8_t *bytes, size_t length)
{
	uint8_t address[16] = {0};
	char text[INET6_ADDRSTRLEN];
	size_t most = length >= 4 && bytes[1] == 1 ? 4 : 16;
	if (length < 4 || length - 4 > most || bytes[0] != 0 || (bytes[1] != 1 && bytes[1] != 2)) {
		put_hex(out, bytes, length);
		return;
	}
	memcpy(address, bytes + 4, length - 4);
	inet_ntop(most == 4 ? AF_INET : AF_INET6, address, text, sizeof(text));
	fprintf(out, "%s/%u scope %u", text, bytes[2], bytes[3]);
}

// RFC 7828 3.1: units of 100 milliseconds.
static void put_keepalive(FILE *out, const uint8_t *bytes, size_t length)
{
	if (length == 2)
		fprintf(out, "%u.%u s", wire_u16(bytes) / 10, wire_u16(bytes) % 10);
	else
		put_hex(out, bytes, length);
}

static void put_padding(FILE *out, const uint8_t *bytes, size_t length)
{
	(void)bytes;
	fprintf(out, "%zu bytes", length);
}

// RFC 8914 2.
static void put_error(FILE *out, const uint8_t *bytes, size_t length)
{
	if (length < 2) {
		put_hex(out, bytes, length);
		return;
	}
	uint16_t code = wire_u16(bytes);
	const char *word = extended_error_word(code);
	fprintf(out, "%u%s%s%s", code, word ? " " : "", word ? word : "", length > 2 ? ": " : "");
	rdata_sink_escaped(out, bytes + 2, length - 2, "\"\\");
}

static const struct {
	uint16_t code;
	const char *word;
	void (*put)(FILE *out, const uint8_t *bytes, size_t length);
} option_kinds[] = {{OPTION_NSID, "NSID", put_nsid}, {OPTION_SUBNET, "client subnet", put_subnet},
	{OPTION_COOKIE, "cookie", put_hex}, {OPTION_KEEPALIVE, "keepalive", put_keepalive},
	{OPTION_PADDING, "padding", put_padding}, {OPTION_EXTENDED_ERROR, "extended error", put_error}};

static bool add_option(struct listing *listing, uint16_t code, const uint8_t *bytes, size_t length)
{
	struct listed_option option = {.code = code};
	void (*put)(FILE *, const uint8_t *, size_t) = put_hex;
	struct rdata_sink sink;
	for (size_t i = 0; i < sizeof(option_kinds) / sizeof(*option_kinds); i++) {
		if (option_kinds[i].code == code) {
			option.word = option_kinds[i].word;
			put = option_kinds[i].put;
		}
	}
	if (!rdata_sink_open(&sink, NULL, 0))
		return false;
	put(sink.out, bytes, length);
	option.text = rdata_sink_close(&sink);
	if (option.text && array_append(&listing->options, &listing->option_count, &option, sizeof(option)))
		return true;
	free(option.text);
	return false;
}

// RFC 6891 6.1. The caller has checked that the record's data are within the message.
static bool take_edns(struct listing *listing, const struct cursor *message, const struct wire_record *opt)
{
	struct cursor cursor = {.bytes = message->bytes, .size = opt->data + opt->data_length, .at = opt->data};
	listing->has_edns = true;
	listing->payload = opt->class;
	listing->rcode |= (uint16_t)(opt->ttl >> 24 << 4);
	listing->edns_version = (uint8_t)(opt->ttl >> 16);
	listing->dnssec_ok = opt->ttl & EDNS_DNSSEC_OK;
	uint16_t code, length;
	for (const uint8_t *bytes; (bytes = wire_option(&cursor, &code, &length));)
		if (!add_option(listing, code, bytes, length))
			return false;
	if (cursor.failed && !listing->is_malformed) {
		listing->is_malformed = true;
		listing->malformed_at = opt->data;
	}
	return true;
}

static char *owner_text(const struct name *name)
{
	char text[NAME_TEXT_SIZE + 1];
	return strdup(name->length > 1 ? strcat(name_write(name, text), ".") : ".");
}

// Data invalid for the type are shown unchanged (RFC 3597 format).
static char *data_text(const struct cursor *message, const struct wire_record *record)
{
	struct wire_data room;
	size_t length;
	const uint8_t *data = wire_data(message, record, &room, &length);
	if (!data)
		return record_text_data(0, record->class, message->bytes + record->data, record->data_length);
	return record_text_data(record->type, record->class, data, length);
}

// Reads the next record, or the question, which has neither TTL nor data.
static void read_record(struct cursor *cursor, bool is_question, struct wire_record *out)
{
	if (!is_question) {
		wire_record(cursor, out);
		return;
	}
	cursor_name(cursor, &out->owner);
	out->type = cursor_u16(cursor);
	out->class = cursor_u16(cursor);
}

// False if out of memory.
static bool take_record(struct listing *listing, struct cursor *cursor, enum listing_section section)
{
	const bool is_question = section == LISTING_QUESTION;
	struct wire_record record = {0};
	read_record(cursor, is_question, &record);
	if (cursor->failed)
		return true;
	if (record.type == RRTYPE_OPT && section == LISTING_ADDITIONAL && !listing->has_edns)
		return take_edns(listing, cursor, &record);
	const struct listed_record listed = {
		.section = section,
		.owner = owner_text(&record.owner),
		.data = is_question ? NULL : data_text(cursor, &record),
		.ttl = wire_ttl(&record),
		.type = record.type,
		.class = record.class,
	};
	if (listed.owner && (listed.data || is_question) &&
		array_append(&listing->records, &listing->record_count, &listed, sizeof(listed)))
		return true;
	free(listed.owner);
	free(listed.data);
	return false;
}

// Reads the number of records in the header, or up to the first malformed one.
static bool take_section(struct listing *listing, struct cursor *cursor, enum listing_section section, unsigned count)
{
	for (unsigned i = 0; i < count && !cursor->failed; i++) {
		size_t start = cursor->at;
		if (!take_record(listing, cursor, section))
			return false;
		if (cursor->failed) {
			listing->is_malformed = true;
			listing->malformed_at = start;
		}
	}
	return true;
}

bool listing_read(const uint8_t *message, size_t size, struct listing *out)
{
	struct cursor cursor = {.bytes = message, .size = size};
	struct wire_header header = wire_header(&cursor);
	const unsigned counts[] = {header.questions, header.answers, header.authorities, header.additionals};
	*out = (struct listing){.id = header.id, .flags = header.flags, .rcode = header.flags & FLAG_RCODE};
	out->is_truncated = header.flags & FLAG_TC;
	out->is_malformed = cursor.failed;
	for (enum listing_section section = 0; section < LISTING_SECTIONS; section++) {
		if (!take_section(out, &cursor, section, counts[section])) {
			listing_clear(out);
			return false;
		}
	}
	out->trailing = cursor.failed ? 0 : size - cursor.at;
	return true;
}

void listing_clear(struct listing *listing)
{
	for (size_t i = 0; i < listing->record_count; i++) {
		free(listing->records[i].owner);
		free(listing->records[i].data);
	}
	for (size_t i = 0; i < listing->option_count; i++)
		free(listing->options[i].text);
	free(listing->records);
	free(listing->options);
	*listing = (struct listing){0};
}

char *listing_write_flags(uint16_t flags, char *text)
{
	static const struct {
		uint16_t bit;
		const char *word;
	} words[] = {{FLAG_QR, "qr"}, {FLAG_AA, "aa"}, {FLAG_TC, "tc"}, {FLAG_RD, "rd"}, {FLAG_RA, "ra"}, {0x0040, "z"},
		{FLAG_AD, "ad"}, {FLAG_CD, "cd"}};
	char *end = text;
	*text = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!(flags & words[i].bit))
			continue;
		if (end != text)
			end = stpcpy(end, " ");
		end = stpcpy(end, words[i].word);
	}
	return text;
}

char *listing_write_opcode(uint16_t flags, char *text)
{
	static const char *const words[] = {"QUERY", "IQUERY", "STATUS", NULL, "NOTIFY", "UPDATE", "DSO"};
	const unsigned opcode = wire_opcode(flags);
	if (opcode < sizeof(words) / sizeof(*words) && words[opcode])
		return strcpy(text, words[opcode]);
	snprintf(text, LISTING_FLAGS_SIZE, "OPCODE%u", opcode);
	return text;
}

#define HEX_WIDTH 16

void listing_write_hex(const char *before, const uint8_t *bytes, size_t size, FILE *out)
{
	for (size_t at = 0; at < size; at += HEX_WIDTH) {
		size_t count = size - at < HEX_WIDTH ? size - at : HEX_WIDTH;
		fprintf(out, "%s%04zx ", before, at);
		for (size_t i = 0; i < HEX_WIDTH; i++)
			fprintf(out, i < count ? " %02x" : "   ", i < count ? bytes[at + i] : 0);
		fputs("  ", out);
		for (size_t i = 0; i < count; i++) {
			uint8_t byte = bytes[at + i];
			fputc(byte < ' ' || byte > '~' ? '.' : byte, out);
		}
		fputc('\n', out);
	}
}
