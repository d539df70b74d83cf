// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include "config/base/ascii.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// At least one byte, by digits that dots may separate.
static bool read_dotted(struct rdata_source *source, const char *text, size_t length)
{
	struct rdata_base base = {.width = RDATA_BASE16};
	for (size_t i = 0; i < length; i++)
		if (text[i] != '.' && !rdata_base_read(&base, source, &text[i], 1))
			return false;
	return base.digits && rdata_base_is_whole(&base);
}

// RFC 1706 5.
bool rdata_bytes_read_nsap(struct rdata_source *source)
{
	struct rdata_word word;
	return rdata_source_word(source, &word) && !word.is_quoted && word.length > 2 && word.text[0] == '0' &&
		ascii_lower(word.text[1]) == 'x' && read_dotted(source, word.text + 2, word.length - 2);
}

void rdata_bytes_write_nsap(struct rdata_sink *sink)
{
	size_t length;
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	sink->data.failed |= !length;
	rdata_sink_word(sink, "0x");
	rdata_base_write(sink->out, RDATA_BASE16, bytes, length);
}

// A byte that is 0, and the bytes of an end system address; or 1, and the digits of a number (E.164) after a +.
bool rdata_bytes_read_atma(struct rdata_source *source)
{
	struct rdata_word word;
	if (!rdata_source_word(source, &word) || word.is_quoted || !word.length)
		return false;
	const bool is_number = word.text[0] == '+';
	if (!rdata_source_put_number(source, is_number, 1))
		return false;
	if (!is_number)
		return read_dotted(source, word.text, word.length);
	for (size_t i = 1; i < word.length; i++)
		if (word.text[i] != '.' && (!ascii_is_digit(word.text[i]) || !rdata_source_put(source, &word.text[i], 1)))
			return false;
	return ascii_is_digit((char)source->out[source->length - 1]);
}

void rdata_bytes_write_atma(struct rdata_sink *sink)
{
	size_t length;
	const unsigned form = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	if (form == 0) {
		rdata_base_write_word(sink, RDATA_BASE16, bytes, length);
		return;
	}
	sink->data.failed |= form > 1 || !length;
	for (size_t i = 0; i < length; i++)
		sink->data.failed |= !ascii_is_digit(bytes[i]);
	if (!sink->data.failed)
		rdata_sink_word(sink, "+%.*s", (int)length, (const char *)bytes);
}

// Reads one word and appends a length byte and the bytes that its digits stand for.
static bool read_digits(struct rdata_source *source, enum rdata_base_width width)
{
	const size_t start = source->length;
	struct rdata_word word;
	return rdata_source_word(source, &word) && word.length && rdata_source_put_number(source, 0, 1) &&
		rdata_base_read_word(source, width, &word) && rdata_source_set_length(source, start);
}

// RFC 5155 3.3: "-" means no salt.
bool rdata_bytes_read_salt(struct rdata_source *source)
{
	const char *const start = source->at;
	struct rdata_word word;
	if (rdata_source_word(source, &word) && rdata_source_word_is(&word, "-"))
		return rdata_source_put_number(source, 0, 1);
	source->at = start;
	return read_digits(source, RDATA_BASE16);
}

void rdata_bytes_write_salt(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (length)
		rdata_base_write_word(sink, RDATA_BASE16, bytes, length);
	else
		rdata_sink_word(sink, "-");
}

bool rdata_bytes_read_hash(struct rdata_source *source)
{
	return read_digits(source, RDATA_BASE32);
}

void rdata_bytes_write_hash(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	rdata_base_write_word(sink, RDATA_BASE32, bytes, length);
}

// ---- HIP (RFC 8005 5, 6) ----

#define HIP_HEAD 4  // length of the tag, algorithm, length of the key

bool rdata_bytes_read_hip(struct rdata_source *source)
{
	const size_t start = source->length;
	struct rdata_word tag, key;
	uint64_t algorithm;
	if (!rdata_source_number(source, UINT8_MAX, &algorithm) || !rdata_source_word(source, &tag) ||
		!rdata_source_word(source, &key) || !rdata_source_put_number(source, algorithm << 16, 4) ||
		!rdata_base_read_word(source, RDATA_BASE16, &tag))
		return false;
	const size_t tag_length = source->length - start - HIP_HEAD;
	if (!rdata_base_read_word(source, RDATA_BASE64, &key))
		return false;
	const size_t key_length = source->length - start - HIP_HEAD - tag_length;
	source->out[start] = (uint8_t)tag_length;
	source->out[start + 2] = (uint8_t)(key_length >> 8);
	source->out[start + 3] = (uint8_t)key_length;
	return tag_length && tag_length <= UINT8_MAX && key_length && key_length <= UINT16_MAX;
}

void rdata_bytes_write_hip(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	const size_t tag_length = cursor_u8(data);
	const unsigned algorithm = cursor_u8(data);
	const size_t key_length = cursor_u16(data);
	const uint8_t *tag = cursor_bytes(data, tag_length), *key = cursor_bytes(data, key_length);
	rdata_sink_word(sink, "%u", algorithm);
	rdata_base_write_word(sink, RDATA_BASE16, tag, tag_length);
	rdata_base_write_word(sink, RDATA_BASE64, key, key_length);
}
