// SPDX-License-Identifier: MIT
#include "shim/command/json.h"

#include "shim/command/escape.h"

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
	escape_write_as(text, ESCAPE_JSON, json->out);
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
