// SPDX-License-Identifier: MIT
// Lines typed at a terminal: edited, remembered and completed by libedit where it is installed, else as the terminal
// itself has them.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct line_editor;
struct word_list;

// line_editor_open's: adds to *out what word, which begins at start of line, may become; a blank is put behind what
// ends in neither ':' nor '/'. context is the opener's.
typedef void line_editor_complete(
	const char *line, size_t start, const char *word, struct word_list *out, void *context);

enum line_result {
	LINE_READ,
	ESCAPE_DROPPED,  // by Ctrl-C
	ESCAPE_END,      // Ctrl-D on an empty line, or nobody is there any more
};

// There is one at a time, for the process's standard input, and prompts go where the terminal is. NULL without memory.
struct line_editor *line_editor_open(line_editor_complete *complete, void *context);
void line_editor_close(struct line_editor *editor);

// Is it libedit's?
bool line_editor_has_keys(const struct line_editor *editor);

// Reads one line into *line (allocated, without its newline).
enum line_result line_editor_read(struct line_editor *editor, const char *prompt, char **line);

// For the keys that go back.
void line_editor_remember(struct line_editor *editor, const char *line);
