// SPDX-License-Identifier: MIT
// The file of directives: which one counts, whether it may be followed, and what counts while it cannot be read.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

struct environment;

// A file that may count.
struct directive_file {
	char *path;        // owned
	const char *copy;  // what withdns(1) read in it, borrowed from the environment; NULL: nothing
	bool is_named;     // by the caller, who answers for whose it is
	bool is_system;    // the machine's
	bool is_required;  // no other one may take its place
};

#define DIRECTIVE_FILES_MAX 2

// Those that come into question, of which the first that is there counts: the one that WITHDNS_CONF names; else the one
// that withdns(1) found; else the user's and the machine's. before (NULL: none) is the configuration that this process
// had so far: the file that it was read from is required, and no copy is as new as what was read. Returns how many, and
// 0 without memory.
size_t directive_file_list(const struct environment *environment, const struct config *before,
	struct directive_file files[DIRECTIVE_FILES_MAX]);
void directive_file_clear(struct directive_file *file);

enum directive_file_state {
	DIRECTIVE_FILE_READ,
	DIRECTIVE_FILE_COPIED,  // it cannot be read, and its copy is what counts
	DIRECTIVE_FILE_ABSENT,
	DIRECTIVE_FILE_FOREIGN,  // the same, because it is another user's
	DIRECTIVE_FILE_FAILED,  // with errno; EPERM: it belongs to somebody else, EACCES with *is_open: others may write it
};

// Reads it into *bytes (size of them; the caller frees it), unless it is absent, foreign or failed. A file in a directory
// that this user may not enter is none of this user's, nor is one in HOME that belongs to neither this user nor root;
// one that is there must be readable. *is_open: others than its owner may write what was found without being named.
enum directive_file_state directive_file_read(
	const struct directive_file *file, char **bytes, size_t *size, bool *is_open);
