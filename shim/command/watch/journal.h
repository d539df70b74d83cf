// SPDX-License-Identifier: MIT
// What a watched program looked up: the file that the library writes it to, and its lines read again.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;

// One line. Strings are borrowed from the journal; NULL where the line has no such member. Their meaning is in
// withdns.conf(5). addresses and names are parted by one blank.
struct journal_event {
	const char *program, *event, *call, *name, *arguments, *type, *rule, *source, *server, *transport, *result;
	const char *addresses, *names, *detail, *reason;
	int64_t time;          // when it was written, milliseconds since 1970
	int64_t microseconds;  // how long it took; -1: not told
	uint64_t pid, thread;  // thread is pid where the line has none
	unsigned try;          // 0: not told
};

struct journal {
	struct journal_event *events;  // in the order in which they were written
	size_t count;
	size_t unreadable;  // lines that are none of ours: whoever has the file's name can write to it
	char *text;         // what the events' strings point into
};

// Reads size bytes, which it takes over: text is from malloc(3) with room for a NUL behind them. False for want of
// memory, with *out empty.
bool journal_parse(char *text, size_t size, struct journal *out);

// Accepts one that was never filled (all zero).
void journal_clear(struct journal *journal);

// The file that the library writes to. Programs under another user id must be able to write it, too: it has an
// unguessable name in a folder that nobody else can list, anybody may append to it, and only we can read it.
struct journal_file {
	char *folder, *path;
	int descriptor;  // -1: none
};

// In $TMPDIR, or /tmp. journal_file_remove frees *out, after a failure too.
bool journal_file_make(struct journal_file *out, struct problem *problem);
bool journal_file_read(const struct journal_file *file, struct journal *out);

// Leaves it where it is: what a child of fork(2) does, whose parent removes it.
void journal_file_forget(struct journal_file *file);

// Removes it. Accepts one that was not made.
void journal_file_remove(struct journal_file *file);
