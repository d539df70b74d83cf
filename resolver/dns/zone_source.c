// SPDX-License-Identifier: MIT
#include "resolver/dns/zone_source.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/file.h"

bool zone_source_push(struct zone_source **top, const char *path, const char *text, size_t size)
{
	struct zone_source *source = calloc(1, sizeof(*source));
	char *entry = malloc(size + 1);
	if (!source || !entry) {
		free(source);
		free(entry);
		return false;
	}
	if (*top)
		*source = **top;
	source->above = *top;
	source->depth++;
	source->path = path;
	source->owned_path = source->owned_text = NULL;
	source->at = path ? file_skip_mark(text, &size) : text;
	source->end = source->at + size;
	source->line = 1;
	source->entry = entry;
	*top = source;
	return true;
}

void zone_source_pop(struct zone_source **top)
{
	struct zone_source *source = *top;
	*top = source->above;
	free(source->entry);
	free(source->owned_path);
	free(source->owned_text);
	free(source);
}

static bool is_escape(const char *at, const char *end)
{
	return *at == '\\' && at + 1 < end && at[1] != '\n' && at[1] != '\0';
}

// The last byte of the comment at *at.
static const char *comment_end(const char *at, const char *end)
{
	while (at + 1 < end && at[1] != '\n')
		at++;
	return at;
}

static bool fail(const char **expected, const char *what)
{
	*expected = what;
	return false;
}

// Copies the entry: removes comments and joins the lines inside parentheses.
bool zone_source_next(struct zone_source *source, const char **expected)
{
	const char *at = source->at, *end = source->end;
	char *to = source->entry;
	unsigned depth = 0;
	bool is_quoted = false;
	source->entry_line = source->line;
	if (at == end)
		return fail(expected, NULL);
	for (; at < end && (*at != '\n' || depth); at++) {
		if (*at == '\0')
			return fail(expected, "text without NUL bytes");
		source->line += *at == '\n';
		if (is_escape(at, end)) {
			*to++ = *at++;
			*to++ = *at;
		} else if (*at == '"' || is_quoted) {
			is_quoted ^= *at == '"';
			*to++ = *at;
		} else if (*at == ';') {
			at = comment_end(at, end);
		} else if (*at == ')' && !depth) {
			return fail(expected, "( before )");
		} else {
			depth = depth + (*at == '(') - (*at == ')');
			*to++ = ascii_is_among(*at, "()\n") ? ' ' : *at;
		}
	}
	if (is_quoted || depth)
		return fail(expected, is_quoted ? "a closing \" before the end of the line" : "a closing )");
	*to = '\0';
	source->line++;
	source->at = at < end ? at + 1 : at;
	return true;
}

char *zone_source_word(char **at)
{
	while (ascii_is_blank(**at))
		(*at)++;
	if (!**at)
		return NULL;
	char *word = *at;
	while (**at && !ascii_is_blank(**at))
		*at += **at == '\\' && (*at)[1] ? 2 : 1;
	if (**at)
		*(*at)++ = '\0';
	return word;
}
