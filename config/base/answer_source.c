// SPDX-License-Identifier: MIT
#include "config/base/answer_source.h"

#include <stddef.h>
#include <string.h>

#define WORD(name, word) [SOURCE_##name] = word

const char *answer_source_word(enum answer_source source)
{
	static const char *const words[] = {WORD(LITERAL, "literal"), WORD(SPECIAL, "special"), WORD(HOSTS, "hosts"),
		WORD(RECORD, "record"), WORD(ZONE, "zone"), WORD(CACHE, "cache"), WORD(SERVER, "server"),
		WORD(SYSTEM, "system"), WORD(NONE, "none"), WORD(FAULT, "fault"), WORD(RECORDING, "recording")};
	return words[source];
}

enum answer_source answer_source_of(const char *word)
{
	for (enum answer_source source = SOURCE_LITERAL; source <= SOURCE_RECORDING; source++)
		if (strcmp(word, answer_source_word(source)) == 0)
			return source;
	return SOURCE_UNSET;
}
