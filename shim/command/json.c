// SPDX-License-Identifier: MIT
#include "shim/command/json.h"

#include <stdlib.h>
#include <string.h>

#include "config/line.h"

#define ESCAPED_MAX 6  // bytes that one becomes: \u001f

static void put_escaped(FILE *out, const char *text)
{
	size_t size = ESCAPED_MAX * strlen(text) + 1;
	struct line line = {.bytes = malloc(size), .size = size};

	if (line.bytes == NULL)
		return;
	line_add_escaped(&line, text, LINE_JSON, size);
	fwrite(line.bytes, 1, line.used, out);
	free(line.bytes);
}

static void put_key(struct json *json, const char *key)
{
	if (!json->is_first)
		fputc(',', json->out);
	json->is_first = false;
	if (key != NULL)
		fprintf(json->out, "\"%s\":", key);
}

void json_begin(struct json *json, const char *key, char bracket)
{
	put_key(json, key);
	fputc(bracket, json->out);
	json->is_first = true;
}

void json_end(struct json *json, char bracket)
{
	fputc(bracket, json->out);
	json->is_first = false;
}

void json_text(struct json *json, const char *key, const char *text)
{
	if (text == NULL)
		return;
	put_key(json, key);
	fputc('"', json->out);
	put_escaped(json->out, text);
	fputc('"', json->out);
}

void json_number(struct json *json, const char *key, int64_t number)
{
	put_key(json, key);
	fprintf(json->out, "%lld", (long long)number);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_milliseconds(struct json *json, const char *key, int64_t microseconds)
{
	put_key(json, key);
	fprintf(json->out, "%lld.%03lld", (long long)(microseconds / 1000), (long long)(microseconds % 1000));
}
