// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_source.h"

#include <netinet/in.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/name.h"

#define BLANKS " \t\r"

bool rdata_source_is_at_end(const struct rdata_source *source)
{
	return !source->at[ascii_span(source->at, BLANKS)];
}

// A quote ends an unquoted word, as in BIND.
bool rdata_source_word(struct rdata_source *source, struct rdata_word *word)
{
	const char *at = source->at + ascii_span(source->at, BLANKS);
	if (!*at)
		return false;
	const bool is_quoted = *at == '"';
	const char *start = at += is_quoted;
	while (*at && *at != '"' && (is_quoted || !ascii_is_blank(*at)))
		at += *at == '\\' && at[1] ? 2 : 1;
	*word = (struct rdata_word){start, (size_t)(at - start), is_quoted};
	source->at = at + (is_quoted && *at);
	return true;
}

bool rdata_source_number(struct rdata_source *source, uint64_t most, uint64_t *out)
{
	struct rdata_word word;
	if (!rdata_source_word(source, &word) || word.is_quoted)
		return false;
	const char *end = word.text;
	return ascii_take_number(&end, most, out) && end == word.text + word.length;
}

bool rdata_source_keyword(struct rdata_source *source, const struct rdata_keyword *table, uint64_t most, uint64_t *out)
{
	const char *const start = source->at;
	struct rdata_word word;
	const bool is_there = rdata_source_word(source, &word);
	for (; is_there && *table->word; table++) {
		if (rdata_source_word_is(&word, table->word)) {
			*out = table->number;
			return true;
		}
	}
	source->at = start;
	return rdata_source_number(source, most, out);
}

bool rdata_source_address(struct rdata_source *source, int family, uint8_t *address)
{
	struct rdata_word word;
	char text[INET6_ADDRSTRLEN];
	struct address read;
	if (!rdata_source_word(source, &word) || !rdata_source_copy(&word, text, sizeof(text)) || strchr(text, '%') ||
		!address_read(text, &read) || read.family != family)
		return false;
	memcpy(address, read.bytes, address_length(&read));
	return true;
}

bool rdata_source_put(struct rdata_source *source, const void *bytes, size_t length)
{
	if (length > source->room - source->length)
		return false;
	if (length)
		memcpy(source->out + source->length, bytes, length);
	source->length += length;
	return true;
}

bool rdata_source_put_number(struct rdata_source *source, uint64_t number, unsigned size)
{
	uint8_t bytes[8];
	for (unsigned i = 0; i < size; i++)
		bytes[i] = (uint8_t)(number >> 8 * (size - 1 - i));
	return rdata_source_put(source, bytes, size);
}

bool rdata_source_put_name(struct rdata_source *source)
{
	struct rdata_word word;
	struct name name;
	return rdata_source_word(source, &word) && rdata_source_name(&word, source->origin, &name) &&
		rdata_source_put(source, name.wire, name.length);
}

bool rdata_source_put_word(struct rdata_source *source, const struct rdata_word *word)
{
	const char *at = word->text, *end = at + word->length;
	while (at < end) {
		uint8_t byte;
		if (!name_read_byte(&at, end, &byte) || !rdata_source_put(source, &byte, 1))
			return false;
	}
	return true;
}

bool rdata_source_set_length(struct rdata_source *source, size_t start)
{
	const size_t length = source->length - start - 1;
	source->out[start] = (uint8_t)length;
	return length <= UINT8_MAX;
}

static bool ends_in_dot(const char *word)
{
	bool is_dot = false;
	for (; *word; word++) {
		is_dot = *word == '.';
		if (*word == '\\' && word[1])
			word++;
	}
	return is_dot;
}

static bool read_at(const char *text, const struct name *origin, struct name *out)
{
	if (text[1] || !origin || !origin->length)
		return false;
	*out = *origin;
	return true;
}

bool rdata_source_name(const struct rdata_word *word, const struct name *origin, struct name *out)
{
	char text[NAME_TEXT_SIZE];
	if (!word->length || !rdata_source_copy(word, text, sizeof(text)))
		return false;
	if (text[0] == '@')
		return read_at(text, origin, out);
	if (!name_read(text, out))
		return false;
	if (origin && origin->length && !ends_in_dot(text)) {
		if (out->length + origin->length - 1 > NAME_WIRE_SIZE)
			return false;
		memcpy(out->wire + out->length - 1, origin->wire, origin->length);
		out->length = (uint8_t)(out->length + origin->length - 1);
	}
	return true;
}

bool rdata_source_copy(const struct rdata_word *word, char *text, size_t room)
{
	return !word->is_quoted && ascii_copy(text, room, word->text, word->length);
}

bool rdata_source_word_is(const struct rdata_word *word, const char *text)
{
	return !word->is_quoted && strlen(text) == word->length && ascii_equal_bytes(word->text, text, word->length);
}

static uint32_t seconds_of(char unit)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (ascii_lower(unit) == units[i].unit)
			return units[i].seconds;
	return 0;
}

bool rdata_source_period(const struct rdata_word *word, uint32_t *out)
{
	const char *at = word->text, *end = at + word->length;
	uint64_t sum = 0;
	if (word->is_quoted || !word->length)
		return false;
	while (at < end) {
		uint64_t number;
		if (!ascii_take_number(&at, UINT32_MAX, &number))
			return false;
		const uint32_t factor = at < end ? seconds_of(*at++) : 1;
		sum += number * factor;
		if (!factor || sum > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)sum;
	return true;
}
