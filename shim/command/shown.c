// SPDX-License-Identifier: MIT
#include "shim/command/shown.h"

#include <stdlib.h>
#include <string.h>

#include "config/line.h"

#define ESCAPED_MAX 4  // bytes that one becomes: \x1f

void shown_write(const char *text, FILE *out)
{
	size_t size = ESCAPED_MAX * strlen(text) + 1;
	struct line line = {.bytes = malloc(size), .size = size};

	if (line.bytes == NULL)
		return;
	line_add_escaped(&line, text, LINE_TEXT, size);
	fwrite(line.bytes, 1, line.used, out);
	free(line.bytes);
}
