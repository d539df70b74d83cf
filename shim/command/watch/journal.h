// SPDX-License-Identifier: MIT
// What a watched program looked up: the lines of the library's journal, read again.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One line. Strings are borrowed from the journal; NULL where the line has no such member. Their meaning is in
// withdns.conf(5). addresses and names are parted by one blank, records by a comma and a blank.
struct journal_event {
	const char *program, *event, *call, *name, *arguments, *type, *rule, *source, *server, *transport, *result;
	const char *addresses, *names, *records, *detail, *reason;
	int64_t time;          // when it was written, milliseconds since 1970
	int64_t microseconds;  // how long it took; -1: not told
	uint64_t pid, thread;  // thread is pid where the line has none
	unsigned try;          // 0: not told
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
