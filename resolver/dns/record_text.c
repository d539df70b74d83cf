// SPDX-License-Identifier: MIT
#include "resolver/dns/record_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "resolver/dns/message.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_fields.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

static char *write_fields(const char *layout, const uint8_t *data, size_t length)
{
	struct rdata_sink sink;
	if (!rdata_sink_open(&sink, data, length))
		return NULL;
	rdata_fields_write(layout, &sink);
	return rdata_sink_close(&sink);
}

static bool is_valid(const char *layout, const struct rdata_source *source)
{
	char *text = write_fields(layout, source->out, source->length);
	free(text);
	return text != NULL;
}

// The generic format (RFC 3597 5) after its first word.
static bool read_generic(struct rdata_source *source)
{
	uint64_t length;
	return rdata_source_number(source, source->room, &length) && rdata_base_read_rest(source, RDATA_BASE16) &&
		source->length == length;
}

bool record_text_read_data(uint16_t type, struct rdata_source *source)
{
	const char *const layout = rdata_layout(type);
	const char *const start = source->at;
	struct rdata_word word;
	if (rdata_source_word(source, &word) && rdata_source_word_is(&word, "\\#"))
		return read_generic(source) && (!layout || is_valid(layout, source));
	source->at = start;
	// Only the printer checks the rules across SvcParams (RFC 9460), and the values of those that are given as keyN.
	return layout && rdata_fields_read(layout, source) && rdata_source_is_at_end(source) &&
		(!strchr(layout, 'v') || is_valid(layout, source));
}

bool record_text_reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	struct rdata_source source = {.at = text, .out = malloc(length + 1), .room = length};
	const bool is_same = source.out && record_text_read_data(type, &source) && source.length == length &&
		memcmp(source.out, data, length) == 0;
	free(source.out);
	return is_same;
}

char *record_text_own_data(uint16_t type, const uint8_t *data, size_t length)
{
	const char *const layout = rdata_layout(type);
	char *text = layout ? write_fields(layout, data, length) : NULL;
	if (text && *text && record_text_reads_back(type, text, data, length))
		return text;
	free(text);
	return NULL;
}

void record_text_write_owner(const struct name *name, char *text)
{
	char *to = text;
	for (unsigned at = 0; name->wire[at]; at += name->wire[at] + 1u) {
		for (unsigned i = 1; i <= name->wire[at]; i++) {
			uint8_t byte = name->wire[at + i];
			bool is_plain = ascii_is_letter(byte) || ascii_is_digit(byte) || (byte && strchr("-_*/", byte));
			to += sprintf(to, is_plain ? "%c" : "\\%03u", byte);
		}
		*to++ = '.';
	}
	if (to == text)
		*to++ = '.';
	*to = '\0';
}

// False if the text has escaped characters, which parsers treat differently inside quotes, or unquoted ; ( ).
static bool is_plain_data(const char *text)
{
	bool is_quoted = false;
	for (const char *at = text; *at; at++) {
		if (*at == '\\' && !ascii_is_digit(*++at))
			return false;
		if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && strchr(";()", *at))
			return false;
	}
	return !is_quoted;
}

// The generic format (RFC 3597 5). The caller frees it.
static char *generic_text(const uint8_t *data, size_t length)
{
	struct rdata_sink sink;
	if (!rdata_sink_open(&sink, data, length))
		return NULL;
	rdata_sink_word(&sink, "\\# %zu", length);
	if (length)
		rdata_base_write_rest(&sink, RDATA_BASE16);
	return rdata_sink_close(&sink);
}

// The data of a Chaosnet A record: a name and an octal number (RFC 1035 3.4.1 defines A for class IN only). For
// display, not for zone files.
static char *chaos_address(const uint8_t *data, size_t length)
{
	struct rdata_sink sink;
	if (!rdata_sink_open(&sink, data, length))
		return NULL;
	rdata_sink_name(&sink);
	rdata_sink_word(&sink, "%o", cursor_u16(&sink.data));
	return rdata_sink_close(&sink);
}

// Types whose data is defined for class IN only.
static bool is_of_internet(uint16_t type)
{
	static const uint16_t types[] = {RRTYPE_A, RRTYPE_WKS, RRTYPE_NSAP, RRTYPE_NSAP_PTR, RRTYPE_PX, RRTYPE_AAAA,
		RRTYPE_EID, RRTYPE_NIMLOC, RRTYPE_SRV, RRTYPE_ATMA, RRTYPE_KX, RRTYPE_A6, RRTYPE_APL, RRTYPE_DHCID, RRTYPE_SVCB,
		RRTYPE_HTTPS};
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i] == type)
			return true;
	return false;
}

static bool has_meaning(uint16_t type, uint16_t class)
{
	const bool is_hesiod_address = type == RRTYPE_A && class == RRCLASS_HS;
	return class == RRCLASS_IN || is_hesiod_address || !is_of_internet(type);
}

char *record_text_data(uint16_t type, uint16_t class, const uint8_t *data, size_t data_length)
{
	char *text = NULL;
	if (type == RRTYPE_A && class == RRCLASS_CH)
		text = chaos_address(data, data_length);
	else if (has_meaning(type, class))
		text = record_text_own_data(type, data, data_length);
	return text ? text : generic_text(data, data_length);
}

// ---- lines ----

// Writes text at offset start, after owner, TTL, class and type; frees text. False if it does not fit or does not parse
// back to the record's data.
static bool put_data(char *line, size_t start, char *text, const struct record_view *record)
{
	const size_t size = text ? strlen(text) : 0;
	const bool is_put = size && size <= RECORD_TEXT_SIZE - 2 - start &&
		record_text_reads_back(record->type, text, record->data, record->data_length);
	if (is_put)
		memcpy(line + start, text, size + 1);
	free(text);
	return is_put;
}

// In the type's own format; NULL if parsers may disagree on it.
static char *plain_data(const struct record_view *record)
{
	char *text = record_text_own_data(record->type, record->data, record->data_length);
	if (!text || is_plain_data(text))
		return text;
	free(text);
	return NULL;
}

size_t record_text_write(const struct record_view *record, char *text)
{
	char type[RRTYPE_TEXT_SIZE];
	// The generic format takes two characters a byte: no line can hold it.
	if (record->data_length > RECORD_TEXT_SIZE / 2)
		return 0;
	record_text_write_owner(record->owner, text);
	size_t length = strlen(text);
	length += (size_t)snprintf(
		text + length, RECORD_TEXT_SIZE - length, " %u IN %s ", record->ttl, rrtype_write(record->type, type));
	if (!put_data(text, length, plain_data(record), record) &&
		!put_data(text, length, generic_text(record->data, record->data_length), record))
		return 0;
	length += strlen(text + length);
	text[length] = '\n';
	return length + 1;
}
