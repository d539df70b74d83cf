// SPDX-License-Identifier: MIT
#include "shim/command/watch/page.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"

#define TEXT_SIZE 2100

static void put_escaped(FILE *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	for (const char *at = text; *at != '\0'; at++) {
		const char *found = strchr(special, *at);
		if (found != NULL)
			fputs(entities[found - special], out);
		else
			fputc(*at, out);
	}
}

static bool is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

void page_put_attribute(FILE *out, const char *text)
{
	char bytes[TEXT_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	strbuf_add_escaped(&line, text, ESCAPE_TEXT, sizeof(bytes) - 1);
	put_escaped(out, strbuf_end(&line));
}

void page_put_text(FILE *out, const char *text)
{
	const bool is_isolated = !is_ascii(text);
	fputs(is_isolated ? "<bdi>" : "", out);
	page_put_attribute(out, text);
	fputs(is_isolated ? "</bdi>" : "", out);
}

void page_put_line(FILE *out, const char *text)
{
	char *copy = strdup(text);
	for (char *at = copy; at != NULL && *at != '\0'; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	if (copy != NULL)
		page_put_text(out, copy);
	free(copy);
}

void page_put_lines(FILE *out, const char *text)
{
	char *copy = strdup(text), *rest = copy;
	for (const char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;) {
		page_put_text(out, line);
		fputc('\n', out);
	}
	free(copy);
}
