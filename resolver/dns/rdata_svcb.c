// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

#define KEY_TEXT_MAX 63  // RFC 9460 2.1

// SvcParamKeys (RFC 9460 14.3.2).
enum { KEY_MANDATORY, KEY_ALPN, KEY_NO_DEFAULT_ALPN };

enum {
	IS_LIST = 1,    // items separated by commas, which are read and written one by one
	IS_RECENT = 2,  // BIND 9.18 does not support the word: keyN is written
};

// The form of a key's value.
struct form {
	const char *word;
	unsigned flags;
	// Of a value, or of an item of a list, in the letters of rdata_layout.h. NULL: only the functions know it.
	const char *layout;
	// Appends the bytes of a value or item, whose escapes have been decoded. NULL: by the layout.
	bool (*read)(struct rdata_source *source, const char *value, size_t length);
	void (*write)(struct rdata_sink *sink);  // NULL: likewise
};

static bool read_key(const char *text, size_t length, uint16_t *key, const struct form **form);
static void write_key(struct rdata_sink *sink, uint16_t key);

// ---- values and items of lists ----

static bool read_mandatory(struct rdata_source *source, const char *item, size_t length)
{
	const struct form *form;
	uint16_t key;
	return read_key(item, length, &key, &form) && rdata_source_put_number(source, key, 2);
}

static void write_mandatory(struct rdata_sink *sink)
{
	write_key(sink, cursor_u16(&sink->data));
}

// Escapes bytes that are special in a word as \DDD, because parsers differ on other escapes.
static void put_escaped(struct rdata_sink *sink, const uint8_t *bytes, size_t length)
{
	rdata_sink_escaped(sink->out, bytes, length, " \"\\;()");
}

// RFC 9460 A.1: in an item, a comma or backslash is escaped by a backslash.
static bool read_alpn(struct rdata_source *source, const char *item, size_t length)
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

static bool read_bytes(struct rdata_source *source, const char *value, size_t length)
{
	return rdata_source_put(source, value, length);
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

static const struct form forms[] = {
	[KEY_MANDATORY] = {"mandatory", IS_LIST, .read = read_mandatory, .write = write_mandatory},
	[KEY_ALPN] = {"alpn", IS_LIST, .read = read_alpn, .write = write_alpn},
	[KEY_NO_DEFAULT_ALPN] = {"no-default-alpn", .layout = ""},
	{"port", .layout = "w"},
	{"ipv4hint", IS_LIST, .layout = "4"},
	{"ech", .layout = "B?"},
	{"ipv6hint", IS_LIST, .layout = "6"},
	{"dohpath", .read = read_bytes, .write = write_path},
	{"ohttp", IS_RECENT, .layout = ""},  // RFC 9540
	{"tls-supported-groups", IS_LIST | IS_RECENT, .layout = "w", .write = write_bytes},
};
static const struct form other_form = {NULL, IS_RECENT, .read = read_bytes, .write = write_bytes};

static const struct form *form_of(uint16_t key)
{
	return key < ARRAY_LENGTH(forms) ? &forms[key] : &other_form;
}

// "keyN", without leading zeros.
static bool read_number_key(const char *text, size_t length, uint16_t *key)
{
	const char *at = text + 3;
	uint64_t number;
	if (length < 4 || memcmp(text, "key", 3) != 0 || (*at == '0' && length > 4))
		return false;
	if (!ascii_take_number(&at, UINT16_MAX, &number) || at != text + length)
		return false;
	*key = (uint16_t)number;
	return true;
}

// Reads a key: its word, or keyN, whose value is bytes whatever the key's form is. False for anything else.
static bool read_key(const char *text, size_t length, uint16_t *key, const struct form **form)
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

static void write_key(struct rdata_sink *sink, uint16_t key)
{
	const struct form *form = form_of(key);
	if (form->flags & IS_RECENT)
		fprintf(sink->out, "key%u", key);
	else
		fputs(form->word, sink->out);
}

// ---- reading ----

struct reader {
	struct rdata_source *source;
	size_t start;                 // of the parameters in source->out
	uint16_t greatest;            // of their keys
	struct rdata_source decoded;  // a value without its escapes, and a NUL
	struct rdata_source value;    // its bytes
};

// The comma after the item at *at, or the end.
static char *item_end(char *at, const char *end)
{
	while (at < end && *at != ',')
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	return at;
}

static bool read_item(struct rdata_source *values, const struct form *form, const char *item, size_t length)
{
	if (form->read)
		return form->read(values, item, length);
	values->at = item;
	return ascii_until(item, " \t\r\"\\") == length && rdata_fields_read(form->layout, values) &&
		rdata_source_is_at_end(values);
}

// Replaces the comma after each item by a NUL.
static bool read_value(struct reader *reader, const struct form *form)
{
	char *item = (char *)reader->decoded.out, *const last = item + reader->decoded.length, *end;
	reader->value.length = 0;
	do {
		end = form->flags & IS_LIST ? item_end(item, last) : last;
		*end = '\0';
		if (!read_item(&reader->value, form, item, (size_t)(end - item)))
			return false;
		item = end + 1;
	} while (end < last);
	return true;
}

// Inserts the parameter before the first one with a greater key; if there is none, without a search.
static bool put_param(struct reader *reader, uint16_t key)
{
	struct rdata_source *out = reader->source;
	const struct rdata_source *value = &reader->value;
	const uint8_t head[] = {(uint8_t)(key >> 8), (uint8_t)key, (uint8_t)(value->length >> 8), (uint8_t)value->length};
	const size_t size = sizeof(head) + value->length;
	if (size > out->room - out->length)
		return false;
	uint8_t *at = out->out + (key < reader->greatest ? reader->start : out->length),
			*const end = out->out + out->length;
	while (at < end && memcmp(at, head, 2) < 0)
		at += sizeof(head) + (size_t)(at[2] << 8 | at[3]);
	memmove(at + size, at, (size_t)(end - at));
	memcpy(at, head, sizeof(head));
	memcpy(at + sizeof(head), value->out, value->length);
	out->length += size;
	reader->greatest = key > reader->greatest ? key : reader->greatest;
	return true;
}

static int compare_keys(const void *one, const void *other)
{
	return memcmp(one, other, 2);
}

static bool is_word_end(const char *at)
{
	return !*at || ascii_is_blank(*at);
}

// Reads the value at source->at, which may be empty, quoted or not.
static bool find_value(struct rdata_source *source, struct rdata_word *value)
{
	if (is_word_end(source->at))
		return true;
	return rdata_source_word(source, value) && source->at == value->text + value->length + value->is_quoted &&
		is_word_end(source->at);
}

static bool read_param(struct reader *reader)
{
	struct rdata_source *source = reader->source;
	const char *const text = source->at;
	const size_t length = strcspn(text, "= \t\r\"");
	const struct form *form;
	struct rdata_word value = {.text = ""};
	uint16_t key;
	const bool has_value = text[length] == '=';
	source->at += length + has_value;
	if (length > KEY_TEXT_MAX || !read_key(text, length, &key, &form) ||
		(has_value ? !find_value(source, &value) : !is_word_end(source->at)))
		return false;
	reader->decoded.length = 0;
	if (!rdata_source_put_word(&reader->decoded, &value) || !read_value(reader, form))
		return false;
	if (key == KEY_MANDATORY && form->flags & IS_LIST)  // not key0
		qsort(reader->value.out, reader->value.length / 2, 2, compare_keys);
	return put_param(reader, key);
}

bool rdata_svcb_read(struct rdata_source *source)
{
	const size_t size = strlen(source->at);
	struct reader reader = {
		.source = source,
		.start = source->length,
		.decoded = {.out = malloc(size + 1), .room = size},
		.value = {.out = malloc(source->room + 1), .room = source->room},
	};
	bool is_read = reader.decoded.out && reader.value.out;
	while (is_read && !rdata_source_is_at_end(source)) {
		source->at += strspn(source->at, " \t\r");
		is_read = read_param(&reader);
	}
	free(reader.decoded.out);
	free(reader.value.out);
	return is_read;
}

// ---- writing ----

// RFC 9460 8: does each mandatory key, of which there is one at least, have a later parameter? Both are sorted.
static bool are_given(struct cursor keys, struct cursor params)
{
	do {
		const uint16_t wanted = cursor_u16(&keys);
		uint16_t key;
		do {
			key = cursor_u16(&params);
			cursor_bytes(&params, cursor_u16(&params));
		} while (!params.failed && key < wanted);
		if (keys.failed || params.failed || key != wanted)
			return false;
	} while (keys.at < keys.size);
	return true;
}

static void write_item(struct rdata_sink *sink, const struct form *form)
{
	if (form->write) {
		form->write(sink);
		return;
	}
	sink->has_words = false;
	rdata_fields_write(form->layout, sink);
	sink->has_words = true;
}

// Writes the parameter whose value is all of sink->data.
static void write_param(struct rdata_sink *sink, uint16_t key)
{
	const struct form *form = form_of(key);
	struct cursor *data = &sink->data;
	char separator = '=';
	rdata_sink_begin_word(sink);
	write_key(sink, key);
	do {
		if (data->at < data->size)
			fputc(separator, sink->out);
		write_item(sink, form);
		separator = ',';
	} while ((form->flags & IS_LIST) && !data->failed && data->at < data->size);
	data->failed |= data->at != data->size;
}

void rdata_svcb_write(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	const size_t size = data->size;
	int last = -1;
	while (!data->failed && data->at < size) {
		const uint16_t key = cursor_u16(data), length = cursor_u16(data);
		const bool is_alone = key == KEY_NO_DEFAULT_ALPN && last != KEY_ALPN;
		if (data->failed || key <= last || is_alone || length > size - data->at) {
			data->failed = true;
			return;
		}
		struct cursor rest = *data;
		rest.at = data->size = data->at + length;
		data->failed = key == KEY_MANDATORY && !are_given(*data, rest);
		write_param(sink, key);
		data->size = size;
		last = key;
	}
}
