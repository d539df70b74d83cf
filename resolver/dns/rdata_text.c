// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_text.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_fields.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// ---- reading by ldns, for types that rdata_layout.h does not have ----

static bool put_fields(struct rdata_source *source, const ldns_rr *record)
{
	for (size_t i = 0; i < ldns_rr_rd_count(record); i++) {
		const ldns_rdf *field = ldns_rr_rdf(record, i);
		if (!rdata_source_put(source, ldns_rdf_data(field), ldns_rdf_size(field)))
			return false;
	}
	return true;
}

static bool read_record_by_ldns(uint16_t type, struct rdata_source *source)
{
	static const struct name root = {.length = 1};
	const struct name *name = source->origin ? source->origin : &root;
	ldns_rr *record = NULL;
	char *line;
	if (asprintf(&line, ". 0 IN TYPE%u %s", type, source->at) < 0)
		return false;
	ldns_rdf *origin = ldns_dname_new_frm_data(name->length, name->wire);
	const bool is_read = origin && ldns_rr_new_frm_str(&record, line, 0, origin, NULL) == LDNS_STATUS_OK && record &&
		put_fields(source, record);
	ldns_rr_free(record);
	ldns_rdf_deep_free(origin);
	free(line);
	return is_read;
}

// ---- writing by ldns ----

// Bytes of an owner that is the root, type, class, TTL and RDLENGTH.
#define HEAD_SIZE 11
// ldns's buffer for n bytes of data: TEXT_FIRST + TEXT_FACTOR * n holds any text. If an SVCB value exceeded the buffer,
// ldns would abort the process.
#define TEXT_FIRST 256
#define TEXT_FACTOR 16
#define FIELDS_MAX 2048

// ldns takes quadratic memory for types with an unlimited number of fields.
static bool is_too_much(uint16_t type, size_t length)
{
	return length > FIELDS_MAX && ldns_rr_descriptor_maximum(ldns_rr_descript(type)) > FIELDS_MAX;
}

// Reduces the tabs and double spaces between ldns's fields to single spaces and removes the trailing one. False if a
// byte is not printable ASCII: ldns's escaping depends on the locale.
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

static ldns_rr *record_of(uint16_t type, const uint8_t *data, size_t length)
{
	const uint8_t head[HEAD_SIZE] = {
		0, (uint8_t)(type >> 8), (uint8_t)type, 0, RRCLASS_IN, 0, 0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length};
	const size_t size = HEAD_SIZE + length;
	uint8_t *wire = malloc(size);
	ldns_rr *record = NULL;
	size_t at = 0;
	if (!wire)
		return NULL;
	memcpy(wire, head, HEAD_SIZE);
	if (length)
		memcpy(wire + HEAD_SIZE, data, length);
	if (ldns_wire2rr(&record, wire, size, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK || at != size) {
		ldns_rr_free(record);
		record = NULL;
	}
	free(wire);
	return record;
}

static char *text_of(const ldns_rr *record, size_t length)
{
	ldns_buffer *buffer = ldns_buffer_new(TEXT_FIRST + TEXT_FACTOR * (HEAD_SIZE + length));
	bool is_whole = buffer != NULL;
	for (size_t i = 0; is_whole && i < ldns_rr_rd_count(record); i++) {
		if (i)
			ldns_buffer_printf(buffer, " ");
		is_whole = ldns_rdf2buffer_str(buffer, ldns_rr_rdf(record, i)) == LDNS_STATUS_OK;
	}
	char *text = is_whole ? ldns_buffer_export2str(buffer) : NULL;
	ldns_buffer_free(buffer);
	return text;
}

// The text may lack bytes of invalid data.
static char *write_by_ldns(uint16_t type, const uint8_t *data, size_t length)
{
	ldns_rr *record = is_too_much(type, length) ? NULL : record_of(type, data, length);
	char *text = record ? text_of(record, length) : NULL;
	ldns_rr_free(record);
	if (text && tidy(text))
		return text;
	free(text);
	return NULL;
}

#define LDNS_FIELD_MAX 8000  // ldns cannot read longer fields

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

// ---- reading ----

static bool is_generic(const char *text)
{
	struct rdata_source source = {.at = text};
	struct rdata_word word;
	return rdata_source_word(&source, &word) && rdata_source_word_is(&word, "\\#");
}

static bool read_generic(struct rdata_source *source)
{
	struct rdata_word word;
	uint64_t length;
	return rdata_source_word(source, &word) && rdata_source_number(source, source->room, &length) &&
		rdata_base_read_rest(source, RDATA_BASE16) && source->length == length;
}

// SvcParams have rules across parameters (RFC 9460), and keyN bypasses a key's own parser: only the printer checks
// both.
static bool needs_check(const char *layout)
{
	return strchr(layout, 'v') != NULL;
}

// ldns ignores characters that are not hexadecimal digits, so the generic format is read here first.
static bool read_by_ldns(uint16_t type, struct rdata_source *source)
{
	struct rdata_source generic = *source;
	return (!is_generic(source->at) || read_generic(&generic)) && read_record_by_ldns(type, source);
}

bool rdata_text_read(uint16_t type, struct rdata_source *source)
{
	const char *const layout = rdata_layout(type);
	if (!layout)
		return read_by_ldns(type, source);
	if (is_generic(source->at))
		return read_generic(source) && is_valid(layout, source);
	return rdata_fields_read(layout, source) && rdata_source_is_at_end(source) &&
		(!needs_check(layout) || is_valid(layout, source));
}

bool rdata_text_reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	struct rdata_source source = {.at = text, .out = malloc(length + 1), .room = length};
	const bool is_same = source.out && rdata_text_read(type, &source) && source.length == length &&
		memcmp(source.out, data, length) == 0;
	free(source.out);
	return is_same;
}

// ---- writing ----

// ldns drops bytes of invalid data.
static bool has_all_bytes(uint16_t type, const char *text, const uint8_t *data, size_t length)
{
	const bool is_too_long = !rdata_layout(type) && strlen(text) > LDNS_FIELD_MAX;
	return *text && (is_too_long || rdata_text_reads_back(type, text, data, length));
}

char *rdata_text_write(uint16_t type, const uint8_t *data, size_t length)
{
	const char *const layout = rdata_layout(type);
	char *text = layout ? write_fields(layout, data, length) : write_by_ldns(type, data, length);
	if (text && has_all_bytes(type, text, data, length))
		return text;
	free(text);
	return NULL;
}
