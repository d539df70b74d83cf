// SPDX-License-Identifier: MIT
// The files in WITHDNS_CONF_COPY, which withdns(1) read: for a program that cannot read them at its first lookup.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Each is a line "file SIZE VERSION PATH", with "include" in place of "file" for an included one, and SIZE bytes of
// text. SIZE is "-" if the text is left out. All zero: there is no copy.
struct file_copy {
	bool is_included;
	uint64_t version;  // of the file (location.h)
	const char *path;  // path_length bytes; borrowed, as text is
	size_t path_length;
	const char *text;  // size bytes; NULL: the file was too long
	size_t size;
};

// Finds the copy of the file with that path, or with a NULL path the one that no file includes. text: all copies; NULL:
// none. False if there is none, or if the text before it is malformed.
bool file_copy_find(const char *text, const char *path, struct file_copy *out);
