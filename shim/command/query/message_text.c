// SPDX-License-Identifier: MIT
#include "shim/command/query/message_text.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/rrtype.h"
#include "resolver/dns/listing.h"
#include "shim/command/colour.h"

#define OWNER_WIDTH_MAX 40

static const char *const section_words[] = {"question", "answer", "authority", "additional"};

// The width of the owner column; longer owners do not widen it beyond the limit.
static int owner_width(const struct listing *listing)
{
	size_t width = 0;
	for (size_t i = 0; i < listing->record_count; i++) {
		size_t length = strlen(listing->records[i].owner);
		if (length > width && length <= OWNER_WIDTH_MAX)
			width = length;
	}
	return (int)width;
}

static void write_record(const struct listed_record *record, int width, FILE *out)
{
	char type[RRTYPE_TEXT_SIZE], class[RRTYPE_TEXT_SIZE];
	rrtype_write(record->type, type);
	rrclass_write(record->class, class);
	if (record->section == LISTING_QUESTION)
		fprintf(out, "; %s %s %s\n", record->owner, class, type);
	else
		fprintf(out, "%-*s %7u %s %-5s %s\n", width, record->owner, record->ttl, class, type, record->data);
}

// With colours, after a heading.
static void write_section(
	const struct listing *listing, enum listing_section section, const struct colours *colours, FILE *out)
{
	int width = owner_width(listing);
	bool has_heading = colours != NULL;
	for (size_t i = 0; i < listing->record_count; i++) {
		if (listing->records[i].section != section)
			continue;
		if (has_heading)
			fprintf(out, "%s; %s%s\n", colours->faint, section_words[section], colours->plain);
		has_heading = false;
		write_record(&listing->records[i], width, out);
	}
}

static void write_edns(const struct listing *listing, FILE *out)
{
	if (!listing->has_edns)
		return;
	fprintf(out, "; EDNS version %u, payload %u%s\n", listing->edns_version, listing->payload,
		listing->dnssec_ok ? ", do" : "");
	for (size_t i = 0; i < listing->option_count; i++) {
		const struct listed_option *option = &listing->options[i];
		if (option->word != NULL)
			fprintf(out, "; %s: %s\n", option->word, option->text);
		else
			fprintf(out, "; EDNS option %u: %s\n", option->code, option->text);
	}
}

// Does the record answer the question? A CNAME alone does not; for ANY and similar types every record does.
static bool is_answer(const struct listing *listing, const struct listed_record *record)
{
	const struct listed_record *question = listing->records;
	if (record->section != LISTING_ANSWER)
		return false;
	return question->section != LISTING_QUESTION || !rrtype_is_record(question->type) || record->type == question->type;
}

enum outcome message_text_outcome(const struct listing *listing)
{
	if (listing->is_malformed)
		return OUTCOME_TRY_AGAIN;
	if (listing->rcode == RCODE_NXDOMAIN)
		return OUTCOME_NO_NAME;
	if (listing->rcode != RCODE_NOERROR)
		return OUTCOME_TRY_AGAIN;
	for (size_t i = 0; i < listing->record_count; i++)
		if (is_answer(listing, &listing->records[i]))
			return OUTCOME_FOUND;
	return listing->is_truncated ? OUTCOME_TRY_AGAIN : OUTCOME_NO_DATA;
}

void message_text_write(const struct listing *listing, const struct colours *colours, FILE *out)
{
	char flags[LISTING_FLAGS_SIZE], opcode[LISTING_FLAGS_SIZE], rcode[RRTYPE_TEXT_SIZE];
	listing_write_flags(listing->flags, flags);
	fprintf(out, "; %s %s%s%s, id %u%s%s\n", listing_write_opcode(listing->flags, opcode),
		listing->rcode == RCODE_NOERROR ? colours->good : colours->bad, rcode_write(listing->rcode, rcode),
		colours->plain, listing->id, *flags != '\0' ? ", flags " : "", flags);
	for (enum listing_section section = 0; section < LISTING_SECTIONS; section++)
		write_section(listing, section, colours, out);
	write_edns(listing, out);
	if (listing->is_malformed)
		fprintf(out, "; %smalformed from byte %zu on%s\n", colours->bad, listing->malformed_at, colours->plain);
	if (listing->trailing > 0)
		fprintf(out, "; %zu bytes after its end\n", listing->trailing);
}

void message_text_write_records(const struct listing *listing, FILE *out)
{
	write_section(listing, LISTING_ANSWER, NULL, out);
}

void message_text_write_values(const struct listing *listing, FILE *out)
{
	for (size_t i = 0; i < listing->record_count; i++)
		if (listing->records[i].section == LISTING_ANSWER)
			fprintf(out, "%s\n", listing->records[i].data);
}

void message_text_write_record_json(const struct listed_record *record, struct json *json)
{
	char type[RRTYPE_TEXT_SIZE], class[RRTYPE_TEXT_SIZE];
	json_begin(json, NULL, '{');
	json_text(json, "name", record->owner);
	if (record->section != LISTING_QUESTION)
		json_number(json, "ttl", record->ttl);
	json_text(json, "class", rrclass_write(record->class, class));
	json_text(json, "type", rrtype_write(record->type, type));
	json_text(json, "data", record->data);
	json_end(json, '}');
}

static void write_edns_json(const struct listing *listing, struct json *json)
{
	if (!listing->has_edns)
		return;
	json_begin(json, "edns", '{');
	json_number(json, "version", listing->edns_version);
	json_number(json, "payload", listing->payload);
	json_bool(json, "do", listing->dnssec_ok);
	json_begin(json, "options", '[');
	for (size_t i = 0; i < listing->option_count; i++) {
		json_begin(json, NULL, '{');
		json_number(json, "code", listing->options[i].code);
		json_text(json, "name", listing->options[i].word);
		json_text(json, "text", listing->options[i].text);
		json_end(json, '}');
	}
	json_end(json, ']');
	json_end(json, '}');
}

void message_text_write_question_json(const char *name, uint16_t class, uint16_t type, struct json *json)
{
	char type_text[RRTYPE_TEXT_SIZE], class_text[RRTYPE_TEXT_SIZE];
	json_text(json, "name", name);
	json_text(json, "class", rrclass_write(class, class_text));
	json_text(json, "type", rrtype_write(type, type_text));
}

void message_text_write_json(const struct listing *listing, struct json *json)
{
	char opcode[LISTING_FLAGS_SIZE], flags[LISTING_FLAGS_SIZE], rcode[RRTYPE_TEXT_SIZE];
	json_number(json, "id", listing->id);
	json_text(json, "opcode", listing_write_opcode(listing->flags, opcode));
	json_text(json, "rcode", rcode_write(listing->rcode, rcode));
	listing_write_flags(listing->flags, flags);
	json_words(json, "flags", flags);
	for (enum listing_section section = 0; section < LISTING_SECTIONS; section++) {
		json_begin(json, section_words[section], '[');
		for (size_t i = 0; i < listing->record_count; i++)
			if (listing->records[i].section == section)
				message_text_write_record_json(&listing->records[i], json);
		json_end(json, ']');
	}
	write_edns_json(listing, json);
	if (listing->is_malformed)
		json_number(json, "malformed_at", (int64_t)listing->malformed_at);
	if (listing->trailing > 0)
		json_number(json, "trailing", (int64_t)listing->trailing);
}

void message_text_write_hex(const char *what, const uint8_t *bytes, size_t size, FILE *out)
{
	fprintf(out, "; %s, %zu bytes\n", what, size);
	listing_write_hex(";   ", bytes, size, out);
}

void message_text_write_hex_json(const char *key, const uint8_t *bytes, size_t size, struct json *json)
{
	char *text = malloc(2 * size + 1);
	if (text == NULL)
		return;
	for (size_t i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	text[2 * size] = '\0';
	json_text(json, key, text);
	free(text);
}
