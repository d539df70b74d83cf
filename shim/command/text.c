// SPDX-License-Identifier: MIT
#include "shim/command/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPED_MAX 6  // length of an escaped byte: \u001f

char *text_format(const char *format, ...)
{
	va_list arguments;
	char *text;
	va_start(arguments, format);
	const int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	return length < 0 ? NULL : text;
}

void text_escape_as(const char *text, enum escape_style style, FILE *out)
{
	size_t size = ESCAPED_MAX * strlen(text) + 1;
	struct strbuf line = {.bytes = malloc(size), .size = size};
	if (line.bytes == NULL)
		return;
	strbuf_add_escaped(&line, text, style, size);
	fwrite(line.bytes, 1, line.used, out);
	free(line.bytes);
}

void text_escape(const char *text, FILE *out)
{
	text_escape_as(text, ESCAPE_TEXT, out);
}
