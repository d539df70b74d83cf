// SPDX-License-Identifier: MIT
#include "resolver/source/recording_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/rrtype.h"

#define COMMENT "; "

const char recording_head[] =
	"; Answers of DNS servers, recorded by withdns. To replay them: withdns --record=THIS_FILE PROGRAM\n"
	". 60 IN SOA localhost. nobody.invalid. 1 3600 600 86400 60\n"
	". 60 IN NS localhost.\n"
	"localhost. 60 IN A 127.0.0.1\n";

// ---- one line ----

// Returns the next word of the text, of *size bytes, and moves *at after it and a blank. NULL at the end.
static const char *take_word(const char **at, const char *end, size_t *size)
{
	const char *word = *at, *blank = memchr(word, ' ', (size_t)(end - word));
	const char *stop = blank ? blank : end;
	*size = (size_t)(stop - word);
	*at = blank ? blank + 1 : end;
	return *size ? word : NULL;
}

static bool read_type(const char *word, size_t size, uint16_t *out)
{
	char text[RRTYPE_TEXT_SIZE];
	return word && ascii_copy(text, sizeof(text), word, size) && rrtype_read(text, out);
}

// An owner ends in a dot, a TTL begins with a digit, a type does not.
static bool read_line(const char *text, size_t size, struct recording_line *out)
{
	const size_t mark = size > strlen(COMMENT) && memcmp(text, COMMENT, strlen(COMMENT)) == 0 ? strlen(COMMENT) : 0;
	const char *at = text + mark, *end = text + size, *word;
	struct recording_line line = {.text = at, .size = size - mark};
	size_t length;
	if (!take_word(&at, end, &line.owner_size) || line.text[line.owner_size - 1] != '.')
		return false;
	word = take_word(&at, end, &length);
	line.is_question = mark && word && !ascii_is_digit(*word);
	if (!line.is_question) {
		word = take_word(&at, end, &length);
		if (!word || length != 2 || memcmp(word, "IN", 2) != 0)
			return false;
		word = take_word(&at, end, &length);
	}
	if (!read_type(word, length, &line.type) || at == end)
		return false;
	*out = line;
	return true;
}

const char *recording_line_result(const struct recording_line *question, size_t *size)
{
	const char *type = question->text + question->owner_size + 1, *end = question->text + question->size;
	const char *result = (const char *)memchr(type, ' ', (size_t)(end - type)) + 1;
	*size = (size_t)(end - result);
	return result;
}

static bool is_failure(const struct recording_line *question)
{
	static const char *const words[] = {"NOERROR", "NODATA", "NXDOMAIN"};
	size_t size;
	const char *result = recording_line_result(question, &size);
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		if (size >= strlen(words[i]) && memcmp(result, words[i], strlen(words[i])) == 0)
			return false;
	return true;
}

// ---- the order ----

static int compare_bytes(const char *one, size_t one_size, const char *other, size_t other_size)
{
	const int order = memcmp(one, other, one_size < other_size ? one_size : other_size);
	return order ? order : (one_size > other_size) - (one_size < other_size);
}

// The length of the label before the dot that ends the first *size bytes; *size is then without that label and dot.
static size_t take_label(const char *owner, size_t *size)
{
	const size_t end = *size - 1;
	size_t start = end;
	while (start && owner[start - 1] != '.')
		start--;
	*size = start;
	return end - start;
}

// Dots within labels are escaped as \046.
static int compare_owners(const char *one, size_t one_size, const char *other, size_t other_size)
{
	while (one_size && other_size) {
		const size_t label = take_label(one, &one_size), other_label = take_label(other, &other_size);
		const int order = compare_bytes(one + one_size, label, other + other_size, other_label);
		if (order)
			return order;
	}
	return (one_size > 0) - (other_size > 0);
}

static int compare_kinds(const struct recording_line *one, const struct recording_line *other)
{
	const int owners = compare_owners(one->text, one->owner_size, other->text, other->owner_size);
	return owners ? owners : other->is_question - one->is_question;
}

static int compare_types(const struct recording_line *one, const struct recording_line *other)
{
	const int kinds = compare_kinds(one, other);
	return kinds ? kinds : (one->type > other->type) - (one->type < other->type);
}

static int compare_lines(const struct recording_line *one, const struct recording_line *other)
{
	const int types = compare_types(one, other);
	return types ? types : compare_bytes(one->text, one->size, other->text, other->size);
}

// The index of the first line that is not less than wanted.
static size_t lower_bound(const struct recording_lines *lines, const struct recording_line *wanted,
	int (*compare)(const struct recording_line *one, const struct recording_line *other))
{
	size_t low = 0, high = lines->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare(&lines->list[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t recording_lines_find(const struct recording_lines *lines, const char *owner, uint16_t type, bool is_question,
	const struct recording_line **first)
{
	const struct recording_line wanted = {owner, 0, strlen(owner), type, is_question};
	int (*const compare)(const struct recording_line *, const struct recording_line *) =
		type == RRTYPE_ANY && !is_question ? compare_kinds : compare_types;
	const size_t start = lower_bound(lines, &wanted, compare);
	size_t end = start;
	while (end < lines->count && compare(&lines->list[end], &wanted) == 0)
		end++;
	*first = lines->list + start;
	return end - start;
}

// ---- adding ----

// A sorted text needs no search.
static bool insert(struct recording_lines *lines, const struct recording_line *line)
{
	const bool is_last = !lines->count || compare_lines(&lines->list[lines->count - 1], line) < 0;
	const size_t place = is_last ? lines->count : lower_bound(lines, line, compare_lines);
	if (!is_last && compare_lines(&lines->list[place], line) == 0)
		return true;
	struct recording_line *grown = array_grown(lines->list, lines->count, 1, sizeof(*grown));
	if (!grown)
		return false;
	lines->list = grown;
	memmove(grown + place + 1, grown + place, (lines->count - place) * sizeof(*grown));
	grown[place] = *line;
	lines->count++;
	return true;
}

static void drop(struct recording_lines *lines, size_t place)
{
	lines->count--;
	memmove(lines->list + place, lines->list + place + 1, (lines->count - place) * sizeof(*lines->list));
}

// The length of the line at text, without its newline.
static size_t line_size(const char *text, const char *end)
{
	const char *newline = memchr(text, '\n', (size_t)(end - text));
	return (size_t)((newline ? newline : end) - text);
}

bool recording_lines_read(struct recording_lines *lines, const char *text, size_t size, unsigned *wrong)
{
	const size_t head = strlen(recording_head);
	const char *const end = text + size;
	*wrong = 1;
	if (size && (size < head || memcmp(text, recording_head, head) != 0)) {
		errno = EBADMSG;
		return false;
	}
	size_t length = 0;
	*wrong = 5;
	for (const char *at = text + (size ? head : 0); at < end; at += length + 1, ++*wrong) {
		struct recording_line line;
		length = line_size(at, end);
		const bool is_line = read_line(at, length, &line);
		if (is_line ? !insert(lines, &line) : length && *at != ';') {
			errno = is_line ? ENOMEM : EBADMSG;
			return false;
		}
	}
	return true;
}

// Does the record belong to an older answer than the one of this text?
static bool is_older(const struct recording_line *record, const char *text, size_t size)
{
	return record->text < text || record->text >= text + size;
}

static bool add_record(
	struct recording_lines *lines, const struct recording_line *record, const char *text, size_t size)
{
	for (size_t at = lower_bound(lines, record, compare_types);
		 at < lines->count && compare_types(&lines->list[at], record) == 0; at++)
		if (is_older(&lines->list[at], text, size))
			return true;
	return insert(lines, record);
}

// Returns whether the question is to be added; removes the failure that it replaces.
static bool make_room(struct recording_lines *lines, const struct recording_line *question)
{
	const size_t at = lower_bound(lines, question, compare_types);
	if (at == lines->count || compare_types(&lines->list[at], question) != 0)
		return true;
	if (!is_failure(&lines->list[at]) || is_failure(question))
		return false;
	drop(lines, at);
	return true;
}

bool recording_lines_add(struct recording_lines *lines, const char *text, size_t size, bool *is_changed)
{
	const char *const end = text + size;
	struct recording_line line;
	size_t length = line_size(text, end);
	if (!read_line(text, length, &line) || !make_room(lines, &line))
		return true;
	if (!insert(lines, &line))
		return false;
	*is_changed = true;
	for (const char *at = text + length + 1; at < end; at += length + 1) {
		length = line_size(at, end);
		if (read_line(at, length, &line) && !add_record(lines, &line, text, size))
			return false;
	}
	return true;
}

// ---- the text ----

// Records of these types delimit a zone, or are computed from it.
static bool shapes_zone(uint16_t type)
{
	static const uint16_t types[] = {RRTYPE_NS, RRTYPE_SOA, RRTYPE_DNAME, RRTYPE_DS, RRTYPE_SIG, RRTYPE_NXT,
		RRTYPE_RRSIG, RRTYPE_NSEC, RRTYPE_NSEC3, RRTYPE_NSEC3PARAM, RRTYPE_DNSKEY};
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

// In a zone no other record may have the name of a CNAME (RFC 1034 3.6.2).
static bool is_contradicted(const struct recording_lines *lines, const struct recording_line *alias)
{
	for (size_t at = lower_bound(lines, alias, compare_kinds);
		 at < lines->count && compare_kinds(&lines->list[at], alias) == 0; at++)
		if (lines->list[at].type != RRTYPE_CNAME && !shapes_zone(lines->list[at].type))
			return true;
	return false;
}

static bool is_comment(const struct recording_lines *lines, const struct recording_line *line)
{
	const bool is_wildcard = memcmp(line->text, "*.", 2) == 0;
	return line->is_question || is_wildcard || shapes_zone(line->type) ||
		(line->type == RRTYPE_CNAME && is_contradicted(lines, line));
}

char *recording_lines_write(const struct recording_lines *lines, size_t *size)
{
	size_t room = strlen(recording_head) + 1;
	for (size_t i = 0; i < lines->count; i++)
		room += strlen(COMMENT) + lines->list[i].size + 1;
	char *text = malloc(room), *at = text;
	if (!text)
		return NULL;
	at = stpcpy(at, recording_head);
	for (size_t i = 0; i < lines->count; i++) {
		const struct recording_line *line = &lines->list[i];
		if (is_comment(lines, line))
			at = stpcpy(at, COMMENT);
		at = mempcpy(at, line->text, line->size);
		*at++ = '\n';
	}
	*size = (size_t)(at - text);
	return text;
}

void recording_lines_clear(struct recording_lines *lines)
{
	free(lines->list);
	*lines = (struct recording_lines){0};
}
