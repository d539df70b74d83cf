// SPDX-License-Identifier: MIT
#include "config/base/words.h"

#include <stdlib.h>

#include "config/base/ascii.h"

// Copies bytes from `from` to `to` without quotes. The output is never longer than the input.
struct cursor {
	const char *from, *end;
	char *to;
};

static bool separates_words(char byte)
{
	return ascii_is_blank(byte) || byte == '\n' || byte == '\0';
}

static bool take_quoted(struct cursor *cursor)
{
	while (cursor->from < cursor->end) {
		char byte = *cursor->from++;
		if (byte == '"')
			return true;
		const bool escapes = byte == '\\' && cursor->from < cursor->end;
		if (escapes && (*cursor->from == '"' || *cursor->from == '\\'))
			byte = *cursor->from++;
		*cursor->to++ = byte;
	}
	return false;
}

static bool take_word(struct cursor *cursor)
{
	while (cursor->from < cursor->end && !separates_words(*cursor->from)) {
		const char byte = *cursor->from++;
		if (byte != '"')
			*cursor->to++ = byte;
		else if (!take_quoted(cursor))
			return false;
	}
	*cursor->to++ = '\0';
	return true;
}

enum words_result words_split(const char *line, size_t length, struct words *out)
{
	*out = (struct words){.count = 0};
	// Each blank between words becomes a NUL; the last word needs one byte more.
	out->word = malloc(WORDS_MAX * sizeof *out->word + length + 1);
	if (out->word == NULL)
		return WORDS_NO_MEMORY;
	struct cursor cursor = {.from = line, .end = line + length, .to = (char *)(out->word + WORDS_MAX)};
	for (;;) {
		while (cursor.from < cursor.end && separates_words(*cursor.from))
			cursor.from++;
		if (cursor.from == cursor.end || *cursor.from == '#' || *cursor.from == ';')
			return WORDS_OK;
		if (out->count == WORDS_MAX)
			return WORDS_TOO_MANY;
		out->word[out->count] = cursor.to;
		if (!take_word(&cursor))
			return WORDS_OPEN_QUOTE;
		if (out->count++ == 0) {
			out->rest = cursor.from;
			out->rest_length = (size_t)(cursor.end - cursor.from);
		}
	}
}

void words_clear(struct words *words)
{
	free(words->word);
	*words = (struct words){.count = 0};
}
