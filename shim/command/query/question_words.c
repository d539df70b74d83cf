// SPDX-License-Identifier: MIT
#include "shim/command/query/question_words.h"

#include <string.h>

#include "config/base/ascii.h"
#include "config/base/rrtype.h"

// "MX", "IXFR=2026112301".
static bool read_type(const char *word, struct question_kind *out)
{
	char text[RRTYPE_TEXT_SIZE];
	size_t length = strcspn(word, "=");
	uint32_t serial = 0;
	uint16_t type;
	if (!ascii_copy(text, sizeof(text), word, length) || !rrtype_read(text, &type) || type == 0)
		return false;
	if (word[length] == '=' &&
		(!ascii_equal(text, "IXFR") || !ascii_read_number(word + length + 1, UINT32_MAX, &serial)))
		return false;
	out->type = type;
	out->serial = serial;
	return true;
}

// The index after the classes and types that begin at that word; stores the last class and type.
static size_t kinds_end(char *const *words, size_t count, size_t at, struct question_kind *asked)
{
	while (at < count && (read_type(words[at], asked) || rrclass_read(words[at], &asked->class)))
		at++;
	return at;
}

bool question_words_read(char *const *words, size_t count, size_t *at, question_words_take *take, void *context)
{
	struct question_kind asked = {.class = RRCLASS_IN};
	size_t first = *at, end = kinds_end(words, count, first, &asked);
	// If all words are types, the first one is a name.
	if (end == count) {
		end = first;
		asked = (struct question_kind){.class = RRCLASS_IN};
	}
	const char *name = words[end];
	*at = end + 1;
	if (asked.type == 0) {
		first = end + 1;
		end = *at = kinds_end(words, count, first, &asked);
	}
	const bool has_types = asked.type != 0;
	for (; first < end; first++)
		if (read_type(words[first], &asked) && !take(name, &asked, context))
			return false;
	if (has_types)
		return true;
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
