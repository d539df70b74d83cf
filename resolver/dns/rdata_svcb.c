// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_svcb.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

enum { KEY_MANDATORY = 0, KEY_ALPN = 1, KEY_NO_DEFAULT_ALPN = 2 };

#define KEY_TEXT_MAX 63  // RFC 9460 2.1

struct form;
static bool read_key(const char *text, size_t length, uint16_t *key, const struct form **form);
static void write_key(struct rdata_sink *sink, uint16_t key);

// ---- reading values and items of lists: the escapes of the value have been decoded once ----

static bool read_mandatory(struct rdata_source *source, const uint8_t *item, size_t length)
{
	const struct form *form;
	uint16_t key;
	return read_key((const char *)item, length, &key, &form) && rdata_source_put_number(source, key, 2);
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

static bool read_u16(struct rdata_source *source, const uint8_t *value, size_t length)
{
	unsigned number = 0;
	for (size_t i = 0; i < length; i++)
		if (!ascii_is_digit((char)value[i]) || (number = number * 10 + value[i] - '0') > UINT16_MAX)
			return false;
	return length && rdata_source_put_number(source, number, 2);
}

static bool read_address(struct rdata_source *source, int family, const uint8_t *item, size_t length)
{
	char text[INET6_ADDRSTRLEN] = "";
	uint8_t address[16];
	if (length >= sizeof(text))
		return false;
	memcpy(text, item, length);
	return strlen(text) == length && inet_pton(family, text, address) == 1 &&
		rdata_source_put(source, address, family == AF_INET ? 4 : 16);
}

static bool read_ipv4(struct rdata_source *source, const uint8_t *item, size_t length)
{
	return read_address(source, AF_INET, item, length);
}

static bool read_ipv6(struct rdata_source *source, const uint8_t *item, size_t length)
{
	return read_address(source, AF_INET6, item, length);
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
	for (size_t i = 0; i < length; i++) {
		const bool is_plain = bytes[i] > ' ' && bytes[i] <= '~' && !strchr("\"\\;()", bytes[i]);
		fprintf(sink->out, is_plain ? "%c" : "\\%03u", bytes[i]);
	}
}

static void write_mandatory(struct rdata_sink *sink)
{
	write_key(sink, cursor_u16(&sink->data));
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

static void write_u16(struct rdata_sink *sink)
{
	fprintf(sink->out, "%u", cursor_u16(&sink->data));
}

static void write_address(struct rdata_sink *sink, int family)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *address = cursor_bytes(&sink->data, family == AF_INET ? 4 : 16);
	if (address)
		fputs(inet_ntop(family, address, text, sizeof(text)), sink->out);
}

static void write_ipv4(struct rdata_sink *sink)
{
	write_address(sink, AF_INET);
}

static void write_ipv6(struct rdata_sink *sink)
{
	write_address(sink, AF_INET6);
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

static const struct form {
	const char *word;
	bool (*read)(struct rdata_source *source, const uint8_t *value, size_t length);
	void (*write)(struct rdata_sink *sink);
	bool is_list;    // items separated by commas, which read and write handle one by one
	bool is_recent;  // BIND 9.18 does not know the word: keyN is written
} forms[] = {
	[KEY_MANDATORY] = {"mandatory", read_mandatory, write_mandatory, .is_list = true},
	[KEY_ALPN] = {"alpn", read_alpn, write_alpn, .is_list = true},
	[KEY_NO_DEFAULT_ALPN] = {"no-default-alpn", read_nothing, write_nothing},
	{"port", read_u16, write_u16},
	{"ipv4hint", read_ipv4, write_ipv4, .is_list = true},
	{"ech", read_base64, write_base64},
	{"ipv6hint", read_ipv6, write_ipv6, .is_list = true},
	{"dohpath", read_bytes, write_path},
	{"ohttp", read_nothing, write_nothing, .is_recent = true},  // RFC 9540
	{"tls-supported-groups", read_u16, write_bytes, .is_list = true, .is_recent = true},
};

static const struct form other_form = {NULL, read_bytes, write_bytes, .is_recent = true};

static const struct form *form_of(uint16_t key)
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
	if (form->is_recent)
		fprintf(sink->out, "key%u", key);
	else
		fputs(form->word, sink->out);
}

// ---- reading parameters ----

struct param {
	uint16_t key, length;
	size_t at;  // of its value
};

// The parameters of one record; sorted by key after all have been read.
struct params {
	struct param *list;
	size_t count;
	struct rdata_source values;
	struct rdata_source decoded;  // for one value, without its escapes
};

// Gets the next item of a list. False at its end.
static bool next_item(const uint8_t **at, const uint8_t *end, const uint8_t **item, size_t *length)
{
	if (*at > end)
		return false;
	const uint8_t *comma = *item = *at;
	while (comma < end && *comma != ',')
		comma += *comma == '\\' && end - comma > 1 ? 2 : 1;
	*length = (size_t)(comma - *item);
	*at = comma + 1;
	return true;
}

static bool read_value(struct params *params, const struct form *form)
{
	const uint8_t *at = params->decoded.out, *end = at + params->decoded.length, *item;
	if (!form->is_list)
		return form->read(&params->values, at, params->decoded.length);
	for (size_t length; next_item(&at, end, &item, &length);)
		if (!form->read(&params->values, item, length))
			return false;
	return true;
}

static int compare_keys(const void *one, const void *other)
{
	return memcmp(one, other, 2);
}

static bool add_param(struct params *params, uint16_t key, const struct form *form)
{
	struct param *list = array_grown(params->list, params->count, 1, sizeof(*list));
	const size_t start = params->values.length;
	if (!list)
		return false;
	params->list = list;
	if (!read_value(params, form))
		return false;
	const size_t length = params->values.length - start;
	if (form == &forms[KEY_MANDATORY])
		qsort(params->values.out + start, length / 2, 2, compare_keys);
	list[params->count++] = (struct param){key, (uint16_t)length, start};
	return true;
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

static bool read_param(struct rdata_source *source, struct params *params)
{
	const char *const text = source->at;
	const size_t length = strcspn(text, "= \t\r\"");
	const struct form *form;
	struct rdata_word value = {0};
	uint16_t key;
	const bool has_value = text[length] == '=';
	source->at += length + has_value;
	if (length > KEY_TEXT_MAX || !read_key(text, length, &key, &form))
		return false;
	if (has_value ? !find_value(source, &value) : !is_word_end(source->at))
		return false;
	params->decoded.length = 0;
	return rdata_source_put_word(&params->decoded, &value) && add_param(params, key, form);
}

static int compare_params(const void *one, const void *other)
{
	return (int)((const struct param *)one)->key - (int)((const struct param *)other)->key;
}

static bool put_params(struct rdata_source *source, const struct params *params)
{
	for (size_t i = 0; i < params->count; i++) {
		const struct param *param = &params->list[i];
		if (!rdata_source_put_number(source, param->key, 2) || !rdata_source_put_number(source, param->length, 2) ||
			!rdata_source_put(source, params->values.out + param->at, param->length))
			return false;
	}
	return true;
}

static bool read_params(struct rdata_source *source, struct params *params)
{
	for (; !rdata_source_is_at_end(source); source->at += strspn(source->at, " \t\r"))
		if (!read_param(source, params))
			return false;
	qsort(params->list, params->count, sizeof(*params->list), compare_params);
	return put_params(source, params);
}

bool rdata_svcb_read(struct rdata_source *source)
{
	source->at += strspn(source->at, " \t\r");
	if (!*source->at)
		return true;
	const size_t size = strlen(source->at);
	struct params params = {
		.values = {.out = malloc(source->room + 1), .room = source->room},
		.decoded = {.out = malloc(size), .room = size},
	};
	const bool is_read = params.values.out && params.decoded.out && read_params(source, &params);
	free(params.values.out);
	free(params.decoded.out);
	free(params.list);
	return is_read;
}

// ---- writing parameters ----

// The mandatory keys that have not been seen yet.
struct needed {
	const uint8_t *at, *end;
};

// Not empty, each key once, in ascending order, without "mandatory" itself (RFC 9460 8).
static bool is_key_list(struct cursor list)
{
	unsigned last = KEY_MANDATORY;
	do {
		const uint16_t key = cursor_u16(&list);
		if (list.failed || key <= last)
			return false;
		last = key;
	} while (list.at < list.size);
	return true;
}

// Both lists are sorted.
static bool is_missing(struct needed *needed, uint16_t key)
{
	if (needed->at == needed->end)
		return false;
	const unsigned next = (unsigned)(needed->at[0] << 8 | needed->at[1]);
	needed->at += next == key ? 2 : 0;
	return next < key;
}

// Writes the parameter whose value is all of sink->data.
static void write_param(struct rdata_sink *sink, uint16_t key)
{
	const struct form *form = form_of(key);
	struct cursor *data = &sink->data;
	char separator = '=';
	data->failed |= key == KEY_MANDATORY && !is_key_list(*data);
	rdata_sink_begin_word(sink);
	write_key(sink, key);
	do {
		if (data->at < data->size)
			fputc(separator, sink->out);
		form->write(sink);
		separator = ',';
	} while (form->is_list && !data->failed && data->at < data->size);
	data->failed |= data->at != data->size;
}

void rdata_svcb_write(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	const size_t size = data->size;
	struct needed needed = {NULL, NULL};
	int last = -1;
	while (!data->failed && data->at < size) {
		const uint16_t key = cursor_u16(data), length = cursor_u16(data);
		const bool is_alone = key == KEY_NO_DEFAULT_ALPN && last != KEY_ALPN;
		if (data->failed || key <= last || is_alone || length > size - data->at || is_missing(&needed, key)) {
			data->failed = true;
			return;
		}
		if (key == KEY_MANDATORY)
			needed = (struct needed){data->bytes + data->at, data->bytes + data->at + length};
		data->size = data->at + length;
		write_param(sink, key);
		data->size = size;
		last = key;
	}
	data->failed |= needed.at != needed.end;
}
