// SPDX-License-Identifier: MIT
#include "config/base/answer_source.h"

#include <stddef.h>
#include <string.h>

const char *answer_source_word(enum answer_source source)
{
	static const char *const words[] = {
		[SOURCE_LITERAL] = "literal",
		[SOURCE_SPECIAL] = "special",
		[SOURCE_HOSTS] = "hosts",
		[SOURCE_RECORD] = "record",
		[SOURCE_ZONE] = "zone",
		[SOURCE_CACHE] = "cache",
		[SOURCE_SERVER] = "server",
		[SOURCE_SYSTEM] = "system",
		[SOURCE_NONE] = "none",
		[SOURCE_FAULT] = "fault",
	};
	return words[source];
}

enum answer_source answer_source_of(const char *word)
{
	for (enum answer_source source = SOURCE_LITERAL; source <= SOURCE_FAULT; source++)
		if (strcmp(word, answer_source_word(source)) == 0)
			return source;
	return SOURCE_UNSET;
}
