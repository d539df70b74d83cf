// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_base.h"

#include <string.h>

#include "config/base/ascii.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// Base 16 uses the first digits of base 32.
static const char *digits_of(enum rdata_base_width width)
{
	return width == RDATA_BASE64 ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
								 : "0123456789abcdefghijklmnopqrstuv";
}

// The value of a digit; -1 for another byte.
static int value_of(enum rdata_base_width width, char digit)
{
	const char *const digits = digits_of(width);
	const char *found = strchr(digits, width == RDATA_BASE64 ? digit : ascii_lower(digit));
	return found && digit && found - digits < 1 << width ? (int)(found - digits) : -1;
}

bool rdata_base_read(struct rdata_base *base, struct rdata_source *source, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const int value = value_of(base->width, text[i]);
		if (base->width == RDATA_BASE64 && text[i] == '=') {
			base->padding++;
			continue;
		}
		if (value < 0 || base->padding)
			return false;
		base->digits++;
		base->bits = base->bits << base->width | (uint32_t)value;
		base->count += base->width;
		if (base->count < 8)
			continue;
		base->count -= 8;
		if (!rdata_source_put_number(source, base->bits >> base->count, 1))
			return false;
		base->bits &= (1u << base->count) - 1;
	}
	return true;
}

bool rdata_base_is_whole(const struct rdata_base *base)
{
	const bool is_padded =
		base->width != RDATA_BASE64 || ((base->digits + base->padding) % 4 == 0 && base->padding <= 2);
	return is_padded && base->count < base->width && base->bits == 0;
}

bool rdata_base_read_word(struct rdata_source *source, enum rdata_base_width width, const struct rdata_word *word)
{
	struct rdata_base base = {.width = width};
	return !word->is_quoted && rdata_base_read(&base, source, word->text, word->length) && rdata_base_is_whole(&base);
}

bool rdata_base_read_rest(struct rdata_source *source, enum rdata_base_width width)
{
	struct rdata_base base = {.width = width};
	struct rdata_word word;
	while (rdata_source_word(source, &word))
		if (word.is_quoted || !rdata_base_read(&base, source, word.text, word.length))
			return false;
	return rdata_base_is_whole(&base);
}

void rdata_base_write(FILE *out, enum rdata_base_width width, const uint8_t *bytes, size_t length)
{
	const char *const digits = digits_of(width);
	for (size_t bit = 0; bit < length * 8; bit += width) {
		const unsigned pair = (unsigned)bytes[bit / 8] << 8 | (bit / 8 + 1 < length ? bytes[bit / 8 + 1] : 0u);
		fputc(digits[pair >> (16 - width - bit % 8) & ((1u << width) - 1)], out);
	}
	for (size_t i = length; width == RDATA_BASE64 && i % 3; i++)
		fputc('=', out);
}

static unsigned group_size(char separator)
{
	return separator == ':' ? 2 : 1;
}

void rdata_base_write_word(struct rdata_sink *sink, enum rdata_base_width width, const uint8_t *bytes, size_t length)
{
	sink->data.failed |= !length;
	if (sink->data.failed)
		return;
	rdata_sink_begin_word(sink);
	rdata_base_write(sink->out, width, bytes, length);
}

void rdata_base_write_rest(struct rdata_sink *sink, enum rdata_base_width width)
{
	size_t length;
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	rdata_base_write_word(sink, width, bytes, length);
}

bool rdata_base_read_groups(struct rdata_source *source, char separator, unsigned size)
{
	struct rdata_word word;
	if (!rdata_source_word(source, &word) || word.is_quoted)
		return false;
	const char *at = word.text, *const end = at + word.length;
	for (unsigned done = 0; done < size; done += group_size(separator)) {
		if (done && (at == end || *at++ != separator))
			return false;
		const char *const start = at;
		uint64_t number = 0;
		for (; at < end && value_of(RDATA_BASE16, *at) >= 0; at++)
			number = number << 4 | (uint64_t)value_of(RDATA_BASE16, *at);
		if (at == start || at - start > 2 * (int)group_size(separator) ||
			!rdata_source_put_number(source, number, group_size(separator)))
			return false;
	}
	return at == end;
}

void rdata_base_write_groups(struct rdata_sink *sink, char separator, unsigned size)
{
	const uint8_t *bytes = cursor_bytes(&sink->data, size);
	if (!bytes)
		return;
	rdata_sink_begin_word(sink);
	for (unsigned at = 0; at < size; at += group_size(separator)) {
		if (at)
			fputc(separator, sink->out);
		rdata_base_write(sink->out, RDATA_BASE16, bytes + at, group_size(separator));
	}
}
