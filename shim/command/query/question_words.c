// SPDX-License-Identifier: MIT
#include "shim/command/query/question_words.h"

#include <string.h>

#include "config/ascii.h"
#include "config/rrtype.h"

// "MX", "IXFR=2026112301".
static bool read_type(const char *word, struct question_kind *out)
{
	char type[RRTYPE_TEXT_SIZE];
	size_t length = strcspn(word, "=");
	uint32_t serial = 0;

	if (length >= sizeof(type))
		return false;
	memcpy(type, word, length);
	type[length] = '\0';
	if (word[length] == '=' &&
	    (!ascii_equal(type, "IXFR") || !ascii_read_number(word + length + 1, UINT32_MAX, &serial)))
		return false;
	out->serial = serial;
	return rrtype_read(type, &out->type) && out->type != 0;
}

bool question_words_read(char *const *words, size_t count, size_t *at, question_words_take *take, void *context)
{
	const char *name = words[(*at)++];
	struct question_kind asked = {.class = RRCLASS_IN};
	const size_t first = *at;
	size_t types = 0;
	bool goes_on = true;

	while (*at < count && (read_type(words[*at], &asked) || rrclass_read(words[*at], &asked.class)))
		(*at)++;
	for (size_t i = first; goes_on && i < *at; i++) {
		if (!read_type(words[i], &asked))
			continue;
		types++;
		goes_on = take(name, &asked, context);
	}
	if (types > 0)
		return goes_on;
	asked.serial = 0;
	asked.type = asked.class == RRCLASS_IN ? 0 : RRTYPE_TXT;
	return take(name, &asked, context);
}

static bool is_in_capitals(const char *word)
{
	bool has_letter = false;

	for (; *word != '\0'; word++) {
		const bool is_letter = *word >= 'A' && *word <= 'Z';
		if (!is_letter && !ascii_is_digit(*word) && *word != '-' && *word != '=')
			return false;
		has_letter = has_letter || is_letter;
	}
	return has_letter;
}

const char *question_words_unknown(char *const *words, size_t count)
{
	struct question_kind kind;

	for (size_t i = 1; i < count; i++)
		if (is_in_capitals(words[i]) && !read_type(words[i], &kind) && !rrclass_read(words[i], &kind.class))
			return words[i];
	return NULL;
}
