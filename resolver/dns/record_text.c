// SPDX-License-Identifier: MIT
#include "resolver/dns/record_text.h"

#include <ldns/ldns.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/ascii.h"
#include "config/name.h"
#include "config/rrtype.h"

// Type, class, TTL and length of the data.
#define FIXED_SIZE 10
#define OWNER_TEXT_SIZE (NAME_TEXT_SIZE + 1)

// name_write leaves bytes as they are that mean something to zone files at the beginning of a line ($, @).
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
		(uint8_t)(type >> 8), (uint8_t)type, 0, RRCLASS_IN,
		(uint8_t)(ttl >> 24), (uint8_t)(ttl >> 16), (uint8_t)(ttl >> 8), (uint8_t)ttl,
		(uint8_t)(length >> 8), (uint8_t)length,
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

// Does the line say just this record?
static bool reads_back(const char *line, const uint8_t *wire, size_t size)
{
	ldns_rr *record = NULL;
	uint8_t *again = NULL;
	size_t again_size = 0;
	bool is_same = ldns_rr_new_frm_str(&record, line, 0, NULL, NULL) == LDNS_STATUS_OK &&
	               ldns_rr2wire(&again, record, LDNS_SECTION_ANSWER, &again_size) == LDNS_STATUS_OK &&
	               again_size == size && memcmp(again, wire, size) == 0;
	free(again);
	ldns_rr_free(record);
	return is_same;
}

// Readers disagree on what an escaped quote or backslash does to quotes, and on what ends a line: such data is not
// worth the doubt. Tabs, with which ldns parts the fields, become blanks.
static bool is_plain_data(char *text)
{
	bool is_quoted = false;
	for (char *at = text; *at; at++) {
		if (*at == '\t' && !is_quoted)
			*at = ' ';
		if (*at < ' ' || *at > '~')
			return false;
		if (*at == '\\' && !ascii_is_digit(*++at))
			return false;
		if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && strchr(";()", *at))
			return false;
	}
	return !is_quoted;
}

// The data as ldns writes it for this type; NULL where it cannot. Allocated.
static char *data_text(const uint8_t *wire, size_t size)
{
	ldns_rr *record = NULL;
	size_t at = 0;
	if (ldns_wire2rr(&record, wire, size, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
		return NULL;
	ldns_buffer *buffer = ldns_buffer_new(256);
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
	return text;
}

// Behind owner, TTL, class and type; false where it finds no room.
static bool put_data(char *text, size_t *used, const char *data)
{
	size_t length = strlen(data);
	if (length > RECORD_TEXT_SIZE - 2 - *used)
		return false;
	memcpy(text + *used, data, length + 1);
	*used += length;
	return true;
}

// RFC 3597 5.
static bool put_any_data(char *text, size_t *used, const uint8_t *data, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char count[16];
	snprintf(count, sizeof(count), "\\# %zu", length);
	if (!put_data(text, used, count) || (length && 2 * length + 1 > RECORD_TEXT_SIZE - 2 - *used))
		return false;
	if (length)
		text[(*used)++] = ' ';
	for (size_t i = 0; i < length; i++) {
		text[(*used)++] = digits[data[i] >> 4];
		text[(*used)++] = digits[data[i] & 15];
	}
	text[*used] = '\0';
	return true;
}

static bool put_own_data(char *text, size_t *used, const uint8_t *wire, size_t size)
{
	char *data = data_text(wire, size);
	bool is_put = data && *data && is_plain_data(data) && put_data(text, used, data);
	free(data);
	return is_put && reads_back(text, wire, size);
}

size_t record_text_write(const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
                         size_t data_length, char *text)
{
	char owner_text[OWNER_TEXT_SIZE], type_text[RRTYPE_TEXT_SIZE];
	// Twice as long in RFC 3597's form: no line at all.
	if (data_length > RECORD_TEXT_SIZE / 2)
		return 0;
	uint8_t *wire = record_wire(owner, type, ttl, data, data_length);
	if (!wire)
		return 0;
	size_t wire_size = owner->length + FIXED_SIZE + data_length;
	write_owner(owner, owner_text);
	size_t start = (size_t)snprintf(text, RECORD_TEXT_SIZE, "%s %u IN %s ", owner_text, ttl,
	                                rrtype_write(type, type_text));
	size_t used = start;
	bool is_written = put_own_data(text, &used, wire, wire_size);
	if (!is_written) {
		used = start;
		is_written = put_any_data(text, &used, data, data_length) && reads_back(text, wire, wire_size);
	}
	free(wire);
	if (!is_written)
		return 0;
	text[used++] = '\n';
	return used;
}
