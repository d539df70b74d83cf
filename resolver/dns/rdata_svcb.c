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

static const struct key_form *form_of(uint16_t key);
static bool read_key(const char *text, size_t length, uint16_t *out);
static void write_key(struct rdata_sink *sink, uint16_t key);

// ---- reading: the escapes of the values have been decoded once ----

// Gets the next item of a comma-separated list. False at its end.
static bool next_item(const uint8_t **at, const uint8_t *end, const uint8_t **item, size_t *length)
{
	if (*at > end)
		return false;
	const uint8_t *comma = memchr(*at, ',', (size_t)(end - *at));
	*item = *at;
	*length = (size_t)((comma ? comma : end) - *at);
	*at += *length + 1;
	return true;
}

static int compare_keys(const void *one, const void *other)
{
	return memcmp(one, other, 2);
}

static bool read_mandatory(struct rdata_source *source, const uint8_t *value, size_t size)
{
	const size_t start = source->length;
	const uint8_t *at = value, *item;
	uint16_t key;
	for (size_t length; next_item(&at, value + size, &item, &length);)
		if (!read_key((const char *)item, length, &key) || !rdata_source_put_number(source, key, 2))
			return false;
	qsort(source->out + start, (source->length - start) / 2, 2, compare_keys);
	return true;
}

// RFC 9460 A.1: in an item, a comma or backslash is escaped by a backslash.
static bool read_alpn(struct rdata_source *source, const uint8_t *value, size_t size)
{
	for (size_t at = 0; at <= size; at++) {
		uint8_t id[UINT8_MAX];
		uint8_t length = 0;
		for (; at < size && value[at] != ','; at++) {
			at += value[at] == '\\';
			if (at == size || length == sizeof(id))
				return false;
			id[length++] = value[at];
		}
		if (!length || !rdata_source_put_number(source, length, 1) || !rdata_source_put(source, id, length))
			return false;
	}
	return true;
}

static bool read_nothing(struct rdata_source *source, const uint8_t *value, size_t size)
{
	(void)source;
	(void)value;
	return size == 0;
}

static bool read_u16(struct rdata_source *source, const uint8_t *value, size_t size)
{
	unsigned number = 0;
	for (size_t i = 0; i < size; i++)
		if (!ascii_is_digit((char)value[i]) || (number = number * 10 + value[i] - '0') > UINT16_MAX)
			return false;
	return size && rdata_source_put_number(source, number, 2);
}

static bool read_groups(struct rdata_source *source, const uint8_t *value, size_t size)
{
	const uint8_t *at = value, *item;
	for (size_t length; next_item(&at, value + size, &item, &length);)
		if (!read_u16(source, item, length))
			return false;
	return true;
}

static bool read_addresses(struct rdata_source *source, int family, const uint8_t *value, size_t size)
{
	const uint8_t *at = value, *item;
	for (size_t length; next_item(&at, value + size, &item, &length);) {
		char text[INET6_ADDRSTRLEN] = "";
		uint8_t address[16];
		if (length >= sizeof(text))
			return false;
		memcpy(text, item, length);
		if (strlen(text) != length || inet_pton(family, text, address) != 1 ||
			!rdata_source_put(source, address, family == AF_INET ? 4 : 16))
			return false;
	}
	return true;
}

static bool read_ipv4(struct rdata_source *source, const uint8_t *value, size_t size)
{
	return read_addresses(source, AF_INET, value, size);
}

static bool read_ipv6(struct rdata_source *source, const uint8_t *value, size_t size)
{
	return read_addresses(source, AF_INET6, value, size);
}

static bool read_base64(struct rdata_source *source, const uint8_t *value, size_t size)
{
	struct rdata_base base64 = {0};
	return rdata_base_read(&base64, source, (const char *)value, size) && rdata_base_is_whole(&base64);
}

static bool read_bytes(struct rdata_source *source, const uint8_t *value, size_t size)
{
	return rdata_source_put(source, value, size);
}

// ---- writing ----

// Escapes bytes that are special in a word as \DDD, because parsers differ on other escapes.
static void put_value(struct rdata_sink *sink, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const bool is_plain = bytes[i] > ' ' && bytes[i] <= '~' && !strchr("\"\\;()", bytes[i]);
		fprintf(sink->out, is_plain ? "%c" : "\\%03u", bytes[i]);
	}
}

static void write_mandatory(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	unsigned last = KEY_MANDATORY;
	for (const char *before = "="; data->at < data->size; before = ",") {
		const uint16_t key = cursor_u16(data);
		if (data->failed || key <= last) {
			data->failed = true;
			return;
		}
		fputs(before, sink->out);
		write_key(sink, key);
		last = key;
	}
	data->failed |= last == KEY_MANDATORY;
}

static void write_alpn(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	data->failed |= data->at == data->size;
	for (const char *before = "="; data->at < data->size; before = ",") {
		const size_t length = cursor_u8(data);
		const uint8_t *id = cursor_bytes(data, length);
		if (!length || !id) {
			data->failed = true;
			return;
		}
		fputs(before, sink->out);
		for (size_t i = 0; i < length; i++) {
			if (id[i] == ',' || id[i] == '\\')
				put_value(sink, (const uint8_t *)"\\", 1);
			put_value(sink, &id[i], 1);
		}
	}
}

static void write_nothing(struct rdata_sink *sink)
{
	sink->data.failed |= sink->data.at != sink->data.size;
}

static void write_u16(struct rdata_sink *sink)
{
	fprintf(sink->out, "=%u", cursor_u16(&sink->data));
}

static void write_addresses(struct rdata_sink *sink, int family)
{
	struct cursor *data = &sink->data;
	data->failed |= data->at == data->size;
	for (char before = '='; !data->failed && data->at < data->size; before = ',') {
		char text[INET6_ADDRSTRLEN];
		const uint8_t *address = cursor_bytes(data, family == AF_INET ? 4 : 16);
		if (address)
			fprintf(sink->out, "%c%s", before, inet_ntop(family, address, text, sizeof(text)));
	}
}

static void write_ipv4(struct rdata_sink *sink)
{
	write_addresses(sink, AF_INET);
}

static void write_ipv6(struct rdata_sink *sink)
{
	write_addresses(sink, AF_INET6);
}

static void write_base64(struct rdata_sink *sink)
{
	const size_t length = sink->data.size - sink->data.at;
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (length)
		fputc('=', sink->out);
	rdata_base_write(sink->out, bytes, length);
}

static void write_bytes(struct rdata_sink *sink)
{
	const size_t length = sink->data.size - sink->data.at;
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (length)
		fputc('=', sink->out);
	put_value(sink, bytes, length);
}

// Is it a path template (RFC 6570) with the variable "dns"?
static bool is_template(const uint8_t *bytes, size_t length)
{
	const uint8_t *brace = memchr(bytes, '{', length);
	const uint8_t *end = brace ? memchr(brace, '}', (size_t)(bytes + length - brace)) : NULL;
	return end && memmem(brace, (size_t)(end - brace), "dns", 3) && bytes[0] == '/';
}

// RFC 9461 5.
static void write_path(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	if (data->at == data->size || !is_template(data->bytes + data->at, data->size - data->at))
		data->failed = true;
	else
		write_bytes(sink);
}

// ---- keys ----

static const struct key_form {
	const char *word;
	bool (*read)(struct rdata_source *source, const uint8_t *value, size_t size);
	void (*write)(struct rdata_sink *sink);
	bool is_young;  // BIND 9.18 does not know its word: keyN is written
} forms[] = {
	[KEY_MANDATORY] = {"mandatory", read_mandatory, write_mandatory, false},
	[KEY_ALPN] = {"alpn", read_alpn, write_alpn, false},
	[KEY_NO_DEFAULT_ALPN] = {"no-default-alpn", read_nothing, write_nothing, false},
	{"port", read_u16, write_u16, false},
	{"ipv4hint", read_ipv4, write_ipv4, false},
	{"ech", read_base64, write_base64, false},
	{"ipv6hint", read_ipv6, write_ipv6, false},
	{"dohpath", read_bytes, write_path, false},
	{"ohttp", read_nothing, write_nothing, true},  // RFC 9540
	{"tls-supported-groups", read_groups, write_bytes, true},
};

static const struct key_form other_form = {NULL, read_bytes, write_bytes, true};

static const struct key_form *form_of(uint16_t key)
{
	return key < sizeof(forms) / sizeof(*forms) ? &forms[key] : &other_form;
}

// "keyN", without leading zeros.
static bool read_number_key(const char *text, size_t length, uint16_t *out)
{
	unsigned number = 0;
	if (length < 4 || memcmp(text, "key", 3) != 0 || (text[3] == '0' && length > 4))
		return false;
	for (size_t i = 3; i < length; i++)
		if (!ascii_is_digit(text[i]) || (number = number * 10 + (unsigned)(text[i] - '0')) > UINT16_MAX)
			return false;
	*out = (uint16_t)number;
	return true;
}

static bool read_key(const char *text, size_t length, uint16_t *out)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (strlen(forms[i].word) == length && memcmp(forms[i].word, text, length) == 0) {
			*out = (uint16_t)i;
			return true;
		}
	}
	return read_number_key(text, length, out);
}

static void write_key(struct rdata_sink *sink, uint16_t key)
{
	const struct key_form *form = form_of(key);
	if (form->is_young)
		fprintf(sink->out, "key%u", key);
	else
		fputs(form->word, sink->out);
}

// ---- parameters ----

struct param {
	uint16_t key, length;
	size_t at;  // of its value
};

// The parameters of one record; sorted by key after all have been read.
struct params {
	struct param *list;
	size_t count;
	struct rdata_source values;
	uint8_t *decoded;
};

// Finds the bounds of a value, without its quotes; moves *at after it.
static bool find_value(const char **at, const char **start, const char **end)
{
	const bool is_quoted = **at == '"';
	const char *here = *start = *at + is_quoted;
	while (*here && *here != '"' && (is_quoted || !strchr(" \t\r", *here)))
		here += *here == '\\' && here[1] ? 2 : 1;
	*end = here;
	if (is_quoted != (*here == '"'))
		return false;
	*at = here + is_quoted;
	return !**at || strchr(" \t\r", **at);
}

static bool decode(const char *start, const char *end, uint8_t *out, size_t *length)
{
	*length = 0;
	while (start < end)
		if (!rdata_source_byte(&start, end, &out[(*length)++]))
			return false;
	return true;
}

static bool add_param(struct params *params, uint16_t key, bool is_number, const uint8_t *value, size_t size)
{
	struct param *list = array_grown(params->list, params->count, 1, sizeof(*list));
	const struct key_form *form = is_number ? &other_form : form_of(key);
	const size_t start = params->values.length;
	if (!list)
		return false;
	params->list = list;
	if (!form->read(&params->values, value, size))
		return false;
	list[params->count++] = (struct param){key, (uint16_t)(params->values.length - start), start};
	return true;
}

static bool read_param(struct params *params, const char **at)
{
	const size_t key_length = strcspn(*at, "= \t\r\"");
	const char *key_text = *at, *start = NULL, *end = NULL;
	uint16_t key, number;
	size_t size;
	*at += key_length;
	const bool has_value = **at == '=';
	*at += has_value;
	if (key_length > KEY_TEXT_MAX || !read_key(key_text, key_length, &key))
		return false;
	if (has_value ? !find_value(at, &start, &end) : **at == '"')
		return false;
	return decode(start, end, params->decoded, &size) &&
		add_param(params, key, read_number_key(key_text, key_length, &number), params->decoded, size);
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
	while (!rdata_source_is_at_end(source)) {
		source->at += strspn(source->at, " \t\r");
		if (!read_param(params, &source->at))
			return false;
	}
	if (params->count)
		qsort(params->list, params->count, sizeof(*params->list), compare_params);
	return put_params(source, params);
}

bool rdata_svcb_read(struct rdata_source *source)
{
	if (rdata_source_is_at_end(source))
		return true;
	struct params params = {
		.values = {.out = malloc(source->room + 1), .room = source->room}, .decoded = malloc(strlen(source->at) + 1)};
	const bool is_read = params.values.out && params.decoded && read_params(source, &params);
	free(params.values.out);
	free(params.decoded);
	free(params.list);
	return is_read;
}

// The mandatory keys that have not been seen yet.
struct needed {
	const uint8_t *at, *end;
};

// Both lists are sorted.
static bool is_missing(struct needed *needed, uint16_t key)
{
	if (needed->at == needed->end)
		return false;
	const unsigned next = (unsigned)(needed->at[0] << 8 | needed->at[1]);
	needed->at += next == key ? 2 : 0;
	return next < key;
}

static void write_param(struct rdata_sink *sink, uint16_t key, size_t length)
{
	struct cursor *data = &sink->data;
	const size_t size = data->size, end = data->at + length;
	rdata_sink_begin_word(sink);
	write_key(sink, key);
	data->size = end;
	form_of(key)->write(sink);
	data->failed |= data->at != end;
	data->size = size;
}

void rdata_svcb_write(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	struct needed needed = {NULL, NULL};
	int last = -1;
	while (!data->failed && data->at < data->size) {
		const uint16_t key = cursor_u16(data), length = cursor_u16(data);
		const bool is_alone = key == KEY_NO_DEFAULT_ALPN && last != KEY_ALPN;
		if (data->failed || key <= last || is_alone || length > data->size - data->at || is_missing(&needed, key)) {
			data->failed = true;
			return;
		}
		if (key == KEY_MANDATORY)
			needed = (struct needed){data->bytes + data->at, data->bytes + data->at + length};
		write_param(sink, key, length);
		last = key;
	}
	data->failed |= needed.at != needed.end;
}
