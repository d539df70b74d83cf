// SPDX-License-Identifier: MIT
// The text of a zone file and of the files that it includes, entry by entry (RFC 1035 5.1).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/name.h"

// A file or text being parsed; a stack, with an included file on top of the including one.
struct zone_source {
	struct zone_source *above;
	unsigned depth;                 // number of sources from this one on
	const char *path;               // NULL: not a file
	char *owned_path, *owned_text;  // of an included file; freed with it
	const char *at, *end;           // the unread text
	unsigned line;                  // line number of at
	char *entry;          // the current entry: a line, or several joined by parentheses; no comments, NUL-terminated
	unsigned entry_line;  // number of its first line
	struct name origin;   // length 0: none, names are absolute
	struct name owner;    // of the previous record; length 0: none
};

// Puts size bytes of text, which are borrowed, on top; they inherit origin and owner. False if out of memory.
bool zone_source_push(struct zone_source **top, const char *path, const char *text, size_t size);

// Frees the source on top.
void zone_source_pop(struct zone_source **top);

// Reads the next entry. False at the end of the text, with *expected NULL, or on an error, with what was expected.
bool zone_source_next(struct zone_source *source, const char **expected);

// The next word of the entry, which it ends by a NUL; moves *at after that. NULL at the end.
char *zone_source_word(char **at);
