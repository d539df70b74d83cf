// SPDX-License-Identifier: MIT
// What a watched program looked up: the lines of the library's journal, read again.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/log.h"

// One line. Strings are borrowed from the journal; NULL where the line has no such member. Their meaning is in
// withdns.conf(5). logged has no counts; its result is a text, its addresses and names are parted by one blank, its
// records by a comma and a blank.
struct journal_event {
	struct log_event logged;
	const char *program;
	const char *kind, *source;  // as the line spells those of logged
	int64_t time;               // when it was written, milliseconds since 1970
	int64_t pid, thread;        // thread is pid where the line has none
};

struct journal {
	struct journal_event *events;  // in the order in which they were written
	size_t count;
	size_t unreadable;  // lines that the library did not write; the program could send them
	uint64_t lost;      // lookups and questions that happened and are not in the journal
	char *text;         // what the events' strings point into
};

// Reads size bytes, which it takes over: text is from malloc(3) with room for a NUL behind them. False for want of
// memory, with *out empty.
bool journal_parse(char *text, size_t size, struct journal *out);

// Accepts one that was never filled (all zero).
void journal_clear(struct journal *journal);
