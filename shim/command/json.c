// SPDX-License-Identifier: MIT
#include "shim/command/json.h"

#include <stdlib.h>
#include <string.h>

#include "shim/command/text.h"

static void put_key(struct json *json, const char *key)
{
	if (!json->is_first)
		fputc(',', json->out);
	json->is_first = false;
	if (key != NULL)
		fprintf(json->out, "\"%s\":", key);
}

struct json json_open(FILE *out)
{
	fputc('{', out);
	return (struct json){.out = out, .is_first = true};
}

void json_close(struct json *json)
{
	fputs("}\n", json->out);
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
	text_escape_as(text, ESCAPE_JSON, json->out);
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

void json_words(struct json *json, const char *key, const char *words)
{
	char *copy = words != NULL ? strdup(words) : NULL, *rest = NULL;
	if (copy == NULL)
		return;
	json_begin(json, key, '[');
	for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
		json_text(json, NULL, word);
	json_end(json, ']');
	free(copy);
}
