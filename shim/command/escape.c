// SPDX-License-Identifier: MIT
#include "shim/command/escape.h"

#include <stdlib.h>
#include <string.h>

#define ESCAPED_MAX 6  // length of an escaped byte: \u001f

void escape_write_as(const char *text, enum escape_style style, FILE *out)
{
	size_t size = ESCAPED_MAX * strlen(text) + 1;
	struct strbuf line = {.bytes = malloc(size), .size = size};
	if (line.bytes == NULL)
		return;
	strbuf_add_escaped(&line, text, style, size);
	fwrite(line.bytes, 1, line.used, out);
	free(line.bytes);
}

void escape_write(const char *text, FILE *out)
{
	escape_write_as(text, ESCAPE_TEXT, out);
}
