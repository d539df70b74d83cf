// SPDX-License-Identifier: MIT
// The configuration file: where it is searched for, whether its owner is trusted, and its copy when it is unreadable.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <stdint.h>

#include "config/config.h"

struct environment;

// A copy of a file in WITHDNS_CONF_COPY: the files that withdns(1) read, for a program that cannot read them at its
// first lookup. Each is a line "file SIZE VERSION PATH", with "include" in place of "file" for an included one, and
// SIZE bytes of text. SIZE is "-" if the text is left out. All zero: there is no copy.
struct directive_copy {
	bool is_included;
	uint64_t version;  // of the file (location.h)
	const char *path;  // path_length bytes; borrowed, as text is
	size_t path_length;
	const char *text;  // size bytes; NULL: the file was too long
	size_t size;
};

// Finds the copy of the file with that path, or with a NULL path the one that no file includes. text: all copies; NULL:
// none. False if there is none, or if the text before it is malformed.
bool directive_file_copy(const char *text, const char *path, struct directive_copy *out);

// A candidate.
struct directive_file {
	char *path;
	struct directive_copy copy;  // its copy, borrowed from the environment; text NULL: none
	bool prefers_copy;           // if there is a copy, the file itself is not read
	bool is_named;               // by WITHDNS_CONF: its owner and mode are not checked
	bool is_system;              // /etc/withdns.conf
	bool is_required;            // an error if it is absent: the next candidate is not tried
};

// Fills *out with the candidate of this number, from 0; false: there are no more. The first that exists is used. They
// are the file that WITHDNS_CONF names; else the one that withdns(1) found; else ~/.config/withdns.conf and
// /etc/withdns.conf. before (NULL: none) is the configuration that this process has: its file is required, and copies,
// being older, are ignored. The caller owns the path, which is NULL without memory; environment must outlive it.
bool directive_file_candidate(
	const struct environment *environment, const struct config *before, unsigned number, struct directive_file *out);

// Sets file->copy, unless the process has read the file itself, which then is required.
void directive_file_find_copy(
	struct directive_file *file, const struct environment *environment, const struct config *before);

enum directive_file_state {
	DIRECTIVE_FILE_READ,  // or its copy, because it cannot be read, or its owner is not trusted
	DIRECTIVE_FILE_ABSENT,
	DIRECTIVE_FILE_FOREIGN,  // another user owns it: treat as absent
	DIRECTIVE_FILE_OPEN,     // group or others may write a file that WITHDNS_CONF does not name
	DIRECTIVE_FILE_FAILED,   // with errno; EPERM: untrusted owner
};

struct directive_text {
	char *bytes;  // the caller frees it
	size_t size;
	struct config_file file;  // the stamp was taken before it was read
};

// Reads the file. If it has a copy and has not settled (file_stamp.h), the copy is used: the writer may not have
// finished. Without a copy a file in a directory that this user may not search is absent, a file in HOME owned by
// neither this user nor root is foreign, and any other existing file must be readable.
enum directive_file_state directive_file_read(const struct directive_file *file, struct directive_text *out);
