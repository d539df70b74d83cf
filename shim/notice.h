// SPDX-License-Identifier: MIT
// The lines that a host process sees of the library unasked, on stderr and each once in a process.
#pragma once

// To be called before the program does anything: what stderr is.
void notice_begin(void);

// Why there is no configuration: without it, nobody would know why nothing resolves.
void notice_config(const char *text);

// A file that the user asked for gets nothing: what ("log", "save") and errno. Only as long as stderr is the file that
// it was at first: a program that closed it may have its database there. What may pass, such as a lack of descriptors,
// is not told, nor is a FIFO that nobody reads. Keeps errno.
enum notice_file { NOTICE_LOG, NOTICE_SAVE, NOTICE_FILES };
void notice_unwritable(enum notice_file what, const char *path, int error);
