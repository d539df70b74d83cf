// SPDX-License-Identifier: MIT
#include "shim/command/watch/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/log_member.h"

#define NUMBER_DIGITS_MAX 18  // any such number is within an int64_t

// Reads one line of JSON. Strings are unescaped in place, which makes none longer.
struct reader {
	char *at;
};

static bool take(struct reader *reader, char byte)
{
	if (*reader->at != byte)
		return false;
	reader->at++;
	return true;
}

static bool read_hex4(struct reader *reader, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = *reader->at != '\0' ? strchr(digits, *reader->at) : NULL;
		if (digit == NULL)
			return false;
		*out = *out * 16 + (unsigned)(digit - digits) % 16;
		reader->at++;
	}
	return true;
}

// Writes the UTF-8 form of a code point, and returns its length: 0 for a NUL, which would end the string, and for
// surrogates.
static size_t write_code(unsigned code, char *to)
{
	if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	if (code < 0x80)
		return to[0] = (char)code, 1;
	if (code < 0x800)
		return to[0] = (char)(0xc0 | code >> 6), to[1] = (char)(0x80 | (code & 0x3f)), 2;
	to[0] = (char)(0xe0 | code >> 12);
	to[1] = (char)(0x80 | (code >> 6 & 0x3f));
	to[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

static bool read_escape(struct reader *reader, char **to)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	unsigned code;
	if (take(reader, 'u')) {
		const size_t length = read_hex4(reader, &code) ? write_code(code, *to) : 0;
		*to += length;
		return length > 0;
	}
	const char *letter = *reader->at != '\0' ? strchr(letters, *reader->at) : NULL;
	if (letter == NULL)
		return false;
	*(*to)++ = meanings[letter - letters];
	reader->at++;
	return true;
}

// Unescapes to *to, and advances it; writes no NUL.
static bool read_string_to(struct reader *reader, char **to)
{
	if (!take(reader, '"'))
		return false;
	while (!take(reader, '"')) {
		if ((unsigned char)*reader->at < 0x20)
			return false;
		if (*reader->at != '\\')
			*(*to)++ = *reader->at++;
		else if (reader->at++, !read_escape(reader, to))
			return false;
	}
	return true;
}

static bool read_string(struct reader *reader, const char **out)
{
	char *start = reader->at, *to = start;
	if (!read_string_to(reader, &to))
		return false;
	*to = '\0';
	*out = start;
	return true;
}

// ["a","b"] becomes "a b" with " " as the separator, which has at most the three bytes that it replaces.
static bool read_list(struct reader *reader, const char *separator, const char **out)
{
	char *start = reader->at, *to = start;
	if (!take(reader, '['))
		return false;
	if (!take(reader, ']')) {
		do {
			if (to > start)
				to = stpcpy(to, separator);
			if (!read_string_to(reader, &to))
				return false;
		} while (take(reader, ','));
		if (!take(reader, ']'))
			return false;
	}
	*to = '\0';
	*out = start;
	return true;
}

static bool read_number(struct reader *reader, int64_t *out)
{
	const char *start = reader->at;
	int64_t number = 0;
	for (; ascii_is_digit(*reader->at); reader->at++) {
		if (reader->at - start == NUMBER_DIGITS_MAX)
			return false;
		number = number * 10 + (*reader->at - '0');
	}
	*out = number;
	return reader->at > start;
}

// Milliseconds with three decimals, as microseconds.
static bool read_duration(struct reader *reader, int64_t *out)
{
	int64_t whole, fraction;
	if (!read_number(reader, &whole) || whole > INT64_MAX / 1000 - 1 || !take(reader, '.'))
		return false;
	const char *start = reader->at;
	if (!read_number(reader, &fraction) || reader->at - start != 3)
		return false;
	*out = whole * 1000 + fraction;
	return true;
}

// "2026-11-23T03:26:03.122Z"
static bool read_time(struct reader *reader, int64_t *out)
{
	const char *text;
	struct tm tm = {.tm_sec = 0};
	unsigned milliseconds;
	int length = 0;
	if (!read_string(reader, &text) ||
		sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3uZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
			&tm.tm_sec, &milliseconds, &length) != 7 ||
		length == 0 || text[length] != '\0')
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*out = (int64_t)timegm(&tm) * 1000 + milliseconds;
	return true;
}

// A member that a later version may have added: a string, a list of strings or a number.
static bool skip_value(struct reader *reader)
{
	const char *text;
	if (*reader->at == '"')
		return read_string(reader, &text);
	if (*reader->at == '[')
		return read_list(reader, " ", &text);
	const size_t length = strspn(reader->at, "-+.0123456789eE");
	reader->at += length;
	return length > 0;
}

static bool read_unsigned(struct reader *reader, unsigned *out)
{
	int64_t number;
	if (!read_number(reader, &number))
		return false;
	*out = (unsigned)number;
	return true;
}

// The words of kind and source are kept too, since other versions may have more of them.
static bool read_member(struct reader *reader, const struct log_member *member, struct journal_event *event)
{
	void *value = (char *)&event->logged + member->offset;
	const char *word;
	switch (member->form) {
	case LOG_MEMBER_KIND:
		return read_string(reader, &event->kind) && (event->logged.kind = log_event_kind(event->kind), true);
	case LOG_MEMBER_SOURCE:
		return read_string(reader, &event->source) && (event->logged.source = answer_source_of(event->source), true);
	case LOG_MEMBER_RESULT:
		return read_string(reader, &word) && (event->logged.result = log_result_of_word(word), true);
	case LOG_MEMBER_STRING:
	case LOG_MEMBER_WORD:
		return read_string(reader, value);
	case LOG_MEMBER_WORDS:
		return read_list(reader, " ", value);
	case LOG_MEMBER_LINES:
		return read_list(reader, ", ", value);
	case LOG_MEMBER_NUMBER:
		return read_unsigned(reader, value);
	case LOG_MEMBER_DURATION:
		return read_duration(reader, value);
	case LOG_MEMBER_COUNT:
		break;
	}
	return skip_value(reader);
}

static bool read_version(struct reader *reader, int64_t *out)
{
	return read_number(reader, out) && *out == 1;
}

// Reads the value of one member: of the event, or of those that each line has.
static bool read_value(struct reader *reader, const char *key, struct journal_event *event)
{
	int64_t version;
	const struct {
		const char *key;
		int64_t *out;
		bool (*read)(struct reader *reader, int64_t *out);
	} numbers[] = {
		{"v", &version, read_version},
		{"time", &event->time, read_time},
		{"pid", &event->pid, read_number},
		{"thread", &event->thread, read_number},
	};
	for (const struct log_member *member = log_members; member->key != NULL; member++)
		if (strcmp(key, member->key) == 0)
			return read_member(reader, member, event);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(key, numbers[i].key) == 0)
			return numbers[i].read(reader, numbers[i].out);
	return strcmp(key, "program") == 0 ? read_string(reader, &event->program) : skip_value(reader);
}

static bool read_event(char *line, struct journal_event *out)
{
	struct reader reader = {.at = line};
	struct journal_event event = {.logged.microseconds = -1};
	const char *key;
	if (!take(&reader, '{'))
		return false;
	do {
		if (!read_string(&reader, &key) || !take(&reader, ':') || !read_value(&reader, key, &event))
			return false;
	} while (take(&reader, ','));
	if (!take(&reader, '}') || *reader.at != '\0' || event.kind == NULL)
		return false;
	if (event.thread == 0)
		event.thread = event.pid;
	*out = event;
	return true;
}

bool journal_parse(char *text, size_t size, struct journal *out)
{
	*out = (struct journal){.text = text};
	text[size] = '\0';
	for (char *line = text, *end; line < text + size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + size - line));
		if (end == NULL)
			end = text + size;
		*end = '\0';
		struct journal_event event;
		if (strlen(line) != (size_t)(end - line) || !read_event(line, &event)) {
			out->unreadable++;
		} else if (!array_append(&out->events, &out->count, &event, sizeof(event))) {
			journal_clear(out);
			return false;
		}
	}
	return true;
}

void journal_clear(struct journal *journal)
{
	free(journal->events);
	free(journal->text);
	*journal = (struct journal){.events = NULL};
}
