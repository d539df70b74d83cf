// SPDX-License-Identifier: MIT
#include "resolver/dns/zone_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_source.h"
#include "resolver/dns/record_text.h"
#include "resolver/dns/zone_source.h"

#define SIZE_MOST (256 << 20)
#define TTL_MAX 0x7fffffff  // RFC 2181 8
#define INCLUDES_MAX 16     // nesting depth of $INCLUDE; also ends recursive inclusion

struct reader {
	const struct zone_file_options *options;
	struct zone_source *source;  // without a path, $INCLUDE is an error
	uint32_t ttl;
	bool ttl_is_set;  // by $TTL: then the TTL of the previous record is not the default
	uint8_t *data;    // RECORD_TEXT_DATA_MAX bytes
	struct zone_file_error *error;
};

static bool expect(struct reader *reader, const char *what, const char *got)
{
	reader->error->line = reader->source->entry_line;
	if (got && !*got)
		snprintf(reader->error->text, sizeof(reader->error->text), "expected %s, got nothing", what);
	else if (got)
		snprintf(reader->error->text, sizeof(reader->error->text), "expected %s, got \"%.100s\"", what, got);
	else
		snprintf(reader->error->text, sizeof(reader->error->text), "expected %s", what);
	return false;
}

// ---- words ----

// A name without a final dot is relative to the origin.
static bool read_name(const struct reader *reader, const char *text, struct name *out)
{
	const struct rdata_word word = {text, strlen(text), *text == '"'};
	return rdata_source_name(&word, &reader->source->origin, out);
}

static bool read_ttl(const char *text, uint32_t *out)
{
	const struct rdata_word word = {text, strlen(text), false};
	uint32_t seconds;
	if (!rdata_source_period(&word, &seconds) || seconds > TTL_MAX)
		return false;
	*out = seconds;
	return true;
}

// ---- data ----

// Is there a word longer than @ that begins with @? Some parsers take it for the origin: rejected.
static bool has_longer_at(const char *text)
{
	for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@'))
		if ((at == text || ascii_is_blank(at[-1])) && at[1] && !ascii_is_blank(at[1]))
			return true;
	return false;
}

static bool read_data(struct reader *reader, const char *text, struct record_view *record)
{
	const char *const start = text + ascii_span(text, " \t\r");
	char what[80], word[RRTYPE_TEXT_SIZE];
	struct rdata_source data = {
		.at = start, .origin = &reader->source->origin, .out = reader->data, .room = RECORD_TEXT_DATA_MAX};
	if (rdata_layout_has_names(record->type) && has_longer_at(start))
		return expect(reader, "\\@ for a literal @ at the beginning of a name", start);
	if (!record_text_read_data(record->type, &data)) {
		snprintf(what, sizeof(what), "the data of a record of type %s", rrtype_write(record->type, word));
		return expect(reader, what, start);
	}
	record->data_length = data.length;
	return true;
}

// ---- records ----

// The fields between owner and data: TTL and class, in either order, both optional, then the type.
static bool read_head(struct reader *reader, char **at, struct record_view *record)
{
	bool has_ttl = false, has_class = false;
	for (;;) {
		const char *word = zone_source_word(at);
		uint16_t class;
		if (!word)
			return expect(reader, "a type such as A after the name", NULL);
		if (!has_ttl && ascii_is_digit(*word)) {
			if (!read_ttl(word, &record->ttl))
				return expect(reader, "a TTL such as 300 or 1h30m", word);
			has_ttl = true;
		} else if (!has_class && rrclass_read(word, &class)) {
			if (class != RRCLASS_IN)
				return expect(reader, "class IN", word);
			has_class = true;
		} else {
			if (!rrtype_read(word, &record->type) || !rrtype_is_record(record->type))
				return expect(reader, "a type such as A", word);
			break;
		}
	}
	if (has_ttl && !reader->ttl_is_set)
		reader->ttl = record->ttl;
	return true;
}

static bool read_record(struct reader *reader)
{
	struct zone_source *source = reader->source;
	struct record_view record = {.owner = &source->owner, .ttl = reader->ttl, .data = reader->data};
	char *at = source->entry;
	const char *word = ascii_is_blank(*at) ? NULL : zone_source_word(&at);
	if (word && !read_name(reader, word, &source->owner))
		return expect(reader, *word == '@' ? "$ORIGIN before @" : "a name such as www.example.", word);
	if (!source->owner.length)
		return expect(reader, "a name before the first record", NULL);
	return read_head(reader, &at, &record) && read_data(reader, at, &record) &&
		reader->options->visit(reader->options->context, &record, source->entry_line);
}

// ---- directives ----

static void expect_file(struct reader *reader, const char *path)
{
	char what[100];
	if (errno == ENOMEM)
		return;
	snprintf(what, sizeof(what), "a file that can be read (%s)", error_text(errno));
	expect(reader, what, path);
}

// Takes ownership of path, which has been passed to options->enter.
static bool open_included(struct reader *reader, char *path, const struct name *origin)
{
	char *text = NULL;
	size_t size;
	const bool is_there = file_read(path, SIZE_MOST, &text, &size) == 0;
	if (!is_there)
		expect_file(reader, path);
	if (!is_there || !zone_source_push(&reader->source, path, text, size)) {
		reader->options->enter(reader->options->context, NULL);
		free(path);
		free(text);
		return false;
	}
	reader->source->owned_path = path;
	reader->source->owned_text = text;
	if (origin)
		reader->source->origin = *origin;
	return true;
}

static bool include(struct reader *reader, const char *path, const struct name *origin)
{
	if (reader->source->depth > INCLUDES_MAX)
		return expect(reader, "at most 16 levels of $INCLUDE", path);
	char *whole = file_beside(reader->source->path, path);
	if (whole && reader->options->enter(reader->options->context, whole))
		return open_included(reader, whole, origin);
	free(whole);
	return false;
}

// Reads a file name, quoted if it contains spaces. The caller frees it; NULL if there is none, or out of memory.
static char *read_path(struct rdata_source *words)
{
	struct rdata_word word;
	if (!rdata_source_word(words, &word) || !word.length)
		return NULL;
	char *path = malloc(word.length + 1);
	struct rdata_source bytes = {.out = (uint8_t *)path, .room = word.length};
	if (!path)
		return NULL;
	rdata_source_put_word(&bytes, &word);
	path[bytes.length] = '\0';
	return path;
}

// $INCLUDE (RFC 1035 5.1): a file and optionally its origin. Does not change origin and owner of the including file.
static bool read_include(struct reader *reader, const char *text)
{
	struct rdata_source words = {.at = text};
	struct rdata_word word;
	struct name origin;
	char *path = read_path(&words);
	const bool has_origin = rdata_source_word(&words, &word);
	bool is_read = false;
	if (!path || !rdata_source_is_at_end(&words))
		expect(reader, "a file and its origin", text);
	else if (has_origin && !rdata_source_name(&word, &reader->source->origin, &origin))
		expect(reader, "a name such as example.org.", word.text);
	else
		is_read = include(reader, path, has_origin ? &origin : NULL);
	free(path);
	return is_read;
}

static bool read_origin(struct reader *reader, const char *value)
{
	struct name origin;
	if (!read_name(reader, value, &origin))
		return expect(reader, "a name such as example.org.", value);
	reader->source->origin = origin;
	return true;
}

static bool read_directive(struct reader *reader)
{
	char *at = reader->source->entry;
	const char *directive = zone_source_word(&at);
	const bool is_file = reader->source->path != NULL;
	if (is_file && ascii_equal(directive, "$INCLUDE"))
		return read_include(reader, at);
	if (ascii_equal(directive, "$GENERATE"))
		return expect(reader, "individual records: $GENERATE is not supported", NULL);
	const char *value = zone_source_word(&at);
	if (!value || zone_source_word(&at))
		return expect(reader, "one value after the directive", directive);
	if (ascii_equal(directive, "$ORIGIN"))
		return read_origin(reader, value);
	if (ascii_equal(directive, "$TTL")) {
		reader->ttl_is_set = true;
		return read_ttl(value, &reader->ttl) || expect(reader, "a TTL such as 300 or 1h30m", value);
	}
	return expect(reader, is_file ? "$ORIGIN, $TTL or $INCLUDE" : "$ORIGIN or $TTL", directive);
}

static bool is_empty(const char *entry)
{
	return !entry[ascii_span(entry, " \t\r")];
}

// Reads the next entry; at the end of an included file, that of the including file.
static bool next_of_all(struct reader *reader)
{
	const char *expected;
	while (!zone_source_next(reader->source, &expected)) {
		if (expected)
			return expect(reader, expected, NULL);
		if (!reader->source->above)
			return false;
		zone_source_pop(&reader->source);
		reader->options->enter(reader->options->context, NULL);
	}
	return true;
}

static bool read_entries(struct reader *reader)
{
	const bool is_line = reader->options->is_record;
	size_t count = 0;
	while (next_of_all(reader)) {
		const char *entry = reader->source->entry;
		if (is_empty(entry))
			continue;
		if (is_line && count++)
			return expect(reader, "one record", NULL);
		if (*entry == '$' && !is_line ? !read_directive(reader) : !read_record(reader))
			return false;
	}
	if (is_line && !count && !reader->error->line)
		return expect(reader, "a record such as www.example A 192.0.2.1", NULL);
	return !reader->error->line;
}

static bool read_all(struct reader *reader, const char *path, const char *text, size_t size)
{
	const struct name *origin = reader->options->origin;
	*reader->error = (struct zone_file_error){.line = 0};
	reader->ttl = reader->options->default_ttl;
	reader->data = malloc(RECORD_TEXT_DATA_MAX);
	bool is_read = reader->data && zone_source_push(&reader->source, path, text, size);
	if (is_read) {
		if (origin)
			reader->source->origin = *origin;
		is_read = read_entries(reader);
	}
	while (reader->source)
		zone_source_pop(&reader->source);
	free(reader->data);
	return is_read;
}

bool zone_file_read_text(
	const char *text, size_t size, const struct zone_file_options *options, struct zone_file_error *error)
{
	struct reader reader = {.options = options, .error = error};
	return read_all(&reader, NULL, text, size);
}

bool zone_file_read(const char *path, const struct zone_file_options *options, struct zone_file_error *error)
{
	struct reader reader = {.options = options, .error = error};
	char *text;
	size_t size;
	*error = (struct zone_file_error){.line = 0};
	if (file_read(path, SIZE_MOST, &text, &size) != 0) {
		if (errno != ENOMEM)
			snprintf(error->text, sizeof(error->text), "expected a file that can be read: %s", error_text(errno));
		return false;
	}
	bool is_read = read_all(&reader, path, text, size);
	free(text);
	return is_read;
}
