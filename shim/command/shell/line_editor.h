// SPDX-License-Identifier: MIT
// Reads lines from a terminal: with editing, history and completion if libedit is installed, else in the canonical mode
// of the terminal.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct line_editor;
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

// Only one may be open. It reads standard input, and writes prompts to the terminal. NULL for lack of memory.
struct line_editor *line_editor_open(line_editor_complete *complete, void *context);
void line_editor_close(struct line_editor *editor);

// Is libedit used?
bool line_editor_has_keys(const struct line_editor *editor);

// Reads one line into *line (allocated, without its newline).
enum line_result line_editor_read(struct line_editor *editor, const char *prompt, char **line);

// Adds a line to the history of the session.
void line_editor_remember(struct line_editor *editor, const char *line);
