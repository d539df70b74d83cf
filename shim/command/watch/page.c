// SPDX-License-Identifier: MIT
#include "shim/command/watch/page.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "config/base/strbuf.h"

// U+2068 and U+2069 (Unicode Bidirectional Algorithm) isolate in attributes too, unlike <bdi>.
#define ISOLATE_BEGIN "\xe2\x81\xa8"
#define ISOLATE_END "\xe2\x81\xa9"

static void put_text(FILE *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	char bytes[2100];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	strbuf_add_escaped(&line, text, ESCAPE_TEXT, sizeof(bytes) - 1);
	bool is_ascii = true;
	for (const char *at = strbuf_end(&line); *at != '\0'; at++)
		is_ascii &= (unsigned char)*at < 0x80;
	fputs(is_ascii ? "" : ISOLATE_BEGIN, out);
	for (const char *at = bytes; *at != '\0'; at++) {
		const char *found = strchr(special, *at);
		if (found != NULL)
			fputs(entities[found - special], out);
		else
			fputc(*at, out);
	}
	fputs(is_ascii ? "" : ISOLATE_END, out);
}

void page_write(FILE *out, const char *markup, ...)
{
	va_list texts;
	va_start(texts, markup);
	for (const char *end; (end = strchr(markup, '$')) != NULL; markup = end + 1) {
		const char *text = va_arg(texts, const char *);
		fwrite(markup, 1, (size_t)(end - markup), out);
		put_text(out, text != NULL ? text : "");
	}
	va_end(texts);
	fputs(markup, out);
}

void page_write_duration(FILE *out, double milliseconds)
{
	const bool is_long = milliseconds >= 1000;
	const double number = is_long ? milliseconds / 1000 : milliseconds;
	fprintf(out, number < 1000 ? "%.3g %s" : "%.0f %s", number, is_long ? "s" : "ms");
}
