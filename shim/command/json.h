// SPDX-License-Identifier: MIT
// Writes JSON member by member (RFC 8259).
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool is_first;  // the next member is the first of its object or array
};

// An object on a line of its own.
struct json json_open(FILE *out);
void json_close(struct json *json);

// Begins an object with '{' or an array with '['; key is NULL within an array and at the outermost level.
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);  // '}' or ']'

// Write a member; with key NULL, an element of an array. A NULL text writes nothing. Control characters and bytes that
// are not UTF-8 are escaped.
void json_text(struct json *json, const char *key, const char *text);
void json_number(struct json *json, const char *key, int64_t number);
void json_bool(struct json *json, const char *key, bool value);
void json_milliseconds(struct json *json, const char *key, int64_t microseconds);

// An array of the words, which are separated by blanks. NULL, or lack of memory, writes nothing.
void json_words(struct json *json, const char *key, const char *words);
