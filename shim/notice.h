// SPDX-License-Identifier: MIT
// The only messages that the library writes to the program's stderr, each at most once per process.
#pragma once

// Remembers which file stderr is. Call it from the library's constructor.
void notice_begin(void);

// Reports an invalid configuration, because of which every lookup fails.
void notice_config(const char *text);

// Reports that the log or recording cannot be written; error is an errno. Writes only while descriptor 2 is still the
// file that it was in notice_begin: a program that closed it may have reused the number for a data file. Transient
// errors such as EMFILE, and a FIFO without a reader, are not reported. Keeps errno.
enum notice_file { NOTICE_LOG, NOTICE_RECORDING, NOTICE_FILES };
void notice_unwritable(enum notice_file what, const char *path, int error);
