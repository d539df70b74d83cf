// SPDX-License-Identifier: MIT
// Reads lines from a terminal: with editing, history and completion if libedit is installed, else in the canonical mode
// of the terminal.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct word_list;

// Adds the completions of word, which begins at offset start of line, to *out; the editor adds a blank after a
// completion that ends in neither ':' nor '/'. context is that of line_editor_open.
typedef void line_editor_complete(
	const char *line, size_t start, const char *word, struct word_list *out, void *context);

enum line_result {
	LINE_READ,
	LINE_DROPPED,  // by Ctrl-C
	LINE_END,      // Ctrl-D on an empty line, or end of file
};

// Call it once. Lines are read from standard input, and prompts are written to the terminal. Is libedit used?
bool line_editor_open(line_editor_complete *complete, void *context);

// Reads one line into *line (allocated, without its newline).
enum line_result line_editor_read(const char *prompt, char **line);

// Adds a line to the history of the session.
void line_editor_remember(const char *line);
