// SPDX-License-Identifier: MIT
#include "config/base/strbuf.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "config/base/clock.h"
#include "config/base/utf8.h"

#define UNIT_SIZE 8

// The output for one character: at most "\\xff" in JSON, "\u001f", or four bytes of UTF-8.
struct unit {
	char bytes[UNIT_SIZE];
	size_t size;
};

void strbuf_add_bytes(struct strbuf *buffer, const char *bytes, size_t size)
{
	const size_t fitting = size < strbuf_room(buffer) ? size : strbuf_room(buffer);
	memcpy(buffer->bytes + buffer->used, bytes, fitting);
	buffer->used += fitting;
}

void strbuf_add(struct strbuf *buffer, const char *text)
{
	strbuf_add_bytes(buffer, text, strlen(text));
}

void strbuf_add_number(struct strbuf *buffer, uint64_t number)
{
	char digits[20];
	size_t first = sizeof digits;
	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	strbuf_add_bytes(buffer, digits + first, sizeof digits - first);
}

void strbuf_add_digits(struct strbuf *buffer, unsigned number, unsigned digits)
{
	unsigned smallest = 1;
	for (unsigned i = 1; i < digits; i++)
		smallest *= 10;
	for (; smallest > 1 && number < smallest; smallest /= 10)
		strbuf_add(buffer, "0");
	strbuf_add_number(buffer, number);
}

void strbuf_add_milliseconds(struct strbuf *buffer, int64_t microseconds, unsigned digits)
{
	const unsigned fraction = (unsigned)(microseconds % 1000);
	strbuf_add_number(buffer, (uint64_t)(microseconds / 1000));
	strbuf_add(buffer, ".");
	strbuf_add_digits(buffer, digits == 2 ? fraction / 10 : fraction, digits);
}

size_t strbuf_utf8_length(const uint8_t *text)
{
	uint32_t point;
	const size_t length = utf8_read((const char *)text, &point);
	return length == 2 && point < 0xA0 ? 0 : length;
}

static struct unit unit_hex(const char *prefix, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";
	struct unit unit = {.size = strlen(prefix) + 2};
	memcpy(unit.bytes, prefix, unit.size - 2);
	unit.bytes[unit.size - 2] = digits[byte >> 4];
	unit.bytes[unit.size - 1] = digits[byte & 15];
	return unit;
}

// Escapes the first character of text, which is not empty; *length is its length in text.
static struct unit unit_read(const uint8_t *text, enum escape_style style, size_t *length)
{
	*length = 1;
	const bool is_control = text[0] < 0x20 || text[0] == 0x7F || (style == ESCAPE_WORD && text[0] == ' ');
	if (is_control && style != ESCAPE_NOTHING)
		return unit_hex(style == ESCAPE_JSON ? "\\u00" : "\\x", text[0]);
	if (style == ESCAPE_JSON && (text[0] == '"' || text[0] == '\\'))
		return (struct unit){.bytes = {'\\', (char)text[0]}, .size = 2};
	const size_t sequence = text[0] < 0x80 ? 1 : strbuf_utf8_length(text);
	if (sequence == 0 && style == ESCAPE_NOTHING)
		return (struct unit){.bytes = {(char)text[0]}, .size = 1};
	if (sequence == 0)
		return unit_hex(style == ESCAPE_JSON ? "\\\\x" : "\\x", text[0]);
	*length = sequence;
	struct unit unit = {.size = sequence};
	memcpy(unit.bytes, text, sequence);
	return unit;
}

void strbuf_add_escaped(struct strbuf *buffer, const char *text, enum escape_style style, size_t limit)
{
	static const char ellipsis[] = "...";
	const size_t dots = sizeof ellipsis - 1;
	const size_t room = limit < strbuf_room(buffer) ? limit : strbuf_room(buffer);
	const size_t start = buffer->used;
	size_t cut = start;  // the last position at which the ellipsis fits
	const uint8_t *rest = (const uint8_t *)text;
	while (*rest != '\0') {
		size_t length;
		const struct unit unit = unit_read(rest, style, &length);
		if (buffer->used - start + dots <= room)
			cut = buffer->used;
		if (buffer->used - start + unit.size > room) {
			buffer->used = cut;
			strbuf_add_bytes(buffer, ellipsis, room < dots ? room : dots);
			return;
		}
		strbuf_add_bytes(buffer, unit.bytes, unit.size);
		rest += length;
	}
}

char *strbuf_end(struct strbuf *buffer)
{
	if (buffer->used == buffer->size)
		buffer->used--;
	buffer->bytes[buffer->used] = '\0';
	return buffer->bytes;
}

struct date {
	unsigned year, month, day;
};

// gmtime_r(3) would take libc's time zone lock, which a fork can leave held. Years are counted from March, so that the
// leap day is the last day of its year.
static struct date date_of_day(uint64_t days_since_1970)
{
	const uint64_t days = days_since_1970 + 719468;  // since 0000-03-01
	const uint64_t era = days / 146097;
	const unsigned day_of_era = (unsigned)(days % 146097);
	const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const unsigned month_from_march = (5 * day_of_year + 2) / 153;
	const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	return (struct date){
		.year = (unsigned)(era * 400) + year_of_era + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
	};
}

void strbuf_add_time(struct strbuf *buffer)
{
	struct timespec now;
	clock_get(CLOCK_REALTIME, &now);
	const uint64_t seconds = now.tv_sec > 0 ? (uint64_t)now.tv_sec : 0;
	const unsigned second = (unsigned)(seconds % 86400);
	const struct date date = date_of_day(seconds / 86400);
	const struct {
		const char *before;
		unsigned number, digits;
	} parts[] = {{"", date.year, 4}, {"-", date.month, 2}, {"-", date.day, 2}, {"T", second / 3600, 2},
		{":", second / 60 % 60, 2}, {":", second % 60, 2}, {".", (unsigned)(now.tv_nsec / 1000000), 3}};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		strbuf_add(buffer, parts[i].before);
		strbuf_add_digits(buffer, parts[i].number, parts[i].digits);
	}
	strbuf_add(buffer, "Z");
}

void strbuf_add_all(struct strbuf *buffer, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		strbuf_add(buffer, *texts);
}

char *strbuf_join_all(char *bytes, size_t size, const char *const *texts)
{
	struct strbuf line = {.bytes = bytes, .size = size};
	strbuf_add_all(&line, texts);
	return strbuf_end(&line);
}
