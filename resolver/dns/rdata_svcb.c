// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"
#include "resolver/dns/rdata_svcb_key.h"

#define KEY_TEXT_MAX 63  // RFC 9460 2.1

// ---- reading ----

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

static bool read_value(struct params *params, const struct rdata_svcb_key *form)
{
	const uint8_t *at = params->decoded.out, *end = at + params->decoded.length, *item;
	if (!(form->flags & SVCB_KEY_IS_LIST))
		return rdata_svcb_key_read_value(form, &params->values, at, params->decoded.length);
	for (size_t length; next_item(&at, end, &item, &length);)
		if (!rdata_svcb_key_read_value(form, &params->values, item, length))
			return false;
	return true;
}

static int compare_keys(const void *one, const void *other)
{
	return memcmp(one, other, 2);
}

static bool add_param(struct params *params, uint16_t key, const struct rdata_svcb_key *form)
{
	const size_t start = params->values.length;
	if (!read_value(params, form))
		return false;
	const size_t length = params->values.length - start;
	if (key == SVCB_KEY_MANDATORY && form->flags & SVCB_KEY_IS_LIST)  // not key0
		qsort(params->values.out + start, length / 2, 2, compare_keys);
	const struct param param = {key, (uint16_t)length, start};
	return array_append(&params->list, &params->count, &param, sizeof(param));
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
	const struct rdata_svcb_key *form;
	struct rdata_word value = {.text = ""};
	uint16_t key;
	const bool has_value = text[length] == '=';
	source->at += length + has_value;
	if (length > KEY_TEXT_MAX || !rdata_svcb_key_read(text, length, &key, &form))
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

// ---- writing ----

// The mandatory keys that have not been seen yet.
struct needed {
	const uint8_t *at, *end;
};

// Not empty, each key once, in ascending order, without "mandatory" itself (RFC 9460 8).
static bool is_key_list(struct cursor list)
{
	unsigned last = SVCB_KEY_MANDATORY;
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
	const struct rdata_svcb_key *form = rdata_svcb_key_of(key);
	struct cursor *data = &sink->data;
	char separator = '=';
	data->failed |= key == SVCB_KEY_MANDATORY && !is_key_list(*data);
	rdata_sink_begin_word(sink);
	rdata_svcb_key_write(sink, key);
	do {
		if (data->at < data->size)
			fputc(separator, sink->out);
		rdata_svcb_key_write_value(form, sink);
		separator = ',';
	} while ((form->flags & SVCB_KEY_IS_LIST) && !data->failed && data->at < data->size);
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
		const bool is_alone = key == SVCB_KEY_NO_DEFAULT_ALPN && last != SVCB_KEY_ALPN;
		if (data->failed || key <= last || is_alone || length > size - data->at || is_missing(&needed, key)) {
			data->failed = true;
			return;
		}
		if (key == SVCB_KEY_MANDATORY)
			needed = (struct needed){data->bytes + data->at, data->bytes + data->at + length};
		data->size = data->at + length;
		write_param(sink, key);
		data->size = size;
		last = key;
	}
	data->failed |= needed.at != needed.end;
}
