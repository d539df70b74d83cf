// SPDX-License-Identifier: MIT
#include "resolver/dns/record_text.h"

#include <ldns/ldns.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/cursor.h"
#include "resolver/dns/message.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_text.h"

// Bytes of type, class, TTL and RDLENGTH.
#define FIXED_SIZE 10
#define OWNER_TEXT_SIZE (NAME_TEXT_SIZE + 1)
#define FIELD_MAX 8000
// ldns's buffer for n bytes of data: TEXT_FIRST + TEXT_FACTOR * n holds any text. If an SVCB value exceeded the buffer, ldns
// would abort the process.
#define TEXT_FIRST 256
#define TEXT_FACTOR 16
#define FIELDS_MAX 2048

// Unlike name_write, also escapes characters that are special in zone files ($, @).
static void write_owner(const struct name *name, char *text)
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

static uint8_t *record_wire(const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data, size_t length)
{
	const uint8_t fixed[FIXED_SIZE] = {
		(uint8_t)(type >> 8),
		(uint8_t)type,
		0,
		RRCLASS_IN,
		(uint8_t)(ttl >> 24),
		(uint8_t)(ttl >> 16),
		(uint8_t)(ttl >> 8),
		(uint8_t)ttl,
		(uint8_t)(length >> 8),
		(uint8_t)length,
	};
	uint8_t *wire = malloc(owner->length + sizeof(fixed) + length);
	if (!wire)
		return NULL;
	memcpy(wire, owner->wire, owner->length);
	memcpy(wire + owner->length, fixed, sizeof(fixed));
	if (length)
		memcpy(wire + owner->length + sizeof(fixed), data, length);
	return wire;
}

// Does ldns parse the line to exactly this record?
static bool ldns_reads_back(const char *line, const uint8_t *wire, size_t size)
{
	ldns_rr *record = NULL;
	uint8_t *again = NULL;
	size_t again_size = 0;
	bool is_same = ldns_rr_new_frm_str(&record, line, 0, NULL, NULL) == LDNS_STATUS_OK &&
		ldns_rr2wire(&again, record, LDNS_SECTION_ANSWER, &again_size) == LDNS_STATUS_OK && again_size == size &&
		memcmp(again, wire, size) == 0;
	free(again);
	ldns_rr_free(record);
	return is_same;
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

// Reduces the tabs and double spaces between ldns's fields to single spaces and removes the trailing one. False if a byte
// is not printable ASCII: ldns's escaping depends on the locale.
static bool tidy(char *text)
{
	bool is_quoted = false;
	char *to = text;
	for (const char *at = text; *at; at++) {
		char byte = *at == '\t' && !is_quoted ? ' ' : *at;
		if (byte < ' ' || byte > '~')
			return false;
		if (byte == ' ' && !is_quoted && (to == text || to[-1] == ' '))
			continue;
		*to++ = byte;
		if (byte == '\\' && at[1] > ' ' && at[1] <= '~')
			*to++ = *++at;
		else if (byte == '"')
			is_quoted = !is_quoted;
	}
	if (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
	return to > text;
}

// The data in ldns's format for this type. The caller frees it; NULL if ldns fails.
static char *data_text(const uint8_t *wire, size_t size)
{
	ldns_rr *record = NULL;
	size_t at = 0;
	if (ldns_wire2rr(&record, wire, size, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
		return NULL;
	ldns_buffer *buffer = ldns_buffer_new(TEXT_FIRST + TEXT_FACTOR * size);
	char *text = NULL;
	bool is_whole = buffer && at == size;
	for (size_t i = 0; is_whole && i < ldns_rr_rd_count(record); i++) {
		if (i)
			ldns_buffer_printf(buffer, " ");
		is_whole = ldns_rdf2buffer_str(buffer, ldns_rr_rdf(record, i)) == LDNS_STATUS_OK;
	}
	if (is_whole)
		text = ldns_buffer_export2str(buffer);
	ldns_buffer_free(buffer);
	ldns_rr_free(record);
	if (text && !tidy(text)) {
		free(text);
		text = NULL;
	}
	return text;
}

// The generic format (RFC 3597 5). The caller frees it.
static char *any_text(const uint8_t *data, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(16 + 2 * length);
	if (!text)
		return NULL;
	char *to = text + sprintf(text, length ? "\\# %zu " : "\\# %zu", length);
	for (size_t i = 0; i < length; i++) {
		*to++ = digits[data[i] >> 4];
		*to++ = digits[data[i] & 15];
	}
	*to = '\0';
	return text;
}

// The data of a Chaosnet A record: a name and an octal number (RFC 1035 3.4.1 defines A for class IN only). For display,
// not for zone files.
static char *chaos_address(const uint8_t *data, size_t length)
{
	struct rdata_sink sink = {.data = {.bytes = data, .size = length}};
	char *text = NULL;
	size_t size;
	sink.out = open_memstream(&text, &size);
	if (!sink.out)
		return NULL;
	rdata_sink_name(&sink);
	rdata_sink_word(&sink, "%o", cursor_u16(&sink.data));
	if (fclose(sink.out) == 0 && !sink.data.failed && sink.data.at == length)
		return text;
	free(text);
	return NULL;
}

// Types whose data is defined for class IN only.
static bool is_of_internet(uint16_t type)
{
	static const uint16_t types[] = {
		RRTYPE_A,
		RRTYPE_WKS,
		RRTYPE_NSAP,
		RRTYPE_NSAP_PTR,
		RRTYPE_PX,
		RRTYPE_AAAA,
		RRTYPE_EID,
		RRTYPE_NIMLOC,
		RRTYPE_SRV,
		RRTYPE_ATMA,
		RRTYPE_KX,
		RRTYPE_A6,
		RRTYPE_APL,
		RRTYPE_DHCID,
		RRTYPE_SVCB,
		RRTYPE_HTTPS,
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i] == type)
			return true;
	return false;
}

// ldns takes quadratic memory for types with an unlimited number of fields.
static bool is_too_much(uint16_t type, size_t length)
{
	return length > FIELDS_MAX && ldns_rr_descriptor_maximum(ldns_rr_descript(type)) > FIELDS_MAX;
}

static bool has_meaning(uint16_t type, uint16_t class)
{
	const bool is_hesiod_address = type == RRTYPE_A && class == RRCLASS_HS;
	return class == RRCLASS_IN || is_hesiod_address || !is_of_internet(type);
}

static bool ldns_reads_data_back(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	static const struct name root = {.length = 1};
	uint8_t *wire = record_wire(&root, type, 0, data, length);
	char *line = NULL;
	const bool is_same = wire && asprintf(&line, ". 0 IN TYPE%u %s", type, text) >= 0 &&
		ldns_reads_back(line, wire, root.length + FIXED_SIZE + length);
	free(line);
	free(wire);
	return is_same;
}

// Does the text represent all bytes? ldns drops bytes of invalid data. It cannot parse fields of more than 8 KB, so a
// longer text is not checked.
static bool says_all(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	return strlen(text) > FIELD_MAX || ldns_reads_data_back(type, text, data, length);
}

static char *ldns_text(uint16_t type, const uint8_t *data, size_t length)
{
	static const struct name root = {.length = 1};
	uint8_t *wire = record_wire(&root, type, 0, data, length);
	const size_t size = root.length + FIXED_SIZE + length;
	char *text = wire ? data_text(wire, size) : NULL;
	if (text && !says_all(type, text, data, length)) {
		free(text);
		text = NULL;
	}
	free(wire);
	return text;
}

// In the type's own format; NULL if that cannot represent the data.
static char *own_text(uint16_t type, const uint8_t *data, size_t length)
{
	if (rdata_text_knows(type))
		return rdata_text_write(type, data, length);
	return is_too_much(type, length) ? NULL : ldns_text(type, data, length);
}

char *record_text_data(uint16_t type, uint16_t class, const uint8_t *data, size_t data_length)
{
	char *text = NULL;
	if (type == RRTYPE_A && class == RRCLASS_CH)
		text = chaos_address(data, data_length);
	else if (has_meaning(type, class))
		text = own_text(type, data, data_length);
	return text ? text : any_text(data, data_length);
}

// ---- lines ----

static bool is_read_back(const struct record_view *record, const char *text)
{
	return (rdata_text_knows(record->type) ? rdata_text_reads_back : ldns_reads_data_back)(
		record->type, text, record->data, record->data_length);
}

// Writes text at offset start, after owner, TTL, class and type; frees text. False if it does not fit or does not parse
// back to the record's data.
static bool put_data(char *line, size_t start, char *text, const struct record_view *record)
{
	const size_t size = text ? strlen(text) : 0;
	const bool is_put = size && size <= RECORD_TEXT_SIZE - 2 - start && is_read_back(record, text);
	if (is_put)
		memcpy(line + start, text, size + 1);
	free(text);
	return is_put;
}

// In the type's own format; NULL if parsers may disagree on it.
static char *plain_data(const struct record_view *record)
{
	char *text = own_text(record->type, record->data, record->data_length);
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
	write_owner(record->owner, text);
	size_t length = strlen(text);
	length += (size_t)snprintf(
		text + length, RECORD_TEXT_SIZE - length, " %u IN %s ", record->ttl, rrtype_write(record->type, type));
	if (!put_data(text, length, plain_data(record), record) &&
		!put_data(text, length, any_text(record->data, record->data_length), record))
		return 0;
	length += strlen(text + length);
	text[length] = '\n';
	return length + 1;
}
