// SPDX-License-Identifier: MIT
// Any message as text and as JSON: no control characters, and no character that ends a JSON string.
#include <stdbool.h>

#include "resolver/dns/listing.h"
#include "shim/command/colour.h"
#include "shim/command/query/message_text.h"
#include "tests/fuzz/fuzz.h"

#define RECORD_LEAST 5  // bytes of the shortest thing that is listed, a question of the root

static bool is_printable(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

static bool is_lines(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			return false;
	return size == 0 || text[size - 1] == '\n';
}

// Every line but those of records is a comment.
static size_t count_records(const char *text)
{
	size_t count = 0;
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		count += *line != ';';
	return count;
}

// Brackets and quotes in pairs: all is one value.
static bool is_one_value(const char *text, size_t size)
{
	bool is_quoted = false;
	size_t depth = 0;
	for (size_t i = 0; i < size; i++) {
		if (is_quoted && text[i] == '\\') {
			if (++i == size || !strchr("\"\\u", text[i]))
				return false;
		} else if (text[i] == '"') {
			is_quoted = !is_quoted;
		} else if (!is_quoted && (text[i] == '{' || text[i] == '[')) {
			depth++;
		} else if (!is_quoted && (text[i] == '}' || text[i] == ']')) {
			if (depth-- == 0 || (depth == 0 && i + 1 < size))
				return false;
		}
	}
	return !is_quoted && depth == 0 && size > 1;
}

static void check_listing(const struct listing *listing, size_t size)
{
	MUST(listing->record_count <= size / RECORD_LEAST);
	MUST(listing->malformed_at <= size && listing->trailing <= size);
	for (size_t i = 0; i < listing->record_count; i++) {
		const struct listed_record *record = &listing->records[i];
		const size_t length = strlen(record->owner);
		MUST(length > 0 && record->owner[length - 1] == '.' && is_printable(record->owner, length));
		MUST(!strchr(record->owner, ' '));
		MUST((record->data == NULL) == (record->section == LISTING_QUESTION));
		MUST(!record->data || (*record->data && is_printable(record->data, strlen(record->data))));
	}
	for (size_t i = 0; i < listing->option_count; i++)
		MUST(is_printable(listing->options[i].text, strlen(listing->options[i].text)));
}

static void check_text(const struct listing *listing, const uint8_t *bytes, size_t size)
{
	char *text;
	size_t length, records = 0;
	FILE *out = open_memstream(&text, &length);
	MUST(out);
	message_text_write(listing, colours_of(false), out);
	message_text_write_hex("reply", bytes, size, out);
	MUST(fclose(out) == 0 && strlen(text) == length && is_lines(text, length));
	for (size_t i = 0; i < listing->record_count; i++)
		records += listing->records[i].section != LISTING_QUESTION;
	MUST(count_records(text) == records);
	free(text);
}

static void check_json(const struct listing *listing)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	struct json json = {.out = out, .is_first = true};
	MUST(out);
	json_begin(&json, NULL, '{');
	message_text_write_json(listing, &json);
	json_end(&json, '}');
	MUST(fclose(out) == 0 && strlen(text) == length && is_printable(text, length) && is_one_value(text, length));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct listing listing;
	uint8_t *message = fuzz_copy(bytes, size);
	MUST(size > UINT16_MAX || listing_read(message, size, &listing));
	if (size <= UINT16_MAX) {
		check_listing(&listing, size);
		check_text(&listing, message, size);
		check_json(&listing);
		message_text_outcome(&listing);
		listing_clear(&listing);
	}
	free(message);
	return 0;
}
