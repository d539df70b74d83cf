// SPDX-License-Identifier: MIT
#include "resolver/dns/zone_file.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/ascii.h"
#include "config/error_text.h"
#include "config/file.h"
#include "config/rrtype.h"
#include "resolver/dns/rdata_source.h"
#include "resolver/dns/rdata_text.h"

#define SIZE_MOST (256 << 20)
#define TTL_MAX 0x7fffffff  // RFC 2181 8

struct reader {
	const char *at, *end;  // of the text
	unsigned line;         // that at stands in
	unsigned flags;
	char *entry;           // one entry: a line, or several between parentheses; without comments, one NUL behind it
	unsigned entry_line;   // that it begins in
	struct name origin;
	bool has_origin;
	struct name owner;     // of the record before; length 0: there was none
	uint32_t ttl;
	bool ttl_is_set;       // by $TTL: then the record before does not count
	uint8_t *data;         // RDATA_TEXT_MAX bytes
	zone_file_visit *visit;
	void *context;
	struct zone_file_error *error;
};

static bool expect(struct reader *reader, const char *what, const char *got)
{
	reader->error->line = reader->entry_line;
	if (got && !*got)
		snprintf(reader->error->text, sizeof(reader->error->text), "expected %s, got nothing", what);
	else if (got)
		snprintf(reader->error->text, sizeof(reader->error->text), "expected %s, got \"%.100s\"", what, got);
	else
		snprintf(reader->error->text, sizeof(reader->error->text), "expected %s", what);
	return false;
}

// ---- entries ----

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

// Takes the next entry out of the text: comments are cut off, and what stands between parentheses is one line. False
// at the end of the text, or with error->line set.
static bool next_entry(struct reader *reader)
{
	char *to = reader->entry;
	const char *at = reader->at;
	unsigned depth = 0;
	bool is_quoted = false;
	reader->entry_line = reader->line;
	if (at == reader->end)
		return false;
	for (; at < reader->end && (*at != '\n' || depth); at++) {
		if (*at == '\0')
			return expect(reader, "text, not a byte 0", NULL);
		if (*at == '\n')
			reader->line++;
		if (*at == '\\' && at + 1 < reader->end && at[1] != '\n' && at[1] != '\0') {
			*to++ = *at++;
			*to++ = *at;
		} else if (*at == '"') {
			is_quoted = !is_quoted;
			*to++ = *at;
		} else if (is_quoted) {
			*to++ = *at;
		} else if (*at == ';') {
			while (at + 1 < reader->end && at[1] != '\n')
				at++;
		} else if (*at == '(' || *at == ')') {
			if (*at == ')' && !depth)
				return expect(reader, "( before )", NULL);
			depth += *at == '(' ? 1u : -1u;
			*to++ = ' ';
		} else {
			*to++ = *at == '\n' ? ' ' : *at;
		}
	}
	if (is_quoted || depth)
		return expect(reader, is_quoted ? "a closing \" before the end of the line" : "a closing )", NULL);
	*to = '\0';
	reader->line++;
	reader->at = at < reader->end ? at + 1 : at;
	return true;
}

// The next word of the entry, NULL at its end; *at moves behind it. A NUL is put there, so that *at is put forward.
static char *next_word(char **at)
{
	while (is_blank(**at))
		(*at)++;
	if (!**at)
		return NULL;
	char *word = *at;
	while (**at && !is_blank(**at))
		*at += **at == '\\' && (*at)[1] ? 2 : 1;
	if (**at)
		*(*at)++ = '\0';
	return word;
}

// ---- words ----

// Relative to the origin where it has no dot at its end.
static bool read_name(const struct reader *reader, const char *text, struct name *out)
{
	const struct rdata_word word = { text, strlen(text), *text == '"' };
	return rdata_source_name(&word, reader->has_origin ? &reader->origin : NULL, out);
}

static bool read_ttl(const char *text, uint32_t *out)
{
	const struct rdata_word word = { text, strlen(text), false };
	uint32_t seconds;
	if (!rdata_source_period(&word, &seconds) || seconds > TTL_MAX)
		return false;
	*out = seconds;
	return true;
}

static bool is_class(const char *word)
{
	static const char *const classes[] = { "IN", "CH", "HS", "CS", "CLASS1", "CLASS3", "CLASS4" };
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (ascii_equal(word, classes[i]))
			return true;
	return false;
}

static bool is_class_in(const char *word)
{
	return ascii_equal(word, "IN") || ascii_equal(word, "CLASS1");
}

// ---- data ----

// Does ldns read it as we do, so that it can be compared with? One word in which nothing is escaped, or numbers and such
// a word.
static bool is_simple_data(uint16_t type, const char *text)
{
	static const uint16_t types[] = {
		RRTYPE_A, RRTYPE_NS, RRTYPE_CNAME, RRTYPE_PTR, RRTYPE_MX, RRTYPE_AAAA, RRTYPE_SRV,
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i] == type)
			return !strpbrk(text, "\"\\");
	return false;
}

static bool take_data(struct reader *reader, const ldns_rr *rr, size_t *length)
{
	*length = 0;
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *field = ldns_rr_rdf(rr, i);
		if (*length + ldns_rdf_size(field) > UINT16_MAX)
			return expect(reader, "at most 65535 bytes of data", NULL);
		memcpy(reader->data + *length, ldns_rdf_data(field), ldns_rdf_size(field));
		*length += ldns_rdf_size(field);
	}
	return true;
}

// Is there a word that begins with an @ and goes on? Readers disagree on such a name: ldns takes it for the origin.
static bool has_longer_at(const char *text)
{
	for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@'))
		if ((at == text || is_blank(at[-1])) && at[1] && !is_blank(at[1]))
			return true;
	return false;
}

// Types that rdata_text.h does not know.
static bool read_by_ldns(struct reader *reader, uint16_t type, const char *text, size_t *length)
{
	char *line;
	ldns_rr *rr = NULL;
	if (asprintf(&line, ". 0 IN TYPE%u %s", type, text) < 0)
		return false;
	ldns_rdf *origin = ldns_dname_new_frm_data(reader->origin.length, reader->origin.wire);
	const bool is_read = origin && ldns_rr_new_frm_str(&rr, line, 0, origin, NULL) == LDNS_STATUS_OK &&
	                     rr && take_data(reader, rr, length);
	ldns_rr_free(rr);
	ldns_rdf_deep_free(origin);
	free(line);
	return is_read;
}

static bool read_own(struct reader *reader, uint16_t type, const char *text, size_t *length)
{
	const struct name *origin = reader->has_origin ? &reader->origin : NULL;
	const bool is_compared = reader->flags & ZONE_FILE_BY_LDNS && is_simple_data(type, text);
	return rdata_text_read(type, text, origin, reader->data, RDATA_TEXT_MAX, length) &&
	       (!is_compared || read_by_ldns(reader, type, text, length));
}

static bool read_data(struct reader *reader, uint16_t type, const char *text, size_t *length)
{
	char what[80], word[RRTYPE_TEXT_SIZE];
	text += strspn(text, " \t\r");
	if (rdata_text_has_names(type) && has_longer_at(text))
		return expect(reader, "\\@ for an @ that a name begins with", text);
	if (rdata_text_knows(type) ? read_own(reader, type, text, length) : read_by_ldns(reader, type, text, length))
		return true;
	if (reader->error->line)
		return false;
	snprintf(what, sizeof(what), "the data of a record of type %s", rrtype_write(type, word));
	return expect(reader, what, text);
}

// ---- records ----

// What stands between owner and data, TTL and class in either order.
static bool read_head(struct reader *reader, char **at, uint32_t *out_ttl, uint16_t *type)
{
	bool has_ttl = false, has_class = false;
	for (;;) {
		char *word = next_word(at);
		uint32_t ttl;
		if (!word)
			return expect(reader, "a type such as A behind the name", NULL);
		if (!has_ttl && ascii_is_digit(*word)) {
			if (!read_ttl(word, &ttl))
				return expect(reader, "a TTL such as 300 or 1h30m", word);
			*out_ttl = ttl;
			has_ttl = true;
		} else if (!has_class && is_class(word)) {
			if (!is_class_in(word))
				return expect(reader, "class IN", word);
			has_class = true;
		} else {
			if (!rrtype_read(word, type) || !rrtype_is_record(*type))
				return expect(reader, "a type such as A", word);
			break;
		}
	}
	if (has_ttl && !reader->ttl_is_set)
		reader->ttl = *out_ttl;
	return true;
}

static bool read_record(struct reader *reader)
{
	uint32_t ttl = reader->ttl;
	uint16_t type;
	char *at = reader->entry;
	bool is_continued = is_blank(*at);
	char *word = is_continued ? NULL : next_word(&at);
	size_t length;
	if (word && !read_name(reader, word, &reader->owner))
		return expect(reader, *word == '@' ? "$ORIGIN before @" : "a name such as www.example.", word);
	if (!reader->owner.length)
		return expect(reader, "a name in front of the first record", NULL);
	return read_head(reader, &at, &ttl, &type) && read_data(reader, type, at, &length) &&
	       reader->visit(reader->context, &reader->owner, type, ttl, reader->data, length, reader->entry_line);
}

static bool read_directive(struct reader *reader)
{
	char *at = reader->entry;
	const char *directive = next_word(&at), *value = next_word(&at);
	if (!value || next_word(&at))
		return expect(reader, "one word behind it", directive);
	if (ascii_equal(directive, "$ORIGIN")) {
		struct name origin;
		if (!read_name(reader, value, &origin))
			return expect(reader, "a name such as example.org.", value);
		reader->origin = origin;
		reader->has_origin = true;
		return true;
	}
	if (ascii_equal(directive, "$TTL")) {
		reader->ttl_is_set = true;
		return read_ttl(value, &reader->ttl) || expect(reader, "a TTL such as 300 or 1h30m", value);
	}
	return expect(reader, "$ORIGIN or $TTL", directive);
}

static bool is_empty(const char *entry)
{
	return !entry[strspn(entry, " \t\r")];
}

static bool read_entries(struct reader *reader)
{
	size_t count = 0;
	while (next_entry(reader)) {
		if (is_empty(reader->entry))
			continue;
		bool is_line = reader->flags & ZONE_FILE_LINE;
		if (is_line && count++)
			return expect(reader, "one record", NULL);
		if (*reader->entry == '$' && !is_line ? !read_directive(reader) : !read_record(reader))
			return false;
	}
	if (reader->flags & ZONE_FILE_LINE && !count && !reader->error->line)
		return expect(reader, "a record such as www.example A 192.0.2.1", NULL);
	return !reader->error->line;
}

bool zone_file_read_text(const char *text, size_t size, unsigned flags, uint32_t default_ttl, zone_file_visit *visit,
                         void *context, struct zone_file_error *error)
{
	struct reader reader = {
		.at = text, .end = text + size, .line = 1, .flags = flags, .ttl = default_ttl, .origin = { .length = 1 },
		.visit = visit, .context = context, .error = error, .entry = malloc(size + 1), .data = malloc(UINT16_MAX + 1),
	};
	*error = (struct zone_file_error){ .line = 0 };
	bool is_read = reader.entry && reader.data && read_entries(&reader);
	free(reader.entry);
	free(reader.data);
	return is_read;
}

bool zone_file_read(const char *path, uint32_t default_ttl, zone_file_visit *visit, void *context,
                    struct zone_file_error *error)
{
	char *text;
	size_t size;
	*error = (struct zone_file_error){ .line = 0 };
	if (file_read(path, SIZE_MOST, &text, &size) != 0) {
		if (errno != ENOMEM)
			snprintf(error->text, sizeof(error->text), "expected a file that can be read: %s", error_text(errno));
		return false;
	}
	bool is_read = zone_file_read_text(text, size, 0, default_ttl, visit, context, error);
	free(text);
	return is_read;
}
