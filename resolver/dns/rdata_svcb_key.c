// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_svcb_key.h"

#include <arpa/inet.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_fields.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// ---- reading values and items of lists: the escapes of the value have been decoded once ----

static bool read_mandatory(struct rdata_source *source, const uint8_t *item, size_t length)
{
	const struct rdata_svcb_key *form;
	uint16_t key;
	return rdata_svcb_key_read((const char *)item, length, &key, &form) && rdata_source_put_number(source, key, 2);
}

// RFC 9460 A.1: in an item, a comma or backslash is escaped by a backslash.
static bool read_alpn(struct rdata_source *source, const uint8_t *item, size_t length)
{
	const size_t start = source->length;
	if (!length || !rdata_source_put_number(source, 0, 1))
		return false;
	for (size_t at = 0; at < length; at++) {
		at += item[at] == '\\';
		if (at == length || !rdata_source_put(source, &item[at], 1))
			return false;
	}
	return rdata_source_set_length(source, start);
}

static bool read_nothing(struct rdata_source *source, const uint8_t *value, size_t length)
{
	(void)source;
	(void)value;
	return length == 0;
}

static bool read_base64(struct rdata_source *source, const uint8_t *value, size_t length)
{
	return rdata_base_read_word(source, RDATA_BASE64, &(struct rdata_word){(const char *)value, length, false});
}

static bool read_bytes(struct rdata_source *source, const uint8_t *value, size_t length)
{
	return rdata_source_put(source, value, length);
}

// ---- writing values and items of lists ----

// Escapes bytes that are special in a word as \DDD, because parsers differ on other escapes.
static void put_escaped(struct rdata_sink *sink, const uint8_t *bytes, size_t length)
{
	rdata_sink_escaped(sink->out, bytes, length, " \"\\;()");
}

static void write_mandatory(struct rdata_sink *sink)
{
	rdata_svcb_key_write(sink, cursor_u16(&sink->data));
}

static void write_alpn(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *id = cursor_bytes(&sink->data, length);
	sink->data.failed |= !length;
	for (size_t i = 0; id && i < length; i++) {
		if (id[i] == ',' || id[i] == '\\')
			put_escaped(sink, (const uint8_t *)"\\", 1);
		put_escaped(sink, &id[i], 1);
	}
}

static void write_nothing(struct rdata_sink *sink)
{
	(void)sink;
}

static void write_base64(struct rdata_sink *sink)
{
	size_t length;
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	rdata_base_write(sink->out, RDATA_BASE64, bytes, length);
}

static void write_bytes(struct rdata_sink *sink)
{
	size_t length;
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	put_escaped(sink, bytes, length);
}

// A path template (RFC 6570) with the variable "dns" (RFC 9461 5).
static void write_path(struct rdata_sink *sink)
{
	size_t length;
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	const uint8_t *brace = length ? memchr(bytes, '{', length) : NULL;
	const uint8_t *end = brace ? memchr(brace, '}', (size_t)(bytes + length - brace)) : NULL;
	sink->data.failed |= !end || !memmem(brace, (size_t)(end - brace), "dns", 3) || bytes[0] != '/';
	put_escaped(sink, bytes, length);
}

// ---- keys ----

static const struct rdata_svcb_key forms[] = {
	[SVCB_KEY_MANDATORY] = {"mandatory", SVCB_KEY_IS_LIST, .read = read_mandatory, .write = write_mandatory},
	[SVCB_KEY_ALPN] = {"alpn", SVCB_KEY_IS_LIST, .read = read_alpn, .write = write_alpn},
	[SVCB_KEY_NO_DEFAULT_ALPN] = {"no-default-alpn", .read = read_nothing, .write = write_nothing},
	{"port", .layout = "w"},
	{"ipv4hint", SVCB_KEY_IS_LIST, .layout = "4"},
	{"ech", .read = read_base64, .write = write_base64},
	{"ipv6hint", SVCB_KEY_IS_LIST, .layout = "6"},
	{"dohpath", .read = read_bytes, .write = write_path},
	{"ohttp", SVCB_KEY_IS_RECENT, .read = read_nothing, .write = write_nothing},  // RFC 9540
	{"tls-supported-groups", SVCB_KEY_IS_LIST | SVCB_KEY_IS_RECENT, .layout = "w", .write = write_bytes},
};
static const struct rdata_svcb_key other_form = {NULL, SVCB_KEY_IS_RECENT, .read = read_bytes, .write = write_bytes};

// The text of one field is one word, without escapes.
static bool read_field(struct rdata_source *source, const char *layout, const uint8_t *value, size_t length)
{
	char text[INET6_ADDRSTRLEN];
	struct rdata_source field = *source;
	if (!ascii_copy(text, sizeof(text), (const char *)value, length) || ascii_until(text, " \t\r\"\\") != length)
		return false;
	field.at = text;
	const bool is_read = rdata_fields_read(layout, &field);
	source->length = field.length;
	return is_read;
}

bool rdata_svcb_key_read_value(
	const struct rdata_svcb_key *form, struct rdata_source *source, const uint8_t *value, size_t length)
{
	return form->read ? form->read(source, value, length) : read_field(source, form->layout, value, length);
}

void rdata_svcb_key_write_value(const struct rdata_svcb_key *form, struct rdata_sink *sink)
{
	if (form->write) {
		form->write(sink);
		return;
	}
	sink->has_words = false;
	rdata_fields_write(form->layout, sink);
}

const struct rdata_svcb_key *rdata_svcb_key_of(uint16_t key)
{
	return key < ARRAY_LENGTH(forms) ? &forms[key] : &other_form;
}

// "keyN", without leading zeros: the value then is that key's bytes, whatever its form.
static bool read_number_key(const char *text, size_t length, uint16_t *key)
{
	unsigned number = 0;
	if (length < 4 || memcmp(text, "key", 3) != 0 || (text[3] == '0' && length > 4))
		return false;
	for (size_t i = 3; i < length; i++)
		if (!ascii_is_digit(text[i]) || (number = number * 10 + (unsigned)(text[i] - '0')) > UINT16_MAX)
			return false;
	*key = (uint16_t)number;
	return true;
}

bool rdata_svcb_key_read(const char *text, size_t length, uint16_t *key, const struct rdata_svcb_key **form)
{
	for (uint16_t i = 0; i < ARRAY_LENGTH(forms); i++) {
		if (strlen(forms[i].word) == length && memcmp(forms[i].word, text, length) == 0) {
			*key = i;
			*form = &forms[i];
			return true;
		}
	}
	*form = &other_form;
	return read_number_key(text, length, key);
}

void rdata_svcb_key_write(struct rdata_sink *sink, uint16_t key)
{
	const struct rdata_svcb_key *form = rdata_svcb_key_of(key);
	if (form->flags & SVCB_KEY_IS_RECENT)
		fprintf(sink->out, "key%u", key);
	else
		fputs(form->word, sink->out);
}
