// SPDX-License-Identifier: MIT
// The configuration file: where it is searched for, whether its owner is trusted, and its copy when it is unreadable.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/file_stamp.h"
#include "config/config.h"
#include "config/file_copy.h"

struct environment;

// A candidate.
struct directive_file {
	char *path;
	struct file_copy copy;  // its copy, borrowed from the environment; text NULL: none
	bool prefers_copy;      // the file itself is not read
	bool is_named;          // by WITHDNS_CONF: its owner and mode are not checked
	bool is_system;         // /etc/withdns.conf
	bool is_required;       // an error if it is absent: the next candidate is not tried
};

// Fills *out with the candidate of this number, from 0; false: there are no more. The first that exists is used. They are
// the file that WITHDNS_CONF names; else the one that withdns(1) found; else ~/.config/withdns.conf and /etc/withdns.conf.
// before (NULL: none) is the configuration that this process has: its file is required, and copies, being older, are
// ignored. The caller owns the path, which is NULL without memory; environment must outlive it.
bool directive_file_candidate(
	const struct environment *environment, const struct config *before, unsigned number, struct directive_file *out);

// Sets file->copy for an included file, unless the process has read the file itself.
void directive_file_find_copy(
	struct directive_file *file, const struct environment *environment, const struct config *before);

enum directive_file_state {
	DIRECTIVE_FILE_READ,
	DIRECTIVE_FILE_COPIED,  // it cannot be read, or its owner is not trusted: the text is its copy
	DIRECTIVE_FILE_ABSENT,
	DIRECTIVE_FILE_FOREIGN,  // another user owns it: treat as absent
	DIRECTIVE_FILE_OPEN,     // group or others may write a file that WITHDNS_CONF does not name
	DIRECTIVE_FILE_FAILED,   // with errno; EPERM: untrusted owner
};

struct directive_text {
	char *bytes;  // for READ and COPIED; the caller frees it
	size_t size;
	struct file_stamp stamp;  // of the file, taken before it was read
};

// Reads the file. If it has a copy and has not settled (file_stamp.h), the copy is used: the writer may not have finished.
// Without a copy a file in a directory that this user may not search is absent, a file in HOME owned by
// neither this user nor root is foreign, and any other existing file must be readable.
enum directive_file_state directive_file_read(const struct directive_file *file, struct directive_text *out);
